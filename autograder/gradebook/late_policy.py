"""The late policy: what lateness costs, and the sentence that works it out for the student.

A day is 24 hours that have passed, whatever the clocks did in between. Nothing is lost within the
grace period; after it, lateness counts from the due date itself. Each day begun costs ``per_day``
percent of the points earned, ``cap`` percent at most. What is lost is rounded to whole points, half
a point in the student's favour.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from autograder.course.settings import Late

DAY = 24 * 60 * 60
_UNITS = (("day", DAY), ("hour", 60 * 60), ("minute", 60), ("second", 1))


@dataclass(frozen=True)
class Penalty:
    """The cost of lateness: whole points, 0 or more, and the sentence that works them out.

    ``sentence`` is empty for a submission that is on time.
    """

    points: int = 0
    sentence: str = ""


def seconds_late(due: datetime, submitted_at: datetime) -> int:
    """Return the whole seconds after the due date, 0 or more.

    Raises:
        ValueError: for a time without its difference from UTC.
    """
    if due.tzinfo is None or submitted_at.tzinfo is None:
        raise ValueError("a time without its difference from UTC cannot be compared")
    # In UTC, because Python subtracts times of one zone by what its clocks show.
    late = submitted_at.astimezone(UTC) - due.astimezone(UTC)
    return max(0, math.floor(late / timedelta(seconds=1)))


def penalty(earned: float, due: datetime, submitted_at: datetime, rule: Late) -> Penalty:
    """Work out how many of the points earned are lost, and why."""
    seconds = seconds_late(due, submitted_at)
    if not seconds:
        return Penalty()
    late = f"Submitted {duration(seconds)} late"
    if seconds <= rule.grace_minutes * 60:
        grace = duration(round(rule.grace_minutes * 60))
        return Penalty(0, f"{late}, within the {grace} of grace: no points are lost.")
    days = -(-seconds // DAY)
    whole = days * _exact(rule.per_day)
    share = min(whole, _exact(rule.cap))
    begun = f"{days} day{'s' if days > 1 else ''} begun × {decimal(rule.per_day)} %"
    if whole > share:
        begun += f" = {decimal(whole)} %, at most {decimal(share)} %: {decimal(share)} %"
    elif days > 1:
        begun += f" = {decimal(share)} %"
    exact = _exact(earned) * share / 100
    off = max(0, math.ceil(exact - Fraction(1, 2)))  # half a point is the student's
    rounded = "" if exact == off else f" = {decimal(exact)}"
    points = f"{off} point{'' if off == 1 else 's'}"
    return Penalty(off, f"{late}: {begun} of {decimal(earned)} points{rounded} → {points} off.")


def duration(seconds: int) -> str:
    """Write a time in its two largest units, such as "1 day 3 hours"."""
    parts = []
    for name, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts[:2])


def decimal(value: float | Fraction) -> str:
    """Write a number with as many decimals as it needs, two at most."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _exact(value: float) -> Fraction:
    """Return the number as it is written: 0.1 is a tenth."""
    return Fraction(str(value))
