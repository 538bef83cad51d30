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


_Found = tuple[Entry, re.Match[str]]
"""An entry and the parts of its name."""


def group(entries: Sequence[Entry]) -> ClassUploads | None:
    """The students, if this is a download from Moodle; IntakeError if two have one number."""
    found = [(entry, match) for entry in entries if (match := _parse(entry))]
    if not any(match["kind"] == "file" for _, match in found):
        return None
    students: dict[str, list[_Found]] = defaultdict(list)
    for entry, match in found:
        students[match["number"]].append((entry, match))
    raise_if_ambiguous(map(_two_names, students.values()))
    teams = all("-" in match["name"] for _, match in found)
    uploads = [_upload(mine, teams) for mine in students.values()]
    return ClassUploads(uploads, [entry for entry in entries if _parse(entry) is None])


def _two_names(mine: Sequence[_Found]) -> str:
    """The sentence on a number that has two names, or ""."""
    names = [*dict.fromkeys(match["name"] for _, match in mine)]
    if len(names) < 2:
        return ""
    return (
        f"Moodle's number {mine[0][1]['number']} belongs to “{shown(names[0])}” and to "
        f"“{shown(names[1])}”. Find out in Moodle whose it is, and remove the other's files."
    )


def _parse(entry: Entry) -> re.Match[str] | None:
    match = _PATTERN.fullmatch(entry.name)
    return match if match and bool(match["file"]) != entry.is_folder else None


def _upload(mine: Sequence[_Found], teams: bool) -> Upload:
    first = mine[0][1]
    key = f"{first['name']}_{first['number']}"
    note = "Text typed into Moodle's page was ignored; only files are graded."
    return Upload(
        key=key,
        identity=Identity(shown(key), number=first["number"], names=_names(first["name"], teams)),
        parts=tuple(
            Part(entry, shown(match["file"] or ""))
            for entry, match in mine
            if match["kind"] == "file"
        ),
        notes=(note,) if any(match["kind"] == "onlinetext" for _, match in mine) else (),
    )


def _names(name: str, teams: bool) -> tuple[str, ...]:
    """The name, and with ``teams`` also the name without a group in front of it."""
    parts = name.split("-")
    return tuple("-".join(parts[start:]) for start in range(len(parts) if teams else 1))
