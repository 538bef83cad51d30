"""Times as people write them, and the course's time zone.

A time without a difference from UTC is taken in the course's zone. Where the clocks are changed, an
hour of a night occurs twice and another one not at all: such a time is refused, never guessed.
"""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from autograder.text import did_you_mean, shown

FORM = (
    "2026-12-05T23:59+01:00, or without +01:00 where course.toml has a `zone` or a `due` with one"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d?\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?")


def zone(name: str) -> ZoneInfo:
    """The time zone of this name, such as Atlantic/Reykjavik; ValueError with a sentence."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = available_timezones()
        city = "/" + name.rpartition("/")[2]
        same = next((one for one in sorted(zones) if one.endswith(city)), None)
        hint = did_you_mean(same or name, zones if same is None else [same])
        raise ValueError(
            f"there is no time zone “{shown(name)}”. {hint}Zones are called by continent and city, "
            'such as "Atlantic/Reykjavik"; where no name is known, install the package tzdata.'
        ) from None


def written(text: str, more: str = "") -> datetime:
    """Parse a date with a time; ValueError with a sentence, and ``more`` on what else may stand."""
    if not _TIME.fullmatch(text):
        raise ValueError(f"“{shown(text)}” is not a date with a time. Write it as {FORM}{more}.")
    day, clock = text[:10], re.sub(r"^(\d):", r"0\1:", text[11:].replace(" ", ""))
    try:
        return datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        raise ValueError(f"the date or the time {text} does not exist. Fix it.") from None


def placed(time: datetime, local: tzinfo | None) -> datetime:
    """The time with its difference from UTC, in the zone ``local`` where it says none.

    Raises:
        ValueError: where there is no zone, or the clocks show that time twice or never.
    """
    if time.tzinfo is not None:
        return time
    text = time.isoformat()
    if local is None:
        raise ValueError(f"{text} does not say in which time zone. Write it as {FORM}.")
    first, second = time.replace(tzinfo=local), time.replace(tzinfo=local, fold=1)
    offsets = [one.isoformat()[len(text) :] for one in (first, second)]
    if first.astimezone(UTC).astimezone(local).replace(tzinfo=None) != time:
        raise ValueError(
            f"{text} does not exist in {local}, where the clocks are put forward over it. "
            f"Write another time, or a difference from UTC, such as {text}{offsets[0]}."
        )
    if offsets[0] != offsets[1]:
        raise ValueError(
            f"{text} occurs twice in {local}, where the clocks are put back. Write {text}"
            f"{offsets[0]} for the first, or {text}{offsets[1]} for the second."
        )
    return datetime.fromisoformat(first.isoformat())
