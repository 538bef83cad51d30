"""Memory that children copy ahead: the right pages, and no harm where Linux cannot do it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import warnings

import pytest

from autograder.sandbox import libc, pages, rehearsal
from autograder.wire import Answer, Bad, Call, Load, Loaded, Missing, Returned, read_answer
from autograder.worker import CHANNEL, Channel, Output, Worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux' own pages")

_HEAD = """
import ctypes, mmap, os, resource
from autograder.sandbox import libc, pages

SIZE = mmap.PAGESIZE
held = mmap.mmap(-1, 256 * SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
begin = ctypes.addressof(ctypes.c_char.from_buffer(held))

def write(*numbers):
    for number in numbers:
        held[number * SIZE] = 1

write(*range(256))
often = pages.written_by(lambda: write(3, 4, 9), pages.proc())
"""


def run(body: str) -> str:
    """What a process of one thread prints, as a warm parent is one."""
    script = textwrap.dedent(_HEAD) + textwrap.dedent(body)
    words = [sys.executable, "-c", script]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def has_pagemap() -> bool:
    """Whether this kernel tells which pages a process has to itself, and copies many at once."""
    return bool(run("print(len(often.ranges))").strip() != "0")


def test_what_a_rehearsal_writes_to_is_found() -> None:
    """Of memory that parent and child share, exactly the pages that the rehearsal wrote to."""
    if not has_pagemap():
        pytest.skip("this kernel cannot copy pages at once")
    told = run("""
        inside = [(start - begin, length) for start, length in often.ranges]
        print([(at // SIZE, n // SIZE) for at, n in inside if 0 <= at < 256 * SIZE])
    """)
    assert told.strip() == "[(3, 2), (9, 1)]"


def test_pages_that_were_copied_cost_nothing_later() -> None:
    """A child that has copied pages writes to them without page faults, and to others with."""
    if not has_pagemap():
        pytest.skip("this kernel cannot copy pages at once")
    told = run("""
        def faults(numbers):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            write(*numbers)
            return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

        often = pages.Pages([(begin, 100 * SIZE)])
        if libc.fork() == 0:
            often.copy()
            first, last = held[0], held[255 * SIZE]
            print(faults(range(100)), faults(range(150, 250)), first, last, flush=True)
            os._exit(0)
        os.wait()
    """)
    copied, shared, *contents = map(int, told.split())
    assert copied < 50  # those of the counting itself
    assert shared >= 100
    assert contents == [1, 1]


def test_without_proc_there_are_none() -> None:
    """Where there is no /proc, nothing is copied and nothing fails."""
    assert run("print(pages.written_by(lambda: write(3), -1).ranges)").strip() == "()"


def test_a_kernel_that_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system call is refused there are no pages to copy, and nobody tries again."""
    asked = []

    def refused(*arguments: object) -> None:
        asked.append(arguments)
        raise OSError

    monkeypatch.setattr(libc, "populate", refused)
    often = pages.Pages([(0, 4096)])
    often.copy()
    assert (often.ranges, len(asked)) == ((), 1)


def test_a_rehearsal_that_raises_is_no_failure() -> None:
    """A child that raises or ends while it rehearses leaves its parent with no pages."""
    told = run("""
        def raises():
            raise ValueError
        for act in (raises, lambda: os._exit(3)):
            print(pages.written_by(act, pages.proc()).ranges)
    """)
    assert told.split() == ["()", "()"]


def test_the_rehearsal_calls_what_it_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file loads whole, every function but the one it lacks returns, and answers are sent."""
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # a worker replaces it
    heard: list[Answer] = []

    class Heard(Channel):
        def send(self, message: Answer) -> None:
            heard.append(read_answer(self._encode(message)[4:]))

    one = Worker(Heard(CHANNEL), Output(1, 0))
    for request in rehearsal._requests():
        assert isinstance(request, Load | Call)
        one.answer(request)
    loaded, *answers = heard
    assert isinstance(loaded, Loaded)
    assert (loaded.left_out, loaded.crashed) == ([], None)
    assert {type(answer) for answer in answers} == {Returned, Missing}
    assert not any(isinstance(answer, Bad) for answer in answers)


def test_a_child_rehearses_its_own_course() -> None:
    """The child that shows which pages are written to loads, answers, and comes to its end."""
    told = run("""
        from autograder import worker
        from autograder.sandbox import rehearsal

        rehearsal.rehearse()
        child = worker.prepare(1000)
        act = rehearsal.as_child(child)
        if libc.fork() == 0:
            act()
            os._exit(7)
        _, status = os.wait()
        often = pages.written_by(rehearsal.as_child(child), pages.proc())
        os.write(1, f"{os.waitstatus_to_exitcode(status)} {len(often.ranges)}".encode())
    """)
    ended, ranges = map(int, told.split())
    assert ended == 7
    assert (ranges > 0) == has_pagemap()
