"""List what changed since grades were last exported, and what keeps them from being complete."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.gradebook.gradebook import Gradebook, GradebookRow, as_published, difference
from autograder.gradebook.sync import table_name
from autograder.record import decision_log
from autograder.record.decision_log import TableChange
from autograder.text import at_most, one_line

MAX_CHANGES = 30
MAX_NAMES = 10
WIDTH = 80


def table_changes(changes: Iterable[TableChange]) -> Iterator[str]:
    """Say how many decisions the record gained and lost: "adjustments.csv: 2 new, 1 withdrawn"."""
    for change in changes:
        counts = ((change.entered, "new"), (change.withdrawn, "withdrawn"))
        parts = ", ".join(f"{count} {what}" for count, what in counts if count)
        yield f"{table_name(change.kind)}: {parts}"


def tables_missing(counts: Mapping[str, int]) -> Iterator[str]:
    """Name tables that no longer exist, although decisions from them still hold."""
    if counts:
        names = ", ".join(f"{name} ({count})" for name, count in counts.items())
        yield textwrap.fill(
            f"Tables that no longer exist; their decisions still hold: {names}. To withdraw them, "
            "put the table back with its header only.",
            WIDTH,
        )


def grade_changes(gradebook: Gradebook) -> list[str]:
    """List submissions whose points differ from the exported ones, with the reason."""
    verdicts = {
        change.submission: str(change) for change in gradebook.record.changes(gradebook.run)
    }
    before = decision_log.published(gradebook.record)
    lines = [f"changed: {change}" for change in verdicts.values()]
    for grade in gradebook if before else ():
        now = as_published(grade)
        changed = difference(before, now, verdict=now.submission in verdicts)
        if changed:
            lines.append(f"decided: {now.submission}: {changed}")
    if len(lines) > MAX_CHANGES:
        lines[MAX_CHANGES:] = [f"… and {len(lines) - MAX_CHANGES} more have changed"]
    return [*map(one_line, lines)]  # reasons come from tables


def incomplete(
    gradebook: Gradebook, rows: Sequence[GradebookRow], *, reports: bool
) -> Iterator[str]:
    """Say which grades are not complete, and why; missing marks only if ``reports``."""
    # By submission, because a group's submission is in several rows.
    points = {row.submission: row.points for row in rows if row.points is not None}
    unmarked = [one for one, of in points.items() if of.report is None]
    if reports and unmarked:
        count = f"{len(unmarked)} reports are" if len(unmarked) > 1 else "1 report is"
        yield f"{count} not marked in full yet: no final grade in grades.csv."
        if len(unmarked) < len(points):
            yield _names("not marked", unmarked)
    late = [one for one, of in points.items() if of.unclear]
    if late:
        yield _names(
            "Marked late by the platform, but no submission time known; no points are taken off "
            "(times.csv)",
            late,
        )
    timeless = gradebook.without_time()
    if timeless:
        yield _names("No submission time known; treated as on time (times.csv)", timeless)


def _names(what: str, submissions: Sequence[str]) -> str:
    text = f"{what}: {', '.join(at_most(MAX_NAMES, submissions))}"
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_long_words=False)
