"""How well this host confines students' code: proved by a worker that tries to get out.

The proof is a submission like any other, loaded and called through the same layers.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import boot
from autograder.sandbox.limits import Limits

if TYPE_CHECKING:
    from autograder.sandbox.host import Sandbox


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


def prove(sandbox: Sandbox) -> Isolation:
    """Have a worker try to read a canary and what matters, write, fork, connect and signal."""
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
    """Files with answers in them, where there are any."""
    ours = boot.checkout()
    names = ("solution/neural_network.py", "autograder/cases.py")
    return [str(ours / name) for name in names if (ours / name).exists()]


def probe(limits: Limits | None = None) -> Isolation:
    """The isolation that this host gives; SandboxError where nothing can be started."""
    from autograder.sandbox.host import Sandbox

    with Sandbox(limits or Limits()) as sandbox:
        return sandbox.isolation
