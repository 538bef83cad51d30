"""What a course says to its students about dates and points, as a part of their handout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from textwrap import fill

from assignment.checks.key import About
from assignment.checks.points import with_points_table
from autograder.course import Course
from autograder.errors import PackageError

_SECONDS = "five seconds for one call"
"""What the kit's handout says of the time limit."""


def about(course: Course) -> About:
    """What the local checks are told of a course."""
    worth = course.worth()
    return About(course.name, dict(worth.functions), worth.report)


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
    seconds = course.limits.call_seconds
    if seconds != Course().limits.call_seconds:
        if _SECONDS not in text:
            raise PackageError(
                f"assignment/README.md does not say \u201c{_SECONDS}\u201d any more."
            )
        text = text.replace(_SECONDS, f"{seconds:g} second{'s' * (seconds != 1)} for one call")
    return text


def terms(course: Course) -> Iterator[str]:
    """Paragraphs of Markdown on what a course has settled; none where it is the kit's own."""
    kit = Course()
    if course.name != kit.name:
        yield f"Course: **{_plain(course.name)}**."
    if course.due is not None:
        yield f"Hand in by **{moment(course.due)}**.{_late(course)}"
    if course.own_merits != kit.own_merits:
        share = (
            f"{100 * course.own_merits:g} % of its points, rounded to whole points"
            if course.own_merits
            else "no points"
        )
        yield f"An output that is right only with right functions beneath yours has {share}."
    if course.rubric:
        parts = ", ".join(f"{_plain(part.name)} ({part.points})" for part in course.rubric)
        yield f"The report's {course.worth().report} points are for: {parts}."


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
