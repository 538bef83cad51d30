"""Which columns of somebody's gradebook are meant, found by their titles and never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import ExportError
from autograder.platforms.lms.csv_edit import Sheet
from autograder.text import listed, shown

MAX_TOLD = 12
"""Titles that one refusal names."""


@dataclass(frozen=True)
class Columns:
    """Where in a gradebook the grades go, and by what its students are known.

    ``keys`` are the columns for each of "number" (the platform's own), "id", "login" and "email",
    in the order in which they are asked; ``possible`` are the points that the platform gives for
    the assignment, None where it does not say.
    """

    grade: int
    keys: Mapping[str, tuple[int, ...]]
    names: tuple[int, ...] = ()
    possible: float | None = None


def chosen(sheet: Sheet, title: str, candidates: Sequence[Mapping[int, str]], kind: str) -> int:
    """The one column of this title.

    ``candidates`` are the columns and what they may be called, the strictest way first; ``kind``
    is what a message calls them.

    Raises:
        ExportError: where no column is called so, or several are.
    """
    wanted = _plain(title)
    for names in candidates:
        places = [place for place, name in names.items() if _plain(name) == wanted]
        if len(places) == 1:
            return places[0]
        if places:
            told = ", ".join(f"“{shown(sheet.header[place].strip())}”" for place in places)
            raise ExportError(
                f"{sheet.name} has {len(places)} columns that “{shown(title)}” may mean: {told}. "
                "Say which with --column and its whole title; where two have the same, rename one "
                "on the platform and export again."
            )
    there = [f"“{shown(sheet.header[place].strip())}”" for place in candidates[0]]
    told = listed(MAX_TOLD, there)
    raise ExportError(
        f"{sheet.name} has no {kind} called “{shown(title)}”. Say which is meant with --column: "
        f"{told or 'there is none, so make the assignment on the platform and export again'}."
    )


def place_of(sheet: Sheet, title: str) -> int:
    """The column with this title, whatever it holds; ExportError as above."""
    return chosen(sheet, title, [dict(enumerate(sheet.header))], "column")


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
