"""Read untrusted archives in memory: nothing in them is ever written to disk.

Limits count the bytes that really come out, not what a header claims. Members whose names lead out
of the archive, links and devices are skipped with a note. An archive that is ambiguous or too large
is refused.
"""

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Self

from assignment.checks.loading.source import MAX_BYTES as MAX_SOURCE
from autograder.errors import NotJudged
from autograder.intake.notebooks import MAX_BYTES as MAX_NOTEBOOK
from autograder.intake.pick_file import Refused, SubmittedFile, is_archive
from autograder.text import shown

MAX_ARCHIVE = 50_000_000
MAX_REPORT = 25_000_000
MAX_EXPANDED = 50_000_000
MAX_MEMBERS = 20_000  # of any kind; a virtual environment has many
MAX_FILES = 1_000  # without junk
MAX_DEPTH = 20
MAX_PARTS = 100  # of a gzip file; each costs a copy of the rest
ENVIRONMENTS = {"venv", "env"}
"""Folders that are passed over beside submissions; inside one, ``MARKERS`` decide."""
MARKERS = ("pyvenv.cfg", "conda-meta/history")
"""Files that a virtual environment has, under whatever name."""
IN_ENVIRONMENT = "its folder is a virtual environment: move your own files out of it"
_JUNK = {"__macosx", "__pycache__", "node_modules", "site-packages"}
_JUNK |= {"thumbs.db", "desktop.ini", "index.html"}
BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError, zlib.error, EOFError, OSError),
    *(ValueError, OverflowError, RecursionError, NotImplementedError, RuntimeError, LookupError),
    MemoryError,
)
_TOO_LARGE = f"The archive expands to more than {MAX_EXPANDED // 1_000_000} MB."
_UNREADABLE = "The archive is damaged and cannot be read: make it again."


def is_junk(name: str) -> bool:
    """Whether operating systems, tools or platforms create files or folders of this name."""
    return name.startswith(".") or name.lower() in _JUNK or name.endswith("Zone.Identifier")


def max_bytes(path: str) -> int:
    """The size limit, in bytes, of a file with this name."""
    if is_archive(path):
        return MAX_ARCHIVE
    if path.lower().endswith(".pdf"):
        return MAX_REPORT
    return MAX_NOTEBOOK if path.lower().endswith(".ipynb") else MAX_SOURCE


def files_in(data: bytes) -> tuple[list[SubmittedFile], list[str]]:
    """The files of a zip, tar or gzipped tar archive, and notes on skipped members.

    Raises Refused when the archive cannot be read or is too large.
    """
    if len(data) > MAX_ARCHIVE:
        raise Refused(f"The archive is larger than {MAX_ARCHIVE // 1_000_000} MB.")
    try:
        members = list(_members(data))
    except BROKEN:
        raise Refused(_UNREADABLE) from None
    if len(members) > MAX_FILES:
        raise Refused(f"The archive has more than {MAX_FILES:,} files.")
    return plain_files(members)


class ArchiveMember:
    """A member of a zip or tar archive; ``odd`` is the reason to skip it, or "".

    ``name`` is its name in the archive, ``path`` the same made printable; ``size`` is what the
    archive claims, which need not be true.
    """

    def __init__(self, name: str, open_: Callable[[], IO[bytes] | None], odd: str = "") -> None:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        self.name = "/".join(parts)
        self.size = 0
        self.odd = odd
        if not parts or ".." in parts or parts[0] == "/" or parts[0][1:2] == ":":
            self.odd = "its name leads out of the archive"
        elif len(parts) > MAX_DEPTH:
            self.odd = "it lies too deep in folders"
        self.path = "/".join(shown(part) for part in parts)
        self.junk = any(is_junk(part) for part in parts if part != "..")
        self._open = open_

    def read(self, limit: int | None = None) -> bytes:
        """Read the member; Refused when it is too large or damaged, NotJudged on I/O errors."""
        limit = max_bytes(self.path) if limit is None else limit
        try:
            with self._open() or io.BytesIO() as stream:
                data = stream.read(limit + 1)
        except BROKEN as problem:
            if isinstance(problem, OSError) and problem.errno:  # the class's zip is on a disk
                raise NotJudged(
                    f"“{self.path}” cannot be read: {problem.strerror}. Run the command again."
                ) from None
            raise Refused("It is damaged in the archive: make the archive again.") from None
        if len(data) > limit:
            raise Refused(f"The file is larger than {limit // 1000:,} kB.")
        return data


