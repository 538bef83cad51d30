"""Write ``student.zip``, which contains nothing of the solution or the grader."""

from collections.abc import Collection, Iterator
from pathlib import Path

from assignment.checks.model import public_key as key
from assignment.checks.model.public_key import About
from autograder.cases.points import pointed
from autograder.course.settings import Course
from autograder.errors import PackageError
from autograder.files import write_zip
from autograder.paths import ROOT
from autograder.platforms.handout_course import about, handout
from autograder.platforms.handout_html import page

WORKFLOW = Path(".github/workflows/check.yml")
"""For a student's repository on GitHub; the only hidden file of a kit."""
SUFFIXES = frozenset({".py", ".md", ".txt", ".ini", ".ipynb", ".csv", ".json", ".svg", ".png"})
"""The kinds of files in a kit; others are not packed."""
PAGES = Path("checks/html")
"""The folder of templates and style sheets; an HTML file elsewhere is someone's feedback page."""

FOLDER = "back-propagation"
"""The one folder at the top of the zip, so that unzipping never scatters files."""
OF_THE_REPORT = ("report.py", "discussion.md", "paper/", "tests/test_report.py")
"""Beginnings of the files that a course without a report does not need."""


def student_zip(out: Path, course: Course | None = None) -> Path:
    """Write ``student.zip`` into the folder ``out`` and return its path.

    Its folder has the content of ``assignment/``, with ``data/``, ``tests/``, the licence and the
    handout as HTML beside it; handout and public key have the course's points, and the key the
    versions of this Python and numpy, which are the grader's. The same kit, course and Python give
    the same bytes. Raises PackageError where the checkout is not complete.
    """
    files = dict(_student_files(ROOT))
    for needed in ("check.py", "neural_network.py", "data/iris.csv", "tests/cases.json"):
        if needed not in files:
            raise PackageError(f"{needed} is missing from the checkout: run `autograder key`.")
    course = course or Course()
    if not course.course_points().report:
        files = {name: data for name, data in files.items() if not name.startswith(OF_THE_REPORT)}
    files |= _of_course(files, course)
    out.mkdir(parents=True, exist_ok=True)
    return write_zip(
        out / "student.zip", {f"{FOLDER}/{name}": data for name, data in files.items()}
    )


def _of_course(files: dict[str, bytes], course: Course) -> Iterator[tuple[str, bytes]]:
    """The students' files that depend on the course."""
    text = handout(files["README.md"].decode(), course)
    yield "README.md", text.encode()
    yield "README.html", page(text).encode()
    for name in ("tests/cases.json", "tests/bonus.json"):
        if name in files:
            yield name, key.with_versions(files[name].decode()).encode()
    if about(course) != About():
        kit = key.loads(files["tests/cases.json"].decode())
        cases = pointed(kit.cases, course.course_points())
        text = key.dumps(cases, kit.expected, about(course), kit.digest)
        yield "tests/cases.json", text.encode()


def _student_files(root: Path) -> Iterator[tuple[str, bytes]]:
    for folder, prefix in (("assignment", ""), ("data", "data/"), ("tests/public", "tests/")):
        base = root / folder
        pages = kit_files(base / PAGES, {".html", ".css"}) if not prefix else ()
        for path in [*kit_files(base, SUFFIXES), *pages, base / WORKFLOW]:
            name = path.relative_to(base)
            # In the repository `assignment` is a package; the unzipped folder is not.
            if path.is_file() and (prefix or name != Path("__init__.py")):
                yield prefix + name.as_posix(), path.read_bytes()
    yield "LICENSE", (root / "LICENSE").read_bytes()


def kit_files(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    """The files in a folder of the checkout that have one of these suffixes and are not hidden."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in parts)
        if path.suffix in suffixes and not hidden and path.is_file():
            yield path
