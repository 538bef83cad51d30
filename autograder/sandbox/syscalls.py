"""seccomp: a worker may make the system calls that are listed here, and no other.

Every call that is not listed fails with "not permitted" (EPERM), so that calls of newer kernels are
refused too, whether libseccomp knows them or not. Left out is whatever reaches another process,
whatever has a state that another worker could see (locks, the page cache, pools and counters that
belong to the user or to the machine), and whatever changes a file. Where honest programs need one
use of such a call, its arguments are compared.

libseccomp resolves the names for the machine it runs on (x86-64 and aarch64 are tested) and skips a
name that this architecture does not have. The fork server builds the filter once, and each worker
loads it. A call of another architecture kills.
"""

import ctypes
import errno
import fcntl
import os
import struct
import termios
from itertools import chain
from typing import Any

from autograder.sandbox.libc import CLONE_THREAD, PR_SET_SECCOMP, prctl

ALLOWED: dict[str, tuple[str, ...]] = {
    "descriptors": (
        "read", "readv", "pread64", "write", "writev", "lseek", "close", "dup", "dup2", "dup3",
        "poll", "ppoll", "select", "pselect6",
    ),
    "what a file is": (
        "stat", "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2",
        "readlink", "readlinkat", "getdents64", "getcwd", "chdir",
    ),
    "its own memory": ("munmap", "mremap", "mprotect", "brk"),
    "its own threads": (
        "set_robust_list", "rseq", "sched_yield", "gettid", "exit", "exit_group",
    ),
    "time": (
        "gettimeofday", "time", "times", "nanosleep", "restart_syscall", "alarm", "getitimer",
        "setitimer",
    ),
    "handlers of signals": ("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack"),
    "who and where it is": (
        "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname",
    ),
    "random numbers": ("getrandom",),
}  # fmt: skip
"""System calls that are allowed with any arguments, by purpose."""

Condition = tuple[int, int, int]
"""An argument's position, a mask, and what the argument must be under it."""
Alternatives = tuple[tuple[Condition, ...], ...]
"""Sets of conditions; the call is allowed where all of one set hold."""
INT = 0xFFFF_FFFF
"""The kernel reads no more of an ``int``: the upper half of the register must not matter."""
POINTER = 0xFFFF_FFFF_FFFF_FFFF


def _one_of(position: int, *values: int) -> Alternatives:
    """The ``int`` argument is one of these values."""
    return tuple(((position, INT, value),) for value in values)


_MODE_FILTER = 2  # SECCOMP_MODE_FILTER
_NEW_NAMESPACES = 0x7E02_0000  # CLONE_NEW…
_PRIVATE = 128  # FUTEX_PRIVATE_FLAG
_LOCKED, _HUGETLB = 0x2000, 0x4_0000  # MAP_…
_DONTNEED, _FREE, _GUARD_INSTALL, _GUARD_REMOVE = 4, 8, 102, 103  # MADV_…
_OF_A_PROCESS = 0x8000_0000  # the sign of the number of a clock that belongs to a process
_CREATING = os.O_CREAT | os.O_TRUNC | os.O_RDWR | os.O_TMPFILE & ~os.O_DIRECTORY
_ODD = os.O_PATH | os.O_DIRECT | os.O_ASYNC  # without a right to read, past the cache, with signals

BY_ARGUMENT: dict[str, Alternatives] = {
    # Threads, not processes. clone3 keeps its flags in memory, where a filter cannot see them; the
    # C library uses clone where clone3 does not exist.
    "clone": (((0, _NEW_NAMESPACES | CLONE_THREAD, CLONE_THREAD),),),
    "futex": (((1, _PRIVATE, _PRIVATE),),),
    "mmap": (((3, _LOCKED | _HUGETLB, 0),),),
    "madvise": _one_of(2, _DONTNEED, _FREE, _GUARD_INSTALL, _GUARD_REMOVE),
    "fcntl": _one_of(
        1, fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL
    ),
    "ioctl": _one_of(
        1, termios.TCGETS, termios.TIOCGWINSZ, termios.FIOCLEX, termios.FIONCLEX
    ),
    "prlimit64": (((0, INT, 0), (2, POINTER, 0)),),  # its own limits, and no new ones
    "sched_getaffinity": _one_of(0, 0),
    "clock_gettime": (((0, _OF_A_PROCESS, 0),),),
    "clock_getres": (((0, _OF_A_PROCESS, 0),),),
    "clock_nanosleep": (((0, _OF_A_PROCESS, 0),),),
}  # fmt: skip
"""System calls that are allowed with certain arguments; `openat` depends on the other layers."""


class Filter:
    """A filter, as the program of the kernel that libseccomp made of the rules."""

    def __init__(self, program: bytes) -> None:
        self.program = program
        self._instructions = ctypes.create_string_buffer(program, len(program))
        size, address = len(program) // 8, ctypes.addressof(self._instructions)
        self._described = ctypes.create_string_buffer(struct.pack("@HP", size, address))

    def load(self) -> None:
        """Put the filter in force for this process, which needs no_new_privs, for good."""
        prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(self._described))


def build(*, creating: bool = True) -> Filter:
    """Build the filter; OSError where there is no libseccomp or it is too old.

    ``creating`` is False where no other layer (Landlock, a root of its own) keeps a worker from
    creating files in folders that everybody may write to: no file can be opened then with a flag
    that creates or empties it, or for reading and writing. Opening for writing alone is allowed,
    for the null device: the limit on the size of files keeps a worker from writing to others, but
    not through a shared map of one opened for both.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise OSError(f"libseccomp cannot be loaded ({error})") from error
    if not _known(pyseccomp, "clone3"):
        raise OSError("libseccomp is too old: it does not know clone3")
    rules: Any = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    opening = ((2, _ODD if creating else _ODD | _CREATING, 0),)
    alternatives: dict[str, Alternatives] = dict.fromkeys(chain(*ALLOWED.values()), ((),))
    alternatives |= {**BY_ARGUMENT, "openat": (opening,)}
    for name, choices in alternatives.items():
        for conditions in choices if _known(pyseccomp, name) else ():
            compared = [
                pyseccomp.Arg(position, pyseccomp.MASKED_EQ, mask, value)
                for position, mask, value in conditions
            ]
            rules.add_rule(pyseccomp.ALLOW, name, *compared)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # A futex that is not private is known by its place in a file, which other workers may have
    # mapped too. To join a thread the C library waits for one; told "try again", it asks until the
    # thread has ended.
    shared = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, _PRIVATE, 0)
    rules.add_rule(pyseccomp.ERRNO(errno.EAGAIN), "futex", shared)
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return Filter(file.read())


def _known(pyseccomp: Any, name: str) -> bool:
    """Whether libseccomp knows the call on this machine."""
    return bool(pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0)
