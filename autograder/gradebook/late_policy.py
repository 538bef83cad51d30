"""The late rule: arithmetic of dates and percents, with every step in words for the student.

A day is 24 hours that have passed, whatever the clocks did in between. Nothing is lost within the
grace; after it, lateness counts from the due date itself. For each day begun ``per_day`` percent of
the points earned are lost, ``cap`` percent at most; what is lost is rounded to whole points, half a
point in the student's favour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from autograder.course.settings import Late

DAY = 24 * 60 * 60
_UNITS = (("day", DAY), ("hour", 60 * 60), ("minute", 60), ("second", 1))


@dataclass(frozen=True)
class Penalty:
    """What lateness costs: whole points, 0 or more, and the sentence that works them out.

    ``sentence`` is empty where something was submitted on time.
    """

    points: int = 0
    sentence: str = ""


def seconds_late(due: datetime, handed_in: datetime) -> int:
    """Whole seconds after the due date, 0 or more; both times must know their difference from UTC.

    Raises:
        ValueError: for a time without one.
    """
    if due.tzinfo is None or handed_in.tzinfo is None:
        raise ValueError("a time without its difference from UTC cannot be compared")
    # In UTC, since times of one zone are subtracted by what its clocks show.
    late = handed_in.astimezone(UTC) - due.astimezone(UTC)
    return max(0, math.floor(late / timedelta(seconds=1)))


def percent(seconds: int, rule: Late) -> Fraction:
    """Percent of the points earned that so many seconds cost."""
    if seconds <= rule.grace_minutes * 60:
        return Fraction(0)
    return min(_days(seconds) * _exact(rule.per_day), _exact(rule.cap))


def lost(earned: float, share: Fraction) -> int:
    """Whole points: ``share`` percent of what was earned, half a point in the student's favour."""
    return max(0, math.ceil(_exact(earned) * share / 100 - Fraction(1, 2)))


def penalty(earned: float, due: datetime, handed_in: datetime, rule: Late) -> Penalty:
    """What is lost of the points earned, and why."""
    seconds = seconds_late(due, handed_in)
    if not seconds:
        return Penalty()
    said = f"Submitted {duration(seconds)} late"
    share = percent(seconds, rule)
    if seconds <= rule.grace_minutes * 60:
        grace = duration(round(rule.grace_minutes * 60))
        return Penalty(0, f"{said}, within the {grace} of grace: nothing is taken off.")
    days = _days(seconds)
    whole = days * _exact(rule.per_day)
    begun = f"{days} day{'s' if days > 1 else ''} begun × {number(rule.per_day)} %"
    if whole > share:
        begun += f" = {number(whole)} %, at most {number(share)} %: {number(share)} %"
    elif days > 1:
        begun += f" = {number(share)} %"
    taken = _exact(earned) * share / 100
    off = lost(earned, share)
    rounded = "" if taken == off else f" = {number(taken)}"
    points = f"{off} point{'' if off == 1 else 's'}"
    return Penalty(off, f"{said}: {begun} of {number(earned)} points{rounded} → {points} off.")


def duration(seconds: int) -> str:
    """A time in its two largest units, such as "1 day 3 hours"."""
    told = []
    for name, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            told.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(told[:2])


def number(value: float | Fraction) -> str:
    """A number with as many decimals as it needs, two at most."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _days(seconds: int) -> int:
    return -(-seconds // DAY)


def _exact(value: float | Fraction) -> Fraction:
    """The number as it is written: 0.1 is a tenth."""
    return value if isinstance(value, Fraction) else Fraction(str(value))
