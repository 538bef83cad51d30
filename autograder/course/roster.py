"""Read ``roster.csv``: the students of a course, and their names on platforms."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import TableError
from autograder.text import safe_id, shown

if TYPE_CHECKING:
    from autograder.csvfile import Faults, TableRow

REQUIRED = ("id", "name")
OPTIONAL = ("email", "login", "section", "participant")
_NO_ACCENT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
"""Letters that Unicode does not split into a plain letter and an accent."""


@dataclass(frozen=True)
class Person:
    """One student of the course.

    ``participant`` is the platform's own number for the student, if it is not the id; ``line`` is
    the line in the roster.
    """

    id: str
    name: str = ""
    email: str = ""
    login: str = ""
    section: str = ""
    participant: str = ""
    line: int = 0

    def __str__(self) -> str:
        """For sentences: "Jane Doe (id s10001, line 3)"."""
        return f"{shown(self.name) or 'no name'} (id {shown(self.id)}, line {self.line})"


@dataclass(frozen=True)
class Roster:
    """All students of the course, in the order of the file."""

    path: Path
    people: tuple[Person, ...]


def read(path: Path) -> Roster:
    """Read a roster; unknown columns are ignored.

    Raises:
        TableError: where the file cannot be read, or two lines have the same id, login, address
            or number.
    """
    from autograder import csvfile  # many need a Person, few a roster

    faults = csvfile.Faults(path)
    people = []
    for row in csvfile.read(path, REQUIRED, OPTIONAL, others=True):
        if row["id"]:
            people.append(_person(row))
        else:
            told = f" “{shown(row['name'])}”" if row["name"] else ""
            faults.add(row.line, f"the student{told} has no id. Fill it in.")
    _once(people, faults)
    faults.raise_if_any()
    if not people:
        raise TableError(f"{path} lists nobody: it needs a line for each student.")
    return Roster(path, tuple(people))


def name_keys(name: str) -> frozenset[str]:
    """Return all spellings of a name, without case, accents, spaces and signs.

    "Jane Doe", "Doe, Jane" and "doejane" have a key in common, and so have all turns of longer
    names, since nobody can tell where a family name begins.
    """
    words = [key for word in re.split(r"[\s,;_]+", name) if (key := plain(word))]
    return frozenset("".join(words[turn:] + words[:turn]) for turn in range(len(words)))


def plain(text: str) -> str:
    """Keep only the letters and digits of a text, without case and accents."""
    text = unicodedata.normalize("NFKD", text).casefold().translate(_NO_ACCENT)
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isalnum())


def folded(text: str) -> str:
    """Prepare an id, login or address for comparison: lower case, accents in one form."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _person(row: TableRow) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        email=row["email"] or row["e-mail"],
        login=row["login"],
        section=row["section"],
        participant=row["participant"].rpartition(" ")[2],  # Moodle says "Participant 123"
        line=row.line,
    )


def _once(people: list[Person], faults: Faults) -> None:
    """Find values that should be unique and are not; note one fault for each student."""
    told: set[Person] = set()
    for what in ("id", "login", "email", "participant"):
        seen: dict[str, Person] = {}
        for person in people:
            value: str = getattr(person, what)
            key = safe_id(value).casefold() if what == "id" else folded(value)
            first = seen.setdefault(key, person) if value else person
            if first is not person and person not in told:
                told.add(person)
                faults.add(
                    person.line,
                    f"the {what} “{shown(value)}” is that of line {first.line} too. "
                    "Give each student their own, or take one line out.",
                )
