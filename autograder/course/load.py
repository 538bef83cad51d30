"""Read ``course.toml``."""

import tomllib
from pathlib import Path

import msgspec

from autograder.course import clock, validate
from autograder.course.errors import translated
from autograder.course.settings import Course
from autograder.errors import ConfigError


def load(path: Path | None) -> Course:
    """Read a course's file; without one, return the defaults.

    Raises:
        ConfigError: where the file cannot be read or does not fit, with the key and what to do.
    """
    if path is None:
        return Course()
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        validate.known_keys(data, Course)
        validate.entries(data)
        course = msgspec.convert(data, Course)
        validate.check(course)
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8: save it as UTF-8 and try again.") from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"{path} is not TOML: {problem}.") from None
    except msgspec.ValidationError as problem:
        raise ConfigError(f"{path}: {translated(str(problem))}") from None
    except ConfigError as problem:
        raise ConfigError(f"{path}: {problem}") from None
    due = course.due and clock.placed(course.due, course.local_zone)
    return msgspec.structs.replace(course, due=due, folder=path.absolute().parent)
