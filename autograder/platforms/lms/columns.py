"""Find columns of a gradebook by their titles, without guessing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import ExportError
from autograder.platforms.lms.csv_edit import Sheet
from autograder.text import listed, shown

MAX_LISTED = 12
"""Titles in one error message."""


@dataclass(frozen=True)
class Columns:
    """The columns of a gradebook: of the grade, and of what identifies the students.

    ``keys`` are the columns for each of "number" (the platform's own), "id", "login" and "email",
    the strongest first; ``possible`` are the assignment's points on the platform, if known.
    ``changeable`` is the column that says whether a grade can be changed, ``comment`` the one for
    comments.
    """

    grade: int
    keys: Mapping[str, tuple[int, ...]]
    names: tuple[int, ...] = ()
    possible: float | None = None
    changeable: int | None = None
    comment: int | None = None


def plain_title(title: str) -> str:
    """A title for comparison: without case and more than one space."""
    return " ".join(title.split()).casefold()


def chosen(sheet: Sheet, title: str, candidates: Sequence[Mapping[int, str]], kind: str) -> int:
    """The column with this title.

    ``candidates`` are the columns with their titles, in several forms, the strictest first;
    ``kind`` is the word for such a column in messages.

    Raises:
        ExportError: where no column or more than one has this title.
    """
    wanted = plain_title(title)
    for names in candidates:
        places = [place for place, name in names.items() if plain_title(name) == wanted]
        if len(places) == 1:
            return places[0]
        if places:
            titles = ", ".join(f"“{shown(sheet.header[place].strip())}”" for place in places)
            raise ExportError(
                f"{sheet.name} has {len(places)} columns that fit “{shown(title)}”: {titles}. "
                "Give the complete title with --column; if two are the same, rename one on the "
                "platform and export again."
            )
    titles = listed(MAX_LISTED, [f"“{shown(sheet.header[one].strip())}”" for one in candidates[0]])
    raise ExportError(
        f"{sheet.name} has no {kind} called “{shown(title)}”. Choose one with --column: "
        f"{titles or 'there is none, so create the assignment on the platform and export again'}."
    )


def place_of(sheet: Sheet, title: str) -> int:
    """The column with this title, whatever it contains; ExportError as above."""
    return chosen(sheet, title, [dict(enumerate(sheet.header))], "column")
