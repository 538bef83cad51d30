"""Parse untrusted bytes in a child process with limits, so that they cost only their own upload.

The child is a fork: it has our functions and the bytes already, and takes a few milliseconds. It
closes every file but one pipe, over which it sends one answer of limited size as msgpack. Memory,
processor time and the time that passes are limited; it can write no file, and at the end it is
killed in any case. It is not confined otherwise: it runs only our code, which interprets the bytes
and never executes them.
"""

import gc
import os
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn

import msgspec

from autograder.errors import IntakeError, NotJudged, TableError
from autograder.intake.pick_file import Refused


class Limit(NamedTuple):
    """Seconds of processor time, seconds that pass, and bytes beyond what this process has."""

    cpu: int
    wall: float
    memory: int


UPLOAD = Limit(2, 4.5, 512 << 20)
"""For the bytes of one student. Honest ones take less than a fifth of it."""
CLASS = Limit(20, 45.0, 2 << 30)
"""For the download of a class, which is graded alone: 100 MB of Gradescope's metadata."""
MAX_ANSWER = 64 << 20
AGAIN = "Run the command again; if that does not help, look at `autograder doctor`."
_ERRORS = {error.__name__: error for error in (Refused, IntakeError, NotJudged, TableError)}
_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals by which somebody else may end the child; the others are the work of the bytes."""
_NO_MEMORY = 3
"""The exit code of a child that has no memory left, not even to say so."""


_answers = msgspec.msgpack.Decoder(tuple[str, bytes])
"""What the child sends: "" and bytes, or the name of an error and its sentence."""
_inside = False
"""Whether this process is such a child."""


def call(work: Callable[[], bytes], limit: Limit = UPLOAD) -> bytes:
    """Return what ``work`` returns in a child process; in such a child, simply call it.

    ``work`` reads no open file. Its errors in ``_ERRORS`` are raised here too.

    Raises:
        Refused: where it takes too much time or memory, or the bytes make it crash.
        NotJudged: where the machine, or a fault of our own code, is the reason.
    """
    if _inside:
        return work()
    reader, writer = os.pipe()
    try:
        with warnings.catch_warnings():
            # Threads that the child lacks may hold locks: our code there needs none of theirs.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
    except OSError as problem:
        os.close(reader)
        os.close(writer)
        raise NotJudged(f"No process could be started: {problem.strerror}. {AGAIN}") from None
    if pid == 0:
        _child(work, writer, limit)
    os.close(writer)
    try:
        data, in_time = _read(reader, time.monotonic() + limit.wall)
    finally:
        os.close(reader)
        os.kill(pid, signal.SIGKILL)  # it is not reaped yet, so the number is still its own
        _, status, used = os.wait4(pid, 0)
    try:
        error, answer = _answers.decode(data)
    except msgspec.MsgspecError:
        raise _without_answer(status, in_time, used.ru_utime + used.ru_stime, limit) from None
    if error:
        raise _ERRORS.get(error, NotJudged)(answer.decode())
    return answer


def _child(work: Callable[[], bytes], writer: int, limit: Limit) -> NoReturn:
    """Do the work, send the answer and end, without running anything else of this process."""
    global _inside  # noqa: PLW0603 # it is another process
    _inside = True
    try:
        gc.disable()  # no finalizer of the parent's objects runs here
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
        os.dup2(writer, 3)
        os.closerange(4, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        _restrict(limit)
        answer = msgspec.msgpack.encode(_answer(work))
        with open(3, "wb") as pipe:
            pipe.write(answer)
    except MemoryError:
        os._exit(_NO_MEMORY)
    finally:
        os._exit(0)


def _answer(work: Callable[[], bytes]) -> tuple[str, bytes]:
    try:
        return "", work()
    except MemoryError:
        raise
    except Exception as problem:
        error, text = type(problem).__name__, str(problem)
        if error not in _ERRORS:  # a fault of ours costs nobody points
            error, text = "NotJudged", f"Reading it failed with {error}: {text}"
        return error, text.encode("utf-8", "replace")


def _restrict(limit: Limit) -> None:
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    for which, soft, hard in (
        (resource.RLIMIT_AS, *[pages * resource.getpagesize() + limit.memory] * 2),
        (resource.RLIMIT_CPU, limit.cpu, limit.cpu + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        most = resource.getrlimit(which)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(which, (soft, hard))


def _read(reader: int, deadline: float) -> tuple[bytes, bool]:
    """Everything that the child sends, and whether that ended before the deadline."""
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    pieces: list[bytes] = []
    size = 0
    while (left := deadline - time.monotonic()) > 0:
        if not poll.poll(left * 1000):
            continue
        piece = os.read(reader, 1 << 20)
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)
        size += len(piece)
        if size > MAX_ANSWER:
            raise Refused(_costs(f"{MAX_ANSWER >> 20} MiB for what is in it"))
    return b"", False


def _without_answer(status: int, in_time: bool, used: float, limit: Limit) -> Exception:
    """The error for a child that has sent no complete answer."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    # Where the machine is busy, the time that passes is over first.
    if number == signal.SIGXCPU or used >= limit.cpu / 2:
        return Refused(_costs("a few seconds"))
    if not in_time:
        return NotJudged(f"The machine was too busy to read it in {limit.wall:g} s. {AGAIN}")
    memory = f"{limit.memory >> 20} MiB of memory"
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _NO_MEMORY:
        return Refused(_costs(memory))
    if number in _OUTSIDE or not number:
        return NotJudged(f"The process that read it was ended from outside. {AGAIN}")
    # A library that gets no memory may crash instead of saying so, as may a stack that cannot grow.
    return Refused(
        f"It is damaged and cannot be read, or reading it takes more than {memory} "
        f"(signal {number}): make it again."
    )


def _costs(what: str) -> str:
    return f"Reading it takes more than {what}: submit neural_network.py itself."
