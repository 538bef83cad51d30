"""Write a course's points, dates and rules into the handout."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from textwrap import fill

from assignment.checks.model.points_table import with_points_table
from assignment.checks.model.public_key import About
from assignment.checks.model.questions import FUNCTIONS, below
from autograder.cases.points import CoursePoints, cap
from autograder.course.settings import Course
from autograder.errors import PackageError
from autograder.text import joined

_TIME_LIMIT = "five seconds for one call"
"""The time limit in the kit's handout."""
_DEPENDENCY_CREDIT = """\
A mistake in one function is not counted again in
the functions built on it: they are also tested with our functions in place of yours."""
"""The rule of dependency credit in the kit's handout."""


def about(course: Course) -> About:
    """The course's name and points for the local checks."""
    course_points = course.course_points()
    return About(course.name, dict(course_points.functions), course_points.report)


def handout(text: str, course: Course) -> str:
    """The kit's handout, ``text``, with a course's points, dates and limits.

    Raises:
        PackageError: where the handout has no place for them.
    """
    rules = "\n\n".join(fill(part, 100, break_long_words=False) for part in course_rules(course))
    try:
        text = with_points_table(text, about(course), rules)
    except ValueError as problem:
        raise PackageError(f"assignment/README.md: {problem}") from None
    kit, seconds = Course(), course.limits.call_seconds
    if seconds != kit.limits.call_seconds:
        limit = f"{seconds:g} second{'s' * (seconds != 1)} for one call"
        text = _replaced(text, _TIME_LIMIT, limit)
    if course.dependency_credit != kit.dependency_credit:
        text = _replaced(text, _DEPENDENCY_CREDIT, _credit(course.dependency_credit))
    if course.course_points().functions != kit.course_points().functions:
        text = _replaced(text, _caps(kit.course_points()), _caps(course.course_points()))
    return text if course.course_points().report else _without_report(text)


def _without_report(text: str) -> str:
    """Take out of the handout what it says of the report: sections, lines of tables, a sentence."""
    text = re.sub(r"### 2\.3 The report\n.*?(?=## Bonus\n)", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"^\|.*(?:\breport\b|`paper/`).*\n", "", text, flags=re.MULTILINE)
    text = _replaced(
        text, "two files: `neural_network.py` and `report.pdf`;", "`neural_network.py`;"
    )
    if "report" in text:
        raise PackageError(
            "assignment/README.md speaks of the report in a place that is not known."
        )
    return text


def _replaced(text: str, old: str, new: str) -> str:
    """The text with one sentence replaced, however its lines are broken."""
    words = r"\s".join(map(re.escape, old.split()))
    found = re.sub(words, lambda _: new, text, count=1)
    if found == text:
        raise PackageError(f"assignment/README.md does not contain “{old}” any more.")
    return found


def _caps(points: CoursePoints) -> str:
    """What a function may lose because of one below it that does not work together with it."""
    lower = [name for name in FUNCTIONS if any(name in below(other) for other in FUNCTIONS)]
    return joined([f"{cap(points, name)} for `{name}`" for name in lower])


def _credit(share: float) -> str:
    if not share:
        return "A mistake in one function\nis counted again in the functions built on it."
    return (
        "The functions built on a\nwrong one are also tested with our functions in place of yours; "
        f"an output that is right\nonly then has {100 * share:g} % of its points, rounded."
    )


def course_rules(course: Course) -> Iterator[str]:
    """Paragraphs of Markdown on a course's name, date and rubric; none for the default course."""
    kit = Course()
    if course.name != kit.name:
        yield f"Course: **{_plain(course.name)}**."
    if course.due is not None:
        yield f"Submit by **{moment(course.due)}**.{_late(course)}"
    if course.rubric:
        parts = ", ".join(f"{_plain(part.name)} ({part.points})" for part in course.rubric)
        yield f"The report's {course.course_points().report} points are for: {parts}."


def _plain(text: str) -> str:
    """Escape text for Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|$~&])", r"\\\1", text)


def moment(when: datetime) -> str:
    """A date and time such as "Monday 30 November 2026, 23:59 (UTC+01:00)"."""
    offset = when.utcoffset() or timedelta()
    sign, minutes = "-" if offset < timedelta() else "+", abs(offset) // timedelta(minutes=1)
    zone = f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}" if minutes else "UTC"
    return f"{when:%A} {when.day} {when:%B %Y, %H:%M} ({zone})"


def _late(course: Course) -> str:
    late = course.late
    if late is None:
        return ""
    text = f" After that, each day begun costs {late.per_day:g} % of the points earned"
    if late.cap > late.per_day:
        text += f", {late.cap:g} % at most"
    if late.grace_minutes:
        text += f"; the first {late.grace_minutes:g} minutes cost nothing"
    return f"{text}."
