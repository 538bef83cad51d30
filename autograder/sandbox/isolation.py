"""How well this host confines students' code: proved by a worker that tries to get out.

The proof is a submission like any other, loaded and called through the same layers.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.errors import SandboxError
from autograder.paths import ROOT
from autograder.sandbox.worker import Worker

SAFE_LEVEL = 2
"""The level below which students' code is refused, unless a person says ``--unsafe``."""


class Confining(Protocol):
    """A sandbox, as far as the proof needs one."""

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The layers in force."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The layers that are not in force, each with the reason."""

    @property
    def parent_pid(self) -> int:
        """The process id of the fork server, as it sees itself."""

    def worker(self, source: bytes) -> Worker:
        """A worker for this source."""


@dataclass(frozen=True)
class Isolation:
    """3: proved, with namespaces; 2: proved, by whatever mechanisms; 1: partly; 0: limits only.

    ``mechanisms`` are in force; ``missing`` says what is not and why; ``escapes`` is what the
    proof could do and should not have been able to.
    """

    level: int
    mechanisms: tuple[str, ...]
    missing: tuple[str, ...] = ()
    escapes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"level {self.level} ({', '.join(self.mechanisms)})"


SECRETS = ("solution/neural_network.py", "autograder/cases/graded.py")
"""What the proof tries to read besides a canary: the reference and the hidden cases."""
_SHARED = ("/tmp", "/dev/shm", "/var/tmp")  # noqa: S108 # where everybody may write
PROOF = b"""
import os, signal, socket

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
    return done
"""


def prove(sandbox: Confining) -> Isolation:
    """Have a worker try to read a canary and what matters, write, fork, connect and signal.

    Raises:
        SandboxError: where the grader cannot read a file that the worker must not read: a worker's
            failure to read it would prove nothing.
    """
    mechanisms, missing = sandbox.mechanisms, sandbox.missing
    with tempfile.TemporaryDirectory(prefix="backprop-canary-") as folder:
        canary = Path(folder) / "canary"
        canary.write_text("the grader's own")
        canary.chmod(0o600)
        pids = [os.getpid(), sandbox.parent_pid]
        secret = [f"/proc/{pid}/environ" for pid in pids if pid > 1]
        new = [Path(place) / (Path(folder).name + "-new") for place in _SHARED]
        try:
            with sandbox.worker(PROOF) as worker:
                paths = [str(canary), *_what_matters(), *secret]
                reply = worker.call("escape", [paths, [str(path) for path in new], pids])
        finally:
            for path in new:
                path.unlink(missing_ok=True)
    if reply.status != "returned" or not isinstance(reply.value, list):
        return Isolation(0, mechanisms, (*missing, f"the proof did not run: {reply.text}"))
    escapes = tuple(dict.fromkeys(str(name) for name in reply.value))
    return Isolation(_level(mechanisms, escapes), mechanisms, missing, escapes)


def _level(mechanisms: tuple[str, ...], escapes: tuple[str, ...]) -> int:
    walls = {"namespaces", "landlock", "seccomp", "uid"} & set(mechanisms)
    if not escapes and walls:
        return 3 if "namespaces" in walls else 2
    return 1 if walls else 0


def _what_matters() -> list[str]:
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
