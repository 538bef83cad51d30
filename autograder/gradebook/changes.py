"""List what changed since grades were last exported, and wrong lines of the tables."""

from collections.abc import Iterable, Iterator, Mapping

from autograder.gradebook.gradebook import Gradebook, as_published, points_text
from autograder.record import decision_log
from autograder.record.decision_log import Published, TableChange
from autograder.record.decisions import TABLES
from autograder.text import at_most, one_line

MAX_CHANGES = 30
LOSES, FALLS, DECIDED, OTHER = "lose by a newer attempt", "lower", "decided", "changed"
MARKED, MOVED = "{} newly marked", "{} redistributed, total unchanged"


def table_changes(changes: Iterable[TableChange]) -> Iterator[str]:
    """Say how many decisions the record gained and lost: "adjustments.csv: 2 new, 1 withdrawn"."""
    for change in changes:
        counts = ((change.entered, "new"), (change.withdrawn, "withdrawn"))
        parts = ", ".join(f"{count} {what}" for count, what in counts if count)
        yield f"{TABLES[change.kind]}: {parts}"


def tables_missing(counts: Mapping[str, int]) -> Iterator[str]:
    """Name tables that no longer exist, although decisions from them still hold."""
    if counts:
        names = ", ".join(f"{name} ({count})" for name, count in counts.items())
        yield (
            f"Tables that no longer exist; their decisions still hold: {names}. To withdraw them, "
            "put the table back with its header only."
        )


def grade_changes(gradebook: Gradebook) -> list[str]:
    """List grades that differ from the exported ones, each once, since an export follows.

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
    """The heading that a change belongs to; "" where only the file is another one."""
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


def wrong_lines(gradebook: Gradebook) -> Iterator[str]:
    """List the lines of tables that could not be read; each leaves its student incomplete."""
    if gradebook.problems:
        yield f"Wrong lines ({len(gradebook.problems)}); each leaves its student incomplete:"
        yield from at_most(MAX_CHANGES, [f"  {one_line(one.text)}" for one in gradebook.problems])
