"""Read untrusted folders: no link is followed, and only plain files are opened.

What the machine cannot read is nobody's fault: it raises NotJudged, and costs no points.
"""

import errno
import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from autograder.errors import NotJudged
from autograder.intake.archives import (
    IN_ENVIRONMENT,
    MARKERS,
    MAX_DEPTH,
    MAX_FILES,
    is_junk,
    max_bytes,
)
from autograder.intake.pick_file import Refused, SubmittedFile
from autograder.text import shown

MAX_ENTRIES = 20_000
_NOT_PLAIN = {errno.ELOOP, errno.ENXIO, errno.EISDIR}
"""A link, a socket or a device without a driver, and a folder."""


def files_below(folder: Path) -> tuple[list[SubmittedFile], list[str]]:
    """The files in a submission's folder, and notes on what was skipped.

    Raises Refused when there are too many, and NotJudged when a folder cannot be read.
    """
    found: list[SubmittedFile] = []
    notes: list[str] = []
    for count, (path, entry) in enumerate(_walk(folder, "", 0), 1):
        if count > MAX_ENTRIES or len(found) >= MAX_FILES:
            raise Refused(f"The folder has more than {MAX_FILES:,} files.")
        if isinstance(entry, str):
            notes.append(f"“{path}” was skipped, because {entry}.")
        elif entry.is_symlink():
            notes.append(f"“{path}” was skipped, because it is a link.")
        elif not entry.is_file(follow_symlinks=False):
            notes.append(f"“{path}” was skipped, because it is not a plain file.")
        else:
            found.append(SubmittedFile(path, partial(read, Path(entry.path), max_bytes(path))))
    return found, notes


def read(path: Path, limit: int) -> bytes:
    """Read a plain file; Refused when it is not one or too large, NotJudged when unreadable.

    The file may have been replaced since it was listed: links are not followed, and opening a pipe
    does not block.
    """
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Refused("It is not a plain file.")
            data = stream.read(limit + 1)
    except OSError as problem:
        if problem.errno in _NOT_PLAIN:
            raise Refused("It is not a plain file.") from None
        raise unreadable(path.name, problem) from None
    if len(data) > limit:
        raise Refused(f"The file is larger than {limit // 1000:,} kB.")
    return data


def unreadable(name: str, problem: OSError) -> Exception:
    """The error for a file or folder that cannot be read.

    Only a name that is too long is the student's fault.
    """
    if problem.errno == errno.ENAMETOOLONG:
        return Refused("It lies too deep in folders, or its name is too long.")
    return NotJudged(
        f"“{shown(name)}” cannot be read: {problem.strerror}. Make it readable, and run the "
        "command again."
    )


def kind_of(path: Path) -> int:
    """The file type at a path as ``stat.S_IFMT`` gives it, of a link itself; 0 if unknown."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except OSError:
        return 0


def listed(folder: Path) -> list[os.DirEntry[str]]:
    """The entries of a folder without junk, sorted by name; NotJudged when it cannot be read."""
    try:
        with os.scandir(folder) as listing:
            wanted = [entry for entry in listing if not is_junk(entry.name)]
    except OSError as problem:
        raise unreadable(folder.name, problem) from None
    return sorted(wanted, key=lambda entry: entry.name)


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str] | str]]:
    """Every file below a folder with its path, or a path and why it was skipped."""
    listing = listed(folder)
    for marker in MARKERS if depth else ():
        if any(entry.name == marker.partition("/")[0] for entry in listing):
            yield prefix + marker, IN_ENVIRONMENT
            return
    for entry in listing:
        path = prefix + shown(entry.name)
        if not entry.is_dir(follow_symlinks=False):
            yield path, entry
        elif depth >= MAX_DEPTH:
            yield path, "it lies too deep in folders"
        else:
            yield from _walk(Path(entry.path), f"{path}/", depth + 1)
