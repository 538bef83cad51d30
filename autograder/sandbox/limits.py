"""What a submission may use: time, memory, files, calls."""

from __future__ import annotations

import contextlib
import math

import msgspec

MEBIBYTE = 1 << 20
FILES = 64
"""Descriptors that a fork server, or a worker, may have open; few of them are."""


class Limits(msgspec.Struct, frozen=True):
    """Seconds are of the grader's wall clock and do not count time spent in injected functions."""

    call_seconds: float = 5.0
    submission_seconds: float = 60.0
    memory: int = 1 << 30
    """Bytes of address space of one worker."""
    output: int = 64 << 10
    """Bytes of stdout and stderr together that are kept."""
    asks: int = 200_000
    """Calls of injected functions in one worker."""
    ask_seconds: float = 60.0
    """Seconds that a submission may spend in injected functions."""
    workers: int = 40
    """Processes that one submission may use up, restarts after hangs and crashes included."""


def inherit(limits: Limits) -> None:
    """Set the resource limits that a fork server can live with; its children inherit them.

    None of them can be raised again.
    """
    import resource

    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_AS, limits.memory)
    _set(resource.RLIMIT_NOFILE, FILES)
    _set(resource.RLIMIT_MEMLOCK, 0)
    _set(resource.RLIMIT_MSGQUEUE, 0)
    _set(resource.RLIMIT_STACK, 8 * MEBIBYTE)
    with contextlib.suppress(OSError, ValueError):  # already lower: fine as well
        resource.setrlimit(resource.RLIMIT_NICE, (0, 0))


def apply(limits: Limits, processes: int | None) -> None:
    """Set the limits on what a child uses itself; none of them can be raised again.

    ``processes`` bounds processes and threads of this user, where the user is the worker's own.
    """
    import resource

    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CPU, math.ceil(limits.submission_seconds) + 2)
    if processes is not None:
        _set(resource.RLIMIT_NPROC, processes)


def _set(which: int, value: int) -> None:
    """Set a limit, or leave it where it is lower already."""
    import resource

    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))
