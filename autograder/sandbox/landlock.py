"""Landlock: this process may read the listed files, and nothing else.

The rules handle every right over files that the running kernel knows, and allow reading the listed
paths and writing to the null device. A rule for a folder holds for everything below it, and all of
that is on the list; a rule for each file would make the start of every worker slower. From ABI 4 on
they also forbid TCP, from ABI 6 on signals to, and abstract sockets of, processes outside.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from autograder.sandbox import libc

# The same numbers on every architecture.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
# How many rights over files, networks and scopes came with each version of the interface.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NEWEST_KNOWN = 5


def version() -> int:
    """Return the version of the kernel's interface; 0 where there is no Landlock."""
    try:
        return libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def ruleset(readable: Iterable[str], listable: Iterable[str] = ()) -> int:
    """Make the rules and return their descriptor; OSError where the kernel has no Landlock.

    ``listable`` are paths of which folders may be listed, with every folder below them.
    """
    abi = version()
    if abi == 0:
        raise OSError("the kernel has no Landlock")
    files = (1 << _FILE_RIGHTS[min(abi, _NEWEST_KNOWN)]) - 1
    networks = 0b11 if abi >= 4 else 0
    scopes = 0b11 if abi >= 6 else 0
    fields = struct.pack("=QQQ", files, networks, scopes)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    rules = libc.syscall(_CREATE, fields[:size], ctypes.c_size_t(size), ctypes.c_uint32(0))
    for path in readable:
        _allow(rules, path, _READ_FILE | _READ_DIR, files)
    for path in listable:
        _allow(rules, path, _READ_DIR, files)
    return rules


def _allow(rules: int, path: str, rights: int, handled: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # a path that does not exist needs no permission
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        if not folder:
            rights &= ~_READ_DIR
        if path == os.devnull:
            rights |= handled & (_WRITE_FILE | _TRUNCATE)
        if not rights:
            return
        rule = struct.pack("=Qi", rights, descriptor)
        libc.syscall(
            _ADD, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0)
        )
    finally:
        os.close(descriptor)


def restrict(rules: int) -> None:
    """Put the rules in force for this process, which needs no_new_privs, and close them."""
    libc.syscall(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0))
    os.close(rules)
