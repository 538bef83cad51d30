"""The sandbox: every call has a reply, whatever the program does."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from assignment.checks.model.case import Reply
from autograder.errors import SandboxError
from autograder.paths import ROOT
from autograder.sandbox import Budget, Limits, Sandbox, limits, values, wire
from tests.sandbox.conftest import HONEST, QUICK


def ask(sandbox: Sandbox, source: str, *arguments: object) -> Reply:
    """The reply of ``sigmoid`` in a fresh worker."""
    with sandbox.worker(source.encode()) as worker:
        return worker.call("sigmoid", arguments)


def test_an_honest_call(sandbox: Sandbox) -> None:
    """A call gives the value, and the seconds it took."""
    with sandbox.worker(HONEST) as worker:
        report = worker.load()
        assert report.ok
        assert report.functions == ("sigmoid",)
        reply = worker.call("sigmoid", [np.array([0.0, np.inf])])
    assert reply.status == "returned"
    np.testing.assert_array_equal([0.5, 1.0], reply.value)  # type: ignore[arg-type]
    assert reply.seconds > 0


def test_each_of_several_calls_has_its_own_time(sandbox: Sandbox) -> None:
    """Calls of one request are answered in order, and together may take longer than one may."""
    source = b"import time\ndef sigmoid(x):\n    time.sleep(0.4)\n    return x\n"
    with sandbox.worker(source, budget=Budget(Limits(call_seconds=1.0))) as worker:
        replies = list(worker.call_all([("sigmoid", [x]) for x in (1, 2, 3, 4)]))
    assert [reply.value for reply in replies] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("while x == 2: pass", "timeout"),
        ("import os\n    if x == 2: os.abort()", "killed"),
        ("import os\n    if x == 2: os.write(3, b'\\1\\0\\0\\0?')", "bad_answer"),
    ],
)
def test_the_calls_after_one_that_ends_the_worker_have_no_reply(
    sandbox: Sandbox, body: str, status: str
) -> None:
    """The call at which the worker ends has the last reply; earlier ones keep theirs."""
    with sandbox.worker(f"def sigmoid(x):\n    {body}\n    return x\n".encode()) as worker:
        replies = list(worker.call_all([("sigmoid", [x]) for x in (1, 2, 3)]))
        assert not worker.alive
        assert worker.call("sigmoid", [1]).status == "not_judged"
    assert [reply.status for reply in replies] == ["returned", status]


def test_a_forged_answer_is_only_an_answer(sandbox: Sandbox) -> None:
    """Frames that student code writes count as its answers; one too many ends the worker."""
    forged = b"".join(
        wire.encode(wire.Returned(number, [value], [])) for number, value in ((1, 5), (2, 6))
    )
    source = f"import os\ndef sigmoid(x):\n    if x == 1: os.write(3, {forged!r})\n"
    with sandbox.worker(f"{source}    return x\n".encode()) as worker:
        replies = list(worker.call_all([("sigmoid", [x]) for x in (1, 2, 3)]))
    assert [reply.value for reply in replies[:2]] == [5, 6]
    assert replies[2].status == "bad_answer"


def test_inputs_are_copies(sandbox: Sandbox) -> None:
    """What a function does to its inputs changes neither the case nor the next call."""
    array = np.zeros(3)
    array.flags.writeable = False
    source = "def sigmoid(x):\n    x += 1\n    return x\n"
    with sandbox.worker(source.encode()) as worker:
        for _ in range(2):
            reply = worker.call("sigmoid", [array])
            np.testing.assert_array_equal([1, 1, 1], reply.value)  # type: ignore[arg-type]
            assert reply.notes == ("changed",)
    np.testing.assert_array_equal([0, 0, 0], array)


def test_plots_and_overflows_are_noted(sandbox: Sandbox) -> None:
    """What a call does besides is mentioned and costs nothing; plots of the file's top are not."""
    source = "import numpy as np\nimport matplotlib.pyplot as plt\nplt.figure()\ndef sigmoid(x):\n"
    source += "    if x == 2: plt.plot([x])\n    return np.exp(x)\n"
    with sandbox.worker(source.encode(), full=True) as worker:
        notes = [worker.call("sigmoid", [np.array(x)]).notes for x in (0.0, 2.0, 1000.0)]
    assert notes == [(), ("plots",), ("overflow",)]


