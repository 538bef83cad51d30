"""How far a batch is: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

EVERY = 5.0
"""Seconds between two plain lines."""


class Progress(Protocol):
    """Told of every submission; says what it likes of that."""

    def begin(self, total: int | None) -> None:
        """A batch begins; ``total`` submissions, None where nobody has counted."""

    def done(self, submission: str, *, graded: bool) -> None:
        """A submission is recorded; ``graded`` is False where nothing had to be run for it."""

    def tick(self) -> None:
        """Time has passed."""

    def note(self, text: str) -> None:
        """Something to be said at once."""

    def end(self) -> None:
        """The batch is over."""


class Silent:
    """Says nothing but notes; for one submission, and for tests."""

    def begin(self, total: int | None) -> None:
        """Nothing."""

    def done(self, submission: str, *, graded: bool) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """One line to stderr."""
        print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Nothing."""


class Count:
    """Done, left, rate and time to go; unchanged submissions cost nothing and do not count in."""

    def __init__(self, total: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = total
        self.done = 0
        self.graded = 0
        self.last = ""
        self._clock = clock
        self._began = clock()

    def add(self, submission: str, *, graded: bool) -> None:
        """One more."""
        self.done += 1
        self.graded += graded
        self.last = submission

    @property
    def rate(self) -> float:
        """Submissions graded per second."""
        return self.graded / max(self._clock() - self._began, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """Seconds to go if all that are left have to be graded; None where nobody can say."""
        if self.total is None or not self.graded:
            return None
        return (self.total - self.done) / self.rate

    def __str__(self) -> str:
        """For example "120 of 300 done, 180 left, 14.2 a second, 13 s to go, last: alice"."""
        words = [f"{self.done} done"]
        if self.total is not None:
            words = [f"{self.done} of {self.total} done", f"{self.total - self.done} left"]
        words.append(f"{self.rate:.1f} a second")
        left = self.seconds_left
        if left is not None:
            words.append(f"{duration(left)} to go")
        if self.last:
            words.append(f"last: {self.last}")
        return ", ".join(words)


def duration(seconds: float) -> str:
    """Seconds in words of the right size, such as "42 s", "3 min 20 s" or "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Plain:
    """A line every ``EVERY`` seconds, for logs and pipes."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._count = Count(None, clock)
        self._told = clock()

    def begin(self, total: int | None) -> None:
        """Start counting."""
        self._count = Count(total, self._clock)
        self._told = self._clock()

    def done(self, submission: str, *, graded: bool) -> None:
        """Count it."""
        self._count.add(submission, graded=graded)
        self.tick()

    def tick(self) -> None:
        """Say how far it is, if that was not said just now."""
        if self._clock() - self._told >= EVERY:
            self._told = self._clock()
            self.note(str(self._count))

    def note(self, text: str) -> None:
        """One line."""
        print(text, file=self._stream, flush=True)

    def end(self) -> None:
        """Nothing; the summary follows."""


class Bar:
    """rich's bar. Refreshed by us: a thread of its own would be there when slots are forked."""

    def __init__(self) -> None:
        self._count = Count(None)
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None
        self._drawn = 0.0

    def begin(self, total: int | None) -> None:
        """Draw an empty bar."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._count = Count(total)
        columns = (BarColumn(bar_width=30), TextColumn("{task.description}", markup=False))
        self._bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
        self._task = self._bar.add_task("", total=total)
        self._bar.start()

    def done(self, submission: str, *, graded: bool) -> None:
        """Count it."""
        self._count.add(submission, graded=graded)
        self.tick()

    def tick(self) -> None:
        """Draw, at most ten times a second."""
        if time.monotonic() - self._drawn >= 0.1:
            self._draw()

    def note(self, text: str) -> None:
        """A line above the bar."""
        assert self._bar is not None
        self._bar.console.print(text, markup=False, highlight=False)

    def end(self) -> None:
        """Draw it a last time."""
        assert self._bar is not None
        self._draw()
        self._bar.stop()

    def _draw(self) -> None:
        assert self._bar is not None
        assert self._task is not None
        self._drawn = time.monotonic()
        self._bar.update(self._task, completed=self._count.done, description=str(self._count))
        self._bar.refresh()


def choose(total: int | None) -> Progress:
    """What suits standard error and the number of submissions."""
    if total == 1:
        return Silent()
    return Bar() if sys.stderr.isatty() else Plain()
