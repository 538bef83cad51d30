"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.errors import StoreError


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
            "run the command again when that is mended."
        ) from problem
