"""What one student handed in through a platform, as far as names tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from autograder.candidates import Found
from autograder.downloads.places import Entry
from autograder.roster import Person
from autograder.text import shown


@dataclass(frozen=True)
class Who:
    """What a platform's names tell of a student. Of several ids, logins or names the first that
    fits counts. ``label`` is what the submission is called.
    """

    label: str
    number: str = ""
    ids: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    email: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One entry of a download; a file's ``path`` is what its student called it."""

    entry: Entry
    path: str = ""


@dataclass(frozen=True)
class Handed:
    """The latest attempt of one student. ``key`` is its id where there is no roster.

    ``person`` is the student where the platform says more than a name.
    """

    key: str
    who: Who
    parts: tuple[Part, ...] = ()
    late: bool = False
    handed_in: datetime | None = None
    person: Person | None = None
    notes: tuple[str, ...] = ()

    @property
    def known_as(self) -> str:
        """The student's name as it is written there."""
        return shown(self.who.names[0]) if self.who.names else ""

    @property
    def original(self) -> tuple[str, ...]:
        """The names that the platform knows; those of folders end with "/"."""
        return tuple(f"{part.entry.name}{'/' * part.entry.is_folder}" for part in self.parts)

    def files(self) -> tuple[list[Found], list[str]]:
        """All files, under the names that the student gave them; notes; Refused as for one."""
        found: list[Found] = []
        notes = list(self.notes)
        for part in self.parts:
            files, told = part.entry.files()
            notes += told
            found += [Found(part.path or file.path, file.read) for file in files]
        return found, notes


@dataclass(frozen=True)
class Grouped:
    """A level of a download as one platform reads it; ``strays`` are not the platform's."""

    handed: Sequence[Handed]
    strays: Sequence[Entry] = field(default=())
