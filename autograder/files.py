"""Read files up to a limit, replace files atomically, and write reproducible zips."""

import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from autograder.errors import GraderError, StoreError

# A fixed date, so that the bytes do not change; the oldest that a zip can hold would look broken.
ZIP_DATE = (2025, 1, 1, 0, 0, 0)
_Target = TypeVar("_Target", Path, BinaryIO)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write, which is renamed to ``path`` when the block ends without an error.

    Raises:
        StoreError: if the file cannot be written, with the reason.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What lies there is from a run that was killed, or a link that somebody has put into a
        # shared folder: "x" (O_EXCL) makes a new file, and never follows a link.
        part.unlink(missing_ok=True)
        with part.open("xb") as file:
            yield file
        part.replace(path)
    except OSError as problem:
        with suppress(OSError):  # if there is no such folder, nothing was written
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {problem.strerror}. The record has all results; "
            "fix that and run the command again."
        ) from problem


def write_text(path: Path, text: str) -> Path:
    """Write a text or page as ``replacing`` does; returns its path."""
    with replacing(path) as file:
        file.write(text.encode())
    return path


def read_at_most(limit: int, path: Path, error: type[GraderError], kind: str) -> bytes:
    """Read a file of at most ``limit`` bytes.

    Raises:
        ``error``: where it cannot be read or is larger, with the question whether it is a ``kind``.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as problem:
        raise error(f"{path} cannot be read: {problem.strerror}.") from None
    if len(data) > limit:
        raise error(f"{path} is larger than {limit >> 20} MiB: is it {kind}?")
    return data


def remove(path: Path) -> None:
    """Remove a file of an earlier run, if there is one.

    Raises:
        StoreError: if it cannot be removed, with the reason.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise StoreError(
            f"{path} is from an earlier run and cannot be removed: {problem.strerror}."
        ) from None


def write_zip(path: _Target, files: Mapping[str, bytes], scripts: Collection[str] = ()) -> _Target:
    """Write a zip of files by name, with fixed dates, permissions and order; returns ``path``.

    ``scripts`` are the names of executable files.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = (0o100755 if name in scripts else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return path
