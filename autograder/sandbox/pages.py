"""Pages of memory that nearly every child writes to, copied at once and before it has work.

A forked child shares the memory of its parent until it writes to a page, which is copied then:
microseconds each time, and hundreds of times until a file is loaded and its functions have been
called, most often for the same pages (counts of references, free lists, caches of types). Which
they are is seen in a child that rehearses. A child that is made ahead copies them while it waits.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from autograder.sandbox import libc

Flags = npt.NDArray[np.bool]
Place = tuple[int, int]
"""Where memory begins and ends."""

_PRESENT, _EXCLUSIVE = 1 << 63, 1 << 56
"""Bits of an entry of /proc/PID/pagemap: the page is in memory, and in no other process's."""
_ENTRY = 8  # bytes
_MOST = 1024  # ranges that one system call takes


class Pages:
    """Pages of this process that its children are to copy; none where Linux cannot do it."""

    def __init__(self, ranges: Sequence[tuple[int, int]] = ()) -> None:
        """``ranges`` are addresses and lengths in bytes, multiples of the size of a page."""
        self.ranges = tuple(ranges[:_MOST])
        numbers = [number for both in self.ranges for number in both]
        self._vector = (ctypes.c_size_t * len(numbers))(*numbers)
        try:
            self._populate()  # of no use here, but now it is known whether it works
        except OSError:
            self.ranges = ()

    def copy(self) -> None:
        """Have all of them be this process's own; where that fails they will be when written to."""
        with suppress(OSError):
            self._populate()

    def _populate(self) -> None:
        if self.ranges:
            libc.populate(self._vector, len(self.ranges))


def proc() -> int:
    """A descriptor of /proc, for later, when there is none to be seen; -1 where there is none."""
    try:
        return os.open("/proc", os.O_RDONLY)
    except OSError:
        return -1


def written_by(rehearsal: Callable[[], object], proc: int) -> Pages:
    """What a forked child writes to when it does ``rehearsal``; none where Linux does not say.

    ``proc`` is a descriptor of /proc, which is closed. For a process of one thread.
    """
    try:
        places = tuple(_writable(proc))
        return Pages(tuple(_ranges(places, _own(places, rehearsal, proc))))
    except OSError:
        return Pages()
    finally:
        with suppress(OSError):
            os.close(proc)


def _own(places: Sequence[Place], rehearsal: Callable[[], object], proc: int) -> Flags:
    """Which pages of these places a child shares with no other process after ``rehearsal``."""
    reading, writing = os.pipe()
    pid = libc.fork()
    if pid == 0:
        with suppress(BaseException):
            rehearsal()
            _tell(places, proc, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    count = sum(end - start for start, end in places) // mmap.PAGESIZE
    if len(told) != count * _ENTRY:  # it raised, or ended
        return np.zeros(count, np.bool)
    wanted = np.uint64(_PRESENT | _EXCLUSIVE)
    own: Flags = np.frombuffer(told, np.uint64) & wanted == wanted
    return own


def _tell(places: Sequence[Place], proc: int, writing: int) -> None:
    """Send off what Linux says of these pages; with few new ones, since it speaks of them too."""
    entries = os.open("self/pagemap", os.O_RDONLY, dir_fd=proc)
    for start, end in places:
        first, count = start // mmap.PAGESIZE, (end - start) // mmap.PAGESIZE
        os.write(writing, os.pread(entries, count * _ENTRY, first * _ENTRY))


def _writable(proc: int) -> Iterator[Place]:
    """Where the private, writable memory of this process is."""
    with os.fdopen(os.open("self/maps", os.O_RDONLY, dir_fd=proc)) as maps:
        for line in maps.read().splitlines():
            place, rights, *_ = line.split()
            if rights == "rw-p":
                start, end = place.split("-")
                yield int(start, 16), int(end, 16)


def _ranges(places: Sequence[Place], own: Flags) -> Iterator[tuple[int, int]]:
    """The pages that are flagged, neighbours together."""
    at = 0
    for start, end in places:
        count = (end - start) // mmap.PAGESIZE
        flags = np.concatenate(([False], own[at : at + count], [False]))
        for first, last in np.flatnonzero(flags[1:] != flags[:-1]).reshape(-1, 2).tolist():
            yield start + first * mmap.PAGESIZE, (last - first) * mmap.PAGESIZE
        at += count
