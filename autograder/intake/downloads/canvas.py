"""Canvas: one flat zip, ``doejane_LATE_123_456_neural_network-1.py``.

These are the name, "LATE" if it was, the user's number, the attachment's number, and the student's
file name; Canvas adds ``-1`` to a name that it has seen before. A group's files have the group's
name. With anonymous grading it is ``anon_a1B2c_456_…`` with five letters or digits.

Canvas packs only the latest attempt, but several downloads may lie in one folder. Of files with the
same name by the same student, the one with the highest attachment number counts. ``NAME-1.py`` is
another attempt at ``NAME.py`` if that is there too, or is a name that the handout asks for;
otherwise it is the student's own file name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.intake.archives import is_archive
from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import ClassUploads, Identity, Part, Upload
from autograder.intake.pick_file import BONUS, EXPECTED
from autograder.text import shown

NAME = "Canvas"
_NUMBER = "[0-9]{1,20}"
_NAMED = rf"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>{_NUMBER})"
_ANONYMOUS = r"(?P<name>anon)(?P<late>_LATE)?_(?P<user>[0-9A-Za-z]{5})"
_FILE = rf"_(?P<attachment>{_NUMBER})_(?P<file>.+)"
_TYPED = r"_(?P<file>(?:text|link|media)\.\w+)(?P<attachment>)"
_PATTERNS = tuple(
    re.compile(who + what, re.S) for who in (_ANONYMOUS, _NAMED) for what in (_FILE, _TYPED)
)
_AGAIN = re.compile(r"(?P<stem>.+)-\d+(?P<suffix>\.\w+)?", re.S)
_ASKED_FOR = {EXPECTED, BONUS, "report.pdf"}


@dataclass(frozen=True)
class _CanvasFile:
    """The parts of a file name. ``attachment`` is 0 for text typed into Canvas' page."""

    entry: Entry
    user: str
    name: str
    attachment: int
    file: str
    late: bool

    @property
    def is_code(self) -> bool:
        return self.file.lower().endswith((".py", ".ipynb")) or is_archive(self.file)


def group(entries: Sequence[Entry]) -> ClassUploads | None:
    """The students, if this is a download from Canvas.

    It is one if at least two users have code, most names fit the pattern, every user has one name,
    and no attachment is there twice: files that one student numbered in a similar way
    (``lab_1_1_a.py``, ``lab_1_2_b.py``) are not taken for a class.
    """
    parsed = [(entry, _parse(entry)) for entry in entries]
    files = [file for _, file in parsed if file is not None]
    strays = [entry for entry, file in parsed if file is None]
    if len(files) <= len(strays) or not _is_class(files):
        return None
    users: dict[str, list[_CanvasFile]] = defaultdict(list)
    for file in files:
        users[file.user].append(file)
    return ClassUploads([_upload(mine) for mine in users.values()], strays)


def _parse(entry: Entry) -> _CanvasFile | None:
    match = next((found for one in _PATTERNS if (found := one.fullmatch(entry.name))), None)
    if match is None or entry.is_folder:
        return None
    number = int(match["attachment"] or 0)
    return _CanvasFile(
        entry, match["user"], match["name"], number, match["file"], bool(match["late"])
    )


def _is_class(files: Sequence[_CanvasFile]) -> bool:
    attached = Counter(file.attachment for file in files if file.attachment)
    names = {(file.user, file.name) for file in files}
    users = {user for user, _ in names}
    with_code = {file.user for file in files if file.is_code}
    return (
        len(with_code) > 1 and len(names) == len(users) and max(attached.values(), default=0) == 1
    )


def _upload(files: Sequence[_CanvasFile]) -> Upload:
    first = files[0]
    typed = [file for file in files if not file.attachment]
    attached = [file for file in files if file.attachment]
    called = {file.file for file in attached}
    attempts: dict[str, list[_CanvasFile]] = defaultdict(list)
    for file in attached:
        attempts[_own_name(file.file, called)].append(file)
    parts, latest, notes = [], [], []
    for name, several in attempts.items():
        *older, newest = sorted(several, key=lambda file: file.attachment)
        latest.append(newest)
        parts.append(Part(newest.entry, shown(name)))
        notes += [
            f"“{shown(file.file)}” is from an earlier attempt; “{shown(newest.file)}” counts."
            for file in older
        ]
    if typed:
        notes.append("Text typed into Canvas' page was ignored; only files are graded.")
    key = f"{first.name}_{first.user}"
    names = (first.name,) if first.user.isdigit() else ()  # graded anonymously, all are "anon"
    return Upload(
        key=key,
        identity=Identity(shown(key), number=first.user, ids=(first.user,), names=names),
        parts=tuple(parts),
        late=any(file.late for file in latest or files),
        notes=tuple(notes),
    )


def _own_name(file: str, called: set[str]) -> str:
    """The student's name of a file, without a number that Canvas has added."""
    match = _AGAIN.fullmatch(file)
    if match is None:
        return file
    bare = f"{match['stem']}{match['suffix'] or ''}"
    return bare if bare in called or bare.lower() in _ASKED_FOR else file
