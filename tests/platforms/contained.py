"""Run one program as the platform's container would: in its root, without rights over the kernel.

Started as process 1 of a process namespace with /proc mounted below the new root. Arguments are the
root, the program, True where there is Landlock, and the control groups. Needs root, and pyseccomp.
"""

import errno
import os
import sys
from pathlib import Path
from typing import NoReturn

import pyseccomp

RIGHTS = (
    "chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "net_bind_service", "net_raw", "sys_chroot", "mknod", "audit_write", "setfcap",
)  # fmt: skip
"""The rights of root in a container by default; CAP_SYS_ADMIN is not one of them."""
NAMESPACES = ("unshare", "setns", "mount", "umount2", "pivot_root")
LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


def main() -> NoReturn:
    """Join the groups, change the root, drop the rights, and execute the program."""
    root, program, landlock, *groups = sys.argv[1:]
    for group in groups:
        Path(group, "cgroup.procs").write_text(str(os.getpid()))
    os.chroot(root)
    os.chdir("/")
    refuse(landlock=landlock == "True")
    rights = ",".join(["-all", *(f"+{right}" for right in RIGHTS)])
    command = ["/usr/bin/setpriv", f"--bounding-set={rights}", "--inh-caps=-all", program]
    os.execv(command[0], command)


def refuse(*, landlock: bool) -> None:
    """Have the kernel refuse the calls that a container's default profile refuses."""
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in NAMESPACES:
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    for name in () if landlock else LANDLOCK:
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), name)
    rules.set_attr(pyseccomp.Attr.CTL_NNP, 0)
    rules.load()


if __name__ == "__main__":
    main()
