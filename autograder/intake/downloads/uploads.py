"""What one student uploaded to a platform."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.course.roster import Person
from autograder.errors import IntakeError
from autograder.intake.downloads.entries import Entry
from autograder.intake.pick_file import Refused, SubmittedFile
from autograder.text import at_most, shown

MAX_LISTED = 12
"""Ambiguities that are listed at once."""


@dataclass(frozen=True)
class Identity:
    """What is known about the student from a platform's names; ``label`` names the submission.

    Of several ids, logins or names the first one that fits the roster counts.
    """

    label: str
    number: str = ""
    ids: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    email: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One entry of a download; ``path`` is the student's own name of a file."""

    entry: Entry
    path: str = ""


@dataclass(frozen=True)
class Upload:
    """The latest attempt of one student. ``key`` is its id where there is no roster.

    ``late`` is None where the platform does not mark late submissions. ``person`` is the student
    where the platform gives more than a name. ``refused`` says why the files are not read.
    """

    key: str
    identity: Identity
    parts: tuple[Part, ...] = ()
    late: bool | None = None
    submitted_at: datetime | None = None
    person: Person | None = None
    notes: tuple[str, ...] = ()
    refused: str = ""

    @property
    def known_as(self) -> str:
        """The student's name as the platform writes it."""
        return shown(self.identity.names[0]) if self.identity.names else ""

    @property
    def original(self) -> tuple[str, ...]:
        """The platform's names of the entries; those of folders end with "/"."""
        return tuple(f"{part.entry.name}{'/' * part.entry.is_folder}" for part in self.parts)

    def files(self) -> tuple[list[SubmittedFile], list[str]]:
        """All files under the student's names, and notes; raises Refused and NotJudged."""
        if self.refused:
            raise Refused(self.refused)
        found: list[SubmittedFile] = []
        notes = list(self.notes)
        for part in self.parts:
            files, part_notes = part.entry.files()
            notes += part_notes
            found += [SubmittedFile(part.path or file.path, file.read) for file in files]
        return found, notes


def raise_if_ambiguous(sentences: Iterable[str]) -> None:
    """Raise an IntakeError that lists the problems among these sentences; "" is none."""
    if problems := [*filter(None, sentences)]:
        raise IntakeError(
            "nothing was graded, because some submissions cannot be assigned to a student:\n  "
            + "\n  ".join(at_most(MAX_LISTED, problems))
        )


@dataclass(frozen=True)
class ClassUploads:
    """A level of a download as one platform reads it; ``strays`` do not belong to it."""

    uploads: Sequence[Upload]
    strays: Sequence[Entry] = ()
