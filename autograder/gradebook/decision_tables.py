"""Reading what people have decided: ``adjustments.csv``, ``extensions.csv`` and the others.

Every line that does not fit is told at once, with what is wrong and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from autograder.cases.points import REPORT, Target, targets
from autograder.course.directory import Register
from autograder.course.settings import Course
from autograder.csvfile import Faults, TableRow, read
from autograder.errors import TableError
from autograder.gradebook import rubric as manual
from autograder.record.decisions import (
    WAIVED,
    Adjustment,
    Decisions,
    Excused,
    Extension,
    HandIn,
    Member,
)
from autograder.text import did_you_mean, shown

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d?\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


def from_course(course: Course, register: Register | None = None) -> Decisions:
    """What a course's tables say now.

    Without a register, which is known only after intake, submissions are taken as they are
    written: so the form can be checked before anything is graded.

    Raises:
        ConfigError: where a table that the course names is not there.
        TableError: with every line of a table that does not fit, and what to do.
    """
    if course.folder is None:
        return Decisions()
    adjustments, extensions = course.file("adjustments"), course.file("extensions")
    groups, times, marks = course.file("groups"), course.file("times"), manual.find(course)
    known = targets(course.course_points())
    return Decisions(
        adjustments=_adjustments(adjustments, known, register) if adjustments else None,
        excused=tuple(Excused(place, reason) for place, reason in course.excused.items()),
        extensions=_extensions(extensions, course.due, register) if extensions else None,
        members=_members(groups, register) if groups else None,
        times=_times(times, course.due, register) if times else None,
        # Whose marks they are can be checked only where it is known who has submitted.
        manual=tuple(manual.read(marks, course, register.submissions))
        if marks and register
        else None,
    )


def _adjustments(
    path: Path, known: Mapping[str, Target], register: Register | None
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
        place, problem = _place(row, known)
        submission = _key(row, register)
        problem = problem or _unknown(row, register)
        points = re.fullmatch(r"(to\s+|[+-]?)(\d{1,4})", row["points"].replace("−", "-").lower())
        if not problem and place is not None:
            problem = _points_problem(row["points"], points, place) or _signed(row)
        if problem or place is None or points is None:
            faults.add(row.line, problem)
            continue
        entry = Adjustment(
            submission,
            place.name,
            int(points[2]) * (-1 if points[1] == "-" else 1),
            points[1].startswith("to"),
            row["reason"],
            row["by"],
            row["date"],
        )
        _once(found, (submission, place.name), entry, row, faults, "Make one line of them.")
    faults.raise_if_any()
    return tuple(entry for _, entry in found.values())


def _place(row: TableRow, known: Mapping[str, Target]) -> tuple[Target | None, str]:
    """The place that a line is about, or a sentence why there is none."""
    written = [name for name in (row["question"], row["case"]) if name]
    if not written:
        return None, "it does not say what the points are for. Fill in the question or the case."
    found = []
    for name in written:
        # A spreadsheet that writes numbers with a comma writes questions so, too.
        place = known.get(name) or known.get(name.replace(",", "."))
        if place is None:
            if name.replace(",", ".") == REPORT:
                return None, "the report's points stand in manual.csv. Change them there."
            return None, (
                f"there is no question, case or output of one called “{shown(name)}”. "
                f"{did_you_mean(name, known)}"
                f"Questions are {', '.join(q for q in known if q[0].isdigit())} "
                "(a spreadsheet takes them for dates unless the cells are text); cases stand in "
                "the feedback files."
            )
        found.append(place)
    if len({place.question for place in found}) > 1:
        return None, f"“{written[1]}” is no case of question {written[0]}. Mend one of the two."
    return min(found, key=lambda place: place.rank), ""


def _points_problem(written: str, points: re.Match[str] | None, place: Target) -> str:
    if points is None:
        hint = (
            " A spreadsheet would turn it into a plain number, which is a change."
            if written.startswith("=")
            else ""
        )
        return (
            f"“{shown(written)}” is no number of points. Write a change in whole points, such as "
            f"2 or -3, or what they shall be, such as “to 4”.{hint}"
        )
    if int(points[2]) > place.points:
        return (
            f"{written} points, but {place.name} is worth {place.points}. Write at most "
            f"{place.points}."
        )
    if int(points[2]) == 0 and not points[1].startswith("to"):
        return "a change of 0 points changes nothing. Take the line out, or write “to 0”."
    return ""


def _signed(row: TableRow) -> str:
    """A sentence where reason, person or date is missing."""
    if not row["reason"]:
        return "it has no reason. Write one: the student reads it."
    if not row["by"]:
        return "it does not say who has decided. Fill in the column “by”."
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"]):
            date.fromisoformat(row["date"])
            return ""
    except ValueError:
        return f"{row['date']} is no day of the calendar. Mend it."
    return (
        f"“{shown(row['date'])}” is no date of the form 2026-12-03. In a spreadsheet, make the "
        "column text first."
    )


def _extensions(
    path: Path, due: datetime | None, register: Register | None
) -> tuple[Extension, ...]:
    faults = Faults(path)
    found: dict[str, tuple[int, Extension]] = {}
    for row in read(path, ("submission", "due", "reason")):
        key = _key(row, register)
        problem = _unknown(row, register, students=True)
        if not problem and not row["reason"]:
            problem = "it has no reason. Write one."
        until, told = WAIVED, ""
        if row["due"].lower() != WAIVED:
            moment, told = _moment(row["due"], due, f" (or {WAIVED})")
            if moment is not None:
                until = moment.isoformat()
                if due is not None and moment < due:
                    told = f"{row['due']} is before the due date of all. Write a later one."
        if problem or told:
            faults.add(row.line, problem or told)
            continue
        entry = Extension(key, until, row["reason"])
        _once(found, key, entry, row, faults, "Keep the one that holds.")
    faults.raise_if_any()
    return tuple(entry for _, entry in found.values())


def _times(path: Path, due: datetime | None, register: Register | None) -> tuple[HandIn, ...]:
    faults = Faults(path)
    found: dict[str, tuple[int, HandIn]] = {}
    for row in read(path, ("submission", "handed_in")):
        key = _key(row, register)
        problem = _unknown(row, register)
        moment, told = _moment(row["handed_in"], due)
        if problem or moment is None:
            faults.add(row.line, problem or told)
            continue
        entry = HandIn(key, moment.isoformat())
        _once(found, key, entry, row, faults, "Keep the one that counts.")
    faults.raise_if_any()
    return tuple(entry for _, entry in found.values())


def _moment(written: str, due: datetime | None, more: str = "") -> tuple[datetime | None, str]:
    """A date with a time; without a difference from UTC it is one of the due date's zone."""
    zone: tzinfo | None = due.tzinfo if due is not None else None
    form = "2026-12-05T23:59+01:00, or without +01:00 where `due` in course.toml says the zone"
    if not re.fullmatch(
        r"\d{4}-\d\d-\d\d[T ]\d?\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?", written
    ):
        return None, f"“{shown(written)}” is no date with a time. Write it as {form}{more}."
    day, clock = written[:10], re.sub(r"^(\d):", r"0\1:", written[11:].replace(" ", ""))
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return None, f"{written} does not exist in the calendar, or on a clock. Mend it."
    if moment.tzinfo is None and zone is None:
        return None, f"{written} does not say in which time zone. Write it as {form}."
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)), ""


