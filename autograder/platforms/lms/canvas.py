"""Find the columns of the assignment and of the students in a gradebook exported from Canvas.

Its header is ``Student, ID, SIS User ID, SIS Login ID, Section`` (or the name in two columns) and
then ``Title (number)`` for each assignment. Between header and students there are rows without an
ID, such as the points possible. Importing an unknown title would create a new assignment in Canvas,
so no title is invented.
"""

import re

from autograder.errors import ExportError
from autograder.platforms.lms.columns import Columns, chosen, place_of
from autograder.platforms.lms.csv_edit import Sheet
from autograder.platforms.lms.rows import NUMBER

_ASSIGNMENT = re.compile(r"(.*\S)\s+\(\d+\)", re.DOTALL)
_KEYS = {
    "number": ("ID",),
    "id": ("SIS User ID", "ID", "Integration ID"),
    "login": ("SIS Login ID",),
    "email": ("SIS Login ID",),
}
_NAMES = ("Student", "FirstName", "First Name", "LastName", "Last Name")
_READ_ONLY = "(read only)"


def columns(sheet: Sheet, title: str, id_column: str | None = None) -> Columns:
    """Find the columns; ``title`` is an assignment's, with its number in brackets or without.

    Raises:
        ExportError: where this is not a gradebook of Canvas, or no title or several fit.
    """
    header = [text.strip() for text in sheet.header]
    for name in ("ID", "Section"):
        if header.count(name) != 1:
            raise ExportError(
                f"{sheet.name} is not a gradebook exported from Canvas: its header must have one "
                f"column “{name}”. In Canvas choose Gradebook, Export, and use that file unchanged."
            )
    assignments = {
        place: match for place, text in enumerate(header) if (match := _ASSIGNMENT.fullmatch(text))
    }
    whole = {place: match[0] for place, match in assignments.items()}
    short = {place: match[1] for place, match in assignments.items()}
    grade = chosen(sheet, title, [whole, short], "assignment")
    keys = {
        kind: tuple(header.index(name) for name in names if header.count(name) == 1)
        for kind, names in _KEYS.items()
    }
    if id_column is not None:
        keys["id"] = (place_of(sheet, id_column),)
    names = tuple(place for place, text in enumerate(header) if text in _NAMES)
    return Columns(grade, keys, names, _possible(sheet, header, grade))


def _possible(sheet: Sheet, header: list[str], grade: int) -> float | None:
    """The points possible, from the row without an ID."""
    for row in range(1, len(sheet.rows)):
        text = sheet.cell(row, grade)
        if sheet.cell(row, header.index("ID")):
            continue
        if text == _READ_ONLY:
            raise ExportError(
                f"{sheet.name}: Canvas calculates the column “{header[grade]}” itself and imports "
                "no grades for it. Choose another with --column."
            )
        if NUMBER.fullmatch(text):
            return float(text.replace(",", "."))
    return None
