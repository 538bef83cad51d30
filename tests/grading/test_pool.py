"""What the pool says when no process of it can start; see also test_batch."""

import os
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from autograder.errors import SandboxError, SandboxLost
from autograder.grading.pool import LocalPool
from autograder.intake.submission import Submission
from autograder.sandbox import Isolation, Limits, Sandbox, Worker
from tests.builders.results import ANSWERS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")


def grade(pool: LocalPool, *names: str) -> None:
    """Grade a file for each name, and wait until all have their results."""
    for name in names:
        pool.submit(Submission(name, b"def sigmoid(x):\n    return 0.5\n"))
    left = {*names}
    while left:
        left -= {result.submission for _, result in pool.wait(20.0)}


def test_processes_that_cannot_start_raise_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """No endless replacing: after three starts that failed there is an error."""
    monkeypatch.setattr("autograder.grading.pool.Sandbox", lambda *_, **__: os._exit(1))
    with pytest.raises(SandboxError, match="No pool process can be started"):
        LocalPool(ANSWERS, Limits(), 2)


def test_a_host_that_cannot_confine_is_refused() -> None:
    """Below the level that is asked for nothing is run, and the sentence says what to do."""
    with pytest.raises(SandboxError, match=r"at least 4 is asked for.*doctor.*--unsafe"):
        LocalPool(ANSWERS, Limits(), 1, least=4)


def test_a_process_at_a_lower_level_does_not_grade(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that confines less well than the others is started again, and then there is an error."""

    class Weaker(Sandbox):
        @property
        def isolation(self) -> Isolation:
            return replace(super().isolation, level=1)

    with closing(LocalPool(ANSWERS, Limits(), 2, least=1)) as pool:
        (level,) = pool.levels()
        monkeypatch.setattr("autograder.grading.pool.Sandbox", Weaker)
        with pytest.raises(SandboxError, match=f"at level 1, others at {level}"):
            grade(pool, "ann", "bob")


def test_a_lost_sandbox_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where workers can no longer be confined nothing more is judged, and the error says so."""

    class Lost(Sandbox):
        def worker(self, *_: object, **__: object) -> Worker:
            raise SandboxLost("Students' code can no longer be confined.")

    monkeypatch.setattr("autograder.grading.pool.Sandbox", Lost)
    pool = LocalPool(ANSWERS, Limits(), 1, least=1)
    with closing(pool), pytest.raises(SandboxError, match="can no longer be confined"):
        grade(pool, "ann")
