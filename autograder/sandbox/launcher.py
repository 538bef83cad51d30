"""Start the Python that becomes a fork server, and say where it imports its packages from."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from autograder.paths import ROOT

PACKAGES = ("numpy", "scipy")
_BOOT = (
    "import sys; sys.path[:0] = sys.argv[2:3]; sys.path += sys.argv[3:]; "
    "from autograder.sandbox.fork_server import main; main(int(sys.argv[1]))"
)
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def start() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start a fork server: the socket over which it gets its orders, and its process.

    Its environment has nothing of the grader's, it runs without ``site``, and the socket is its
    only descriptor apart from the null device.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = dict.fromkeys(_THREADS, "1") | {
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    options = ["-s", "-S", "-P", "-c", _BOOT]
    arguments = [str(theirs.fileno()), str(ROOT), *import_folders()]
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
    return ours, process


def import_folders() -> tuple[str, ...]:
    """Where the numeric packages and ours can be imported from, the latter last."""
    folders = [*(str(Path(path).parent) for path in packages()), *package_folders()]
    return tuple(dict.fromkeys([*folders, str(ROOT)]))


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
