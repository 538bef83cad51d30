"""Keep the files that a student's code writes in memory: a worker may write to no disk.

``install`` replaces ``open`` and the functions of ``os`` through which Python code reaches files by
their paths; numpy, pathlib, tempfile, logging, pickle and zipfile use these. What was written can
be read again in the same worker and is gone with it. A path that nothing was written to is passed
on to the function that was replaced. A folder of a written file exists without being made.

This is a convenience and no border: code that gets around it meets the layers (`layers`). What
needs a descriptor of the kernel's (``fileno``, ``ndarray.tofile``, memory maps) still fails.
"""

import builtins
import errno
import importlib
import io
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import numpy as np

_FIRST = 1 << 30
"""The first number of a descriptor here; the kernel's are far below."""
_FLAGS = {
    "r": os.O_RDONLY,
    "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    "x": os.O_WRONLY | os.O_CREAT | os.O_EXCL,
    "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
}
_MAKING = os.O_CREAT | os.O_TRUNC


class _Opened(io.RawIOBase):
    """A file in memory that is open: its content, which all who opened it share, and a place."""

    def __init__(self, path: str, content: bytearray, flags: int) -> None:
        super().__init__()
        self.name = path
        self._content = content
        self._flags = flags
        self._place = 0

    def readable(self) -> bool:
        return self._flags & os.O_ACCMODE != os.O_WRONLY

    def writable(self) -> bool:
        return self._flags & os.O_ACCMODE != os.O_RDONLY

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        piece = self._content[self._place : self._place + len(view)]
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def write(self, data: Any) -> int:
        data = bytes(data)
        if self._flags & os.O_APPEND:
            self._place = len(self._content)
        self._content.extend(bytes(max(0, self._place - len(self._content))))
        self._content[self._place : self._place + len(data)] = data
        self._place += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = max(0, (0, self._place, len(self._content))[whence] + offset)
        return self._place

    def truncate(self, size: int | None = None) -> int:
        size = self._place if size is None else size
        del self._content[size:]
        self._content.extend(bytes(size - len(self._content)))
        return size


