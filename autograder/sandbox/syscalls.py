"""seccomp: system calls that no honest solution needs fail with "not permitted".

libseccomp resolves their names for the machine it runs on (x86-64 and aarch64 are tested). The
fork server builds the filter once, and each worker loads it. A call of another architecture kills.
"""

from __future__ import annotations

import errno
import os
from typing import Any, Protocol

from autograder.sandbox.libc import CLONE_THREAD, PR_SET_PDEATHSIG

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
"""System calls by reason; a name that libseccomp does not know is skipped."""

ESSENTIAL = ("execve", "socket", "ptrace", "kill", "clone", "clone3")


class Filter(Protocol):
    """A filter of libseccomp."""

    def load(self) -> None:
        """Put the filter in force for this process, for good."""


def build(*, creating: bool = True) -> Filter:
    """Build the filter; OSError where there is no libseccomp or it lacks an essential call.

    ``creating`` is False where no other layer (Landlock, a root of its own) keeps a worker from
    creating files in folders that everybody may write to.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise OSError(f"libseccomp cannot be loaded ({error})") from error
    unknown = [name for name in ESSENTIAL if not _known(pyseccomp, name)]
    if unknown:
        raise OSError(f"libseccomp does not know {', '.join(unknown)}")
    rules: Any = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for names in FORBIDDEN.values():
        for name in names:
            if _known(pyseccomp, name):
                rules.add_rule(refuse, name)
    # Threads are allowed, processes are not. A filter can see the flags of clone, which the C
    # library uses where clone3 does not exist.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    # The death signal ends a worker whose fork server has died.
    rules.add_rule(refuse, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, PR_SET_PDEATHSIG))
    if not creating:
        _forbid_creating(pyseccomp, rules)
    loadable: Filter = rules
    return loadable


def _forbid_creating(pyseccomp: Any, rules: Any) -> None:
    """Refuse to open files with a flag that creates or empties them, or for reading and writing.

    Opening for writing alone is allowed, for the null device: the limit on the size of files keeps
    it from files, but not a shared map of one opened for both. A filter cannot see the flags of
    openat2, so that does not exist.
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
    return bool(pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0)
