"""Write files whole or not at all, and zips that have the same bytes for the same files."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.errors import StoreError

# A fixed date, so that the bytes do not change; the oldest that a zip can hold would look broken.
ZIP_DATE = (2025, 1, 1, 0, 0, 0)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to, which is renamed to ``path`` when the block ends without an error.

    Raises:
        StoreError: if the file cannot be written, with the reason.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as problem:
        with suppress(OSError):  # if there is no such folder, nothing was written
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {problem.strerror}. The record has all results; "
            "run the command again when that is fixed."
        ) from problem


def write_zip(path: Path, files: Mapping[str, bytes], scripts: Collection[str] = ()) -> Path:
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
