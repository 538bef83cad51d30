"""Match grades with the rows of a gradebook.

A row is found by the platform's own number (from the names of a download), then by id, login and
e-mail. Nothing is guessed: where the first of these fits two rows, or a later one another row,
nothing is written.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from autograder.errors import ExportError
from autograder.platforms.lms.columns import Columns
from autograder.platforms.lms.csv_edit import Sheet
from autograder.text import at_most, joined, shown

MAX_LISTED = 8
"""Rows or students in one error message."""
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
EMPTY = ("", "-")
NOT_FOR_POINTS = ("EX", "N/A")
"""Canvas' marks for a student who is excused, or does not have this assignment."""
_NO = {"no", "nein", "non", "nee", "não", "nej", "nei", "ei", "nie", "ne", "nem", "nu", "hayır"}
_NO |= {"нет", "ні", "не", "όχι", "否", "いいえ", "아니오", "아니요", "לא", "لا"}
_REMOVE_ONE = "Remove one of them from the roster or from the submissions, and grade again."
_MORE_THAN_ONE = (
    "Fix the roster, or say with --id-column which column of the gradebook has the roster's ids."
)


@dataclass(frozen=True)
class StudentGrade:
    """A grade and what identifies its student; ``points`` is None where it is not complete.

    ``why`` says what is missing or unclear, ``comment`` what the student reads on the platform.
    """

    submission: str
    name: str
    number: str = ""
    id: str = ""
    login: str = ""
    email: str = ""
    points: float | None = None
    why: str = ""
    comment: str = ""

    def __str__(self) -> str:
        """The submission and its student, such as "jdoe (Jane Doe, 4711)"."""
        details = dict.fromkeys(
            part
            for part in (self.name, self.id or self.number, self.login or self.email)
            if part and part != self.submission
        )
        label = shown(self.submission)
        return f"{label} ({', '.join(map(shown, details))})" if details else label


class StudentRows:
    """The students' rows of a gradebook, with an index of their numbers, ids, logins, e-mails."""

    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self.sheet = sheet
        self.columns = columns
        used = sorted({column for kind in columns.keys.values() for column in kind})
        self.students = [
            place
            for place in range(1, len(sheet.rows))
            if any(sheet.cell(place, column) for column in used)
        ]
        self._check(used)
        self._found: dict[tuple[str, str], set[int]] = defaultdict(set)
        for kind, several in columns.keys.items():
            for place in self.students:
                for column in several:
                    if value := sheet.cell(place, column):
                        self._found[kind, _folded(kind, value)].add(place)

    def matched(self, grades: Iterable[StudentGrade]) -> dict[int, StudentGrade]:
        """The grade of each row that has one."""
        places = {}
        problems = []
        for grade in grades:
            ways = list(self._ways(grade))
            if not ways:
                continue
            first = ways[0][1]
            if len(first) > 1 or any(not first <= rows for _, rows in ways):
                rows = ", ".join(
                    f"by {kind} “{shown(value)}” {joined([*map(self.who, sorted(rows))])}"
                    for (kind, value), rows in ways
                )
                problems.append(f"{grade}: {rows}")
            places[grade] = min(first)
        if problems:
            refuse(f"{self.sheet.name}: more than one row fits", problems, _MORE_THAN_ONE)
        several: dict[int, list[str]] = defaultdict(list)
        for grade, place in places.items():
            several[place].append(str(grade))
        twice = [f"{self.who(place)}: {joined(g)}" for place, g in several.items() if len(g) > 1]
        if twice:
            refuse(f"{self.sheet.name}: two submissions belong to one row", twice, _REMOVE_ONE)
        return {place: grade for grade, place in places.items()}

    def locked(self, place: int) -> bool:
        """Whether the platform says that this row's grade cannot be changed."""
        column = self.columns.changeable
        return column is not None and self.sheet.cell(place, column).casefold() in _NO

    def name(self, place: int) -> str:
        """The student's name in the gradebook."""
        names = (self.sheet.cell(place, column) for column in self.columns.names)
        return " ".join(filter(None, names))

    def who(self, place: int) -> str:
        """The student of a row for messages: "Doe, Jane (line 12)"."""
        return f"{shown(self.name(place) or 'no name')} (line {self.sheet.rows[place].line})"

    def _ways(self, grade: StudentGrade) -> Iterator[tuple[tuple[str, str], set[int]]]:
        for kind in self.columns.keys:
            value = getattr(grade, kind).strip()
            rows = self._found.get((kind, _folded(kind, value))) if value else None
            if rows:
                yield (kind, value), rows

    def _check(self, used: Sequence[int]) -> None:
        """Refuse rows that do not fit the header, a column without points, and an id twice."""
        sheet, grade = self.sheet, self.columns.grade
        width = len(sheet.header)
        for place in self.students:
            row = sheet.rows[place]
            if len(row.fields) < width or any(one.text.strip() for one in row.fields[width:]):
                raise ExportError(
                    f"{sheet.name}, line {row.line}: it has {len(row.fields)} fields, and the "
                    f"header has {width}. Export the gradebook again, and do not edit it."
                )
            old = sheet.cell(place, grade)
            if old not in (*EMPTY, *NOT_FOR_POINTS) and not NUMBER.fullmatch(old):
                raise ExportError(
                    f"{sheet.name}: the column “{shown(sheet.header[grade])}” has “{shown(old)}” "
                    f"for {self.who(place)}, which is not a number of points. Export the gradebook "
                    "with points (Moodle: display type Real), or choose another --column."
                )
        for column in {c for kind in ("number", "id") for c in self.columns.keys.get(kind, ())}:
            rows = defaultdict(list)
            for place in self.students:
                rows[sheet.cell(place, column)].append(place)
            same = [
                f"{shown(value)}: {joined([*map(self.who, places)])}"
                for value, places in rows.items()
                if value and len(places) > 1
            ]
            if same:
                what = f"{sheet.name}: two rows have the same “{sheet.header[column]}”"
                refuse(what, same, "Export the gradebook again, and do not edit it.")


def refuse(what: str, problems: Sequence[str], remedy: str) -> NoReturn:
    """Raise an ExportError with a line for each problem, and what to do."""
    lines = "\n  ".join(at_most(MAX_LISTED, problems))
    raise ExportError(f"{what}, so nothing was written.\n  {lines}\n{remedy}")


def _folded(kind: str, value: str) -> str:
    """Ignore the case of logins and e-mail addresses, and a word in front of a number."""
    if kind == "number":
        match = re.fullmatch(r"\D*(\d+)", value)
        return match[1] if match else value
    return value if kind == "id" else value.casefold()
