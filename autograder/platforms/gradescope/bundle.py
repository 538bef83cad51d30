"""``gradescope.zip``: what an instructor uploads as the autograder of an assignment."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from autograder.course.load import load
from autograder.errors import ConfigError, PackageError
from autograder.files import write_zip
from autograder.paths import ROOT
from autograder.platforms.student_kit import kit_files

NAME = "gradescope.zip"
KIT = ("assignment", "solution", "autograder", "data", "tests/public")
SUFFIXES = frozenset({".py", ".md", ".txt", ".csv", ".json"})
BESIDE = ("pyproject.toml", "constraints.txt", "LICENSE")
SCRIPTS = ("setup.sh", "run_autograder")
"""At the root of the zip, and to be executed."""
NOT_NEEDED = frozenset({"matplotlib", "fpdf2", "markdown-it-py", "mdit-py-plugins", "latex2mathml"})
"""What the kit depends on, and grading one submission does not."""


def gradescope_zip(folder: Path, config: Path | None = None) -> Path:
    """Write ``gradescope.zip`` into ``folder``, with the course's file in it; returns its path.

    The same kit and course give the same bytes. ConfigError where the course's file does not fit,
    PackageError where the checkout is not complete.
    """
    files = dict(_files())
    if config is not None:
        load(config)  # what does not fit must be told here and not on the platform
        try:
            files["course.toml"] = config.read_bytes()
        except OSError as problem:
            raise ConfigError(f"{config} cannot be read: {problem.strerror}.") from None
    folder.mkdir(parents=True, exist_ok=True)
    return write_zip(folder / NAME, files, SCRIPTS)


def _files() -> Iterator[tuple[str, bytes]]:
    try:
        for name in BESIDE:
            yield name, (ROOT / name).read_bytes()
        for name in SCRIPTS:
            yield name, (ROOT / "autograder/platforms/gradescope" / name).read_bytes()
        pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    except OSError as problem:
        raise PackageError(
            f"{problem.filename} cannot be read ({problem.strerror}): packages are made from a "
            "whole checkout."
        ) from None
    yield "requirements.txt", requirements(pyproject).encode()
    for folder in KIT:
        for path in kit_files(ROOT / folder, SUFFIXES):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def requirements(pyproject: str) -> str:
    """The lines of requirements.txt: what grading needs of the kit's dependencies."""
    dependencies: list[str] = tomllib.loads(pyproject)["project"]["dependencies"]
    names = [(re.split(r"[^\w.-]", line)[0], line) for line in dependencies]
    return "".join(f"{line}\n" for name, line in names if name not in NOT_NEEDED)
