"""What the pool says when no process of it can start; see also test_batch."""

from __future__ import annotations

import os
import sys

import pytest

from autograder.cases.answers import Answers
from autograder.errors import SandboxError
from autograder.grading.pool import LocalPool
from autograder.sandbox import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers()


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
