"""Archives that strangers made, read in memory: nothing in them is ever written to disk.

What counts is what really comes out, not what a header says. Members whose names lead out of the
archive, links and devices are passed over with a note; what makes an archive ambiguous or too
large refuses it, with a sentence.
"""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Self

from assignment.checks.source import MAX_BYTES as MAX_SOURCE
from autograder.candidates import Found, Refused
from autograder.names import shown
from autograder.notebooks import MAX_BYTES as MAX_NOTEBOOK

ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
MAX_ARCHIVE = 50_000_000
MAX_EXPANDED = 50_000_000
MAX_MEMBERS = 20_000  # of any kind; a virtual environment has many
MAX_FILES = 1_000  # that are the student's own
MAX_DEPTH = 20
MAX_PARTS = 100  # of a gzip file; each costs a copy of the rest
_JUNK = {"__MACOSX", "__pycache__", "node_modules", "site-packages", "venv", "env", "Thumbs.db"}
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError, zlib.error, EOFError, OSError),
    *(ValueError, OverflowError, RecursionError, NotImplementedError, RuntimeError, LookupError),
    MemoryError,
)
_UNREADABLE = "The archive is damaged and cannot be read: make it again."


def is_archive(name: str) -> bool:
    """Whether a file is an archive by its name, of a kind that can be read here or not."""
    return name.lower().endswith(ARCHIVES)


def is_junk(name: str) -> bool:
    """Whether systems and tools make files or folders of this name, so that nobody misses them."""
    return name.startswith(".") or name in _JUNK


def largest(path: str) -> int:
    """How many bytes a file of this name may have."""
    return MAX_NOTEBOOK if path.lower().endswith(".ipynb") else MAX_SOURCE


def files_in(data: bytes) -> tuple[list[Found], list[str]]:
    """The files of a zip, tar or gzipped tar archive, and notes on what was passed over.

    Refused with a sentence when it cannot be read or is too large.
    """
    if len(data) > MAX_ARCHIVE:
        raise Refused(f"The archive is larger than {MAX_ARCHIVE // 1_000_000} MB.")
    try:
        members = list(_members(data))
    except _BROKEN:
        raise Refused(_UNREADABLE) from None
    if len(members) > MAX_FILES:
        raise Refused(f"The archive has more than {MAX_FILES:,} files.")
    return _sift(members)


class _Member:
    """A member of either kind of archive; ``odd`` says why it is no plain file, if it is none."""

    def __init__(self, name: str, open_: Callable[[], IO[bytes] | None], odd: str = "") -> None:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        self.odd = odd
        if not parts or ".." in parts or parts[0] == "/" or parts[0][1:2] == ":":
            self.odd = "its name leads out of the archive"
        elif len(parts) > MAX_DEPTH:
            self.odd = "it lies too deep in folders"
        self.path = "/".join(shown(part) for part in parts)
        self.junk = any(is_junk(part) for part in parts if part != "..")
        self._open = open_

    def read(self) -> bytes:
        """All bytes that really come out; Refused when they are too many or damaged."""
        limit = largest(self.path)
        try:
            with self._open() or io.BytesIO() as stream:
                data = stream.read(limit + 1)
        except _BROKEN:
            raise Refused("It is damaged in the archive: make the archive again.") from None
        if len(data) > limit:
            raise Refused(f"The file is larger than {limit // 1000:,} kB.")
        return data


def _sift(members: list[_Member]) -> tuple[list[Found], list[str]]:
    notes = [f"“{one.path}” was not looked at, because {one.odd}." for one in members if one.odd]
    paths: set[str] = set()
    found = []
    for member in members:
        if member.odd:
            continue
        if member.path in paths and member.path.endswith((".py", ".ipynb")):
            raise Refused(
                f"The archive has “{member.path}” twice, so it is not clear which counts."
            )
        paths.add(member.path)
        found.append(Found(member.path, member.read))
    return found, notes


def _members(data: bytes) -> Iterator[_Member]:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _zipped(data)
        return
    if data.startswith(b"\x1f\x8b"):
        data = _expand(data)
    if data[257:262] != b"ustar" and any(data[:1024]):
        raise Refused("The archive is not of a kind that can be read here: send .zip or .tar.gz.")
    yield from _tarred(data)


def _zipped(data: bytes) -> Iterator[_Member]:
    # Counted before zipfile makes an object of each: every entry begins with this mark.
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise Refused(f"The archive has more than {MAX_MEMBERS:,} members.")
    archive = zipfile.ZipFile(io.BytesIO(data))
    if min((info.header_offset for info in archive.infolist()), default=0) > 0:
        # Programs that unpack disagree on which of the two is meant.
        raise Refused("The archive is damaged, or has another one in front of it: make it again.")
    expanded = 0
    for info in archive.infolist():
        if info.is_dir():
            continue
        member = _Member(info.filename, partial(archive.open, info), _odd_in_zip(info))
        if member.junk:
            continue
        expanded += info.file_size if member.path.endswith((".py", ".ipynb")) else 0
        if expanded > MAX_EXPANDED:
            raise Refused(_too_large())
        if info.flag_bits & 0x1 and not member.odd:
            raise Refused("The archive is encrypted: send it without a password.")
        yield member


def _odd_in_zip(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is a link or a device"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in an unusual way"  # some of which take gigabytes to unpack
    return ""


class _CheckedHeader(tarfile.TarInfo):
    """A header whose size may not be negative: older Pythons read such an archive for ever."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.size < 0:
            raise tarfile.ReadError("negative size")
        return header


def _tarred(data: bytes) -> Iterator[_Member]:
    archive = tarfile.TarFile(fileobj=io.BytesIO(data), tarinfo=_CheckedHeader)
    count = 0
    while (info := archive.next()) is not None:
        count += 1
        if count > MAX_MEMBERS:
            raise Refused(f"The archive has more than {MAX_MEMBERS:,} members.")
        if info.size < 0:
            raise Refused(_UNREADABLE)
        odd = "" if info.isreg() else "it is a link or a device"
        member = _Member(info.name, partial(archive.extractfile, info), odd)
        if not info.isdir() and not member.junk:
            yield member


def _expand(data: bytes) -> bytes:
    """What a gzip file holds, however many parts it has; Refused beyond the bound."""
    parts, size = [], 0
    while data.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(31)
        part = stream.decompress(data, MAX_EXPANDED - size + 1)
        size += len(part)
        parts.append(part)
        if size > MAX_EXPANDED:
            raise Refused(_too_large())
        if not stream.eof or len(parts) > MAX_PARTS:
            raise EOFError
        data = stream.unused_data
    return b"".join(parts)


def _too_large() -> str:
    return f"The archive expands to more than {MAX_EXPANDED // 1_000_000} MB."
