"""Lock an output folder, so that one grader at a time works in it."""

import errno
import fcntl
import os
import socket
import time
from pathlib import Path

from autograder.errors import StoreError

NAME = "results.lock"
_held: set[str] = set()
"""Locks of this process: the system would let one process lock a file twice."""


class FolderLock:
    """A lock on a folder, held until ``release`` or until the process ends in any way.

    The lock file stays: deleting it would let two graders lock two files of one name. A forked
    child does not hold the lock.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock; where another process has it, raise StoreError and name that process."""
        self._path = str((folder / NAME).resolve())
        if self._path in _held:
            raise _taken(folder, "this very process")
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            who = os.read(self._descriptor, 500).decode("utf-8", "replace").strip()
            os.close(self._descriptor)
            if error.errno in (errno.EACCES, errno.EAGAIN):
                raise _taken(folder, who or "an unknown process") from None
            raise StoreError(
                f"{folder} cannot be locked ({error.strerror}), so two graders could write to it "
                "at once. Choose a folder on a local disk with --out."
            ) from error
        _held.add(self._path)
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(
            self._descriptor,
            f"process {os.getpid()} on {socket.gethostname()} since {since}\n".encode(),
            0,
        )

    def release(self) -> None:
        if self._path in _held:
            _held.discard(self._path)
            os.close(self._descriptor)


def _taken(folder: Path, who: str) -> StoreError:
    return StoreError(
        f"Another grader is at work in {folder} ({who}). Wait until it is done, or choose another "
        "folder with --out."
    )
