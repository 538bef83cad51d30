"""Measure how well this host confines students' code, by a worker that tries to get out.

The proof is loaded and called like any submission, through the same layers.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import SandboxError
from autograder.paths import ROOT
from autograder.sandbox.fork_server_handle import ForkServer
from autograder.sandbox.worker import Worker

SAFE_LEVEL = 2
"""The level below which students' code is refused, unless a person says ``--unsafe``."""


@dataclass(frozen=True)
class Isolation:
    """The level of isolation and what it rests on.

    Level 3: nothing got out, with namespaces; 2: nothing got out, with other mechanisms; 1: some
    attempts succeeded; 0: limits only. ``mechanisms`` are in force; ``missing`` are not, with the
    reasons; ``escapes`` are the attempts that succeeded.
    """

    level: int
    mechanisms: tuple[str, ...]
    missing: tuple[str, ...] = ()
    escapes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"level {self.level} ({', '.join(self.mechanisms)})"


SECRETS = ("solution/neural_network.py", "autograder/cases/graded.py")
"""Files that the proof tries to read besides a canary: the reference and the hidden cases."""
_SHARED = ("/tmp", "/dev/shm", "/var/tmp")  # noqa: S108 # everybody may write there
PROOF = b"""
import ctypes, fcntl, os, resource, signal, socket
from _io import open  # the builtin one writes to memory

def escape(paths, new, pids):
    done = []
    def tries(name, action):
        try:
            action()
        except BaseException:
            return
        done.append(name)
    def fork():
        if os.fork() == 0:
            os._exit(0)
    def run():
        import subprocess
        subprocess.run(["/bin/true"], check=False)
    def limits(pid, *new):
        return resource.prlimit(pid, resource.RLIMIT_CORE, *new)
    def null(command, value):
        fcntl.fcntl(os.open(os.devnull, os.O_RDONLY), command, value)
    def outlive():
        # The kernel reads 32 bits of the option: this is PR_SET_PDEATHSIG, with SIGKILL as before.
        number = {"x86_64": 157, "aarch64": 167}[os.uname().machine]
        option = ctypes.c_long(1 << 32 | 1)
        if ctypes.CDLL(None).syscall(number, option, signal.SIGKILL, 0, 0, 0) < 0:
            raise OSError
    for path in paths:
        tries("read " + path, lambda: open(path, "rb").read(1))
    for path in new:
        tries("write " + path, lambda: open(path, "w").close())
    tries("start a process", fork)
    tries("start a program", run)
    tries("open a socket", lambda: socket.socket().close())
    tries("open a unix socket", lambda: socket.socketpair())
    for pid in (os.getppid(), *pids):
        if pid > 1 and pid != os.getpid():
            tries("signal its parent or the grader", lambda: os.kill(pid, 0))
            tries("see limits of its parent or the grader", lambda: limits(pid))
            tries("set limits of its parent or the grader", lambda: limits(pid, limits(pid)))
    tries("set its own limits", lambda: limits(0, limits(0)))
    # On descriptors of its own for the null device, where nothing of this has an effect.
    for owner in (os.getpid(), *pids):
        tries("arm SIGIO", lambda: null(fcntl.F_SETOWN, owner))
    tries("arm SIGIO", lambda: null(fcntl.F_SETSIG, signal.SIGIO))
    tries("arm SIGIO", lambda: null(fcntl.F_SETFL, os.O_ASYNC))
    tries("take a lock", lambda: fcntl.lockf(os.open(os.devnull, 0), fcntl.LOCK_SH))
    tries("take a lock", lambda: fcntl.flock(os.open(os.devnull, 0), fcntl.LOCK_SH))
    tries("outlive its parent", outlive)
    return done
"""


