"""Read ``course.toml`` and check it: unknown keys, sums, dates, and cases that must exist."""

import tomllib
import typing
from collections.abc import Mapping
from pathlib import Path

import msgspec

from assignment.checks.model.questions import NUMBERS
from autograder.cases import graded as cases
from autograder.cases.points import REPORT, SECTIONS, least
from autograder.course import clock
from autograder.course.errors import LISTED, translated
from autograder.course.settings import Course, Points, ShortText
from autograder.errors import ConfigError
from autograder.text import did_you_mean

_NO_KEYS = frozenset({"folder"})
"""Fields of a course that are not in its file."""
_FREE_KEYS = {"points": Points, "excused": ShortText}
"""Tables that may have any key, with the type of their values."""


def load(path: Path | None) -> Course:
    """Read a course's file; without one, return the defaults.

    Raises:
        ConfigError: where the file cannot be read or does not fit, with the key and what to do.
    """
    if path is None:
        return Course()
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        _known_keys(data, Course)
        _entries(data)
        course = msgspec.convert(data, Course)
        _points(course.points)
        _rubric(course)
        _dates(course)
        _excused(course.excused)
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


def _known_keys(data: Mapping[str, object], schema: type[msgspec.Struct], place: str = "") -> None:
    """Refuse a key that the schema does not have, and suggest keys that look like it.

    Raises:
        ConfigError: for the first unknown key.
    """
    hints = typing.get_type_hints(schema)
    names = [name for name in schema.__struct_fields__ if name not in _NO_KEYS]
    for key, value in data.items():
        if key not in names:
            where = f" in [{place}]" if place else ""
            remedy = did_you_mean(key, names) + _elsewhere(key, schema) + LISTED
            raise ConfigError(f"there is no key `{key}`{where}. {remedy}")
        inner = _struct_in(hints[key])
        if inner is not None:
            for entry in value if isinstance(value, list) else [value]:
                if isinstance(entry, dict):
                    _known_keys(entry, inner, key)


def _elsewhere(key: str, schema: type[msgspec.Struct]) -> str:
    """Say that a key belongs above the tables: in TOML a table has a beginning and no end."""
    if schema is not Course and key in Course.__struct_fields__:
        return f"`{key}` belongs at the top, before the first line in square brackets. "
    return ""


def _struct_in(hint: object) -> type[msgspec.Struct] | None:
    """Return the struct in ``Struct``, ``Struct | None`` or ``tuple[Struct, ...]``, else None."""
    for part in (hint, *typing.get_args(hint)):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None


def _entries(data: Mapping[str, object]) -> None:
    """Check tables with free keys one entry at a time, so that the message can name the key.

    Raises:
        ConfigError: for the first value that has another type than its table allows.
    """
    for table, kind in _FREE_KEYS.items():
        found = data.get(table)
        for key, value in found.items() if isinstance(found, dict) else ():
            if table == "points" and isinstance(value, dict):
                raise ConfigError(
                    f'the sections in [points] must be in quotes, such as "{key}.1" = 10.'
                )
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as problem:
                raise ConfigError(translated(f'{problem} - at `${table}."{key}"`')) from None


def _points(points: dict[str, int]) -> None:
    for number in points:
        if number not in SECTIONS:
            raise ConfigError(
                f'[points] has "{number}", which is not a section. {did_you_mean(number, SECTIONS)}'
                f"The sections are {', '.join(SECTIONS)}."
            )
    missing = [number for number in SECTIONS if number not in points]
    if missing:
        raise ConfigError(
            f"[points] has no points for {', '.join(missing)}: every section, from "
            f"{SECTIONS[0]} to {SECTIONS[-1]}, needs them."
        )
    for number in NUMBERS:
        if points[number] < least(number):
            raise ConfigError(
                f'[points] gives "{number}" = {points[number]}, but {least(number)} outputs are '
                f"judged there and each has at least one point: give it {least(number)} or more."
            )
    total = sum(points.values())
    if total != 100:
        remedy = f"add {100 - total}" if total < 100 else f"take {total - 100} away"
        raise ConfigError(f"[points] add up to {total} and must add up to 100: {remedy}.")


def _rubric(course: Course) -> None:
    if not course.rubric:
        return
    total, report_points = sum(part.points for part in course.rubric), course.points[REPORT]
    if total != report_points:
        raise ConfigError(
            f'the points in [[rubric]] add up to {total}, but the report, "{REPORT}" in [points], '
            f"has {report_points}: change one of the two."
        )
    names = [part.name for part in course.rubric]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two parts of [[rubric]] are called “{name}”: rename one.")


def _dates(course: Course) -> None:
    if course.late is not None and course.due is None:
        raise ConfigError(
            "[late] needs a due date: write `due` at the top, before the first line in "
            "square brackets, such as due = 2026-11-30T23:59:00+01:00."
        )
    if course.zone is not None:
        try:
            clock.zone(course.zone)
            if course.due is not None:
                clock.placed(course.due, course.local_zone)
        except ValueError as problem:
            raise ConfigError(f"`zone`, `due`: {problem}") from None
    elif course.due is not None and course.due.tzinfo is None:
        written = course.due.isoformat()
        raise ConfigError(
            f"due = {written} has no time zone. Write its difference from UTC "
            f"behind it: due = {written}+01:00 (Central Europe in winter; +02:00 in summer), "
            f"{written}-05:00 (New York in winter), or {written}Z for UTC itself; or name the zone "
            'of the whole course, such as zone = "Atlantic/Reykjavik".'
        )
    if course.late is not None and course.late.cap < course.late.per_day:
        raise ConfigError(
            f"[late] takes {course.late.per_day:g} percent a day, but cap = {course.late.cap:g} is "
            "less: make cap at least as large as per_day."
        )


def _excused(excused: dict[str, str]) -> None:
    if not excused:
        return
    points = {case.id: case.points for case in cases.all_cases()}
    for place in excused:
        name, slash, output = place.partition("/")
        if name not in points:
            raise ConfigError(
                f'[excused] has "{place}", but there is no case `{name}`. '
                f"{did_you_mean(name, points)}"
                "`autograder verify` and every feedback file list the cases."
            )
        if not points[name]:
            raise ConfigError(f'[excused] has "{place}", but that case is practice without points.')
        if slash and output not in points[name]:
            raise ConfigError(
                f'[excused] has "{place}", but no output of `{name}` is called `{output}`. '
                f"Its outputs with points are {', '.join(points[name])}."
            )
