"""Read files up to a limit, replace files atomically, and write reproducible zips."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.errors import GraderError, StoreError

# The oldest date that a zip can hold would look broken, and today's would change the bytes.
ZIP_DATE = (2025, 1, 1, 0, 0, 0)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes ``path`` when the block ends without an error.

    Raises:
        StoreError: where the disk does not play along, with what could not be written and why.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as problem:
        with suppress(OSError):  # where the folder is none, nothing was written either
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {problem.strerror}. The record has all results; "
            "fix that and run the command again."
        ) from problem


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


def write_zip(path: Path, files: Mapping[str, bytes], scripts: Collection[str] = ()) -> Path:
    """Write a zip of files by name, with fixed dates and rights and in a fixed order.

    ``scripts`` are the names of those that can be executed. Returns ``path``.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = (0o100755 if name in scripts else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return path
