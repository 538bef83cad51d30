"""What is not as it was published: told before anything is written over, and what is missing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.gradebook import gradebook as grades
from autograder.gradebook import sync as deciding
from autograder.gradebook.gradebook import Grades, Row
from autograder.record import decision_log
from autograder.record.decision_log import TableChange

MAX_CHANGES = 30
MAX_NAMES = 10
WIDTH = 80


def entered(changes: Iterable[TableChange]) -> Iterator[str]:
    """What the course's tables have changed in the record: "adjustments: 2 new, 1 taken back"."""
    for change in changes:
        counts = ((change.entered, "new"), (change.withdrawn, "taken back"))
        words = ", ".join(f"{count} {what}" for count, what in counts if count)
        yield f"{deciding.table(change.kind)}: {words}"


def left_alone(counts: Mapping[str, int]) -> Iterator[str]:
    """A sentence where decisions hold that no table speaks of any more."""
    if counts:
        told = ", ".join(f"{name} ({count})" for name, count in counts.items())
        yield textwrap.fill(
            f"Not there any more, so what the record has of them holds: {told}. To take it back, "
            "leave the table there with its header only.",
            WIDTH,
        )


def changed(made: Grades) -> list[str]:
    """Whose points are not what was published: by another verdict, or by what people decided."""
    verdicts = {change.submission: str(change) for change in made.record.changes(made.run)}
    before, decided = decision_log.published(made.record), []
    # Who was never exported can have lost or gained nothing.
    for standing in made if before else ():
        now = grades.publishable(standing)
        one = now.submission
        words = grades.changed(before, now, verdict=one in verdicts)
        if words:
            decided.append(f"decided: {one}: {words}")
    told = [*(f"changed: {change}" for change in verdicts.values()), *decided]
    if len(told) > MAX_CHANGES:
        more = f"… and {len(told) - MAX_CHANGES} more have changed"
        return [*told[:MAX_CHANGES], more]
    return told


def missing(made: Grades, rows: Sequence[Row], *, reports: bool) -> Iterator[str]:
    """What keeps grades from being complete, with names; reports are counted where asked for."""
    # A group's submission stands in several rows.
    here = {row.submission: row.grade for row in rows if row.grade is not None}
    open_ = [one for one, grade in here.items() if grade.report is None]
    if reports and open_:
        count = f"{len(open_)} reports are" if len(open_) > 1 else "1 report is"
        yield f"{count} not marked in full yet: without a final grade in grades.csv."
        if len(open_) < len(here):
            yield _names("not marked", open_)
    late = [one for one, grade in here.items() if grade.unclear]
    if late:
        yield _names(
            "called late by the platform, but not since when, so nothing is taken off (times.csv)",
            late,
        )
    timeless = made.without_time()
    if timeless:
        yield _names("nobody says when these were submitted, so on time (times.csv)", timeless)


def _names(what: str, submissions: Sequence[str]) -> str:
    names = [*submissions[:MAX_NAMES]]
    if len(submissions) > MAX_NAMES:
        names.append(f"and {len(submissions) - MAX_NAMES} more")
    text = f"{what}: {', '.join(names)}"
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_long_words=False)
