"""Slots by themselves: where they run, and what is said when none can; see also test_batch."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.answers import Answers
from autograder.errors import SandboxError
from autograder.sandbox import Limits
from autograder.slots import LocalPool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers()


@pytest.fixture
def two_processors() -> Iterator[set[int]]:
    """Two processors, to which this process keeps meanwhile; there may be more."""
    before = os.sched_getaffinity(0)
    if len(before) < 2:
        pytest.skip("one processor: there is nothing to share")
    two = set(sorted(before)[-2:])
    os.sched_setaffinity(0, two)
    yield two
    os.sched_setaffinity(0, before)


def processors(pid: int | None) -> set[frozenset[int]]:
    """Where a process may run, and all that it has started."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    theirs = (processors(int(child)) for child in below)
    return {frozenset(os.sched_getaffinity(pid or 0))}.union(*theirs)


def schedulers(pid: int | None) -> list[int]:
    """How a process is scheduled, then those that it has started, in turn."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = os.sched_getscheduler(pid or 0) & ~os.SCHED_RESET_ON_FORK
    return [own, *(one for child in below for one in schedulers(int(child)))]


def wait_for_all(pool: LocalPool, count: int) -> list[set[frozenset[int]]]:
    """Where each slot runs when ``count`` of them are ready."""
    while len(pool._slots) < count:
        pool._another()
    while any(slot.level < 0 for slot in pool._slots):
        pool._listen(1.0)
    return [processors(slot.process.pid) for slot in pool._slots]


def test_a_slot_for_each_processor_has_it_to_itself(
    answers: Answers, two_processors: set[int]
) -> None:
    """With as many slots as processors each keeps to its own, and so do those that replace them."""
    pool = LocalPool(answers, Limits(), 2, least=0)
    try:
        for _ in range(2):
            pool._another()
            pool._slots.pop(0).end()
        where = wait_for_all(pool, 2)
        how = [schedulers(slot.process.pid) for slot in pool._slots]
    finally:
        pool.close()
    for slot, *workers in how:
        assert slot == os.SCHED_BATCH  # it lets its worker go on
        assert set(workers) == {os.SCHED_OTHER}
    own = [{frozenset({cpu})} for cpu in two_processors]
    assert where in (own, own[::-1])


def test_fewer_slots_than_processors_run_anywhere(
    answers: Answers, two_processors: set[int]
) -> None:
    """A processor that no slot has to itself does a part of the work."""
    pool = LocalPool(answers, Limits(), 1, least=0)
    try:
        where = wait_for_all(pool, 1)
    finally:
        pool.close()
    assert where == [{frozenset(two_processors)}]


def test_slots_that_cannot_start_say_so(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """No endless replacing: after three starts that failed there is an error."""
    monkeypatch.setattr("autograder.slots.Sandbox", lambda *_, **__: os._exit(1))
    with pytest.raises(SandboxError, match="No slot can be started"):
        LocalPool(answers, Limits(), 2)


def test_a_host_that_cannot_confine_is_refused(answers: Answers) -> None:
    """Below the level that is asked for nothing is run, and the sentence says what to do."""
    with pytest.raises(SandboxError, match=r"at least 4 is asked for.*doctor.*--unsafe"):
        LocalPool(answers, Limits(), 1, least=4)
