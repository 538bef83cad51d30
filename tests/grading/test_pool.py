"""What the pool says when no process of it can start; see also test_batch."""

import os
import sys
from dataclasses import replace

import pytest

from autograder.cases.answers import Answers
from autograder.errors import SandboxError, SandboxLost
from autograder.grading.pool import LocalPool
from autograder.intake.submission import Submission
from autograder.sandbox import Isolation, Limits, Sandbox, Worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers()


def wait_for(pool: LocalPool, names: list[str]) -> None:
    """Wait until the submissions have their results."""
    left = set(names)
    while left:
        left -= {result.submission for _, result in pool.wait(20.0)}


def test_processes_that_cannot_start_raise_an_error(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No endless replacing: after three starts that failed there is an error."""
    monkeypatch.setattr("autograder.grading.pool.Sandbox", lambda *_, **__: os._exit(1))
    with pytest.raises(SandboxError, match="No pool process can be started"):
        LocalPool(answers, Limits(), 2)


def test_a_host_that_cannot_confine_is_refused(answers: Answers) -> None:
    """Below the level that is asked for nothing is run, and the sentence says what to do."""
    with pytest.raises(SandboxError, match=r"at least 4 is asked for.*doctor.*--unsafe"):
        LocalPool(answers, Limits(), 1, least=4)


def test_a_process_at_a_lower_level_does_not_grade(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that confines less well than the others is started again, and then there is an error."""

    class Weaker(Sandbox):
        @property
        def isolation(self) -> Isolation:
            return replace(super().isolation, level=1)

    pool = LocalPool(answers, Limits(), 2, least=1)
    try:
        (level,) = pool.levels()
        monkeypatch.setattr("autograder.grading.pool.Sandbox", Weaker)
        for name in ("ann", "bob"):
            pool.submit(Submission(name, b"def sigmoid(x):\n    return 0.5\n"))
        with pytest.raises(SandboxError, match=f"at level 1, others at {level}"):
            wait_for(pool, ["ann", "bob"])
    finally:
        pool.close()


def test_a_lost_sandbox_ends_the_command(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where workers can no longer be confined nothing more is judged, and the error says so."""

    class Lost(Sandbox):
        def worker(self, *_: object, **__: object) -> Worker:
            raise SandboxLost("Students' code can no longer be confined.")

    monkeypatch.setattr("autograder.grading.pool.Sandbox", Lost)
    pool = LocalPool(answers, Limits(), 1, least=1)
    try:
        pool.submit(Submission("ann", b"def sigmoid(x):\n    return 0.5\n"))
        with pytest.raises(SandboxError, match="can no longer be confined"):
            wait_for(pool, ["ann"])
    finally:
        pool.close()
