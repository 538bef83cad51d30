"""The zips that leave the house: what students get holds nothing of the solution or the grader."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from assignment.checks import key
from assignment.checks.key import About
from autograder.course import Course
from autograder.errors import PackageError
from autograder.handout import page
from autograder.terms import about, handout
from autograder.worth import pointed

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = Path(".github/workflows/check.yml")
"""For a student's repository on GitHub; nothing else that is hidden belongs to a kit."""
SUFFIXES = frozenset({".py", ".md", ".txt", ".ini", ".ipynb", ".csv", ".json", ".svg", ".png"})
"""What a kit is made of; whatever else lies about in a folder stays at home."""
PAGES = Path("checks/html")
"""Where a kit has templates and style sheets; a page elsewhere is somebody's feedback."""
# The oldest date that a zip can hold would look broken, and today's would change the bytes.
DATE = (2025, 1, 1, 0, 0, 0)


def student_zip(out: Path, course: Course | None = None) -> Path:
    """Write ``student.zip`` into the folder ``out`` and return its path.

    The content of ``assignment/`` is at its root, with ``data/``, ``tests/``, the licence and the
    handout as HTML beside it; handout and public key have the course's points. The same kit and
    course give the same bytes. PackageError where the checkout is not complete.
    """
    files = dict(_student_files(ROOT))
    for needed in ("check.py", "neural_network.py", "data/iris.csv", "tests/cases.json"):
        if needed not in files:
            raise PackageError(f"{needed} is missing from the checkout: run `autograder key`.")
    files |= _of_course(files, course or Course())
    out.mkdir(parents=True, exist_ok=True)
    return write(out / "student.zip", files)


def _of_course(files: dict[str, bytes], course: Course) -> Iterator[tuple[str, bytes]]:
    """Those of the students' files that are not the same in every course."""
    told = handout(files["README.md"].decode(), course)
    yield "README.md", told.encode()
    yield "README.html", page(told).encode()
    if about(course) != About():
        kit = key.loads(files["tests/cases.json"].decode())
        cases = pointed(kit.cases, course.worth())
        text = key.dumps(cases, kit.expected, about(course), kit.digest)
        yield "tests/cases.json", text.encode()


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
    yield "LICENSE", (root / "LICENSE").read_bytes()


def _belongs(name: Path) -> bool:
    hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
    asset = name.suffix in (".html", ".css") and name.is_relative_to(PAGES)
    return ((name.suffix in SUFFIXES or asset) and not hidden) or name == WORKFLOW
