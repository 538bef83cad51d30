"""What a course says to its students about dates and points, as a part of their handout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from textwrap import fill

from assignment.checks.model.points_table import with_points_table
from assignment.checks.model.public_key import About
from autograder.course.settings import Course
from autograder.errors import PackageError

_SECONDS = "five seconds for one call"
"""What the kit's handout says of the time limit."""
_MERITS = """\
A mistake in one function is not counted again in
the functions built on it: those are also judged with right ones beneath them."""
"""What it says of own merits."""


def about(course: Course) -> About:
    """What the local checks are told of a course."""
    course_points = course.course_points()
    return About(course.name, dict(course_points.functions), course_points.report)


def handout(text: str, course: Course) -> str:
    """The kit's handout, ``text``, with a course's points, dates and limits.

    Raises:
        PackageError: where the handout has no place for them.
    """
    said = "\n\n".join(fill(part, 100, break_long_words=False) for part in terms(course))
    try:
        text = with_points_table(text, about(course), said)
    except ValueError as problem:
        raise PackageError(f"assignment/README.md: {problem}") from None
    kit, seconds = Course(), course.limits.call_seconds
    if seconds != kit.limits.call_seconds:
        text = _instead(text, _SECONDS, f"{seconds:g} second{'s' * (seconds != 1)} for one call")
    if course.dependency_credit != kit.dependency_credit:
        text = _instead(text, _MERITS, _merits(course.dependency_credit))
    return text


def _instead(text: str, kits: str, ours: str) -> str:
    if kits not in text:
        raise PackageError(f"assignment/README.md does not say \u201c{kits}\u201d any more.")
    return text.replace(kits, ours)


def _merits(share: float) -> str:
    if not share:
        return "A mistake in one function\nis counted again in the functions built on it."
    return (
        "The functions built on a\nwrong one are also judged with right ones beneath them; what is "
        f"right only so has {100 * share:g} % of\nits points, rounded."
    )


def terms(course: Course) -> Iterator[str]:
    """Paragraphs of Markdown on what a course has settled; none where it is the kit's own."""
    kit = Course()
    if course.name != kit.name:
        yield f"Course: **{_plain(course.name)}**."
    if course.due is not None:
        yield f"Submit by **{moment(course.due)}**.{_late(course)}"
    if course.rubric:
        parts = ", ".join(f"{_plain(part.name)} ({part.points})" for part in course.rubric)
        yield f"The report's {course.course_points().report} points are for: {parts}."


def _plain(words: str) -> str:
    """Words in which no sign means anything to Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|$~&])", r"\\\1", words)


def moment(when: datetime) -> str:
    """A moment in words, for example "Monday 30 November 2026, 23:59 (UTC+01:00)"."""
    offset = when.utcoffset() or timedelta()
    sign, minutes = "-" if offset < timedelta() else "+", abs(offset) // timedelta(minutes=1)
    zone = f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}" if minutes else "UTC"
    return f"{when:%A} {when.day} {when:%B %Y, %H:%M} ({zone})"


def _late(course: Course) -> str:
    late = course.late
    if late is None:
        return ""
    words = f" After that, each day begun costs {late.per_day:g} % of the points earned"
    if late.cap > late.per_day:
        words += f", {late.cap:g} % at most"
    if late.grace_minutes:
        words += f"; the first {late.grace_minutes:g} minutes cost nothing"
    return f"{words}."
