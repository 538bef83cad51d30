"""Canvas: one flat zip, ``doejane_LATE_123_456_neural_network-1.py``.

These are the name, "LATE" if it was, the user's number, the attachment's number, and the student's
file name; Canvas adds ``-1`` to a name that it has seen before. A group's files have the group's
name. With anonymous grading it is ``anon_a1B2c_456_…`` with five letters or digits.

Canvas packs only the latest attempt, but several downloads may lie in one folder. Of files with the
same name by the same student, the one with the highest attachment number counts. ``NAME-1.py`` is
another attempt at ``NAME.py`` if that is there too, or is a name that the handout asks for;
otherwise it is the student's own file name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.course.roster import Roster
from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import (
    ClassUploads,
    Identity,
    Part,
    Upload,
    raise_if_ambiguous,
)
from autograder.intake.pick_file import BONUS, EXPECTED, is_archive
from autograder.intake.roster_match import count_matches
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
_NUMBERS = re.compile(rf"(?=_({_NUMBER})_({_NUMBER})_.)", re.S)
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

    @cached_property
    def numbers(self) -> list[re.Match[str]]:
        """All places in the name where a user's and an attachment's number could be."""
        return list(_NUMBERS.finditer(self.entry.name, 1)) if self.user.isdigit() else []

    def other_reading(self, usual: Container[int]) -> str:
        """Another user that the file may be from, or "": students choose names of both.

        ``usual`` are the numbers of this download's attachments. A user may be called
        ``doejane_123``, and an honest file may begin with a number.
        """
        for match in self.numbers[1:]:
            shifted = match.start() == self.numbers[0].end(1)
            if int(match[2]) in usual and not (shifted and self.attachment in usual):
                return f"“{shown(self.entry.name[: match.start()])}”, user {match[1]}"
        return ""

    @property
    def is_code(self) -> bool:
        return self.file.lower().endswith((".py", ".ipynb")) or is_archive(self.file)


def group(entries: Sequence[Entry], roster: Roster | None = None) -> ClassUploads | None:
    """The students, if this is a download from Canvas.

    It is one if at least two users have code, most names fit the pattern, every user has one name,
    and no attachment is there twice: files that one student numbered in a similar way
    (``lab_1_1_a.py``, ``lab_1_2_b.py``) are not taken for a class. Fewer users, such as a few
    stragglers, are a class if a file is marked as late or all users are in the roster.

    A file whose name can be read as that of two users, one of whom has other files, is a refused
    submission of its own.

    Raises:
        IntakeError: where most users have one name, but some have two.
    """
    parsed = [(entry, _parse(entry)) for entry in entries]
    files = [file for _, file in parsed if file is not None]
    strays = [entry for entry, file in parsed if file is None]
    if len(files) <= len(strays):
        return None
    doubtful, users = _by_user(files)
    one_name = [mine for mine in users.values() if len({file.name for file in mine}) == 1]
    ambiguous = [mine for mine in users.values() if len({file.name for file in mine}) > 1]
    clear = [file for mine in one_name for file in mine]
    uploads = [_upload(mine) for mine in one_name]
    if len(one_name) <= len(ambiguous) or not _is_class(clear, uploads, roster):
        return None
    raise_if_ambiguous(map(_two_names, ambiguous))
    return ClassUploads([*uploads, *(_refused(*one) for one in doubtful)], strays)


def may_be_one(entries: Sequence[Entry]) -> bool:
    """Whether every name fits the pattern, also where that is too little for a class."""
    return bool(entries) and all(_parse(entry) is not None for entry in entries)


def _parse(entry: Entry) -> _CanvasFile | None:
    match = next((found for one in _PATTERNS if (found := one.fullmatch(entry.name))), None)
    if match is None or entry.is_folder:
        return None
    number = int(match["attachment"] or 0)
    return _CanvasFile(
        entry, match["user"], match["name"], number, match["file"], bool(match["late"])
    )


def _by_user(
    files: Sequence[_CanvasFile],
) -> tuple[list[tuple[_CanvasFile, str]], dict[str, list[_CanvasFile]]]:
    """The files that may be another user's, each with that user, and all others by user."""
    numbers = [one.attachment for one in files if one.attachment and len(one.numbers) < 2]
    # One assignment's attachments are numbered within a short time.
    usual = range(min(numbers, default=0) // 2, 2 * max(numbers, default=0) + 1)
    users: dict[str, list[_CanvasFile]] = defaultdict(list)
    doubtful = []
    for file in files:
        if other := file.other_reading(usual):
            doubtful.append((file, other))
        else:
            users[file.user].append(file)
    known = set(users)
    for file, _ in doubtful:
        if file.user not in known:
            users[file.user].append(file)
    return [one for one in doubtful if one[0].user in known], users


def _is_class(
    files: Sequence[_CanvasFile], uploads: Sequence[Upload], roster: Roster | None
) -> bool:
    attached = Counter(file.attachment for file in files if file.attachment)
    if max(attached.values(), default=0) != 1:
        return False
    if len({file.user for file in files if file.is_code}) > 1 or any(file.late for file in files):
        return True
    identities = [one.identity for one in uploads]
    return roster is not None and count_matches(roster, identities) == len(uploads)


def _two_names(files: Sequence[_CanvasFile]) -> str:
    one, other, *_ = {file.name: file for file in files}.values()
    return (
        f"Canvas' user {one.user} is called “{shown(one.name)}” (“{shown(one.entry.name)}”) and "
        f"“{shown(other.name)}” (“{shown(other.entry.name)}”). Find out in Canvas whose files they "
        "are, unpack the download, remove or rename the wrong one, and grade the folder."
    )


def _refused(file: _CanvasFile, other: str) -> Upload:
    label = shown(file.entry.name)
    return Upload(
        key=file.entry.name,
        identity=Identity(label),
        parts=(Part(file.entry),),
        refused=f"“{label}” may be from “{shown(file.name)}”, user {file.user}, or from {other}: "
        "upload the file once more under a simple name, such as neural_network.py.",
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
