"""Starting the Python that becomes a warm parent, before anything large is imported here.

Whoever grades one file waits for numpy twice, in the grader and in the warm parent. A command that
is going to grade starts the second Python first (``ahead``), and both load at the same time. It
gets no order, and so does nothing, until a sandbox takes it (``take``).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("numpy", "scipy")
LEAVE_SECONDS = 20.0
_BOOT = (
    "import sys; sys.path[:0] = sys.argv[2:3]; sys.path += sys.argv[3:]; "
    "from autograder.sandbox.warm import main; main(int(sys.argv[1]))"
)
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


@dataclass
class Boot:
    """A process that is to be a warm parent, and the socket over which it gets its orders."""

    process: subprocess.Popen[bytes]
    control: socket.socket


_waiting: list[Boot] = []
_given_away: list[subprocess.Popen[bytes]] = []


def ahead() -> None:
    """Start one that the next sandbox of this process, or of the next one it forks, will take."""
    if not _waiting:
        _waiting.append(start())


def take() -> Boot:
    """The one that was started ahead, or a new one."""
    return _waiting.pop() if _waiting else start()


def give_away() -> None:
    """After a fork: the one that was started ahead is the other process's now."""
    while _waiting:
        boot = _waiting.pop()
        boot.control.close()
        _given_away.append(boot.process)


def put_away() -> None:
    """End the one that nobody took, and wait for those whose takers have ended."""
    give_away()
    while _given_away:
        process = _given_away.pop()
        try:
            process.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start() -> Boot:
    """A Python with an environment of its own, without site, and with one more descriptor."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = dict.fromkeys(_THREADS, "1") | {
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    options = ["-s", "-S", "-P", "-c", _BOOT]
    arguments = [str(theirs.fileno()), str(checkout()), *import_folders()]
    with theirs:
        process = subprocess.Popen(
            [sys.executable, *options, *arguments],
            env=environment,
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd=os.sep,
        )
    return Boot(process, ours)


def checkout() -> Path:
    """The folder that holds our packages: a checkout, or a folder of installed packages."""
    return Path(__file__).resolve().parent.parent


def import_folders() -> tuple[str, ...]:
    """Where the numeric packages and ours can be imported from, the latter last."""
    folders = [*(str(Path(path).parent) for path in packages()), *package_folders()]
    return tuple(dict.fromkeys([*folders, str(checkout())]))


def packages() -> Iterator[str]:
    """Folders of numpy and scipy, and of the libraries that their wheels bring along."""
    for name in PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent
        yield str(folder)
        libraries = folder.parent / f"{name}.libs"
        if libraries.is_dir():
            yield str(libraries)


def package_folders() -> Iterator[str]:
    """Folders of installed packages: of these only the numeric ones are allowed, by name."""
    for path in sys.path:
        if Path(path).name in ("site-packages", "dist-packages") and Path(path).is_dir():
            yield path
            yield str(Path(path).resolve())
    paths = sysconfig.get_paths()
    yield from {paths["purelib"], paths["platlib"]}
