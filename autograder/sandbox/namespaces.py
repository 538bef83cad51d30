"""Namespaces: a worker has processes, files, network and System V objects of its own.

Once per fork server, its first process makes a user namespace (as root it may do without), and in
it namespaces of mounts, network, IPC and processes. It forks the fork server itself, which is
process 1 in there: when that dies, the kernel kills all others. The fork server swaps its root for
one that holds the readable paths and nothing else.

Then each worker gets a process namespace and an IPC namespace inside those: it is process 1 of its
own, and when it dies, the kernel kills all that it has started.
"""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from autograder.sandbox import libc
from autograder.sandbox.readable import Readable

_NAMESPACES = libc.CLONE_NEWNS | libc.CLONE_NEWNET | libc.CLONE_NEWIPC | libc.CLONE_NEWPID
_NOBODY = 65534


def enter() -> int:
    """Move into new namespaces and go on as process 1 there; returns a handle for ``fork_inside``.

    The first process stays outside, waits for process 1 and exits with its code. OSError where the
    kernel does not allow it; nothing is changed then.
    """
    uid, gid = os.getuid(), os.getgid()
    try:
        libc.unshare(_NAMESPACES | libc.CLONE_NEWUSER)
    except OSError:
        if uid != 0:
            raise
        libc.unshare(_NAMESPACES)
    else:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{_NOBODY} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{_NOBODY} {gid} 1")
    pid = os.fork()
    if pid:
        _wait_outside(pid)
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def _wait_outside(pid: int) -> None:
    """Wait with everything closed, so that the grader notices at once when process 1 ends."""
    os.closerange(0, 256)
    _, status = os.waitpid(pid, 0)
    with suppress(ChildProcessError):
        while True:  # the keeper of files ends when process 1 has ended
            os.wait()
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def fork_inside(pid_namespace: int) -> int:
    """Fork into new process and IPC namespaces; the handle is the one that ``enter`` returned."""
    libc.unshare(libc.CLONE_NEWPID | libc.CLONE_NEWIPC)
    pid = os.fork()
    if pid:
        libc.setns(pid_namespace, libc.CLONE_NEWPID)
    return pid


def shrink_root(readable: Readable, links: Iterable[tuple[str, str]]) -> None:
    """Swap the root for one that holds what is readable, read-only, and links to it."""
    libc.mount(None, "/", None, libc.MS_REC | libc.MS_PRIVATE)
    new = _mount_point(readable.paths)
    libc.mount("tmpfs", new, "tmpfs", libc.MS_NOSUID | libc.MS_NODEV, "size=1m,mode=755")
    for path in sorted((*readable.paths, *readable.hidden)):  # a folder before what is below it
        if path in readable.hidden:
            _cover(new + path)
        else:
            _bind(path, new + path)
    for link, target in links:
        place = Path(new + link)
        if not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)
    for path in readable.hidden:
        _make_read_only(new + path)
    os.chdir(new)
    libc.pivot_root(".", ".")
    libc.umount(".")
    os.chdir("/")
    _make_read_only("/")


def _mount_point(readable: tuple[str, ...]) -> str:
    """A folder to mount the new root on; nothing below it is needed."""
    for place in ("/sys", "/mnt", "/srv", "/tmp"):  # noqa: S108 # never written to
        if Path(place).is_dir() and not any(path.startswith(place + "/") for path in readable):
            return place
    raise OSError("no folder to mount the workers' root on")


def _bind(source: str, target: str) -> None:
    place = Path(target)
    place.parent.mkdir(parents=True, exist_ok=True)
    if Path(source).is_dir():
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    libc.mount(source, target, None, libc.MS_BIND | libc.MS_REC)
    _make_read_only(target)


def _cover(folder: str) -> None:
    """Put an empty folder in the place of one that is hidden."""
    libc.mount("tmpfs", folder, "tmpfs", libc.MS_NOSUID | libc.MS_NODEV, "size=1m,mode=755")


def _make_read_only(target: str) -> None:
    flags = os.statvfs(target).f_flag & (libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC)
    remount = libc.MS_REMOUNT | libc.MS_BIND | libc.MS_RDONLY | flags
    libc.mount(None, target, None, remount)