MARKS = b"""
import os

def leave(paths):
    def tries(action, *arguments):
        try:
            action(*arguments)
        except BaseException:
            pass
    def evict():
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    def lock():
        import fcntl
        fcntl.lockf(descriptor, fcntl.LOCK_SH)
    for path in paths:
        tries(os.stat, path)
        tries(os.listdir, path)
        try:
            descriptor = os.open(path, os.O_RDONLY)  # left open: the lock ends with it
        except BaseException:
            continue
        tries(evict)
        tries(lock)

def look(paths):
    def value(action, *arguments):
        try:
            return action(*arguments)
        except BaseException:
            return None
    def blocks():
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_inblock
    def read(path):
        before = blocks()
        with open(path, "rb") as file:
            while file.read(1 << 16):
                pass
        return blocks() > before
    def locked(path):
        import fcntl, struct
        with open(path, "rb") as file:
            asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            return struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, asked))[0]
    seen = []
    for path in paths:
        seen.append(["access time of " + path, value(lambda: os.lstat(path).st_atime_ns)])
        seen.append(["access time behind " + path, value(lambda: os.stat(path).st_atime_ns)])
        seen.append(["lock on " + path, value(locked, path)])
        seen.append(["page cache of " + path, value(read, path)])
    return seen
"""


def marks(start_worker: Callable[[bytes], Worker], paths: Sequence[str]) -> tuple[str, ...]:
    """What a worker can see of what another one has done to these files, folders and links.

    One looks, another one lists and follows them, asks the kernel to drop them from memory and
    takes a lock, and the first one looks again.

    Raises:
        SandboxError: where the workers do not answer.
    """
    with start_worker(MARKS) as looking, start_worker(MARKS) as leaving:
        before = looking.call("look", [list(paths)])
        left = leaving.call("leave", [list(paths)])
        after = looking.call("look", [list(paths)])
    for reply in (before, left, after):
        if reply.status != "returned":
            raise SandboxError(f"the proof of isolation did not run: {reply.text}")
    assert isinstance(before.value, list)
    assert isinstance(after.value, list)
    changed = [new[0] for old, new in zip(before.value, after.value, strict=True) if old != new]
    return tuple(f"a mark of another worker: the {name}" for name in changed)


def prove(
    start_worker: Callable[[bytes], Worker], server: ForkServer, shared: Sequence[str]
) -> Isolation:
    """Prove the isolation of the workers of a fork server by a worker that tries to get out.

    It tries to read a canary, the reference and the hidden cases, to write, fork, open sockets,
    send signals, set limits, arm SIGIO, take locks and change its death signal. Two others look for
    marks on the readable paths ``shared``.

    Raises:
        SandboxError: where the grader cannot read a file that the worker must not read: that the
            worker cannot read it would prove nothing.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-canary-") as folder:
        canary = Path(folder) / "canary"
        canary.write_text("the grader's own")
        canary.chmod(0o600)
        pids = [os.getpid(), server.pid]
        secret = [f"/proc/{pid}/environ" for pid in pids if pid > 1]
        new = [Path(place) / (Path(folder).name + "-new") for place in _SHARED]
        try:
            with start_worker(PROOF) as worker:
                paths = [str(canary), *_secrets(), *secret]
                reply = worker.call("escape", [paths, [str(path) for path in new], pids])
        finally:
            for path in new:
                path.unlink(missing_ok=True)
    mechanisms, missing = server.mechanisms, server.missing
    if reply.status != "returned" or not isinstance(reply.value, list):
        return Isolation(0, mechanisms, (*missing, f"the proof did not run: {reply.text}"))
    tried = dict.fromkeys(str(name) for name in reply.value)
    escapes = (*tried, *marks(start_worker, shared))
    return Isolation(_level(mechanisms, escapes), mechanisms, missing, escapes)


def _level(mechanisms: tuple[str, ...], escapes: tuple[str, ...]) -> int:
    walls = {"namespaces", "landlock", "seccomp", "uid"} & set(mechanisms)
    if not escapes and walls:
        return 3 if "namespaces" in walls else 2
    return 1 if walls else 0


def _secrets() -> list[str]:
    """Files with answers in them, which the grader itself can read."""
    paths = [ROOT / name for name in SECRETS]
    for path in paths:
        try:
            readable = bool(path.read_bytes())
        except OSError:
            readable = False
        if not readable:
            raise SandboxError(f"The proof of isolation needs {path}, and cannot read it.")
    return [str(path) for path in paths]
