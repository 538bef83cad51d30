"""The zips that leave the house: what students get holds nothing of the solution or the grader."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import PackageError
from autograder.handout import page

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = frozenset({".py", ".md", ".txt", ".ini", ".ipynb", ".csv", ".json", ".svg", ".png"})
"""What a kit is made of; whatever else lies about in a folder stays at home."""
# The oldest date that a zip can hold would look broken, and today's would change the bytes.
DATE = (2025, 1, 1, 0, 0, 0)


def student_zip(out: Path) -> Path:
    """Write ``student.zip`` into the folder ``out`` and return its path.

    The content of ``assignment/`` is at its root, with ``data/``, ``tests/``, the licence and the
    handout as HTML beside it. The same kit gives the same bytes. PackageError where the checkout
    is not complete.
    """
    files = dict(_student_files(ROOT))
    for needed in ("check.py", "neural_network.py", "data/iris.csv", "tests/cases.json"):
        if needed not in files:
            raise PackageError(f"{needed} is missing from the checkout: run `autograder key`.")
    out.mkdir(parents=True, exist_ok=True)
    return write(out / "student.zip", files)


def write(path: Path, files: dict[str, bytes]) -> Path:
    """A zip of files by name, with fixed dates and rights and in a fixed order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return path


def _student_files(root: Path) -> Iterator[tuple[str, bytes]]:
    for folder, prefix in (("assignment", ""), ("data", "data/"), ("tests/public", "tests/")):
        base = root / folder
        for path in sorted(base.rglob("*")):
            name = path.relative_to(base)
            # In the repository `assignment` is a package; the unzipped folder is none.
            if _belongs(name) and path.is_file() and (prefix or name != Path("__init__.py")):
                yield prefix + name.as_posix(), path.read_bytes()
    yield "README.html", page((root / "assignment/README.md").read_text("utf-8")).encode()
    yield "LICENSE", (root / "LICENSE").read_bytes()


def _belongs(name: Path) -> bool:
    hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
    return name.suffix in SUFFIXES and not hidden
