"""Grades into the column of a gradebook that an instructor exported, and what to know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograder.course.roster import name_keys, plain
from autograder.platforms.lms.columns import Columns
from autograder.platforms.lms.csv_edit import Sheet
from autograder.platforms.lms.rows import EMPTY, KEPT, NUMBER, Book, Claim, refuse

_ONE_OF_TWO = "Take one of them out of the roster or of what is graded, and grade again."
_NOBODY = (
    "Is it the gradebook of this course? Ids and e-mail addresses come from roster.csv: put one "
    "beside course.toml and grade again. Or say with --id-column which column has its ids."
)


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

    def told(self, possible: float | None, most: int) -> Iterator[str]:
        """Lines for the instructor; ``most`` are the points that a grade can have."""
        yield f"Column “{self.column}”; students found by {', '.join(self.keys)}."
        there = f"; {self.same} there already" if self.same else ""
        yield f"{self.new} grade{'s' * (self.new != 1)} filled in{there}."
        yield from listed("Changed, before and after", self.changed)
        yield from listed(
            "Found by id, but under another name: look whether it is them", self.renamed
        )
        yield from listed(
            "In no row of the gradebook, so nothing is written for them", self.unmatched
        )
        yield from listed("Without a whole grade, so the field is left as it is", self.incomplete)
        yield from listed("Filled in, but not settled", self.unsettled)
        yield from listed("Not for points on the platform, so left as it is", self.kept)
        yield from listed("In the gradebook, but without a submission", self.without)
        if possible is not None and possible != most:
            yield f"Note: the platform has {possible:g} points for this column, and these grades"
            yield f"  are out of {most}. Change that on the platform, or choose other --points."


def fill(sheet: Sheet, columns: Columns, claims: Sequence[Claim]) -> Filled:
    """The gradebook with these grades in it.

    Raises:
        ExportError: where a row or a grade is ambiguous, or the column holds no points.
    """
    book = Book(sheet, columns)
    found = {place: claim for claim, place in book.matched(claims).items()}
    if len(found) < len(book.places):
        refuse(sheet, "two submissions belong to one row", book.twice(), _ONE_OF_TWO)
    keys = {column: sheet.header[column] for kind in columns.keys.values() for column in kind}
    if claims and not found:
        refuse(
            sheet,
            "nobody who was graded is in it",
            [f"looked for by {', '.join(keys.values())}: {_some(claims)}"],
            _NOBODY,
        )
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
        if old in KEPT:
            filled.kept.append(f"{who}: {old}")
        elif old not in EMPTY and _points(old) == round(claim.points, 2):
            filled.same += 1
        else:
            values[place, columns.grade] = new = written(claim.points, comma)
            filled.new += 1
            if old not in EMPTY:
                filled.changed.append(f"{who}: {old} -> {new}")
    filled.data = sheet.replaced(values)
    return filled


def written(points: float, comma: bool = False) -> str:
    """Points with at most two decimals, such as 93 or 65.7."""
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


def listed(title: str, several: Sequence[str]) -> Iterator[str]:
    """A title with the count and a line for each; nothing where there is none."""
    if several:
        yield f"{title} ({len(several)}):"
        yield from (f"  {one}" for one in several)


def _some(claims: Sequence[Claim]) -> str:
    return ", ".join([*map(str, claims[:3]), *(["…"] if len(claims) > 3 else [])])


def _points(text: str) -> float:
    return round(float(text.replace(",", ".")), 2)


def _decimal_comma(sheet: Sheet) -> bool:
    """Whether the numbers in this file are written with a comma."""
    signs = {
        field.text.strip().lstrip("+-0123456789")[:1]
        for row in sheet.rows[1:]
        for field in row.fields
        if NUMBER.fullmatch(field.text.strip())
    }
    return "," in signs and "." not in signs


def _strangers(one: str, other: str) -> bool:
    """Whether two names have no word in common, also where Canvas has run its words together."""
    first, second = ({*name_keys(name), *map(plain, name.split())} - {""} for name in (one, other))
    return bool(first and second) and not first & second
