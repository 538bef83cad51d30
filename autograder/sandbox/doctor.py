"""Find out what this host lacks for confining students' code, and how to get it."""

import ctypes.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import libc

CONTAINER = "Use the Containerfile: `make grade-container`."


@dataclass(frozen=True)
class Finding:
    """One layer or requirement: whether it is there, what was found, and what to do if not."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def diagnose_host() -> list[Finding]:
    """Examine the host without changing it; ``isolation`` proves what the layers are worth."""
    if sys.platform != "linux":
        return [
            Finding("system", False, f"{sys.platform}: confinement needs a Linux kernel", CONTAINER)
        ]
    return [_machine(), _namespaces(), _landlock(), _seccomp(), _packages()]


def _machine() -> Finding:
    machine = os.uname().machine
    known = machine in ("x86_64", "aarch64")
    detail = f"Linux {os.uname().release} on {machine}"
    return Finding("system", known, detail, "" if known else f"It is not tested there. {CONTAINER}")


def _namespaces() -> Finding:
    """Whether ordinary users may make namespaces (root may, except in containers)."""
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1" and os.geteuid() != 0:
        return _no_namespaces(
            "AppArmor keeps user namespaces from ordinary users (Ubuntu 23.10 and later)",
            "`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or an AppArmor profile "
            f"with `userns,` for {os.path.realpath(sys.executable)}.",
        )
    if _setting("kernel/unprivileged_userns_clone") == "0" and os.geteuid() != 0:
        return _no_namespaces(
            "the kernel keeps user namespaces from ordinary users",
            "`sudo sysctl kernel.unprivileged_userns_clone=1`.",
        )
    if _setting("user/max_user_namespaces") == "0":
        return _no_namespaces(
            "the number of user namespaces is limited to 0",
            "`sudo sysctl user.max_user_namespaces=10000`.",
        )
    # In a process of its own: one that has loaded numpy has threads, which unshare refuses.
    flags = libc.CLONE_NEWUSER | libc.CLONE_NEWNS | libc.CLONE_NEWPID
    code = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({flags}) != 0)"
    tried = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False)
    if tried.returncode == 0:
        return Finding("namespaces", True, "user, mount and process namespaces can be made")
    return _no_namespaces(
        "the kernel refuses new namespaces (usual inside containers)",
        "Start the container with `--security-opt seccomp=unconfined`.",
    )


def _no_namespaces(detail: str, remedy: str) -> Finding:
    return Finding("namespaces", False, detail, f"{remedy} Level 2 does without.")


def _landlock() -> Finding:
    from autograder.sandbox import landlock

    version = landlock.version()
    if version:
        return Finding("landlock", True, f"version {version} of the interface")
    return Finding(
        "landlock",
        False,
        "the kernel has no Landlock, or it is switched off",
        "Linux 5.13 or later with `landlock` in the `lsm=` line of the boot parameters. Without it "
        "namespaces, or separate users for workers of root, keep files from students' code.",
    )


def _seccomp() -> Finding:
    try:
        from autograder.sandbox import syscalls

        syscalls.build()
    except OSError as error:
        found = ctypes.util.find_library("seccomp")
        package = "`pip install pyseccomp`" if found else "`sudo apt-get install libseccomp2`"
        return Finding("seccomp", False, str(error), f"{package} (dnf, apk: libseccomp).")
    return Finding("seccomp", True, "libseccomp builds the filter")


def _packages() -> Finding:
    """Whether a worker's own user could read Python and numpy, where the grader is root."""
    from autograder.sandbox import landlock, readable

    if os.geteuid() != 0:
        return Finding("worker users", True, "not needed: the grader is not root")
    if landlock.version():
        return Finding("worker users", True, "not needed: Landlock keeps files from students' code")
    blocked = readable.unreadable_for_others(readable.readable_paths(scipy=True).paths)
    if not blocked:
        return Finding("worker users", True, "other users can read Python and its packages")
    return Finding(
        "worker users",
        False,
        f"other users cannot read {blocked}, where Python or its packages are",
        "Needed where namespaces and Landlock are missing: `make clean`, then make .venv with a "
        "Python that everybody can read (`make grade PYTHON=/usr/bin/python3`), in a checkout that "
        "everybody can reach and whose solution/ and autograder/ are root's alone (chmod 700).",
    )


def _setting(name: str) -> str:
    try:
        return (Path("/proc/sys") / name).read_text().strip()
    except OSError:
        return ""
