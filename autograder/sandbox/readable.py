"""Which files a worker may read: Python, its standard library and the numeric packages.

Not the reference, the graded cases, the tests, earlier results or anybody's home, even where these
stand inside a folder that is needed (a `.venv` in a checkout, packages installed under /usr).
"""

from __future__ import annotations

import os
import stat
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.paths import ROOT
from autograder.sandbox.launcher import package_folders, packages

SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/lib", "/lib64")
FILES = ("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/dev/zero")
HIDDEN_PACKAGES = ("autograder", "solution", "assignment", "tests")


def readable() -> tuple[str, ...]:
    """Paths without symbolic links that may be read with everything below them.

    Nothing that is hidden lies below any of them.
    """
    hidden = {str(ROOT / name) for name in HIDDEN_PACKAGES}
    hidden |= set(package_folders())
    roots = [*SYSTEM, *_standard_library(), *packages()]
    allowed: dict[str, None] = {}
    hidden |= {str(Path(path).resolve()) for path in hidden}
    for root in roots:
        path = str(Path(root).resolve())
        allowed.update(dict.fromkeys(_without(path, hidden - {path})))
    allowed.update(
        dict.fromkeys(str(Path(path).resolve()) for path in FILES if Path(path).exists())
    )
    return tuple(_outermost(allowed))


def links() -> tuple[tuple[str, str], ...]:
    """Symbolic links on the way to what may be read, with their targets."""
    found: dict[str, str] = {}
    for root in (*SYSTEM, *FILES, *_standard_library(), *packages()):
        path = Path(root)
        for part in [*reversed(path.parents), path]:
            if part.is_symlink():
                found[str(part)] = str(part.resolve())
    return tuple(found.items())


def _standard_library() -> Iterator[str]:
    paths = sysconfig.get_paths()
    for name in ("stdlib", "platstdlib"):
        yield paths[name]
    yield str(Path(paths["stdlib"]) / "lib-dynload")
    library = sysconfig.get_config_var("LIBDIR")
    if library and not library.startswith(("/usr/lib", "/lib")):
        yield from (str(path) for path in Path(library).glob("libpython*"))


def _without(path: str, hidden: Iterable[str]) -> Iterator[str]:
    """``path``, or where something hidden stands below it, its entries without that."""
    if path in hidden or not os.path.lexists(path):
        return
    if not any(other.startswith(path + "/") for other in hidden):
        yield path
        return
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if not entry.is_symlink():
            yield from _without(entry.path, hidden)


def _outermost(paths: Iterable[str]) -> Iterator[str]:
    """The paths without those that lie below another one."""
    kept: list[str] = []
    for path in sorted(paths):
        if not any(path.startswith(other + "/") for other in kept):
            kept.append(path)
    return iter(kept)


def unreadable_for_others(paths: Iterable[str]) -> str:
    """The first folder on the way to a path that users without rights cannot pass; "" if none."""
    for path in paths:
        for folder in [*reversed(Path(path).parents), Path(path)]:
            mode = folder.stat().st_mode
            if folder.is_dir() and not mode & stat.S_IXOTH:
                return str(folder)
    return ""
