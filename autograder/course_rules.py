"""The rules between the keys of a course's file: sums, dates, and cases that must exist."""

from __future__ import annotations

from assignment.checks.questions import NUMBERS
from autograder import cases
from autograder.course import Course
from autograder.course_words import near
from autograder.errors import ConfigError
from autograder.worth import REPORT, SECTIONS, least


def check(course: Course) -> None:
    """Refuse what every key alone would allow.

    Raises:
        ConfigError: for the first rule that is broken, with what to do.
    """
    _points(course.points)
    _rubric(course)
    _dates(course)
    _void(course.void)


def _points(points: dict[str, int]) -> None:
    for number in points:
        if number not in SECTIONS:
            raise ConfigError(
                f'[points] has "{number}", which is no section. {near(number, SECTIONS)}'
                f"The sections are {', '.join(SECTIONS)}."
            )
    missing = [number for number in SECTIONS if number not in points]
    if missing:
        raise ConfigError(
            f"[points] says nothing of {', '.join(missing)}: give every section, from "
            f"{SECTIONS[0]} to {SECTIONS[-1]}, its points."
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
    total, worth = sum(part.points for part in course.rubric), course.points[REPORT]
    if total != worth:
        raise ConfigError(
            f'the points in [[rubric]] add up to {total}, but the report, "{REPORT}" in [points], '
            f"has {worth}: change one of the two."
        )
    names = [part.name for part in course.rubric]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two parts of [[rubric]] are called \u201c{name}\u201d: rename one.")


def _dates(course: Course) -> None:
    if course.late is not None and course.due is None:
        raise ConfigError(
            "[late] needs a date to be late for: write `due` at the top, before the first line in "
            "square brackets, such as due = 2026-11-30T23:59:00+01:00."
        )
    if course.due is not None and course.due.tzinfo is None:
        written = course.due.isoformat()
        raise ConfigError(
            f"due = {written} does not say in which time zone. Write its difference from UTC "
            f"behind it: due = {written}+01:00 (Central Europe in winter; +02:00 in summer), "
            f"{written}-05:00 (New York in winter), or {written}Z for UTC itself."
        )
    if course.late is not None and course.late.cap < course.late.per_day:
        raise ConfigError(
            f"[late] takes {course.late.per_day:g} percent a day, but cap = {course.late.cap:g} is "
            "less: make cap at least as large as per_day."
        )


def _void(void: dict[str, str]) -> None:
    if not void:
        return
    points = {case.id: case.points for case in cases.all_cases()}
    for place in void:
        name, slash, output = place.partition("/")
        if name not in points:
            raise ConfigError(
                f'[void] has "{place}", but there is no case `{name}`. {near(name, points)}'
                "`autograder verify` and every feedback file list the cases."
            )
        if not points[name]:
            raise ConfigError(f'[void] has "{place}", which is practice and has no points.')
        if slash and output not in points[name]:
            raise ConfigError(
                f'[void] has "{place}", but no output of `{name}` is called `{output}`. '
                f"Its outputs with points are {', '.join(points[name])}."
            )
