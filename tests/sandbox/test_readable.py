"""What a worker may read is a list, and all that a right file imports is on it."""

import importlib
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.paths import ROOT
from autograder.sandbox import Sandbox, readable
from autograder.sandbox.readable import Readable
from tests.builders.processes import run

LEVELS = [(), ("landlock",), ("namespaces",)]
SOURCE = b"""
import contextlib, importlib, os

def failing(names):
    failed = []
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException as error:
            failed.append(f"{name}: {error!r}")
    return failed

def opened(paths):
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_RDONLY))
            found.append(path)
    return found
"""
SCIPY = ("stats", "optimize", "linalg", "special", "io", "spatial", "integrate", "signal",
         "interpolate", "sparse", "sparse.linalg", "cluster.vq", "ndimage", "fft")  # fmt: skip
NUMPY = ("fft", "linalg", "polynomial", "random", "testing", "ma", "lib.stride_tricks", "typing",
         "ctypeslib")  # fmt: skip


@pytest.fixture(scope="module", params=LEVELS, ids=["all layers", "no landlock", "no namespaces"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox at each level that hides files."""
    with Sandbox(forbid=frozenset(request.param)) as sandbox:
        if sandbox.isolation.level < 2:
            pytest.skip("this host has no layer that hides files without the one left out")
        yield sandbox


def value(sandbox: Sandbox, function: str, *arguments: object, source: bytes = SOURCE) -> object:
    """What a function of ``SOURCE`` returns in a fresh worker."""
    with sandbox.worker(source) as worker:
        reply = worker.call(function, arguments)
    assert reply.status == "returned", reply
    return reply.value


def standard_modules() -> list[str]:
    """The modules of the standard library that can be imported here, without those left out."""
    unused = {*readable.UNUSED, "antigravity", "this", "turtle", "__phello__"}
    names = sorted(sys.stdlib_module_names - unused)
    code = SOURCE.decode() + f"print(repr(failing({names!r})))"
    printed = run([sys.executable, "-I", "-c", code]).stdout
    failing = {line.split(":")[0] for line in eval(printed.splitlines()[-1])}
    return [name for name in names if name not in failing]


def test_the_standard_library_can_be_imported(sandbox: Sandbox) -> None:
    """Every module that can be imported outside can be imported in a worker."""
    names = standard_modules()
    assert {"ssl", "sqlite3", "decimal", "hashlib", "multiprocessing", "unittest"} <= set(names)
    assert value(sandbox, "failing", names) == []


def test_the_numeric_packages_can_be_imported(sandbox: Sandbox) -> None:
    """Parts of numpy and scipy that nothing has loaded before can be imported in a worker."""
    for package, names in (("numpy", NUMPY), ("scipy", SCIPY)):
        source = f"# {package}\n".encode() + SOURCE
        modules = [f"{package}.{name}" for name in names]
        assert value(sandbox, "failing", modules, source=source) == []


def test_the_list_is_what_can_be_opened(sandbox: Sandbox) -> None:
    """A worker opens the files on the list, and no others beside them."""
    listed = readable.readable_paths(scipy=False)
    files = [path for path in listed.files() if os.access(path, os.R_OK)]
    assert value(sandbox, "opened", files) == files
    library = os.path.realpath(sysconfig.get_paths()["stdlib"])
    hidden = Readable(tuple(path for path in listed.hidden if path.startswith(library)))
    others = [*hidden.files(), *not_needed(), "/etc/passwd", "/etc/hostname"]
    assert value(sandbox, "opened", others) == []


def not_needed() -> list[str]:
    """Shared libraries of the system that neither Python nor numpy needs."""
    return [
        str(path)
        for folder in ("/usr/lib", "/usr/lib64", f"/usr/lib/{os.uname().machine}-linux-gnu")
        for name in ("libseccomp", "libLLVM", "libsystemd", "libapt-pkg", "libgit2")
        for path in Path(folder).glob(f"{name}*")
    ]


@pytest.mark.parametrize("scipy", [False, True])
def test_hidden_files_are_not_readable(scipy: bool) -> None:
    """Nothing above or below the reference, the cases, the tests or a home can be read.

    Of the installed packages numpy is readable, and scipy where it is asked for.
    """
    listed = readable.readable_paths(scipy=scipy)
    hidden = [ROOT / name for name in ("solution", "autograder", "tests", "results")]
    for path in map(Path, listed.entries()):
        for secret in (*hidden, Path.home() / ".ssh", Path("/etc/passwd"), Path("/proc")):
            assert not path.is_relative_to(secret)
            assert not secret.is_relative_to(path)
    files = list(listed.files())
    for name, wanted in (("numpy", True), ("scipy", scipy), ("msgspec", False)):
        folder = Path(str(importlib.import_module(name).__file__)).resolve().parent
        assert any(path.startswith(f"{folder}/") for path in files) == wanted, name


def test_packages_beside_the_reference_are_readable(tmp_path: Path) -> None:
    """Of a folder in which something hidden is installed, everything else is readable."""
    for name in ("numpy", "solution", "deep/inner", "deep/secret/numpy"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.py").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "solution")
    root = str(tmp_path)
    listed = Readable(
        (root, f"{root}/deep/secret/numpy"), (f"{root}/deep/secret", f"{root}/solution")
    )
    kept = [f"{root}/{name}" for name in ("deep/inner", "numpy", "deep/secret/numpy")]
    assert list(listed.entries()) == kept
    assert set(listed.files()) == {f"{folder}/a.py" for folder in kept}


def test_links_have_real_folders_above_them(tmp_path: Path) -> None:
    """A link below a linked folder is named by its real folder, and leads to the real file."""
    real, folder = tmp_path / "real", tmp_path / "folder"
    real.mkdir()
    (real / "lib.so.1.0").touch()
    (real / "lib.so.1").symlink_to("lib.so.1.0")
    folder.symlink_to("real")
    found = dict(readable.symbolic_links([f"{folder}/lib.so.1"]))
    assert found[str(folder)] == str(real)
    assert found[f"{real}/lib.so.1"] == f"{real}/lib.so.1.0"
