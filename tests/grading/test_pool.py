"""What the pool says when no process of it can start; see also test_batch."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import SandboxError, SandboxLost
from autograder.grading.pool import LocalPool
from autograder.sandbox import Isolation, Limits, Sandbox, Worker
from tests.builders.pools import batch, given
from tests.builders.results import ANSWERS
from tests.builders.sources import STUB

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")


ANN, BOB = (given(name, STUB.encode()) for name in ("ann", "bob"))


def test_processes_that_cannot_start_raise_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """No endless replacing: after three starts that failed there is an error."""
    monkeypatch.setattr("autograder.grading.pool.Sandbox", lambda *_, **__: os._exit(1))
    with pytest.raises(SandboxError, match="No pool process can be started"):
        LocalPool(ANSWERS, Limits(), 2)


def test_a_host_that_cannot_confine_is_refused() -> None:
    """Below the level that is asked for nothing is run, and the sentence says what to do."""
    with pytest.raises(SandboxError, match=r"at least 4 is asked for.*doctor.*--unsafe"):
        LocalPool(ANSWERS, Limits(), 1, least=4)


def test_a_process_at_a_lower_level_does_not_grade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that confines less well than the others is started again, and then there is an error."""

    class Weaker(Sandbox):
        @property
        def isolation(self) -> Isolation:
            return replace(super().isolation, level=1)

    pool = LocalPool(ANSWERS, Limits(), 2, least=1)
    (level,) = pool.levels()
    monkeypatch.setattr("autograder.grading.pool.Sandbox", Weaker)
    with pytest.raises(SandboxError, match=f"at level 1, others at {level}"):
        batch(tmp_path, [ANN, BOB], pool)


def test_a_lost_sandbox_ends_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where workers can no longer be confined nothing more is judged, and the error says so."""

    class Lost(Sandbox):
        def worker(self, *_: object, **__: object) -> Worker:
            raise SandboxLost("Students' code can no longer be confined.")

    monkeypatch.setattr("autograder.grading.pool.Sandbox", Lost)
    with pytest.raises(SandboxError, match="can no longer be confined"):
        batch(tmp_path, [ANN], LocalPool(ANSWERS, Limits(), 1, least=1))
