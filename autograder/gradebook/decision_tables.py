"""Read the tables of decisions: ``adjustments.csv``, ``extensions.csv`` and the others.

A wrong line is a problem of the student whom it names, and of nobody else. A table that cannot be
read at all is refused.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from autograder import csvfile
from autograder.cases.points import REPORT, Target, targets
from autograder.course import clock
from autograder.course.directory import Directory
from autograder.course.settings import Course, FileName
from autograder.csvfile import TableRow
from autograder.errors import TableError
from autograder.gradebook import rubric, times_table
from autograder.record.decision_log import Problem
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

Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


def from_course(course: Course, directory: Directory, problems: list[Problem]) -> Decisions:
    """Read all tables of a course.

    Wrong lines are left out and added to ``problems``, each with what is wrong and what to do.

    Raises:
        ConfigError: where a table that the course names does not exist.
        TableError: where a table cannot be read.
    """
    if course.folder is None:
        return Decisions()
    tables = _Tables(course, directory, problems)
    signed = ("submission", "points", "reason", "by", "date")
    due = ("submission", "due", "reason")
    return Decisions(
        adjustments=tables.read(
            "adjustments", signed, tables.adjustment, "Combine the two lines.", ("question", "case")
        ),
        excused=tuple(Excused(place, reason) for place, reason in course.excused.items()),
        extensions=tables.read("extensions", due, tables.extension, "Keep one of them."),
        members=tables.read(
            "groups", ("group", "student"), tables.member, "A student is in one group."
        ),
        times=tables.times(),
        manual=rubric.read(course, directory, problems),
    )


class _Tables:
    """Reads the tables of one course; None is a table that does not exist.

    What parses a row raises a ValueError that says what is wrong and what to do.
    """

    def __init__(self, course: Course, directory: Directory, problems: list[Problem]) -> None:
        self._course = course
        self._zone = course.local_zone
        self._directory = directory
        self._targets = targets(course.course_points())
        self._problems = problems

    def times(self) -> tuple[SubmissionTime, ...] | None:
        path, args = self._course.file("times"), (self._directory, self._zone, self._problems)
        if path and (found := times_table.read_platform(path, *args)) is not None:
            return found
        columns = ("submission", "submitted_at")
        return self.read("times", columns, self._submission_time, "Keep one of them.")

    def read(
        self,
        name: FileName,
        columns: Sequence[str],
        parse: Callable[[TableRow], tuple[Key, Entry]],
        remedy: str,
        either: Sequence[str] = (),
    ) -> tuple[Entry, ...] | None:
        """Parse all rows; two rows with the same key are wrong, and ``remedy`` says what to do.

        The table has these ``columns``, and one or both of ``either``.
        """
        path = self._course.file(name)
        if path is None:
            return None
        rows = csvfile.read(path, columns, either, strict=False)
        if either and rows and not rows[0].cells.keys() & set(either):
            raise TableError(
                f"{path}: a column “{'” or “'.join(either)}” is missing. It says what the points "
                "are for."
            )
        found: dict[Key, tuple[int, Entry]] = {}
        for row in rows:
            try:
                if row.fault:
                    raise ValueError(row.fault)
                key, entry = parse(row)
                line, first = found.setdefault(key, (row.line, entry))
                if first is not entry:
                    raise ValueError(f"line {line} is about the same. {remedy}")
            except ValueError as problem:
                whose = self._directory.find(row["submission"] or row["student"]) or ""
                text = f"{path.name}, line {row.line}: {problem}"
                self._problems.append(Problem(whose, text))
        return tuple(entry for _, entry in found.values())

    def adjustment(self, row: TableRow) -> tuple[tuple[str, str], Adjustment]:
        target = _target(row, self._targets)
        submission = self._key(row)
        points, sets = _points(row["points"], target)
        _check_signature(row)
        entry = Adjustment(
            submission, target.name, points, sets, row["reason"], row["by"], row["date"]
        )
        return (submission, target.name), entry

    def extension(self, row: TableRow) -> tuple[str, Extension]:
        key, due = self._key(row, students=True), WAIVED
        if not row["reason"]:
            raise ValueError("it has no reason. Write one.")
        if row["due"].lower() != WAIVED:
            time = clock.placed(clock.written(row["due"], f" (or {WAIVED})"), self._zone)
            if self._course.due is not None and time < self._course.due:
                raise ValueError(
                    f"{row['due']} is before the course's due date. Write a later one."
                )
            due = time.isoformat()
        return key, Extension(key, due, row["reason"])

    def _submission_time(self, row: TableRow) -> tuple[str, SubmissionTime]:
        key = self._key(row)
        time = clock.placed(clock.written(row["submitted_at"]), self._zone)
        return key, SubmissionTime(key, time.isoformat())

    def member(self, row: TableRow) -> tuple[str, Member]:
        student, directory = row["student"], self._directory
        if not row["group"] or not student:
            raise ValueError("it needs a group and a student. Fill in both.")
        if directory.people:
            student = directory.key(student, students=True)
        else:  # this table alone says which students there are
            student = directory.find(student) or student
        return student, Member(row["group"], student)

    def _key(self, row: TableRow, *, students: bool = False) -> str:
        """Return the key of the submission that a line names."""
        if not row["submission"]:
            raise ValueError("it has no submission. Fill it in.")
        return self._directory.key(row["submission"], students=students)


def _target(row: TableRow, known: Mapping[str, Target]) -> Target:
    """Find the question, case or output of a line."""
    written = [name for name in (row["question"], row["case"]) if name]
    if not written:
        raise ValueError(
            "it does not say what the points are for. Fill in the question or the case."
        )
    found = []
    for name in written:
        # A spreadsheet with decimal commas writes question 1.3 as 1,3.
        target = known.get(name) or known.get(name.replace(",", "."))
        if target is None:
            if name.replace(",", ".") == REPORT:
                raise ValueError("the report's points are in manual.csv. Change them there.")
            raise ValueError(
                f"there is no question, case or output “{shown(name)}”. "
                f"{did_you_mean(name, known)}"
                f"Questions are {', '.join(q for q in known if q[0].isdigit())} "
                "(a spreadsheet takes them for dates unless the cells are text); the feedback "
                "files list the cases."
            )
        found.append(target)
    if len({target.question for target in found}) > 1:
        raise ValueError(
            f"“{written[1]}” is not a case of question {written[0]}. Fix one of the two."
        )
    return min(found, key=lambda target: target.rank)


def _points(written: str, target: Target) -> tuple[int, bool]:
    """Parse "+2", "-3" or "to 4"; the second value says whether the points are set."""
    parts = re.fullmatch(r"(to\s+|[+-]?)(\d{1,4})", written.replace("−", "-").lower())
    if parts is None:
        hint = (
            " A spreadsheet would turn it into a plain number, which is a change."
            if written.startswith("=")
            else ""
        )
        raise ValueError(
            f"“{shown(written)}” is not a number of points. Write a change in whole points, such "
            f"as 2 or -3, or the new points, such as “to 4”.{hint}"
        )
    points, sets = int(parts[2]), parts[1].startswith("to")
    if points > target.points:
        raise ValueError(
            f"{written} points, but {target.name} is worth {target.points}. Write at most "
            f"{target.points}."
        )
    if points == 0 and not sets:
        raise ValueError("a change of 0 points changes nothing. Delete that line, or write “to 0”.")
    return -points if parts[1] == "-" else points, sets


def _check_signature(row: TableRow) -> None:
    """Refuse an adjustment without a reason, a person or a date."""
    if not row["reason"]:
        raise ValueError("it has no reason. Write one: the student reads it.")
    if not row["by"]:
        raise ValueError("it does not say who decided. Fill in the column “by”.")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"]):
        raise ValueError(
            f"“{shown(row['date'])}” is not a date of the form 2026-12-03. In a spreadsheet, make "
            "the column text first."
        )
    try:
        date.fromisoformat(row["date"])
    except ValueError:
        raise ValueError(f"the date {row['date']} does not exist. Fix it.") from None