def _members(path: Path, register: Register | None) -> tuple[Member, ...]:
    faults = Faults(path)
    found: dict[str, tuple[int, Member]] = {}
    for row in read(path, ("group", "student")):
        if not row["group"] or not row["student"]:
            faults.add(row.line, "it needs a group and a student. Fill in both.")
            continue
        student = row["student"]
        if register is not None:
            # Without a roster, this table alone says which students there are.
            if register.people or register.find(student) is not None:
                problem = register.unknown(student, students=True)
                if problem:
                    faults.add(row.line, problem)
                    continue
            student = register.find(student) or student
        entry = Member(row["group"], student)
        _once(found, student, entry, row, faults, "A student is in one group.")
    faults.raise_if_any()
    return tuple(entry for _, entry in found.values())


def _key(row: TableRow, register: Register | None) -> str:
    name = row["submission"]
    return name if register is None else register.find(name) or name


def _unknown(row: TableRow, register: Register | None, *, students: bool = False) -> str:
    name = row["submission"]
    if not name:
        return "it does not say whose it is. Fill in the submission."
    return "" if register is None else register.unknown(name, students=students)


def _once(
    found: dict[Key, tuple[int, Entry]],
    key: Key,
    entry: Entry,
    row: TableRow,
    faults: Faults,
    remedy: str,
) -> None:
    first = found.setdefault(key, (row.line, entry))
    if first[1] is not entry:
        faults.add(row.line, f"line {first[0]} is about the same. {remedy}")
