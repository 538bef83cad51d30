"""List the files that a worker may read: Python, its standard library and the numeric packages.

The reference, the graded cases, the tests, earlier results and home folders are not among them,
even where they are inside a folder that is needed (a `.venv` in a checkout, packages under /usr).
The shared libraries that Python and the packages need are found when a fork server starts
(`resident`).
"""

import os
import stat
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import msgspec

from autograder.paths import ROOT

SYSTEM = ("/usr/lib/locale/C.utf8",)
FILES = ("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/dev/zero")
HIDDEN = ("autograder", "solution", "assignment", "tests")
UNUSED = ("test", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data")
"""Parts of the standard library that are large and that no worker imports."""


class Readable(msgspec.Struct, frozen=True):
    """What may be read: files and folders, but for what is hidden in the folders.

    All are paths without symbolic links. A path may be below a hidden one; then it may be read.
    """

    paths: tuple[str, ...]
    hidden: tuple[str, ...] = ()

    def entries(self) -> tuple[str, ...]:
        """Files, and folders in which nothing is hidden, that together are all that is readable."""
        return tuple(entry for path in self.paths for entry in _without(path, self.hidden))

    def files(self) -> Iterator[str]:
        """Every file; its folder is listed, and the symbolic links in it are followed."""
        left = list(self.paths)
        while left:
            path = left.pop()
            if not Path(path).is_dir():
                yield path
                continue
            with suppress(OSError), os.scandir(path) as entries:  # workers may not list it either
                for entry in entries:
                    if entry.is_symlink():
                        with suppress(OSError):
                            entry.stat()
                    elif not entry.is_dir(follow_symlinks=False):
                        yield entry.path
                    elif entry.path not in self.hidden:
                        left.append(entry.path)


def readable_paths(*, scipy: bool) -> Readable:
    """Return what a worker may read, apart from shared libraries; scipy where it is asked for."""
    roots = [*SYSTEM, *FILES, *_standard_library(), *_numeric_packages(scipy=scipy)]
    hidden = {str(ROOT / name) for name in HIDDEN} | set(_package_folders())
    for library in _standard_library():
        hidden |= {f"{library}/{name}" for name in UNUSED}
        hidden |= {str(path) for path in Path(library).glob("config-*")}
    real_hidden = {os.path.realpath(path) for path in hidden}
    paths = {os.path.realpath(path) for path in roots if Path(path).exists()}
    kept = sorted(path for path in paths if not _inside(path, paths, real_hidden))
    below = sorted(path for path in real_hidden if _inside(path, paths, real_hidden))
    return Readable(tuple(kept), tuple(path for path in below if Path(path).is_dir()))


def _inside(path: str, folders: Iterable[str], hidden: Iterable[str]) -> bool:
    """Whether a path is in one of the folders, and not in a hidden folder below that one."""
    above = [folder for folder in (*folders, *hidden) if path.startswith(folder + "/")]
    return bool(above) and max(above, key=len) not in hidden


def symbolic_links(libraries: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the symbolic links that lead to readable paths, with their targets.

    ``libraries`` are shared libraries by the names that the loader has opened them by.
    """
    found: dict[str, str] = {}
    roots = (*SYSTEM, *FILES, *_standard_library(), *_numeric_packages(scipy=True), *libraries)
    for root in roots:
        path = Path(root)
        for part in [*reversed(path.parents), path]:
            if part.is_symlink():
                found[str(part.parent.resolve() / part.name)] = str(part.resolve())
    return tuple(found.items())


def rarely_read(*, scipy: bool) -> tuple[str, ...]:
    """Return readable files that no worker has reason to read, a folder, and links."""
    folders = list(_numeric_packages(scipy=scipy))
    files = [Path(sysconfig.get_paths()["stdlib"], "this.py")]
    files += [Path(folder, "__init__.py") for folder in folders]
    links = (link for link, _ in symbolic_links(()))
    return (*(str(path) for path in files if path.exists()), folders[0], *links)


def import_folders() -> tuple[str, ...]:
    """Return the folders to import from: those of the numeric packages first, ours last."""
    numeric = (str(Path(path).parent) for path in _numeric_packages(scipy=True))
    return tuple(dict.fromkeys([*numeric, *_package_folders(), str(ROOT)]))


def _numeric_packages(*, scipy: bool) -> Iterator[str]:
    """Folders of numpy and scipy, and of the libraries that their wheels contain."""
    for name in ("numpy", "scipy") if scipy else ("numpy",):
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
    yield paths["stdlib"]
    if Path(paths["platstdlib"], "lib-dynload").is_dir():  # not in a virtual environment
        yield paths["platstdlib"]


def _without(path: str, hidden: Collection[str]) -> Iterator[str]:
    """``path``, or, where something hidden is below it, its other entries."""
    if path in hidden:
        return
    if not any(other.startswith(path + "/") for other in hidden):
        yield path
        return
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if not entry.is_symlink():
            yield from _without(entry.path, hidden)


def unreadable_for_others(paths: Iterable[str]) -> str:
    """Return the first folder above a path that other users may not enter; "" if there is none."""
    for path in paths:
        for folder in [*reversed(Path(path).parents), Path(path)]:
            mode = folder.stat().st_mode
            if folder.is_dir() and not mode & stat.S_IXOTH:
                return str(folder)
    return ""
