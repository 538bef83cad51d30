"""Read the tables of decisions: ``adjustments.csv``, ``extensions.csv`` and the others.

All wrong lines of a table are reported together, each with what is wrong and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from autograder.cases.outputs import Target, targets
from autograder.cases.points import REPORT
from autograder.course.directory import Directory
from autograder.course.settings import Course
from autograder.csvfile import Faults, TableRow, read
from autograder.errors import TableError
from autograder.gradebook import rubric
from autograder.record.decisions import (
    WAIVED,
    Adjustment,
    Decisions,
    Excused,
    Extension,
    Member,
    SubmissionTime,
)
from autograder.text import did_you_mean, shown

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d?\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?")
Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


def from_course(course: Course, directory: Directory | None = None) -> Decisions:
    """Read all tables of a course.

    Without a directory, which is known only after intake, submissions are taken as they are
    written; so the form can be checked before anything is graded.

    Raises:
        ConfigError: where a table that the course names does not exist.
        TableError: with every wrong line of a table, and what to do.
    """
    if course.folder is None:
        return Decisions()
    adjustments, extensions = course.file("adjustments"), course.file("extensions")
    groups, times, marks = course.file("groups"), course.file("times"), rubric.find(course)
    known = targets(course.course_points())
    return Decisions(
        adjustments=_adjustments(adjustments, known, directory) if adjustments else None,
        excused=tuple(Excused(place, reason) for place, reason in course.excused.items()),
        extensions=_extensions(extensions, course.due, directory) if extensions else None,
        members=_members(groups, directory) if groups else None,
        times=_times(times, course.due, directory) if times else None,
        # The submissions in it can be checked only after intake.
        manual=tuple(rubric.read(marks, course, directory.submissions))
        if marks and directory
        else None,
    )


def _adjustments(
    path: Path, known: Mapping[str, Target], directory: Directory | None
) -> tuple[Adjustment, ...]:
    faults = Faults(path)
    found: dict[tuple[str, str], tuple[int, Adjustment]] = {}
    columns = ("submission", "points", "reason", "by", "date")
    rows = read(path, columns, ("question", "case"))
    if rows and not rows[0].cells.keys() & {"question", "case"}:
        raise TableError(
            f"{path}: a column “question” or “case” is missing. It says what the points are for."
        )
    for row in rows:
        target, problem = _target(row, known)
        submission = _key(row, directory)
        problem = problem or _unknown(row, directory)
        points = re.fullmatch(r"(to\s+|[+-]?)(\d{1,4})", row["points"].replace("−", "-").lower())
        if not problem and target is not None:
            problem = _points_problem(row["points"], points, target) or _signature_problem(row)
        if problem or target is None or points is None:
            faults.add(row.line, problem)
            continue
        entry = Adjustment(
            submission,
            target.name,
            int(points[2]) * (-1 if points[1] == "-" else 1),
            points[1].startswith("to"),
            row["reason"],
            row["by"],
            row["date"],
        )
        _add(found, (submission, target.name), entry, row, faults, "Combine the two lines.")
    faults.raise_any()
    return tuple(entry for _, entry in found.values())


def _target(row: TableRow, known: Mapping[str, Target]) -> tuple[Target | None, str]:
    """Find the question, case or output of a line, or return a sentence that says why not."""
    written = [name for name in (row["question"], row["case"]) if name]
    if not written:
        return None, "it does not say what the points are for. Fill in the question or the case."
    found = []
    for name in written:
        # A spreadsheet with decimal commas writes question 1.3 as 1,3.
        target = known.get(name) or known.get(name.replace(",", "."))
        if target is None:
            if name.replace(",", ".") == REPORT:
                return None, "the report's points are in manual.csv. Change them there."
            return None, (
                f"there is no question, case or output “{shown(name)}”. "
                f"{did_you_mean(name, known)}"
                f"Questions are {', '.join(q for q in known if q[0].isdigit())} "
                "(a spreadsheet takes them for dates unless the cells are text); the feedback "
                "files list the cases."
            )
        found.append(target)
    if len({target.question for target in found}) > 1:
        return None, f"“{written[1]}” is not a case of question {written[0]}. Fix one of the two."
    return min(found, key=lambda target: target.rank), ""


def _points_problem(written: str, points: re.Match[str] | None, target: Target) -> str:
    if points is None:
        hint = (
            " A spreadsheet would turn it into a plain number, which is a change."
            if written.startswith("=")
            else ""
        )
        return (
            f"“{shown(written)}” is not a number of points. Write a change in whole points, such "
            f"as 2 or -3, or the new points, such as “to 4”.{hint}"
        )
    if int(points[2]) > target.points:
        return (
            f"{written} points, but {target.name} is worth {target.points}. Write at most "
            f"{target.points}."
        )
    if int(points[2]) == 0 and not points[1].startswith("to"):
        return "a change of 0 points changes nothing. Delete that line, or write “to 0”."
    return ""


def _signature_problem(row: TableRow) -> str:
    """Return a sentence if the reason, the person or the date is missing."""
    if not row["reason"]:
        return "it has no reason. Write one: the student reads it."
    if not row["by"]:
        return "it does not say who decided. Fill in the column “by”."
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"]):
            date.fromisoformat(row["date"])
            return ""
    except ValueError:
        return f"the date {row['date']} does not exist. Fix it."
    return (
        f"“{shown(row['date'])}” is not a date of the form 2026-12-03. In a spreadsheet, make the "
        "column text first."
    )


def _extensions(
    path: Path, due: datetime | None, directory: Directory | None
) -> tuple[Extension, ...]:
    faults = Faults(path)
    found: dict[str, tuple[int, Extension]] = {}
    for row in read(path, ("submission", "due", "reason")):
        key = _key(row, directory)
        problem = _unknown(row, directory, students=True)
        if not problem and not row["reason"]:
            problem = "it has no reason. Write one."
        until = WAIVED
        if not problem and row["due"].lower() != WAIVED:
            moment, problem = _time(row["due"], due, f" (or {WAIVED})")
            if moment is not None:
                until = moment.isoformat()
                if due is not None and moment < due:
                    problem = f"{row['due']} is before the course's due date. Write a later one."
        if problem:
            faults.add(row.line, problem)
            continue
        _add(found, key, Extension(key, until, row["reason"]), row, faults, "Keep one of them.")
    faults.raise_any()
    return tuple(entry for _, entry in found.values())


def _times(
    path: Path, due: datetime | None, directory: Directory | None
) -> tuple[SubmissionTime, ...]:
    faults = Faults(path)
    found: dict[str, tuple[int, SubmissionTime]] = {}
    for row in read(path, ("submission", "submitted_at")):
        key = _key(row, directory)
        moment, problem = _time(row["submitted_at"], due)
        problem = _unknown(row, directory) or problem
        if problem or moment is None:
            faults.add(row.line, problem)
            continue
        entry = SubmissionTime(key, moment.isoformat())
        _add(found, key, entry, row, faults, "Keep one of them.")
    faults.raise_any()
    return tuple(entry for _, entry in found.values())


def _time(written: str, due: datetime | None, more: str = "") -> tuple[datetime | None, str]:
    """Parse a date with a time; without a difference from UTC it is in the due date's zone."""
    zone: tzinfo | None = due.tzinfo if due is not None else None
    form = "2026-12-05T23:59+01:00, or without +01:00 where `due` in course.toml says the zone"
    if not _TIME.fullmatch(written):
        return None, f"“{shown(written)}” is not a date with a time. Write it as {form}{more}."
    day, clock = written[:10], re.sub(r"^(\d):", r"0\1:", written[11:].replace(" ", ""))
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return None, f"the date or the time {written} does not exist. Fix it."
    if moment.tzinfo is None and zone is None:
        return None, f"{written} does not say in which time zone. Write it as {form}."
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)), ""