def plain_files(members: Iterable[ArchiveMember]) -> tuple[list[SubmittedFile], list[str]]:
    """The plain files among the members, and notes on the others.

    Raises Refused when two code files have one path.
    """
    paths: set[str] = set()
    found, notes = [], []
    for member in members:
        if member.odd:
            notes.append(f"“{member.path}” was skipped, because {member.odd}.")
            continue
        if member.path in paths and member.path.endswith((".py", ".ipynb")):
            raise Refused(
                f"The archive has “{member.path}” twice, so it is not clear which one counts."
            )
        paths.add(member.path)
        found.append(SubmittedFile(member.path, member.read))
    return found, notes


def without_environments(members: Iterable[ArchiveMember], depth: int = 0) -> list[ArchiveMember]:
    """Leave out what lies in virtual environments, but for one odd member of each.

    The first ``depth`` parts of a name lead to the submission, which is no environment itself.
    """
    members = list(members)
    roots = set()
    for member in members:
        for marker in MARKERS:
            root = member.name.removesuffix(f"/{marker}")
            if root != member.name and root.count("/") >= depth:
                roots.add(root)
                member.odd = IN_ENVIRONMENT
    if not roots:
        return members
    return [one for one in members if one.odd == IN_ENVIRONMENT or not _is_below(one, roots)]


def _is_below(member: ArchiveMember, roots: set[str]) -> bool:
    parts = member.name.split("/")[: MAX_DEPTH + 1]
    return any("/".join(parts[:end]) in roots for end in range(1, len(parts)))


def _members(data: bytes) -> Iterator[ArchiveMember]:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _zipped(data)
        return
    if data.startswith(b"\x1f\x8b"):
        data = _expand(data)
    if data[257:262] != b"ustar" and any(data[:1024]):
        raise Refused("Archives of this kind cannot be read: submit a .zip or .tar.gz file.")
    yield from without_environments(_tarred(data))


def _zipped(data: bytes) -> Iterator[ArchiveMember]:
    # Counted before zipfile makes an object of each: every entry begins with this mark.
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise Refused(f"The archive has more than {MAX_MEMBERS:,} members.")
    expanded = 0
    found = zip_members(zipfile.ZipFile(io.BytesIO(data)))
    for member in without_environments(member for member in found if not member.junk):
        expanded += member.size if member.path.endswith((".py", ".ipynb")) else 0
        if expanded > MAX_EXPANDED:
            raise Refused(_TOO_LARGE)
        yield member


def zip_members(archive: zipfile.ZipFile) -> Iterator[ArchiveMember]:
    """The files of a zip, junk included; Refused where it is encrypted or has data in front."""
    infos = archive.infolist()
    if min((info.header_offset for info in infos), default=0) > 0:
        # Programs disagree on which of the two archives they unpack.
        raise Refused("The archive is damaged, or has another one in front of it: make it again.")
    for info in infos:
        if info.is_dir():
            continue
        member = ArchiveMember(_name_in_zip(info), partial(archive.open, info), _odd_in_zip(info))
        member.size = info.file_size
        if info.flag_bits & 0x1 and not (member.odd or member.junk):
            raise Refused("The archive is encrypted: submit it without a password.")
        yield member


def _name_in_zip(info: zipfile.ZipInfo) -> str:
    """The member's name; some programs write UTF-8 without the flag for it."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _odd_in_zip(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is a link or a device"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in an unusual way"  # some of which take gigabytes to unpack
    return ""


class _CheckedHeader(tarfile.TarInfo):
    """A header that refuses a negative size: older Pythons loop forever on such an archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.size < 0:
            raise tarfile.ReadError("negative size")
        return header


def _tarred(data: bytes) -> Iterator[ArchiveMember]:
    archive = tarfile.TarFile(fileobj=io.BytesIO(data), tarinfo=_CheckedHeader)
    for count, info in enumerate(iter(archive.next, None), 1):
        if count > MAX_MEMBERS:
            raise Refused(f"The archive has more than {MAX_MEMBERS:,} members.")
        if info.size < 0:
            raise Refused(_UNREADABLE)
        odd = "" if info.isreg() else "it is a link or a device"
        member = ArchiveMember(info.name, partial(archive.extractfile, info), odd)
        if not info.isdir() and not member.junk:
            yield member


def _expand(data: bytes) -> bytes:
    """Decompress a gzip file of one or more parts; Refused beyond the limit."""
    parts, size = [], 0
    while data.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(31)
        part = stream.decompress(data, MAX_EXPANDED - size + 1)
        size += len(part)
        parts.append(part)
        if size > MAX_EXPANDED:
            raise Refused(_TOO_LARGE)
        if not stream.eof or len(parts) > MAX_PARTS:
            raise EOFError
        data = stream.unused_data
    return b"".join(parts)
