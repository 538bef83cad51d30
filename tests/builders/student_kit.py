"""A student's kit, and Python as a student runs it: no screen, nothing of ours on its path."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from autograder.course.settings import Course
from autograder.paths import ROOT
from autograder.platforms.student_kit import FOLDER, student_zip
from tests.builders.processes import run

LEFT_OUT = ("PYTEST", "PYTHON", "COV", "DISPLAY", "MPL")


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run this Python in a folder; what it wrote, and its exit code."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    env |= {"PYTHONSAFEPATH": "", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return run([sys.executable, *arguments], cwd, env, timeout=120)


def unzipped(place: Path, course: Course | None = None) -> Path:
    """Unzip student.zip in a new folder; returns the folder that was in the zip."""
    place.mkdir(parents=True)
    with zipfile.ZipFile(student_zip(place.parent, course)) as archive:
        archive.extractall(place)
    return place / FOLDER


def copied(place: Path) -> Path:
    """The folder ``assignment`` with the data, which is made sooner than the zip."""
    unused = shutil.ignore_patterns("__pycache__", "report.pdf")
    shutil.copytree(ROOT / "assignment", place, ignore=unused)
    shutil.copytree(ROOT / "data", place / "data")
    (place / "__init__.py").unlink()
    return place
