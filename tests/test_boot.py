"""Warm parents that are started before they are needed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder import boot
from autograder.answers import Answers
from autograder.sandbox import Limits, Sandbox
from autograder.slots import LocalPool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")
SOURCE = b"def sigmoid(x): return 0.5\n"


def test_a_sandbox_takes_what_was_started_ahead() -> None:
    """The process that was started first is the warm parent; the next sandbox starts its own."""
    boot.ahead()
    boot.ahead()
    (waiting,) = boot._waiting
    with Sandbox() as first, Sandbox() as second:
        assert first._parent(scipy=False)._process is waiting.process
        assert second._parent(scipy=False)._process is not waiting.process
        with first.worker(SOURCE) as worker:
            assert worker.call("sigmoid", [0.0]).value == 0.5
    assert waiting.process.returncode == 0


def test_one_that_nobody_takes_goes_in_silence(capfd: pytest.CaptureFixture[str]) -> None:
    """A command that ends without grading leaves no process and not a word behind."""
    boot.ahead()
    (waiting,) = boot._waiting
    boot.put_away()
    assert waiting.process.returncode == 0
    assert capfd.readouterr() == ("", "")
    assert not boot._waiting


def test_a_slot_takes_it_over_the_fork() -> None:
    """The first slot has the process that was started ahead, and both are gone at the end."""
    boot.ahead()
    (waiting,) = boot._waiting
    pool = LocalPool(Answers(), Limits(), 1)
    try:
        assert not boot._waiting
        assert waiting.process.poll() is None
        (slot,) = pool._slots
        pid = slot.process.pid
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        assert below == ""
    finally:
        pool.close()
    assert waiting.process.returncode is not None
    assert not os.path.lexists(f"/proc/{waiting.process.pid}")
