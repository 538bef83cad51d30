"""seccomp: what is not on the list of system calls is refused, on both architectures."""

import errno
import fcntl
import os
import resource
import sys
import termios
from collections.abc import Iterator

import pytest

from autograder.sandbox import Sandbox, syscalls
from tests.builders import bpf

if sys.platform == "linux":
    import pyseccomp
RAW = b"""
import ctypes, os
def sigmoid(number, arguments):
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    room = ctypes.create_string_buffer(8192)
    meant = {"room": ctypes.addressof(room), "parent": os.getppid(), "self": os.getpid()}
    values = [ctypes.c_long(meant.get(value, value)) for value in (number, *arguments)]
    return call(*values), ctypes.get_errno()
"""
"""Makes one raw system call, and returns its result and errno."""
LEVELS = {"level 3": (), "level 2": ("namespaces", "uid")}

F_SETSIG, F_SETLEASE, F_NOTIFY, F_OFD_SETLK, F_SETPIPE_SZ = 10, 1024, 1026, 37, 1031
FIOASYNC, FIONBIO = 0x5452, 0x5421
NEWER = {"cachestat": 451, "fchmodat2": 452, "setxattrat": 463, "removexattrat": 466}
"""Calls that libseccomp may not know; they have the same number on every architecture."""
FD = 0

REFUSED: dict[str, tuple[str | int, ...]] = {
    "limits of the parent": ("prlimit64", "parent", resource.RLIMIT_CORE, "room", 0),
    "limits of the grader": ("prlimit64", os.getpid(), resource.RLIMIT_CORE, "room", 0),
    "limits of the grader, read": ("prlimit64", os.getpid(), resource.RLIMIT_CORE, 0, "room"),
    "its own limits, set": ("prlimit64", 0, resource.RLIMIT_CORE, "room", 0),
    "its own limits, set another way": ("setrlimit", resource.RLIMIT_CORE, "room"),
    "a signal to an owner": ("fcntl", FD, fcntl.F_SETOWN, "parent"),
    "another signal than SIGIO": ("fcntl", FD, F_SETSIG, 9),
    "signals when there is data": ("fcntl", FD, fcntl.F_SETFL, os.O_ASYNC),
    "the same by ioctl": ("ioctl", FD, FIOASYNC, "room"),
    "a record lock": ("fcntl", FD, fcntl.F_SETLK, "room"),
    "a record lock, asked for": ("fcntl", FD, fcntl.F_GETLK, "room"),
    "a lock of an open file": ("fcntl", FD, F_OFD_SETLK, "room"),
    "a lock of a file": ("flock", FD, fcntl.LOCK_SH),
    "a lease": ("fcntl", FD, F_SETLEASE, fcntl.F_RDLCK),
    "a notice of changes": ("fcntl", FD, F_NOTIFY, 1),
    "a larger pipe": ("fcntl", 1, F_SETPIPE_SZ, 4096),
    "an argument above 32 bits": ("fcntl", FD, 1 << 32 | fcntl.F_SETLK, "room"),
    "a read that does not wait": ("preadv2", FD, "room", 0, 0, 0, 8),
    "a file to forget": ("fadvise64", FD, 0, 0, 4),
    "a file to remember": ("readahead", FD, 0, 4096),
    "pages in memory": ("mincore", "room", 0, "room"),
    "pages to page out": ("madvise", "room", 0, 21),
    "pages of a file in memory": ("cachestat", FD, "room", "room", 0),
    "events of files": ("inotify_init1", 0),
    "a socket's peer": ("getsockopt", 3, 1, 17, "room", "room"),
    "a socket's message": ("recvfrom", 3, "room", 1, 0x40, 0, 0),
    "attributes of files, new": ("setxattrat", FD, "room", 0, "room", "room", 0),
    "attributes of files": ("getxattr", "room", "room", "room", 1),
    "the death signal": ("prctl", 1, 0, 0, 0, 0),
    "the death signal, above 32 bits": ("prctl", 1 << 32 | 1, 0, 0, 0, 0),
    "a file in memory": ("memfd_create", "room", 0),
    "its use of resources": ("getrusage", 0, "room"),
    "the machine's load": ("sysinfo", "room"),
    "the space on a disk": ("fstatfs", FD, "room"),
    "another's clock": ("clock_gettime", ~os.getpid() << 3 | 2, "room"),
    "another's processors": ("sched_getaffinity", os.getpid(), 128, "room"),
    "pages of the machine's pool": ("mmap", 0, 1 << 21, 3, 0x40022, -1, 0),
    "a signal to itself": ("kill", "self", 0),
    "a pipe": ("pipe2", "room", 0),
    "a path without rights": ("openat", -100, "room", os.O_PATH, 0),
    "a file past the cache": ("openat", -100, "room", os.O_DIRECT, 0),
    "a number that is not taken": (499,),
    "a number far beyond": (100_000,),
}  # fmt: skip
"""What is tried: a call by name or number, with its arguments."""


