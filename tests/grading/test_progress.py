"""The progress of a batch: a bar on a terminal, lines in a log, nothing for a single submission."""

import os
import pty
import re
import sys
import threading
from contextlib import suppress

import pytest

from autograder.grading import progress
from autograder.grading.progress import Display, Progress


def test_a_log_gets_a_line_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """Not on a terminal: a line each five seconds, whether or not something is done."""
    now = [0.0]
    display = Display(lambda: now[0])
    display.begin(3)
    display.done("alice")
    assert capsys.readouterr().err == ""
    now[0] = 5.0
    display.tick()
    display.tick()
    now[0] = 11.0
    display.done("[b]" + "o" * 100)
    display.note("A [b] note.")
    display.end()
    assert capsys.readouterr().err.splitlines() == [
        "1 of 3 done, -:--:-- left, last: alice",
        f"2 of 3 done, 0:00:11 left, last: [b]{'o' * 100}",
        "A [b] note.",
    ]


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_gets_a_bar(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar and its text have a line each, of the terminal's width; no thread draws them."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")
        before = set(threading.enumerate())  # earlier tests may have left some
        chosen = progress.choose(2)
        chosen.begin(2)
        chosen.done("[b]alice" + "e" * columns)
        chosen.note("A [b] note.")
        chosen.end()
        assert set(threading.enumerate()) <= before
    drawn = b""
    with os.fdopen(ours, "rb", buffering=0) as screen, suppress(OSError):  # EIO at the end
        while chunk := screen.read(65536):
            drawn += chunk
    text = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", drawn.decode())
    lines = re.split(r"[\r\n]+", text)
    assert any(line.startswith("1 of 2 done, -:--:-- left, last: [b]al") for line in lines)
    assert any(line.startswith("━") for line in lines)
    assert "A [b] note." in lines
    assert max(map(len, lines)) <= columns


def test_one_submission_needs_no_display() -> None:
    """A single file gets no bar, and rich is not imported for it."""
    assert type(progress.choose(1)) is Progress
