"""Fill grades into the column of a gradebook that an instructor exported."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograder.course.roster import name_keys, plain
from autograder.gradebook.late_policy import decimal
from autograder.platforms.lms.columns import Columns
from autograder.platforms.lms.csv_edit import Sheet
from autograder.platforms.lms.rows import (
    EMPTY,
    NOT_FOR_POINTS,
    NUMBER,
    StudentGrade,
    StudentRows,
    refuse,
)

OPENING = "Points by section: "
"""With these words begins every comment that is filled in."""
_NO_MATCH = (
    "Is it the gradebook of this course? Ids and e-mail addresses come from roster.csv: put one "
    "beside course.toml and grade again. Or say with --id-column which column has its ids."
)


@dataclass
class Filled:
    """The new file, and lists of students for the instructor's attention."""

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
    locked: list[str] = field(default_factory=list)
    comments: int = 0
    commented: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    @property
    def needs_attention(self) -> bool:
        """Whether a grade is not in the file, or should be checked."""
        return bool(self.unmatched or self.incomplete or self.unsettled or self.kept or self.locked)

    def lines(self, possible: float | None, most: int) -> Iterator[str]:
        """The report for the instructor; ``most`` is the maximum of a grade."""
        yield f"Column “{self.column}”; students found by {', '.join(self.keys)}."
        same = f"; {self.same} there already" if self.same else ""
        yield f"{self.new} grade{'s' * (self.new != 1)} filled in{same}."
        if self.comments:
            yield f"{self.comments} comment{'s' * (self.comments != 1)} filled in."
        yield from titled_lines("Changed, before and after", self.changed)
        yield from titled_lines("Found by id, but with another name: please check", self.renamed)
        yield from titled_lines("Not in the gradebook, so not filled in", self.unmatched)
        yield from titled_lines("Grade not complete, so not filled in", self.incomplete)
        yield from titled_lines("Filled in, but the grade is unclear", self.unsettled)
        yield from titled_lines("Excused on the platform, so not filled in", self.kept)
        yield from titled_lines("Cannot be changed on the platform, so not filled in", self.locked)
        yield from titled_lines("With a comment that a person wrote, which stays", self.commented)
        yield from titled_lines("In the gradebook, but no submission", self.without)
        if possible is not None and possible != most:
            yield (
                f"Note: the platform has {possible:g} points for this column, and these grades are "
                f"out of {most}. Change that on the platform, or choose other --points."
            )


def fill(sheet: Sheet, columns: Columns, grades: Sequence[StudentGrade]) -> Filled:
    """The gradebook with these grades in it.

    Raises:
        ExportError: where a row or a grade is ambiguous, or the column holds no points.
    """
    rows = StudentRows(sheet, columns)
    found = rows.matched(grades)
    keys = {column: sheet.header[column] for kind in columns.keys.values() for column in kind}
    if grades and not found:
        some = [*map(str, grades[:3]), *(["…"] if len(grades) > 3 else [])]
        refuse(
            f"{sheet.name}: no graded student is in it",
            [f"looked for by {', '.join(keys.values())}: {', '.join(some)}"],
            _NO_MATCH,
        )
    filled = Filled(sheet.header[columns.grade], tuple(keys.values()))
    matched = set(found.values())
    filled.unmatched = [str(grade) for grade in grades if grade not in matched]
    values = {}
    comma = _decimal_comma(sheet)
    for place in rows.students:
        grade, who = found.get(place), rows.who(place)
        old = sheet.cell(place, columns.grade)
        if grade is None:
            filled.without.append(who)
            continue
        if _different_names(grade.name, rows.name(place)):
            filled.renamed.append(f"{grade} is {who}")
        line = f"{grade}: {grade.why}" if grade.why else str(grade)
        if grade.points is None:
            filled.incomplete.append(line)
            continue
        if grade.why:
            filled.unsettled.append(line)
        same = old not in (*EMPTY, *NOT_FOR_POINTS) and _number(old) == round(grade.points, 2)
        if rows.locked(place) and not same:
            filled.locked.append(who)
            continue
        if columns.comment is not None:
            comment = sheet.cell(place, columns.comment)
            if comment and OPENING not in comment:
                filled.commented.append(who)
            elif comment != grade.comment:
                values[place, columns.comment] = grade.comment
                filled.comments += 1
        if old in NOT_FOR_POINTS:
            filled.kept.append(f"{who}: {old}")
        elif same:
            filled.same += 1
        else:
            new = decimal(grade.points)
            values[place, columns.grade] = new = new.replace(".", ",") if comma else new
            filled.new += 1
            if old not in EMPTY:
                filled.changed.append(f"{who}: {old} -> {new}")
    filled.data = sheet.replaced(values)
    return filled


def titled_lines(title: str, several: Sequence[str]) -> Iterator[str]:
    """A title with the count, and a line for each; nothing for an empty list."""
    if several:
        yield f"{title} ({len(several)}):"
        yield from (f"  {one}" for one in several)


def _number(text: str) -> float:
    return round(float(text.replace(",", ".")), 2)


def _decimal_comma(sheet: Sheet) -> bool:
    """Whether the numbers in this file are written with a comma."""
    texts = [field.text.strip() for row in sheet.rows[1:] for field in row.fields]
    signs = {text.lstrip("+-0123456789")[:1] for text in texts if NUMBER.fullmatch(text)}
    return "," in signs and "." not in signs


def _different_names(one: str, other: str) -> bool:
    """Whether two names have no word in common, also where Canvas has joined the words."""
    first, second = ({*name_keys(name), *map(plain, name.split())} - {""} for name in (one, other))
    return bool(first and second) and not first & second