class MemoryFiles:
    """The files and folders that were made, by absolute path, and the replaced functions."""

    def __init__(self) -> None:
        self._files: dict[str, bytearray] = {}
        self._folders: set[str] = set()
        self._opened: dict[int, _Opened] = {}
        self._real_open, self._open_descriptor = io.open, os.open
        self._listdir, self._rmtree = os.listdir, shutil.rmtree

    def install(self) -> None:
        """Replace the functions in this process, for good."""
        builtins.open = io.open = self.open
        # numpy.savetxt and loadtxt use the `open` of the time when numpy was imported.
        openers: Any = np.lib._datasource._file_openers  # type: ignore[attr-defined]
        openers._file_openers[None] = self.open
        shutil.rmtree = self.rmtree  # type: ignore[assignment]
        os.open, os.listdir, os.mkdir = self.open_descriptor, self.listdir, self.mkdir
        by_path: dict[str, Callable[..., Any]] = {
            "stat": self._stat,
            "lstat": self._stat,
            "access": lambda *_: True,
            "chmod": lambda *_: None,
            "utime": lambda *_: None,
            "remove": self._remove,
            "unlink": self._remove,
            "rmdir": self._rmdir,
            "rename": self._move,
            "replace": self._move,
        }
        for name, work in by_path.items():
            setattr(os, name, self._for_path(work, getattr(os, name)))
        for name in ("close", "read", "write"):
            setattr(os, name, self._for_descriptor(name, getattr(os, name)))
        importlib.reload(tempfile)  # it keeps some functions of os and shutil

    def open(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Callable[[Any, int], int] | None = None,
    ) -> Any:
        """``open``; a file that is in memory, or is to be written, is one of ours."""
        letters = [letter for letter in str(mode) if letter in _FLAGS]
        if len(letters) != 1:  # an error
            return self._real_open(file, mode)
        flags = _FLAGS[letters[0]]
        if "+" in mode:
            flags = flags & ~os.O_ACCMODE | os.O_RDWR
        descriptor = (
            file if isinstance(file, int) else (opener or self.open_descriptor)(file, flags)
        )
        if descriptor not in self._opened:
            own = None if isinstance(file, int) else lambda *_: descriptor
            return self._real_open(file, mode, buffering, encoding, errors, newline, closefd, own)
        raw: Any = self._opened[descriptor]
        if not isinstance(file, int):
            del self._opened[descriptor]
        if buffering == 0:
            return raw
        kind: Any = io.BufferedRandom if "+" in mode else io.BufferedWriter
        buffered = io.BufferedReader(raw) if flags == os.O_RDONLY else kind(raw)
        if "b" in mode:
            return buffered
        text: Any = io.TextIOWrapper(buffered, encoding, errors, newline, buffering == 1)
        text.mode = mode
        return text

    def open_descriptor(self, path: Any, flags: int, *args: Any, **named: Any) -> int:
        """``os.open``, which returns a number of ours for a file in memory."""
        key = _key(path)
        if key == os.devnull:  # there is no right to make it
            return self._open_descriptor(path, flags & ~_MAKING, *args, **named)
        if key not in self._files and not flags & os.O_CREAT:
            return self._open_descriptor(path, flags, *args, **named)
        if key in self._folders:
            raise _error(errno.EISDIR, path)
        if key in self._files and flags & os.O_EXCL and flags & os.O_CREAT:
            raise _error(errno.EEXIST, path)
        self._folders.update(map(str, PurePath(key).parents))
        content = self._files.setdefault(key, bytearray())
        if flags & os.O_TRUNC:
            content.clear()
        descriptor = max(self._opened, default=_FIRST) + 1
        self._opened[descriptor] = _Opened(os.fsdecode(path), content, flags)
        return descriptor

    def mkdir(self, path: Any, *args: Any, **named: Any) -> None:
        """``os.mkdir``."""
        if os.path.exists(path):  # noqa: PTH110 # os's own functions are below pathlib
            raise _error(errno.EEXIST, path)
        self._folders.update([_key(path), *map(str, PurePath(_key(path)).parents)])

    def listdir(self, path: Any = ".") -> list[Any]:
        """``os.listdir``: what is there, and what was made."""
        key = _key(path)
        inside = {PurePath(name).name for name in self._inside(key) if os.path.dirname(name) == key}  # noqa: PTH120
        try:
            return list(inside.union(self._listdir(path)))
        except OSError:
            if key not in self._folders:
                raise
            return list(inside)

    def rmtree(self, path: Any, *args: Any, **named: Any) -> None:
        """``shutil.rmtree``."""
        if _key(path) not in self._folders:
            self._rmtree(path, *args, **named)
            return
        for name in [_key(path), *self._inside(_key(path))]:
            self._files.pop(name, None)
            self._folders.discard(name)

    def _for_path(self, work: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does ``work`` where the path is in memory, and else what it replaces."""

        def replaced(path: Any, *args: Any, **named: Any) -> Any:
            key = _key(path)
            if key in self._files or key in self._folders:
                return work(key, *args)
            return real(path, *args, **named)

        return replaced

    def _for_descriptor(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def replaced(descriptor: Any, *args: Any) -> Any:
            opened = self._opened.get(descriptor)
            if opened is None:
                return real(descriptor, *args)
            if name == "close":
                del self._opened[descriptor]
            return getattr(opened, name)(*args)

        return replaced

    def _inside(self, key: str) -> list[str]:
        return [name for name in (*self._files, *self._folders) if name.startswith(f"{key}/")]

    def _stat(self, key: str, *_: Any) -> os.stat_result:
        size = len(self._files.get(key, b""))
        mode = stat.S_IFREG | 0o644 if key in self._files else stat.S_IFDIR | 0o755
        return os.stat_result((mode, 0, 0, 1, 0, 0, size, 0, 0, 0))

    def _remove(self, key: str) -> None:
        if key not in self._files:
            raise _error(errno.EISDIR, key)
        del self._files[key]

    def _rmdir(self, key: str) -> None:
        if key in self._files or self._inside(key):
            raise _error(errno.ENOTDIR if key in self._files else errno.ENOTEMPTY, key)
        self._folders.discard(key)

    def _move(self, key: str, target: Any) -> None:
        for name in [key, *self._inside(key)]:
            new = _key(target) + name.removeprefix(key)
            if name in self._files:
                self._files[new] = self._files.pop(name)
            else:
                self._folders.discard(name)
                self._folders.add(new)


def _key(path: Any) -> str:
    """The absolute path, "" for what is none."""
    try:
        return os.path.abspath(os.fsdecode(path))  # noqa: PTH100 # pathlib uses what is replaced
    except (TypeError, ValueError):
        return ""


def _error(number: int, path: Any) -> OSError:
    return OSError(number, os.strerror(number), path)


def install() -> None:
    """Keep what is written from now on in this process and its forks in memory."""
    MemoryFiles().install()