def test_a_missing_function(sandbox: Sandbox) -> None:
    """A function that is not there differs from a name that is not a function."""
    replies = [ask(sandbox, source, 1.0) for source in ("x = 1\n", "sigmoid = 3\n")]
    assert {reply.status for reply in replies} == {"not_implemented"}
    assert [("not a function" in reply.text) for reply in replies] == [False, True]


WAYS_TO_END = {
    "raise NotImplementedError": ("not_implemented", "NotImplementedError"),
    "raise type('Mine', (KeyError,), {})('no')": ("error", "KeyError: 'no'"),
    "sys.exit(0)": ("error", "SystemExit"),
    "exit()": ("error", "SystemExit"),
    "raise KeyboardInterrupt": ("error", "KeyboardInterrupt"),
    "raise GeneratorExit": ("error", "GeneratorExit"),
    "raise BaseException('\\ud800')": ("error", "BaseException"),
    "raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})": ("error", "Exception"),
    "raise type('E', (Exception,), {'__str__': lambda s: 'x' * 10**6})": ("error", "Exception: x"),
    "raise type('E', (Exception,), {'__str__': lambda s: s.nothing})('a')": ("error", "Exception"),
    "sys.stdout.write(b'x')": ("error", "TypeError"),
    "return sigmoid(x)": ("error", "RecursionError"),
    "return np.ones(10**9)": ("error", "MemoryError"),
    "return [0] * 10**9": ("error", "MemoryError"),
    "os._exit(0)": ("killed", "ended itself"),
    "os.abort()": ("killed", "too much memory"),
    "ctypes.string_at(0)": ("killed", "program crashed"),
    "os.close(3)": ("killed", ""),
    "while True: pass": ("timeout", "0.5 seconds"),
    "time.sleep(60)": ("timeout", "0.5 seconds"),
    "return sum(range(10**12))": ("timeout", "0.5 seconds"),
    "return (n for n in [1])": ("bad_answer", "a generator"),
    "return iter(int, 1)": ("bad_answer", "an object of a class of its own"),
    "return {'y': 1}": ("bad_answer", "a dict"),
    "return type('T', (), {'__class__': property(lambda s: 1 / 0)})()": ("bad_answer", "its own"),
    "l = []; l.append(l); return l": ("bad_answer", "nested"),
    "return 'x' * 10**6": ("bad_answer", "a text of more than"),
    "return [0] * 10**6": ("bad_answer", "items"),
    "return ['x' * 500] * 9000": ("bad_answer", "more than 1 MB"),
    "return 10 ** 5000": ("bad_answer", "too large for a float"),
    "os.write(3, b'x' * 100)": ("bad_answer", "wrote to a descriptor"),
    "while 1: os.write(3, b'\\xff' * 8)": ("bad_answer", "wrote to a descriptor"),
    "while 1: os.write(3, b'\\x05\\0\\0\\0hello')": ("bad_answer", "wrote to a descriptor"),
}
"""The body of a function, how its call ends, and a part of what is said about that."""


@pytest.mark.parametrize("body", WAYS_TO_END)
def test_every_way_to_end_has_its_status(sandbox: Sandbox, body: str) -> None:
    """Exceptions, exits, crashes, hangs, exhaustion and forged frames each have a status.

    Each has a bounded sentence, and exceptions their line; the next worker is a new one.
    """
    source = "import ctypes, os, sys, time\nimport numpy as np\ndef sigmoid(x):\n    "
    reply = ask(sandbox, f"{source}{body}\n", 1.0)
    status, said = WAYS_TO_END[body]
    assert (reply.status, len(reply.text) <= values.MAX_TEXT) == (status, True)
    assert said in f"{reply.kind}: {reply.text}"
    if reply.kind:
        assert (reply.line, reply.origin) == (4, "sigmoid")
    assert ask(sandbox, HONEST.decode(), 0.0).value == 0.5


