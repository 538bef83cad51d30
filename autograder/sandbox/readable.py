"""List the files that a worker may read: Python, its standard library and the numeric packages.

The reference, the graded cases, the tests, earlier results and home folders are not among them,
even where they are inside a folder that is needed (a `.venv` in a checkout, packages under /usr).
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from autograder.paths import ROOT

NUMERIC_PACKAGES = ("numpy", "scipy")
SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/lib", "/lib64")
FILES = ("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/dev/zero")
HIDDEN = ("autograder", "solution", "assignment", "tests")


def readable_paths() -> tuple[str, ...]:
    """Return the files and folders, without symbolic links, that may be read.

    A folder may be read with everything below it, and nothing hidden is below any of them.
    """
    hidden = {str(ROOT / name) for name in HIDDEN}
    hidden |= set(_package_folders())
    roots = [*SYSTEM, *_standard_library(), *_numeric_packages()]
    allowed: dict[str, None] = {}
    hidden |= {str(Path(path).resolve()) for path in hidden}
    for root in roots:
        path = str(Path(root).resolve())
        allowed.update(dict.fromkeys(_without(path, hidden - {path})))
    allowed.update(
        dict.fromkeys(str(Path(path).resolve()) for path in FILES if Path(path).exists())
    )
    return tuple(_outermost(allowed))


def symbolic_links() -> tuple[tuple[str, str], ...]:
    """Return symbolic links that lead to readable paths, with their targets."""
    found: dict[str, str] = {}
    for root in (*SYSTEM, *FILES, *_standard_library(), *_numeric_packages()):
        path = Path(root)
        for part in [*reversed(path.parents), path]:
            if part.is_symlink():
                found[str(part)] = str(part.resolve())
    return tuple(found.items())


def import_folders() -> tuple[str, ...]:
    """Return the folders to import from: those of the numeric packages first, ours last."""
    numeric = (str(Path(path).parent) for path in _numeric_packages())
    return tuple(dict.fromkeys([*numeric, *_package_folders(), str(ROOT)]))


def _numeric_packages() -> Iterator[str]:
    """Folders of numpy and scipy, and of the libraries that their wheels contain."""
    for name in NUMERIC_PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent
        yield str(folder)
        libraries = folder.parent / f"{name}.libs"
        if libraries.is_dir():
            yield str(libraries)


def _package_folders() -> Iterator[str]:
    """Folders of installed packages; workers may read the numeric packages in them only."""
    for path in sys.path:
        if Path(path).name in ("site-packages", "dist-packages") and Path(path).is_dir():
            yield path
            yield str(Path(path).resolve())
    paths = sysconfig.get_paths()
    yield from {paths["purelib"], paths["platlib"]}


def _standard_library() -> Iterator[str]:
    paths = sysconfig.get_paths()
    for name in ("stdlib", "platstdlib"):
        yield paths[name]
    yield str(Path(paths["stdlib"]) / "lib-dynload")
    library = sysconfig.get_config_var("LIBDIR")
    if library and not library.startswith(("/usr/lib", "/lib")):
        yield from (str(path) for path in Path(library).glob("libpython*"))


def _without(path: str, hidden: Iterable[str]) -> Iterator[str]:
    """``path``, or, where something hidden is below it, its other entries."""
    if path in hidden or not os.path.lexists(path):
        return
    if not any(other.startswith(path + "/") for other in hidden):
        yield path
        return
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if not entry.is_symlink():
            yield from _without(entry.path, hidden)


def _outermost(paths: Iterable[str]) -> Iterator[str]:
    """The paths that are not below another one of them."""
    kept: list[str] = []
    for path in sorted(paths):
        if not any(path.startswith(other + "/") for other in kept):
            kept.append(path)
    return iter(kept)


def unreadable_for_others(paths: Iterable[str]) -> str:
    """Return the first folder above a path that other users may not enter; "" if there is none."""
    for path in paths:
        for folder in [*reversed(Path(path).parents), Path(path)]:
            mode = folder.stat().st_mode
            if folder.is_dir() and not mode & stat.S_IXOTH:
                return str(folder)
    return ""
