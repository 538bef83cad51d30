"""The rows of a gradebook, and whose they are.

A grade finds its row by the platform's own number (it stands in the names of a download), then by
id, login and e-mail. Nothing is guessed: where the first of these leads to two rows, or a later
one to another row, nothing is written at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from autograder.errors import ExportError
from autograder.platforms.lms.columns import Columns
from autograder.platforms.lms.csv_edit import Sheet, SheetRow
from autograder.text import at_most, joined, shown

MAX_TOLD = 8
"""Rows or students that one refusal names."""
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
EMPTY = ("", "-")
KEPT = ("EX", "N/A")
"""What Canvas writes for who is excused, or does not have this assignment."""
_MORE_THAN_ONE = (
    "Mend the roster, or say with --id-column which column of the gradebook has the roster's ids."
)


@dataclass(frozen=True)
class Claim:
    """A grade that looks for its row; ``points`` is None where it is not complete.

    ``why`` says what is missing or unclear.
    """

    submission: str
    name: str
    number: str = ""
    id: str = ""
    login: str = ""
    email: str = ""
    points: float | None = None
    why: str = ""

    def __str__(self) -> str:
        """The submission and whose it is, such as "jdoe (Jane Doe, 4711)"."""
        known = dict.fromkeys(
            part
            for part in (self.name, self.id or self.number, self.login or self.email)
            if part and part != self.submission
        )
        words = shown(self.submission)
        return f"{words} ({', '.join(map(shown, known))})" if known else words


class Book:
    """The rows of a gradebook that are students', found by what is known of them."""

    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self.sheet = sheet
        self.columns = columns
        self.places: dict[Claim, int] = {}
        used = sorted({column for kind in columns.keys.values() for column in kind})
        self.students = [
            place
            for place, row in enumerate(sheet.rows)
            if place and any(_cell(row, column) for column in used)
        ]
        self._check(used)
        self._found: dict[tuple[str, str], set[int]] = defaultdict(set)
        for kind, several in columns.keys.items():
            for place in self.students:
                for column in several:
                    if value := _cell(sheet.rows[place], column):
                        self._found[kind, _folded(kind, value)].add(place)

    def matched(self, claims: Iterable[Claim]) -> dict[Claim, int]:
        """The row of each claim that has one."""
        problems = []
        for claim in claims:
            ways = list(self._ways(claim))
            if not ways:
                continue
            first = ways[0][1]
            if len(first) > 1 or any(not first <= rows for _, rows in ways):
                rows = ", ".join(
                    f"by {kind} “{shown(value)}” {joined([*map(self.who, sorted(rows))])}"
                    for (kind, value), rows in ways
                )
                problems.append(f"{claim}: {rows}")
            self.places[claim] = min(first)
        if problems:
            refuse(self.sheet, "more than one row fits", problems, _MORE_THAN_ONE)
        return self.places

    def twice(self) -> list[str]:
        """The rows that more than one claim is for."""
        claims = defaultdict(list)
        for claim, place in self.places.items():
            claims[place].append(str(claim))
        return [
            f"{self.who(place)}: {joined(several)}"
            for place, several in claims.items()
            if len(several) > 1
        ]

    def name(self, place: int) -> str:
        """The student's name as the gradebook has it."""
        row = self.sheet.rows[place]
        return " ".join(filter(None, (_cell(row, column) for column in self.columns.names)))

    def who(self, place: int) -> str:
        """The student of a row, for people: "Doe, Jane (line 12)"."""
        return f"{shown(self.name(place) or 'no name')} (line {self.sheet.rows[place].line})"

    def _ways(self, claim: Claim) -> Iterator[tuple[tuple[str, str], set[int]]]:
        for kind in self.columns.keys:
            value = getattr(claim, kind).strip()
            rows = self._found.get((kind, _folded(kind, value))) if value else None
            if rows:
                yield (kind, value), rows

    def _check(self, used: Sequence[int]) -> None:
        """Refuse rows that do not fit the header, a column of other things, and one id twice."""
        sheet, grade = self.sheet, self.columns.grade
        width = len(sheet.header)
        for place in self.students:
            row = sheet.rows[place]
            if len(row.fields) < width or any(one.text.strip() for one in row.fields[width:]):
                raise ExportError(
                    f"{sheet.name}, line {row.line}: it has {len(row.fields)} fields, and the "
                    f"header has {width}. Export the gradebook once more, and do not edit it."
                )
            old = _cell(row, grade)
            if old not in (*EMPTY, *KEPT) and not NUMBER.fullmatch(old):
                raise ExportError(
                    f"{sheet.name}: the column “{shown(sheet.header[grade])}” has “{shown(old)}” "
                    f"for {self.who(place)}, which are no points. Export the gradebook with points "
                    "(Moodle: display type Real), or choose another column with --column."
                )
        for column in {c for kind in ("number", "id") for c in self.columns.keys.get(kind, ())}:
            rows = defaultdict(list)
            for place in self.students:
                rows[_cell(sheet.rows[place], column)].append(place)
            same = [
                f"{shown(value)}: {joined([*map(self.who, places)])}"
                for value, places in rows.items()
                if value and len(places) > 1
            ]
            if same:
                title = f"two rows have one “{sheet.header[column]}”"
                refuse(sheet, title, same, "Export the gradebook once more, and do not edit it.")


def refuse(sheet: Sheet, what: str, problems: Sequence[str], remedy: str) -> NoReturn:
    """Stop with what is ambiguous, a line each, and what to do."""
    lines = "\n  ".join(at_most(MAX_TOLD, problems))
    raise ExportError(f"{sheet.name}: {what}, so nothing was written.\n  {lines}\n{remedy}")


def _cell(row: SheetRow, column: int) -> str:
    return row.fields[column].text.strip() if column < len(row.fields) else ""


def _folded(kind: str, value: str) -> str:
    """Logins and e-mail addresses are the same in capitals; numbers may have a word before them."""
    if kind == "number":
        match = re.fullmatch(r"\D*(\d+)", value)
        return match[1] if match else value
    return value if kind == "id" else value.casefold()
