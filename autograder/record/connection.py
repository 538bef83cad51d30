"""Open the record's file, and explain the errors of SQLite."""

import errno
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import StoreError

NETWORK = (
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "lustre", "gpfs",
    "beegfs", "glusterfs", "ocfs2", "gfs2", "orangefs", "davfs", "vboxsf", "prl_fs",
)  # fmt: skip
"""File systems on which processes of two hosts can meet; SQLite's WAL does not work there."""


def connect(
    path: Path, check: Callable[[sqlite3.Connection, Path], None], *, write: bool
) -> sqlite3.Connection:
    """Open a connection that loses nothing that was committed, not even on a power cut.

    ``check`` raises where the file is no record; then the connection is closed. On a network file
    system the journal is a plain one and the file is locked; elsewhere others may read it while it
    is written.
    """
    mode = "rwc" if write else _reading(path)
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA foreign_keys = ON")
        if write:
            _journal(connection, path)
        else:
            connection.execute("PRAGMA query_only = ON")
        check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _reading(path: Path) -> str:
    """Choose SQLite's mode for reading.

    A reader of a WAL without write access leaves files behind, and cannot start in a read-only
    folder. In such a folder nobody else can be writing, so the file counts as immutable.
    """
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return "rw"
    return "ro" if path.with_name(path.name + "-wal").exists() else "ro&immutable=1"


def _journal(connection: sqlite3.Connection, path: Path) -> None:
    if not on_network(path):
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode == "wal":
            connection.execute("PRAGMA synchronous = FULL")
            return
    # Without the exclusive lock a record that was once in WAL mode would need shared memory.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = EXTRA")


def on_network(path: Path) -> bool:
    """Tell whether the file is, or would be, on a network file system."""
    kind = file_system(path)
    return kind in NETWORK or kind.startswith("fuse.")


def file_system(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """Return the name of the file system of ``path``, such as "ext4"; "" if it is unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    target = path.resolve()
    best, kind = Path(), ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        mounted = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        # Of two mounts at one path, the later one hides the earlier one.
        if target.is_relative_to(mounted) and len(mounted.parts) >= len(best.parts):
            best, kind = mounted, after.split(" ")[0]
    return kind


def move_aside(path: Path) -> Path:
    """Give a damaged record and its journals another name, and return that name."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    for suffix in ("", "-wal", "-shm", "-journal"):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.rename(aside.with_name(aside.name + suffix))
    return aside


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the system into a StoreError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(sentence(path, error)) from error
    except OSError as error:
        raise StoreError(_system(path, error)) from error


def sentence(path: Path, error: sqlite3.Error) -> str:
    """Say what happened to the record, that nothing reported is lost, and what to do."""
    name = getattr(error, "sqlite_errorname", "")
    kept = "Everything that was reported is kept; run the same command again to go on."
    if name.startswith("SQLITE_FULL") or name in ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"):
        return f"The disk with {path} is full. Make room there. {kept}"
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_AUTH")):
        return (
            f"{path} cannot be opened for writing ({error}). Make the folder writable, or choose "
            "another one with --out."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return (
            f"Another program has {path} locked (a database browser, perhaps). Close it there. "
            f"{kept}"
        )
    if is_damage(error):
        return damaged(path, str(error))
    return f"{path} cannot be used: {error} ({name or type(error).__name__}). {kept}"


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether the error means that the file's content is damaged."""
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def damaged(path: Path, what: str) -> str:
    """Write the sentence for a record that cannot be read."""
    what = what.splitlines()[-1]
    return (
        f"{path} is damaged ({what}). It was not changed. Replace it with a backup, or move it "
        "aside with --move-damaged; then everything is graded again."
    )


def _system(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk with {path} is full. Make room there and run the same command again."
    reason = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{path.parent} cannot be written to ({reason}). Make the folder writable, or choose "
            "another one with --out."
        )
    return f"{path.parent} cannot be used ({reason}). Choose another folder with --out."
