"""Moodle: a folder for each student, ``Jane Doe_123456_assignsubmission_file_``.

From 4.1 on the folder's name has no underscore at its end. The number is the participant's in this
assignment. Without "download in folders" the same words are the beginning of each file's name.
Where students submit as groups, every student has the group's files under ``Group 1-Jane Doe``, and
students without a group have "Default group" there. Text typed into Moodle's page is in
``…_assignsubmission_onlinetext_``.

Moodle packs the latest attempt only.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import (
    ClassUploads,
    Identity,
    Part,
    Upload,
    raise_if_ambiguous,
)
from autograder.text import shown

NAME = "Moodle"
# Not greedy: the first of these words is Moodle's, and the student chooses what follows.
_PATTERN = re.compile(
    r"(?P<name>.+?)_(?P<number>[0-9]{1,20})_assign(?:submission|feedback)_(?P<kind>[a-z]+)"
    r"(?:_(?P<file>.*))?",
    re.S,
)


@dataclass(frozen=True)
class _MoodleEntry:
    entry: Entry
    name: str
    number: str
    kind: str
    file: str


def group(entries: Sequence[Entry]) -> ClassUploads | None:
    """The students, if this is a download from Moodle; IntakeError if two have one number."""
    parsed = [(entry, _parse(entry)) for entry in entries]
    found = [one for _, one in parsed if one is not None]
    if not any(one.kind == "file" for one in found):
        return None
    students: dict[str, list[_MoodleEntry]] = defaultdict(list)
    for one in found:
        students[one.number].append(one)
    raise_if_ambiguous([sentence for mine in students.values() if (sentence := _two_names(mine))])
    teams = all("-" in one.name for one in found)
    uploads = [_upload(mine, teams) for mine in students.values()]
    return ClassUploads(uploads, [entry for entry, one in parsed if one is None])


def _two_names(entries: Sequence[_MoodleEntry]) -> str:
    """The sentence on a number that has two names, or ""."""
    names = [*dict.fromkeys(one.name for one in entries)]
    if len(names) < 2:
        return ""
    return (
        f"Moodle's number {entries[0].number} belongs to “{shown(names[0])}” and to "
        f"“{shown(names[1])}”. Find out in Moodle whose it is, and remove the other's files."
    )


def _parse(entry: Entry) -> _MoodleEntry | None:
    match = _PATTERN.fullmatch(entry.name)
    if match is None or bool(match["file"]) == entry.is_folder:
        return None
    return _MoodleEntry(entry, match["name"], match["number"], match["kind"], match["file"] or "")


def _upload(entries: Sequence[_MoodleEntry], teams: bool) -> Upload:
    first = entries[0]
    files = [one for one in entries if one.kind == "file"]
    key = f"{first.name}_{first.number}"
    note = "Text typed into Moodle's page was ignored; only files are graded."
    return Upload(
        key=key,
        identity=Identity(shown(key), number=first.number, names=_names(first.name, teams)),
        parts=tuple(Part(one.entry, shown(one.file) if one.file else "") for one in files),
        notes=(note,) if any(one.kind == "onlinetext" for one in entries) else (),
    )


def _names(name: str, teams: bool) -> tuple[str, ...]:
    """The name, and with ``teams`` also the name without a group in front of it."""
    parts = name.split("-")
    return tuple("-".join(parts[start:]) for start in range(len(parts) if teams else 1))