@pytest.fixture(scope="module", params=LEVELS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox at each level that students' files are graded at."""
    with Sandbox(forbid=frozenset(LEVELS[request.param])) as sandbox:
        assert "seccomp" in sandbox.isolation.mechanisms
        yield sandbox


def number_of(call: str | int) -> int:
    """The number of a call on this machine."""
    if isinstance(call, int):
        return call
    return NEWER.get(call) or pyseccomp.resolve_syscall(pyseccomp.system_arch(), call)


def test_calls_that_are_not_listed_are_refused(sandbox: Sandbox) -> None:
    """The kernel answers EPERM to each raw call, known to libseccomp or not."""
    with sandbox.worker(RAW) as worker:
        answers = {
            what: worker.call("sigmoid", [number_of(call), arguments]).value
            for what, (call, *arguments) in REFUSED.items()
        }
    assert answers == dict.fromkeys(REFUSED, (-1, errno.EPERM))


ALLOW, REFUSE, KILL = 0x7FFF_0000, 0x5_0000 | errno.EPERM, 1 << 31
UNKNOWN, AGAIN = 0x5_0000 | errno.ENOSYS, 0x5_0000 | errno.EAGAIN
THREAD, PROCESS, NEW_NAMESPACE = 0x3D_0F00, 17, 1 << 29 | 0x3D_0F00
JOIN, WAKE, PRIVATE = 256 | 9, 1, 128
VERDICTS: tuple[tuple[int, str, tuple[int, ...]], ...] = (
    (ALLOW, "read", (3, 0, 1)),
    (ALLOW, "clone", (THREAD,)),
    (REFUSE, "clone", (PROCESS,)),
    (REFUSE, "clone", (NEW_NAMESPACE,)),
    (UNKNOWN, "clone3", ()),
    (ALLOW, "futex", (0, WAKE | PRIVATE)),
    (AGAIN, "futex", (0, JOIN)),
    (AGAIN, "futex", (0, WAKE)),
    (ALLOW, "fcntl", (3, fcntl.F_DUPFD_CLOEXEC)),
    (ALLOW, "fcntl", (3, 7 << 32 | fcntl.F_GETFL)),
    (REFUSE, "fcntl", (3, fcntl.F_SETFL, os.O_ASYNC)),
    (REFUSE, "fcntl", (3, 7 << 32 | fcntl.F_SETLKW)),
    (ALLOW, "ioctl", (3, termios.FIOCLEX)),
    (REFUSE, "ioctl", (3, FIONBIO)),
    (ALLOW, "prlimit64", (0, 7, 0, 4096)),
    (ALLOW, "prlimit64", (1 << 32, 7, 0, 4096)),
    (REFUSE, "prlimit64", (0, 7, 1 << 32, 4096)),
    (REFUSE, "prlimit64", (1, 7, 0, 4096)),
    (ALLOW, "madvise", (0, 4096, 4)),
    (REFUSE, "madvise", (0, 4096, 14)),
    (ALLOW, "clock_gettime", (3,)),
    (REFUSE, "clock_gettime", (-6,)),
    (REFUSE, "prctl", (1 << 32 | 1,)),
    (ALLOW, "openat", (-100, 0, os.O_CLOEXEC)),
    (REFUSE, "openat", (-100, 0, os.O_PATH)),
    (ALLOW, "openat", (-100, 0, os.O_CREAT)),
    (REFUSE, "openat2", ()),
    (REFUSE, "setxattrat", ()),
)
"""What the filter says to calls with these arguments."""


@pytest.mark.parametrize("machine", ["X86_64", "AARCH64"])
def test_the_filter_is_the_same_on_both_architectures(
    monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    """Calls are judged by name and by arguments as wide as the kernel reads them."""
    arch, native = getattr(pyseccomp.Arch, machine), pyseccomp.system_arch()
    made = pyseccomp.SyscallFilter

    def for_machine(action: int) -> object:
        rules = made(action)
        if arch != native:
            rules.add_arch(arch)
            rules.remove_arch(native)
        return rules

    monkeypatch.setattr(pyseccomp, "SyscallFilter", for_machine)
    monkeypatch.setattr(pyseccomp, "system_arch", lambda: arch)
    program = syscalls.build().program
    for expected, name, arguments in VERDICTS:
        answer = bpf.verdict(program, arch, number_of(name), arguments)
        assert answer == expected, (name, arguments)
    others = [bpf.verdict(program, arch, number) for number in range(452, 600)]
    assert set(others) == {REFUSE}
    assert bpf.verdict(program, pyseccomp.Arch.ARM, 3) == KILL


def test_where_no_other_layer_does_the_filter_keeps_files_from_being_made() -> None:
    """Opening with a flag that creates or empties a file is refused, for writing it is not."""
    program, arch = syscalls.build(creating=False).program, pyseccomp.system_arch()
    flags = (0, os.O_CREAT, os.O_TRUNC, os.O_RDWR, os.O_TMPFILE)
    arguments = [(-100, 0, os.O_WRONLY | flag) for flag in flags]
    asked = [bpf.verdict(program, arch, number_of("openat"), given) for given in arguments]
    assert asked == [ALLOW, REFUSE, REFUSE, REFUSE, REFUSE]


JOINED = b"""
import ctypes
def sigmoid(microseconds):
    libc, thread = ctypes.CDLL(None), ctypes.c_void_p()
    libc.pthread_create(ctypes.byref(thread), None, libc.usleep, ctypes.c_void_p(microseconds))
    return libc.pthread_join(thread, None)
"""


def test_a_thread_of_a_library_is_joined(sandbox: Sandbox) -> None:
    """pthread_join returns when the thread has ended, although no shared futex may be used."""
    with sandbox.worker(JOINED) as worker:
        reply = worker.call("sigmoid", [50_000])
    assert (reply.status, reply.value) == ("returned", 0)
    assert reply.seconds > 0.04


def test_an_old_libseccomp_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without clone3 threads would not start, so the filter is not built."""
    monkeypatch.setattr(pyseccomp, "resolve_syscall", lambda *_: -1)
    with pytest.raises(OSError, match="too old"):
        syscalls.build()
