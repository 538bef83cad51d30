"""List what changed since grades were last exported, and what keeps them from being complete."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.gradebook.gradebook import (
    Gradebook,
    GradebookRow,
    as_published,
    points_text,
)
from autograder.gradebook.sync import table_name
from autograder.record import decision_log
from autograder.record.decision_log import Published, TableChange
from autograder.text import at_most, one_line

MAX_CHANGES = 30
MAX_NAMES = 10
WIDTH = 80
LOSES, FALLS, DECIDED, OTHER = "lose by a newer attempt", "lower", "decided", "changed"
MARKED, MOVED = "{} newly marked", "{} redistributed, total unchanged"
OLDER = {
    "manual": "Marks for an older report",
    "adjustments": "Adjustments of older code",
    "times": "Times of older files, so not used",
}


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
    """List grades that differ from the exported ones: each is told once, since exports follow.

    Students who lose by a newer attempt come first, then other grades that fall, then what people
    have decided, then all others. New marks are counted, and so are grades whose points only moved
    between questions.
    """
    before = decision_log.published(gradebook.record)
    kinds = (LOSES, FALLS, DECIDED, OTHER, MARKED, MOVED)
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    for grade in gradebook if before else ():
        now = as_published(grade)
        old = before.get(now.submission)
        if old is not None and old != now and (kind := _kind(old, now)):
            late = ", late now and not before" if kind == LOSES and _is_late_now(old, now) else ""
            found[kind].append(f"{now.submission}: {_difference(old, now)}{late}")
    lines = []
    for kind, texts in found.items():
        if texts and kind in (MARKED, MOVED):
            lines.append(kind.format(len(texts)))
        elif texts:
            lines += [f"{kind} ({len(texts)}):"]
            lines += [f"  {one_line(text)}" for text in at_most(MAX_CHANGES, texts)]
    return lines


def _kind(old: Published, now: Published) -> str:
    """The heading under which a change is told; "" where only the file is another one."""
    fewer = (now.automatic or 0) + now.bonus < (old.automatic or 0) + old.bonus
    if now.code != old.code and (fewer or _is_late_now(old, now)):
        return LOSES
    if now.status != old.status:
        return FALLS if now.total < old.total else OTHER
    if now.total < old.total:
        return FALLS
    if now.total == old.total:
        moved = (now.questions, now.adjustment) != (old.questions, old.adjustment)
        return MOVED if moved else ""
    human = (now.report, now.adjustment) != (old.report, old.adjustment) or now.late != old.late
    if (old.report, now.questions, now.adjustment) == (None, old.questions, old.adjustment):
        return MARKED
    return DECIDED if human else OTHER


def _is_late_now(old: Published, now: Published) -> bool:
    return bool(now.is_late and not old.is_late)


def _difference(old: Published, now: Published) -> str:
    """For example "62 -> 70 (1.3 8 -> 16, late 0 -> -7)"."""
    parts = [] if old.status == now.status else [f"{old.status} -> {now.status}"]
    one, other = _points(old), _points(now)
    parts += [f"{name} {one[name]} -> {other[name]}" for name in one if one[name] != other[name]]
    return f"{old.total:g} -> {now.total:g}" + (f" ({', '.join(parts)})" if parts else "")


def _points(grade: Published) -> dict[str, str]:
    """The points of each question and of everything that people decide."""
    questions = dict(part.split() for part in grade.questions.split(", ") if part)
    others = {name: getattr(grade, name) for name in ("bonus", "report", "late", "adjustment")}
    return questions | {name: points_text(points) for name, points in others.items()}


def older_files(gradebook: Gradebook) -> Iterator[str]:
    """List marks and adjustments that were made for a file that no longer counts."""
    found = decision_log.for_older_files(gradebook.record)
    for kind, what in OLDER.items():
        mine = [one for one in found if one.kind == kind]
        names = [f"{one.submission} ({one.who})" if one.who else one.submission for one in mine]
        if names:
            todo = "look again, and change something in the line, such as the comment"
            todo = "write the new ones" if kind == "times" else todo
            yield named(f"{what} ({len(names)}; {todo})", names)


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
            yield named("not marked", unmarked)
    yield from older_files(gradebook)
    if gradebook.problems:
        yield f"Wrong lines ({len(gradebook.problems)}); each leaves its student incomplete:"
        yield from at_most(MAX_CHANGES, [f"  {one_line(one.text)}" for one in gradebook.problems])
    late = [one for one, of in points.items() if of.unclear]
    if late:
        yield named(
            "Marked late by the platform, but no submission time known; no points are taken off "
            "(times.csv)",
            late,
        )
    timeless = gradebook.without_time()
    if timeless:
        yield named("No submission time known; treated as on time (times.csv)", timeless)


def named(what: str, submissions: Sequence[str], limit: int = MAX_NAMES) -> str:
    """Return names in a paragraph, at most ``limit`` and how many more there are."""
    text = f"{what}: {', '.join(at_most(limit, submissions))}"
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_long_words=False)
