"""Keep what a worker may read in memory, so that no state of a file can carry a mark.

A file that one worker has read is in memory, and its access time or that of a link to it may have
changed; a later worker could tell. So a **keeper**, a process that the fork server starts before
its first worker, reads every readable file, lists every folder and follows every link once, and
maps the files for as long as the fork server lives: the kernel does not drop mapped pages because a
process asks for it, and where the keeper may lock them, not for lack of memory either. Access
times, once newer than the file, stay as they are for a day.

The keeper also finds the shared libraries that Python's extension modules need: it opens them all,
which the fork server does not, so that forking it stays cheap.
"""

import os
import socket
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from autograder.errors import SandboxError
from autograder.sandbox import libc
from autograder.sandbox.readable import Readable, import_folders, symbolic_links

_ALSO = ("libgcc_s.so.1",)
"""Libraries that no extension module names: the C library opens them when a thread is cancelled."""
_MAX_NAMES = 1 << 16


class Keeper:
    """The fork server's handle on its keeper; SandboxError where the keeper has ended.

    ``libraries`` are the shared libraries that are not among the readable files, by the names that
    the loader has opened them by.
    """

    def __init__(self, readable: Readable) -> None:
        """Start the keeper and wait for the libraries; it goes on mapping files meanwhile."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid = os.fork()
        if self._pid == 0:
            _keep(theirs, readable)
        theirs.close()
        names = self._receive().split("\0")
        self.libraries = tuple(name for name in names if name)

    def wait(self) -> None:
        """Wait until every file is in memory."""
        failed = self._receive()
        if failed:
            raise SandboxError(f"files for workers cannot be kept in memory: {failed}")

    @property
    def alive(self) -> bool:
        """Whether the files are kept still; the keeper says nothing more, it can only end."""
        try:
            return bool(self._socket.recv(1, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True

    def close(self) -> None:
        """End the keeper."""
        self._socket.close()
        with suppress(ChildProcessError):  # in namespaces it is a child of the process outside
            os.waitpid(self._pid, 0)

    def _receive(self) -> str:
        packet = self._socket.recv(_MAX_NAMES)
        if not packet:
            raise SandboxError("the process that keeps files in memory did not start")
        return packet[1:].decode()


def _keep(fork_server: socket.socket, readable: Readable) -> None:
    """Be the keeper: report the libraries, map everything, and wait for the fork server's end."""
    try:
        os.closerange(0, fork_server.fileno())
        os.closerange(fork_server.fileno() + 1, 256)
        with suppress(OSError):  # workers are to be killed first where memory runs out
            Path("/proc/self/oom_score_adj").write_text("0")
        files = list(readable.files())
        libraries = _libraries(files)
        fork_server.send(b"+" + "\0".join(libraries).encode())
        outside = [os.path.realpath(name) for name in libraries]
        for link, _ in symbolic_links(libraries):
            Path(link).stat()
        for folder in readable.hidden:  # a worker may list what it may not read
            for _ in os.walk(folder):
                pass
        failed = ""
        try:
            for path in (*files, *outside):
                _map(path)
        except OSError as error:
            failed = str(error)
        fork_server.send(f"+{failed}".encode())
        fork_server.recv(1)
    finally:
        os._exit(0)


def _libraries(files: Iterable[str]) -> list[str]:
    """The names of the libraries that the extension modules need, without modules themselves."""
    modules = {path for path in files if ".so" in path.rsplit("/", 1)[-1]}
    for name in (*sorted(modules), *_ALSO):
        libc.open_library(name)
    known = set(files)
    elsewhere = tuple(f"{folder}/" for folder in import_folders())  # the grader's own packages
    return [
        name
        for name in libc.loaded_libraries()
        if os.path.realpath(name) not in known and not name.startswith(elsewhere)
    ]


def _map(path: str) -> None:
    """Map a file for good; reading a byte settles its access time on every file system."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return  # then a worker cannot read it either
    try:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_size:
            os.read(descriptor, 1)
            libc.keep_in_memory(descriptor, found.st_size)
    finally:
        os.close(descriptor)