def test_printing_is_kept_up_to_a_bound(sandbox: Sandbox) -> None:
    """What is printed is kept up to the limit, and printing for ever holds nobody up."""
    source = b"import os\ndef sigmoid(x):\n    print('hello')\n    return 1.0\n"
    with sandbox.worker(source) as worker:
        assert worker.call("sigmoid", [1]).value == 1.0
    assert worker.output == "hello\n"
    flood = (
        "import os\ndef sigmoid(x):\n    for _ in range(2000):\n        print('x' * 10000)\n"
        "        try: os.write(1, b'y' * 10000)\n        except OSError: pass\n    return 1.0\n"
    )
    with sandbox.worker(flood.encode()) as worker:
        assert worker.call("sigmoid", [1]).value == 1.0
    assert len(worker.output) == QUICK.output


def test_loading_reports_what_was_left_out(sandbox: Sandbox) -> None:
    """Statements that were not run, and packages with placeholders, are reported."""
    source = b"import sklearn\nprint('training')\ndef sigmoid(x):\n    return x\n"
    with sandbox.worker(source) as worker:
        report = worker.load()
    assert report.left_out[0][0] == 2
    assert report.placeholders == ("sklearn",)
    with sandbox.worker(source, full=True) as worker:
        assert worker.load().left_out == ()
    assert worker.output == "training\n"


def test_a_crash_in_a_full_load_is_reported(sandbox: Sandbox) -> None:
    """An exception at the top level comes with the report, and earlier functions are there."""
    with sandbox.worker(HONEST + b"1 / 0\n", full=True) as worker:
        crashed = worker.load().crashed
        assert crashed is not None
        assert (crashed.kind, crashed.line) == ("ZeroDivisionError", 4)
        assert worker.call("sigmoid", [0.0]).value == 0.5


NOT_LOADED = [b"def (", b"\xff\xfe", b"x = 'a\0b'", b"#" * 1_000_001, b"while True: pass"]


@pytest.mark.parametrize("source", NOT_LOADED)
def test_files_that_cannot_be_loaded(sandbox: Sandbox, source: bytes) -> None:
    """A file that is not Python, or hangs at its top, has a sentence for every call."""
    with sandbox.worker(source, full=True) as worker:
        report = worker.load()
        assert not report.ok
        assert report.reply.status == ("timeout" if b"while" in source else "error")
        assert report.reply.text
        assert worker.call("sigmoid", [1]) == report.reply


def test_the_budget_of_a_submission(sandbox: Sandbox) -> None:
    """The time of all workers of a submission is added up, and their number is limited."""
    budget = Budget(Limits(call_seconds=0.5, submission_seconds=0.3))
    with sandbox.worker(b"def sigmoid(x):\n    while 1: pass\n", budget=budget) as worker:
        assert worker.call("sigmoid", [1]).status == "timeout"
    with sandbox.worker(HONEST, budget=budget) as worker:
        reply = worker.call("sigmoid", [1])
    assert reply.status == "timeout"
    assert "whole file" in reply.text
    few = Budget(Limits(workers=1))
    for expected in (True, False):
        with sandbox.worker(HONEST, budget=few) as worker:
            assert worker.load().ok is expected


def test_every_worker_starts_in_the_same_state(sandbox: Sandbox) -> None:
    """What one submission leaves in modules is not there for the next, and scores are repeated."""
    source = "import math, random, numpy as np\ndef sigmoid(x):\n    left = hasattr(math, 'left')\n"
    source += "    math.left = np.left = 1\n    return left, random.random(), np.random.rand()\n"
    first, second = (ask(sandbox, source, 1).value for _ in range(2))
    assert isinstance(first, tuple)
    assert (first[0], first) == (False, second)


def test_threads_of_a_program_work(sandbox: Sandbox) -> None:
    """A program can start threads, wait for them and count them."""
    source = (
        "from threading import *\ndef sigmoid(x):\n    found = []\n"
        "    one = Thread(target=lambda: found.append(active_count()))\n"
        "    one.start()\n    one.join()\n"
        "    return found, current_thread() is main_thread(), active_count()\n"
    )
    assert ask(sandbox, source, 1).value == ([2], True, 1)