def _members(path: Path, directory: Directory | None) -> tuple[Member, ...]:
    faults = Faults(path)
    found: dict[str, tuple[int, Member]] = {}
    for row in read(path, ("group", "student")):
        student = row["student"]
        if not row["group"] or not student:
            faults.add(row.line, "it needs a group and a student. Fill in both.")
            continue
        if directory is not None:
            # Without a roster, this table alone says which students there are.
            if directory.people or directory.find(student) is not None:
                problem = directory.unknown(student, students=True)
                if problem:
                    faults.add(row.line, problem)
                    continue
            student = directory.find(student) or student
        entry = Member(row["group"], student)
        _add(found, student, entry, row, faults, "A student is in one group.")
    faults.raise_any()
    return tuple(entry for _, entry in found.values())


def _key(row: TableRow, directory: Directory | None) -> str:
    name = row["submission"]
    return name if directory is None else directory.find(name) or name


def _unknown(row: TableRow, directory: Directory | None, *, students: bool = False) -> str:
    name = row["submission"]
    if not name:
        return "it has no submission. Fill it in."
    return "" if directory is None else directory.unknown(name, students=students)


def _add(
    found: dict[Key, tuple[int, Entry]],
    key: Key,
    entry: Entry,
    row: TableRow,
    faults: Faults,
    remedy: str,
) -> None:
    """Add an entry with its line; it is a fault if another line has the same key."""
    line, first = found.setdefault(key, (row.line, entry))
    if first is not entry:
        faults.add(row.line, f"line {line} is about the same. {remedy}")
