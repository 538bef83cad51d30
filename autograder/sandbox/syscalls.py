"""seccomp: the system calls that no honest solution needs fail with "not permitted".

libseccomp builds the filter by name, once in the fork server, for the machine it runs on (x86-64
and aarch64 are tested names); a child only hands it to the kernel. Calls of any other architecture
kill.
"""

from __future__ import annotations

import ctypes
import errno
import os
from typing import Any

from autograder.sandbox.libc import (
    CLONE_THREAD,
    PR_SET_PDEATHSIG,
    PR_SET_SECCOMP,
    SECCOMP_MODE_FILTER,
    prctl,
)

FORBIDDEN: dict[str, tuple[str, ...]] = {
    "new programs and processes": ("execve", "execveat", "fork", "vfork"),
    "sockets": (
        "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "shutdown",
        "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "setsockopt",
        "getsockname", "getpeername",
    ),
    "other processes": (
        "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease",
        "kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kill", "tkill", "tgkill",
        "rt_sigqueueinfo", "rt_tgsigqueueinfo", "setsid", "setpgid", "setpriority",
        "sched_setscheduler", "sched_setparam", "sched_setattr", "sched_setaffinity",
        "ioprio_set", "migrate_pages", "move_pages",
    ),
    "namespaces and mounts": (
        "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
        "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "open_tree_attr", "statmount",
        "listmount", "open_by_handle_at", "name_to_handle_at", "mknod", "mknodat",
    ),
    "the kernel": (
        "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
        "io_uring_register", "keyctl", "add_key", "request_key", "init_module", "finit_module",
        "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct",
        "syslog", "quotactl", "quotactl_fd", "sethostname", "setdomainname", "settimeofday",
        "clock_settime", "adjtimex", "clock_adjtime", "personality", "iopl", "ioperm", "modify_ldt",
        "lookup_dcookie", "nfsservctl", "vhangup", "fanotify_init", "landlock_create_ruleset",
        "landlock_add_rule", "landlock_restrict_self", "seccomp",
    ),
    "shared memory and queues": (
        "shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop",
        "semctl", "semtimedop", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive",
        "memfd_create", "memfd_secret",
    ),
    "changes to files": (
        "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
        "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "fsetxattr",
        "removexattr", "lremovexattr", "fremovexattr", "setxattrat", "removexattrat", "truncate",
        "link", "linkat", "symlink", "symlinkat", "rename", "renameat", "renameat2", "unlink",
        "unlinkat", "mkdir", "mkdirat", "rmdir", "creat", "flock",
    ),
    "identities": (
        "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
        "setfsuid", "setfsgid", "capset",
    ),
}  # fmt: skip
"""By reason, so that the list can be read; a name that libseccomp does not know is skipped."""

_INSTRUCTION = 8  # bytes of a struct sock_filter
ESSENTIAL = ("execve", "socket", "ptrace", "kill", "clone", "clone3")


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


class Filter:
    """A filter as the kernel takes it, so that a child need not have it made once more."""

    def __init__(self, instructions: bytes) -> None:
        self._instructions = ctypes.create_string_buffer(instructions, len(instructions))
        address = ctypes.addressof(self._instructions)
        self._program = _Program(len(instructions) // _INSTRUCTION, address)

    def load(self) -> None:
        """Put the filter in force for this process, for good; OSError where that fails."""
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(self._program))


def build(*, creating: bool = True) -> Filter:
    """The filter; OSError where there is no libseccomp or it lacks an essential call.

    ``creating`` is False where nothing else (Landlock, a root of its own) keeps a worker from
    making files in folders that everybody may write to.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise OSError(f"libseccomp cannot be loaded ({error})") from error
    rules: Any = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for names in FORBIDDEN.values():
        for name in names:
            if _known(pyseccomp, name):
                rules.add_rule(refuse, name)
    # Threads are processes that share everything; the C library falls back on clone, whose flags
    # a filter can see, when clone3 does not exist.
    _require(pyseccomp, "clone", "clone3")
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    # The death signal is what ends a worker whose parent has died.
    rules.add_rule(refuse, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, PR_SET_PDEATHSIG))
    if not creating:
        _forbid_creating(pyseccomp, rules)
    return Filter(_exported(rules))


def _exported(rules: Any) -> bytes:
    """The instructions that libseccomp makes of the rules."""
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _forbid_creating(pyseccomp: Any, rules: Any) -> None:
    """No opening with a flag that makes or empties a file, and none for reading and writing.

    Writing alone is left to the null device; of files the limit on their size keeps it away, which
    does not hold for a shared map. openat2, whose flags are in memory, is no more.
    """
    refuse = pyseccomp.ERRNO(errno.EPERM)
    unnamed = os.O_TMPFILE & ~os.O_DIRECTORY
    for name, flags in (("open", 1), ("openat", 2)):
        if _known(pyseccomp, name):
            for bit in (os.O_CREAT, os.O_TRUNC, os.O_RDWR, unnamed):
                rules.add_rule(refuse, name, pyseccomp.Arg(flags, pyseccomp.MASKED_EQ, bit, bit))
    if _known(pyseccomp, "openat2"):
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "openat2")


def _known(pyseccomp: Any, name: str) -> bool:
    """Whether libseccomp knows the call on this machine."""
    known = pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0
    if not known and name in ESSENTIAL:
        raise OSError(f"libseccomp does not know {name}")
    return bool(known)


def _require(pyseccomp: Any, *names: str) -> None:
    for name in names:
        _known(pyseccomp, name)
