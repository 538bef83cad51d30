"""Write ``gradescope.zip``, which an instructor uploads as the autograder of an assignment."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import PackageError
from autograder.files import write_zip
from autograder.paths import ROOT
from autograder.platforms.student_kit import kit_files

NAME = "gradescope.zip"
KIT = ("assignment", "solution", "autograder", "data", "tests/public")
SUFFIXES = frozenset({".py", ".md", ".txt", ".csv", ".json"})
TOP_FILES = ("pyproject.toml", "constraints.txt", "LICENSE")
SCRIPTS = ("setup.sh", "run_autograder")
"""Executable files at the root of the zip."""
NOT_NEEDED = {
    "matplotlib": "matplotlib",
    "fpdf2": "fpdf",
    "markdown-it-py": "markdown_it",
    "mdit-py-plugins": "mdit_py_plugins",
    "latex2mathml": "latex2mathml",
    "jinja2": "jinja2",
}
"""The kit's dependencies that grading one submission does not need: package and module."""


def gradescope_zip(folder: Path, config: Path | None = None) -> Path:
    """Write ``gradescope.zip`` into ``folder``, with the course's file in it; returns its path.

    The same kit and course give the same bytes. Raises PackageError where the checkout is not
    complete.
    """
    files = dict(_files())
    if config is not None:
        files["course.toml"] = config.read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    return write_zip(folder / NAME, files, SCRIPTS)


def _files() -> Iterator[tuple[str, bytes]]:
    try:
        for name in TOP_FILES:
            yield name, (ROOT / name).read_bytes()
        for name in SCRIPTS:
            yield name, (ROOT / "autograder/platforms/gradescope" / name).read_bytes()
        pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    except OSError as problem:
        raise PackageError(
            f"{problem.filename} cannot be read ({problem.strerror}): packages are made from a "
            "complete checkout."
        ) from None
    yield "requirements.txt", requirements(pyproject).encode()
    for folder in KIT:
        for path in kit_files(ROOT / folder, SUFFIXES):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def requirements(pyproject: str) -> str:
    """The lines of requirements.txt: the dependencies of the kit that grading needs."""
    dependencies: list[str] = tomllib.loads(pyproject)["project"]["dependencies"]
    names = [(re.split(r"[^\w.-]", line)[0], line) for line in dependencies]
    return "".join(f"{line}\n" for name, line in names if name not in NOT_NEEDED)
