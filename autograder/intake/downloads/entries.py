"""List the entries of a zip or a folder in the same way: names first, content on demand.

Names and content are untrusted; ``archives`` and ``folders`` have the rules for both.
"""

import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.intake.archives import (
    BROKEN,
    ENVIRONMENTS,
    MAX_FILES,
    ArchiveMember,
    max_bytes,
    plain_files,
    without_environments,
    zip_members,
)
from autograder.intake.folders import files_below, kind_of, listed, read
from autograder.intake.pick_file import Refused, SubmittedFile
from autograder.text import shown

MAX_MEMBERS = 200_000
"""Of a whole class's zip."""


@dataclass(frozen=True)
class OnDisk:
    """An entry of a folder on disk. No link is followed."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_folder(self) -> bool:
        return kind_of(self.path) == stat.S_IFDIR

    @property
    def is_clone(self) -> bool:
        return kind_of(self.path / ".git") == stat.S_IFDIR

    def children(self) -> list["Entry"]:
        """The entries of the folder without junk; NotJudged where it cannot be read."""
        found = [child for child in listed(self.path) if child.name not in ENVIRONMENTS]
        return [OnDisk(Path(child.path)) for child in found]

    def files(self) -> tuple[list[SubmittedFile], list[str]]:
        kind = kind_of(self.path)
        if kind == stat.S_IFDIR:
            return files_below(self.path)
        if kind == stat.S_IFLNK:
            raise Refused("It is a link, and links are not followed.")
        return [SubmittedFile(shown(self.name), partial(read, self.path, max_bytes(self.name)))], []

    def read(self, limit: int) -> bytes:
        return read(self.path, limit)


@dataclass(frozen=True)
class InZip:
    """An entry of a zip: the members whose paths begin with ``parts``; no empty folders.

    Without members it is only a name.
    """

    parts: tuple[str, ...]
    members: Sequence[ArchiveMember]
    is_folder: bool

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def is_clone(self) -> bool:
        git = "/".join((*self.parts, ".git", ""))
        return any(member.name.startswith(git) for member in self.members)

    def children(self) -> list["Entry"]:
        depth = len(self.parts)
        below: dict[str, list[ArchiveMember]] = {}
        for member in self.members:
            names = member.name.split("/")
            hidden = member.junk and ".git" not in names
            if len(names) > depth and not hidden and names[depth] not in ENVIRONMENTS:
                below.setdefault(names[depth], []).append(member)
        return [
            InZip((*self.parts, name), members, any(one.name.count("/") > depth for one in members))
            for name, members in sorted(below.items())
            if not all(one.junk for one in members)
        ]

    def files(self) -> tuple[list[SubmittedFile], list[str]]:
        depth = len(self.parts) - (not self.is_folder)
        own = without_environments((one for one in self.members if not one.junk), depth)
        if len(own) > MAX_FILES:
            raise Refused(f"The folder has more than {MAX_FILES:,} files.")
        found, notes = plain_files(own)
        return [SubmittedFile(file.path.split("/", depth)[-1], file.read) for file in found], notes

    def read(self, limit: int) -> bytes:
        return self.members[0].read(limit)


Entry = OnDisk | InZip
"""A file or folder at one level of a download; ``name`` is the one that the platform gave it.

``is_clone`` tells whether it is a git repository; ``files`` are the file, or all files below the
folder, and notes on what was skipped. Refused is raised where something is too large or damaged,
NotJudged where it cannot be read.
"""


@contextmanager
def open_entries(path: Path) -> Iterator[list[Entry] | None]:
    """The entries of a folder or a zip at its outermost level; None where it is neither.

    Also None for a zip that cannot be read: it is then read as one submission, which is refused
    with the reason.
    """
    if kind_of(path) == stat.S_IFDIR:
        yield OnDisk(path).children()
        return
    archive = _zip(path)
    if archive is None:
        yield None
        return
    with archive:
        try:
            members = list(zip_members(archive))
        except Refused:
            members = []
        yield InZip((), members, True).children() or None


def _zip(path: Path) -> zipfile.ZipFile | None:
    if not path.name.lower().endswith(".zip") or kind_of(path) != stat.S_IFREG:
        return None
    try:
        return zipfile.ZipFile(path) if _count(path) <= MAX_MEMBERS else None
    except BROKEN:
        return None


def _count(path: Path) -> int:
    """Estimate how many members a zip has, before zipfile makes an object of each."""
    import mmap  # only here: one file need not wait for it

    count = place = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        while count <= MAX_MEMBERS and (place := data.find(b"PK\x01\x02", place) + 1):
            count += 1
    return count
