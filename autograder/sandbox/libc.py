"""Call system calls that Python has no function for; each raises OSError when it fails."""

import ctypes
import mmap
import os
from functools import cache
from typing import Any

CLONE_NEWNS = 0x0002_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000
CLONE_THREAD = 0x0001_0000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x2008_0522


@cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    library.capset.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    library.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
    library.mmap.restype = ctypes.c_void_p
    library.mlock.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    library.dlopen.argtypes = (ctypes.c_char_p, ctypes.c_int)
    library.dlopen.restype = ctypes.c_void_p
    return library


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def prctl(option: int, *arguments: int) -> int:
    """Call prctl(2) with up to four numbers."""
    padded = [*arguments, 0, 0, 0, 0][:4]
    return _checked(_libc().prctl(option, *padded), f"prctl({option})")


def syscall(number: int, *arguments: object) -> int:
    """Call syscall(2), for calls that the C library does not know."""
    return _checked(_libc().syscall(ctypes.c_long(number), *arguments), f"syscall {number}")


def unshare(flags: int) -> None:
    """Call unshare(2)."""
    _checked(_libc().unshare(ctypes.c_int(flags)), "unshare")


def setns(descriptor: int, flags: int) -> None:
    """Call setns(2)."""
    _checked(_libc().setns(ctypes.c_int(descriptor), ctypes.c_int(flags)), "setns")


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Call mount(2)."""
    _checked(
        _libc().mount(
            None if source is None else os.fsencode(source),
            os.fsencode(target),
            None if kind is None else kind.encode(),
            ctypes.c_ulong(flags),
            data.encode() or None,
        ),
        f"mount {target}",
    )


def pivot_root(new: str, old: str) -> None:
    """Call pivot_root(2)."""
    _checked(_libc().pivot_root(os.fsencode(new), os.fsencode(old)), "pivot_root")


def umount(target: str) -> None:
    """Call umount2(2), lazily."""
    _checked(_libc().umount2(os.fsencode(target), ctypes.c_int(MNT_DETACH)), f"umount {target}")


def drop_bounding_set() -> None:
    """Drop the bounding set: no process gets a capability back that it has given up."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # beyond the last capability, or this process holds none


def drop_capabilities() -> None:
    """Give up every capability; drop the other two sets before."""
    this_process = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    _checked(_libc().capset(this_process, none), "capset")


def keep_in_memory(descriptor: int, size: int) -> None:
    """Map a file and read all of it; lock it in memory where this process may."""
    flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
    place = _libc().mmap(None, size, mmap.PROT_READ, flags, descriptor, 0)
    if place == ctypes.c_void_p(-1).value:
        _checked(-1, "mmap")
    _libc().mlock(place, size)


def open_library(name: str) -> None:
    """Load a shared library with those that it needs, where that is possible."""
    _libc().dlopen(os.fsencode(name), os.RTLD_LAZY)


class _LibraryInfo(ctypes.Structure):
    """The beginning of ``struct dl_phdr_info``."""

    _fields_ = (("address", ctypes.c_void_p), ("name", ctypes.c_char_p))


def loaded_libraries() -> list[str]:
    """Return the shared libraries of this process, by the names that they were opened by."""
    names: list[str] = []

    def note(info: Any, _size: int, _data: object) -> int:
        name = os.fsdecode(info.contents.name or b"")
        if name.startswith("/"):
            names.append(name)
        return 0

    kind = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(_LibraryInfo), ctypes.c_size_t, ctypes.c_void_p
    )
    _libc().dl_iterate_phdr(kind(note), None)
    return names
