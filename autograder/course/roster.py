"""Read ``roster.csv``: the students of a course, and their names on platforms.

GitHub Classroom's roster and a gradebook exported from Canvas are read as they are.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from autograder.csvfile import Faults, Table, TableRow
from autograder.csvfile import read as read_table
from autograder.errors import TableError
from autograder.text import safe_id, shown

REQUIRED = ("id", "name")
OPTIONAL = ("email", "login", "section", "participant", "withdrawn")
_CLASSROOM: dict[str, tuple[str, ...]] = {
    "id": ("identifier",),
    "login": ("github_username",),
    "name": ("name",),
}
_CANVAS: dict[str, tuple[str, ...]] = {
    "id": ("sis user id", "id"),
    "name": ("student",),
    "login": ("sis login id", "id"),
    "participant": ("id",),
    "section": ("section",),
}
_ELSEWHERE = (_CLASSROOM, _CANVAS)
"""Other systems' columns for ours; the first with a value counts, the last has to be there."""
_WORD = re.compile(r"(\D{5,}|\D*[^\x00-\x7f]\D*)(?=\d+$)")
"""The word in front of Moodle's number, where its language puts no space between."""
_NOT_WITHDRAWN = ("", "no", "n", "false", "0", "-")
_NO_ACCENT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
"""Letters that Unicode does not split into a plain letter and an accent."""


@dataclass(frozen=True)
class Person:
    """One student of the course.

    ``participant`` is the platform's own number for the student, if it is not the id; ``line`` is
    the line in the roster. A student who has ``withdrawn`` is in no table and on no page.
    """

    id: str
    name: str = ""
    email: str = ""
    login: str = ""
    section: str = ""
    participant: str = ""
    line: int = 0
    withdrawn: bool = False

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
    faults = Faults(path)
    people = []
    for row in _rows(path):
        if row["id"]:
            people.append(_person(row))
        else:
            name = f" “{shown(row['name'])}”" if row["name"] else ""
            faults.add(row.line, f"the student{name} has no id. Fill it in.")
    _check_unique(people, faults)
    faults.raise_if_any()
    if not people:
        raise TableError(f"{path} has no students: it needs a line for each.")
    return Roster(path, tuple(people))


def name_keys(name: str) -> frozenset[str]:
    """Return all spellings of a name, without case, accents, spaces and signs.

    "Jane Doe", "Doe, Jane" and "doejane" have a key in common, and so have all rotations of longer
    names, because it is unknown where a family name begins.
    """
    words = [key for word in re.split(r"[\s,;_]+", name) if (key := plain(word))]
    return frozenset("".join(words[first:] + words[:first]) for first in range(len(words)))


def plain(text: str) -> str:
    """Keep only the letters and digits of a text, without case and accents."""
    text = unicodedata.normalize("NFKD", text).casefold().translate(_NO_ACCENT)
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isalnum())


def folded(text: str) -> str:
    """Prepare an id, login or address for comparison: lower case, accents in one form."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _rows(path: Path) -> list[TableRow]:
    header = {name.strip().lower() for name in Table.read(path).header}
    if not {"id", "name"} <= header:
        for columns in _ELSEWHERE:
            if {names[-1] for names in columns.values()} <= header:
                return [
                    _translated(row, columns)
                    for row in read_table(path, (), others=True)
                    if columns is not _CANVAS or _is_student(row)
                ]
    return read_table(path, REQUIRED, OPTIONAL, others=True)


def _is_student(row: TableRow) -> bool:
    """Whether a row of Canvas is a student: the others, such as points possible, have no ID."""
    return bool(row["id"]) and row["student"] != "Student, Test"


def _translated(row: TableRow, columns: dict[str, tuple[str, ...]]) -> TableRow:
    cells = {
        ours: next((row[name] for name in theirs if row[name]), "")
        for ours, theirs in columns.items()
    }
    return TableRow(row.line, {**cells, "withdrawn": row["withdrawn"]})


def _person(row: TableRow) -> Person:
    participant = row["participant"].rpartition(" ")[2]  # Moodle says "Participant 123"
    return Person(
        id=row["id"],
        name=row["name"],
        email=row["email"] or row["e-mail"],
        login=row["login"],
        section=row["section"],
        participant=_WORD.sub("", participant),
        line=row.line,
        withdrawn=row["withdrawn"].lower() not in _NOT_WITHDRAWN,
    )


def _check_unique(people: list[Person], faults: Faults) -> None:
    """Report values that should be unique and are not, once for each student."""
    reported: set[Person] = set()
    for what in ("id", "login", "email", "participant"):
        seen: dict[str, Person] = {}
        for person in people:
            value: str = getattr(person, what)
            key = safe_id(value).casefold() if what == "id" else folded(value)
            first = seen.setdefault(key, person) if value else person
            if first is not person and person not in reported:
                reported.add(person)
                faults.add(
                    person.line,
                    f"the {what} “{shown(value)}” is also in line {first.line}. "
                    "Give each student a different one, or delete one of the lines.",
                )
