"""Limits on what a submission may use: time, memory, output, calls, processes."""

import contextlib
import math
import os
import sys
from dataclasses import dataclass

import msgspec

if sys.platform != "win32":
    import resource

MEBIBYTE = 1 << 20
OPEN_FILES = 64
"""Descriptors that a fork server or a worker may have open; both use only a few."""


MAX_PATIENCE = 4.0


def patience() -> float:
    """How many times longer than its limit a call may take now.

    Where more processes want to run than there are processors, each of them waits, and that is not
    the student's fault.
    """
    return min(MAX_PATIENCE, max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0))))


class Limits(msgspec.Struct, frozen=True):
    """Limits for one submission.

    Seconds are those of the grader's wall clock, and more on a busy machine (``patience``). Time
    that the grader spends on answering callbacks counts against ``callback_seconds`` only.
    """

    call_seconds: float = 5.0
    submission_seconds: float = 60.0
    memory: int = 1 << 30
    """Bytes of address space of one worker."""
    output: int = 64 << 10
    """Bytes of stdout and stderr together that are kept."""
    callbacks: int = 200_000
    """Calls of replaced functions that one worker may make."""
    callback_seconds: float = 60.0
    """Seconds that the grader spends on answering the callbacks of a submission."""
    workers: int = 100
    """Processes that one submission may use up, restarts after hangs and crashes included."""


@dataclass
class Budget:
    """What one submission has used so far; all its workers share one budget."""

    limits: Limits
    seconds: float = 0.0
    workers: int = 0
    callback_seconds: float = 0.0

    @property
    def seconds_left(self) -> float:
        """Seconds that are left, never negative."""
        return max(0.0, self.limits.submission_seconds - self.seconds)

    @property
    def exhausted(self) -> str:
        """The sentence that says why nothing more may be run; "" while something is left."""
        if self.seconds_left <= 0:
            return (
                f"The {self.limits.submission_seconds:g} seconds for the whole file were used up "
                "before this call."
            )
        if self.workers >= self.limits.workers:
            return f"The file had to be started again {self.workers} times; that is the limit."
        return ""


def limit_fork_server(limits: Limits) -> None:
    """Set the resource limits that the fork server can live with; workers inherit them.

    None of them can be raised again.
    """
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_AS, limits.memory)
    _set(resource.RLIMIT_NOFILE, OPEN_FILES)
    _set(resource.RLIMIT_MEMLOCK, 0)
    _set(resource.RLIMIT_MSGQUEUE, 0)
    _set(resource.RLIMIT_STACK, 8 * MEBIBYTE)
    with contextlib.suppress(OSError, ValueError):  # it is lower already
        resource.setrlimit(resource.RLIMIT_NICE, (0, 0))


def limit_worker(limits: Limits, threads: int | None) -> None:
    """Set the limits that hold for a worker alone; none of them can be raised again.

    ``threads`` bounds the processes and threads of the current user; None where other programs run
    as this user too.
    """
    _set(resource.RLIMIT_FSIZE, 0)
    # SIGXCPU comes with the soft limit, so that a SIGKILL means that somebody else has sent it.
    seconds = math.ceil(limits.submission_seconds) + 2
    _set(resource.RLIMIT_CPU, seconds, seconds + 2)
    if threads is not None:
        _set(resource.RLIMIT_NPROC, threads)


def _set(which: int, value: int, most: int | None = None) -> None:
    """Set a limit, unless it is lower already; ``most`` is the hard one, if it is another."""
    _, hard = resource.getrlimit(which)
    wanted = [value, value if most is None else most]
    soft, hard = wanted if hard == resource.RLIM_INFINITY else [min(n, hard) for n in wanted]
    resource.setrlimit(which, (soft, hard))
