"""Grades into the gradebook that an instructor exported: who belongs to which row, and the column.

A grade finds its row by the platform's own number (it stands in the names of a download), then by
id, login and e-mail. Nothing is guessed: where the first of these leads to two rows, a later one to
another row, or two grades to one row, nothing is written at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.errors import ExportError
from autograder.exports.columns import Columns
from autograder.exports.fields import Row, Sheet
from autograder.names import shown

MAX_TOLD = 8
"""Rows or students that one refusal names."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_EMPTY = ("", "-")
_KEPT = ("EX", "N/A")
"""What Canvas writes for who is excused, or does not have this assignment."""


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


@dataclass
class Filled:
    """The new file, and what an instructor must know of it; people are told in words."""

    column: str
    keys: tuple[str, ...]
    data: bytes = b""
    new: int = 0
    same: int = 0
    changed: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    @property
    def needs_a_person(self) -> bool:
        """Whether a grade did not come into the file, or should be looked at."""
        return bool(self.unmatched or self.incomplete or self.unsettled or self.kept)


def fill(sheet: Sheet, columns: Columns, claims: Sequence[Claim]) -> Filled:
    """The gradebook with these grades in it.

    Raises:
        ExportError: where a row or a grade is ambiguous, or the column holds no points.
    """
    book = _Book(sheet, columns)
    found = {place: claim for claim, place in book.matched(claims).items()}
    if len(found) < len(book.places):
        _refuse(sheet, "two submissions belong to one row", book.twice(), _ONE_OF_TWO)
    keys = {column: sheet.header[column] for kind in columns.keys.values() for column in kind}
    filled = Filled(sheet.header[columns.grade], tuple(keys.values()))
    filled.unmatched = [str(claim) for claim in claims if claim not in book.places]
    values = {}
    comma = _decimal_comma(sheet)
    for place in book.students:
        claim, who = found.get(place), book.who(place)
        old = sheet.rows[place].fields[columns.grade].text.strip()
        if claim is None:
            filled.without.append(who)
            continue
        if _strangers(claim.name, book.name(place)):
            filled.renamed.append(f"{claim} is {who}")
        told = f"{claim}: {claim.why}" if claim.why else str(claim)
        if claim.points is None:
            filled.incomplete.append(told)
            continue
        if claim.why:
            filled.unsettled.append(told)
        if old in _KEPT:
            filled.kept.append(f"{who}: {old}")
        elif old not in _EMPTY and _points(old) == round(claim.points, 2):
            filled.same += 1
        else:
            values[place, columns.grade] = new = written(claim.points, comma)
            filled.new += 1
            if old not in _EMPTY:
                filled.changed.append(f"{who}: {old} -> {new}")
    filled.data = sheet.replaced(values)
    return filled


def written(points: float, comma: bool = False) -> str:
    """Points with at most two decimals, such as 93 or 65.7."""
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


class _Book:
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
                    value = _cell(sheet.rows[place], column)
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
                    f"by {kind} “{shown(value)}” {' and '.join(map(self.who, sorted(rows)))}"
                    for (kind, value), rows in ways
                )
                problems.append(f"{claim}: {rows}")
            self.places[claim] = min(first)
        if problems:
            _refuse(self.sheet, "more than one row fits", problems, _MORE_THAN_ONE)
        return self.places

    def twice(self) -> list[str]:
        """The rows that more than one claim is for."""
        claims = defaultdict(list)
        for claim, place in self.places.items():
            claims[place].append(str(claim))
        return [
            f"{self.who(place)}: {' and '.join(several)}"
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
            if old not in (*_EMPTY, *_KEPT) and not _NUMBER.fullmatch(old):
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
                f"{shown(value)}: {' and '.join(map(self.who, places))}"
                for value, places in rows.items()
                if value and len(places) > 1
            ]
            if same:
                title = f"two rows have one “{sheet.header[column]}”"
                _refuse(sheet, title, same, "Export the gradebook once more, and do not edit it.")


_MORE_THAN_ONE = (
    "Mend the roster, or say with --id-column which column of the gradebook has the roster's ids."
)
_ONE_OF_TWO = "Take one of them out of the roster or of what is graded, and grade again."


def _refuse(sheet: Sheet, what: str, problems: Sequence[str], remedy: str) -> None:
    told = [*problems[:MAX_TOLD]]
    if len(problems) > MAX_TOLD:
        told.append(f"and {len(problems) - MAX_TOLD} more")
    lines = "\n  ".join(told)
    raise ExportError(f"{sheet.name}: {what}, so nothing was written.\n  {lines}\n{remedy}")


def _cell(row: Row, column: int) -> str:
    return row.fields[column].text.strip() if column < len(row.fields) else ""


def _folded(kind: str, value: str) -> str:
    """Logins and e-mail addresses are the same in capitals; numbers may have a word before them."""
    if kind == "number":
        return re.sub(r"^\D+", "", value)
    return value if kind == "id" else value.casefold()


def _points(text: str) -> float:
    return round(float(text.replace(",", ".")), 2)


def _decimal_comma(sheet: Sheet) -> bool:
    """Whether the numbers in this file are written with a comma."""
    signs = {
        field.text.strip().lstrip("+-0123456789")[:1]
        for row in sheet.rows[1:]
        for field in row.fields
        if _NUMBER.fullmatch(field.text.strip())
    }
    return "," in signs and "." not in signs


def _strangers(one: str, other: str) -> bool:
    """Whether two names have no word in common."""
    words = [
        set(re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold()))
        for name in (one, other)
    ]
    return bool(words[0] and words[1]) and not words[0] & words[1]