@pytest.mark.parametrize("forbidden", [(), ("namespaces",), ("namespaces", "landlock")])
def test_a_worker_has_four_descriptors(forbidden: tuple[str, ...]) -> None:
    """Four are open in each, however many the grader has and however many workers there were."""
    source = (
        "import contextlib, os\ndef sigmoid(x):\n    found = []\n    for n in range(4096):\n"
        "        with contextlib.suppress(OSError): found += [os.fstat(n) and n]\n"
        "    return found\n"
    )
    held = [os.dup(0) for _ in range(200)]
    try:
        with Sandbox(forbid=frozenset(forbidden)) as sandbox:
            for _ in range(3):
                assert ask(sandbox, source, 1).value == [0, 1, 2, 3]
    finally:
        for descriptor in held:
            os.close(descriptor)


def test_the_environment_is_empty(sandbox: Sandbox) -> None:
    """No variable, argument or import path leads to the grader."""
    source = "import os, sys\ndef sigmoid(x): return len(os.environ), sys.argv, sys.path\n"
    value = ask(sandbox, source, 1).value
    assert isinstance(value, tuple)
    assert value[:2] == (0, [""])
    assert str(ROOT) not in value[2]


def test_the_reference_cannot_be_imported(sandbox: Sandbox) -> None:
    """Neither the reference nor the cases are importable or in memory."""
    source = b"import importlib, sys\ndef sigmoid(x):\n"
    source += b"    return x in sys.modules or importlib.import_module(x)\n"
    with sandbox.worker(source) as worker:
        for module in ("solution.neural_network", "autograder.cases.graded", "solution"):
            reply = worker.call("sigmoid", [module])
            assert reply.status == "error", module
            assert reply.kind in ("ModuleNotFoundError", "PermissionError"), module


def test_texts_have_no_control_characters(sandbox: Sandbox) -> None:
    """No exception and no print can command a terminal, turn a line around or fake an end."""
    source = b"def sigmoid(x):\n    print('\\x1b[2J1\\r2\\r\\n3\\t\\x9b')\n"
    source += b"    raise ValueError('\\x1b]0;x\\x07\\u202e')\n"
    with sandbox.worker(source) as worker:
        assert worker.call("sigmoid", [1.0]).text == "�]0;x��"
    assert worker.output == "�[2J1\n2\n3\t�\n"


def test_the_kernel_kills_workers_first_where_memory_runs_out(sandbox: Sandbox) -> None:
    """Workers and fork servers have the highest score for being killed."""
    mine, theirs = (
        Path("/proc", str(pid), "oom_score_adj").read_text()
        for pid in (os.getpid(), sandbox._server(scipy=False)._process.pid)
    )
    assert int(theirs) == 1000 > int(mine)


def test_a_value_larger_than_every_buffer_goes_there_and_back(sandbox: Sandbox) -> None:
    """Neither side waits for ever where a call and its answer are larger than its buffers."""
    array = np.arange(1e5)
    with sandbox.worker(b"def sigmoid(x): return x\n") as worker:
        for number in range(3):
            value = worker.call("sigmoid", [array + number]).value
            np.testing.assert_array_equal(array + number, value)  # type: ignore[arg-type]


def test_unknown_layers_cannot_be_forbidden() -> None:
    """A misspelt layer is an error, not a weaker test."""
    with pytest.raises(SandboxError):
        Sandbox(forbid=frozenset({"seccom"}))


def test_other_systems_are_sent_to_the_container(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Linux the error says what to use instead."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxError, match="Containerfile"):
        Sandbox()


def test_a_busy_machine_is_given_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits grow with the processes that wait for each processor, up to four times."""
    cores = len(os.sched_getaffinity(0))
    for load, expected in ((0.0, 1.0), (1.0, 1.0), (1.5, 1.5), (3.0, 3.0), (50.0, 4.0)):
        monkeypatch.setattr(os, "getloadavg", lambda load=load: (load * cores, 0.0, 0.0))
        assert limits.patience() == pytest.approx(expected)
