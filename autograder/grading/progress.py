"""Show the progress of a batch: a bar on a terminal, a line every few seconds in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

PLAIN, DRAWN = 5.0, 0.1
"""Seconds between two lines in a log, and between two drawings of the bar."""


class Progress:
    """Gets every event of a batch. This base class, for a single submission, shows notes only."""

    def begin(self, total: int | None) -> None:
        """A batch of ``total`` submissions begins; None if their number is not known."""

    def done(self, submission: str) -> None:
        """A submission is recorded."""

    def tick(self) -> None:
        """Some time has passed."""

    def note(self, text: str) -> None:
        """Show a sentence at once."""
        print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        """The batch is over."""


class Display(Progress):
    """Shows on stderr what is done and the time left, estimated from the last 30 seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        from rich import progress
        from rich.console import Console
        from rich.text import Text

        class TwoLines(progress.Progress):
            """The bar, and below it the text, which a narrow terminal cuts off."""

            def get_renderables(self) -> "Iterator[RenderableType]":
                for task in self.tasks:
                    yield self.make_tasks_table([task])
                    yield Text(words(task), no_wrap=True, overflow="ellipsis")

        def words(task: progress.Task) -> str:
            return " ".join(str(column.render(task)).strip() for column in self._columns)

        self._console = Console(stderr=True, highlight=False)
        self._terminal = sys.stderr.isatty() and not self._console.is_dumb_terminal
        self._columns = (
            progress.MofNCompleteColumn(separator=" of "),
            progress.TextColumn("done,"),
            progress.TimeRemainingColumn(),
            progress.TextColumn("left, last: {task.description}", markup=False),
        )
        self._words = words
        self._progress = TwoLines(
            progress.BarColumn(bar_width=30),
            console=self._console,
            auto_refresh=False,  # no thread, because pool processes are forked from here
            disable=not self._terminal,
            get_time=clock,
        )
        self._clock = clock
        self._shown = clock()

    def begin(self, total: int | None) -> None:
        """Start the clock, and draw an empty bar."""
        self._progress.add_task("-", total=total)
        self._progress.start()

    def done(self, submission: str) -> None:
        (task,) = self._progress.tasks
        self._progress.update(task.id, advance=1, description=submission)
        self.tick()

    def tick(self) -> None:
        """Show the state, unless it was shown just now."""
        now = self._clock()
        if now - self._shown < (DRAWN if self._terminal else PLAIN):
            return
        self._shown = now
        if self._terminal:
            self._progress.refresh()
        else:
            (task,) = self._progress.tasks
            self.note(self._words(task))

    def note(self, text: str) -> None:
        """Print a line, on a terminal above the bar."""
        self._console.print(text, markup=False, soft_wrap=not self._terminal)

    def end(self) -> None:
        """Draw the bar a last time; in a log the summary follows."""
        if self._terminal:
            self._progress.stop()


def choose(total: int | None) -> Progress:
    """Return a display, or one of notes only for a single submission."""
    return Progress() if total == 1 else Display()
