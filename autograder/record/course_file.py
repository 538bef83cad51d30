"""Which course a folder of results was graded with: every command uses it again."""

import os
from pathlib import Path

from autograder.course.load import load
from autograder.course.settings import Course
from autograder.errors import ConfigError
from autograder.record.reader import History
from autograder.record.writer import Record

_FACT = "course"


def course_path(record: History, folder: Path, given: Path | None) -> Path | None:
    """Return the course's file: the one that is given, else the one that the folder remembers.

    Raises:
        ConfigError: where the remembered file no longer exists.
    """
    remembered = record.fact(_FACT)
    if given is not None or not remembered:
        return given
    path = Path(os.path.normpath(folder.resolve() / remembered))
    if not path.is_file():
        raise ConfigError(
            f"{folder} was graded with {path}, which does not exist. Say with --config where the "
            "course.toml is now."
        )
    return path


def remember_course(record: Record, folder: Path, path: Path | None) -> list[str]:
    """Make the folder remember the course's file, by its place relative to the folder.

    Returns a sentence if that is another file than before.
    """
    if path is None:
        return []
    before, now = record.fact(_FACT), os.path.relpath(path.resolve(), folder.resolve())
    record.remember(_FACT, now)
    if before in ("", now):
        return []
    old = os.path.normpath(folder.resolve() / before)
    return [f"The course of {folder} was {old}; from now on it is {path}."]


def course_of(folder: Path, given: Path | None) -> Course:
    """Load the course of a graded folder, or the one that is given.

    Raises:
        GraderError: where the folder has no record, or the course's file does not fit.
    """
    if given is not None:
        return load(given)
    with History.open(folder) as record:
        return load(course_path(record, folder, None))
