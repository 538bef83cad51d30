"""Move a submission out of otter's reach and grade it with the native grader."""

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from autograder.course.settings import Course
from autograder.errors import NotJudged
from autograder.platforms.grade_one import grade_one
from autograder.results import SubmissionResult

SUPPORT = "backprop_kit"
"""The folder of ``files/`` with the kit; otter copies it into every submission."""
OTTER_FILES = ("tests",)
"""Entries that otter has put into a submission's folder before plugins run, and still needs."""
TAKEN = "submitted"


def take(place: Path, keep: Collection[str] = OTTER_FILES) -> Path:
    """Move the content of ``place/submission`` to a folder beside it, and return that folder.

    Only its owner may read it. ``keep`` stays; otter's copy of the kit is removed. Where the folder
    exists already, nothing is moved.
    """
    taken = place / TAKEN
    submission = place / "submission"
    _remove(submission / SUPPORT)
    if not taken.exists():
        taken.mkdir(mode=0o700)
        for entry in sorted(os.scandir(submission), key=lambda entry: entry.name):
            if entry.name not in keep and not _is_marker(entry):
                shutil.move(entry.path, taken / entry.name)
    return taken


def _is_marker(entry: os.DirEntry[str]) -> bool:
    """Whether it is the empty ``__init__.py`` that otter makes."""
    plain = entry.is_file(follow_symlinks=False)
    return entry.name == "__init__.py" and plain and entry.stat().st_size == 0


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def grade(folder: Path, course: Course) -> SubmissionResult:
    """The result of the submission in ``folder``, judged or refused, with the course's points.

    Raises:
        NotJudged: through a fault that is not the student's.
        SandboxError: where students' code cannot be confined, or no worker can be started.
    """
    result = grade_one(folder, course, course.sandbox_limits())
    if result.status == "not_judged":
        raise NotJudged(f"{result.message} It has no score; grade it again when that is fixed.")
    return result
