"""The late policy: between nothing and the cap, and the same on every clock."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.settings import Late
from autograder.gradebook.late_policy import Penalty, penalty, seconds_late

DUE = datetime(2026, 11, 30, 23, 59, tzinfo=timezone(timedelta(hours=1)))
RULE = Late(per_day=10, cap=50, grace_minutes=15)

seconds = st.integers(0, 60 * 24 * 3600)


def after(**time: float) -> datetime:
    return DUE + timedelta(**time)


@pytest.mark.parametrize(
    ("earned", "submitted_at", "off", "sentence"),
    [
        (64, after(minutes=-1), 0, ""),
        (64, DUE, 0, ""),
        (64, after(minutes=15), 0, "Submitted 15 minutes late, within the 15 minutes of grace: "
         "no points are lost."),
        (64, after(minutes=15, seconds=1), 6, "Submitted 15 minutes 1 second late: "
         "1 day begun × 10 % of 64 points = 6.4 → 6 points off."),
        (64, after(days=1, hours=3, minutes=5), 13, "Submitted 1 day 3 hours late: 2 days begun × "
         "10 % = 20 % of 64 points = 12.8 → 13 points off."),
        (64, after(days=1), 6, "Submitted 1 day late: 1 day begun × 10 % of 64 points = 6.4 → "
         "6 points off."),
        (10, after(hours=2), 1, "Submitted 2 hours late: 1 day begun × 10 % of 10 points → "
         "1 point off."),
        (80, after(days=30), 40, "Submitted 30 days late: 30 days begun × 10 % = 300 %, at most "
         "50 %: 50 % of 80 points → 40 points off."),
        (5, after(hours=2), 0, "Submitted 2 hours late: 1 day begun × 10 % of 5 points = 0.5 → "
         "0 points off."),
    ],
)  # fmt: skip
def test_the_sentence_shows_the_arithmetic(
    earned: int, submitted_at: datetime, off: int, sentence: str
) -> None:
    """Points and the sentence for each kind of lateness, at both sides of its borders."""
    assert penalty(earned, DUE, submitted_at, RULE) == Penalty(off, sentence)


BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
"""In this night clocks go back, so that 02:30 comes twice."""


@pytest.mark.parametrize(
    ("due", "submitted_at", "seconds", "off"),
    [
        (NIGHT - timedelta(hours=3), datetime(2026, 10, 25, 22, 30, tzinfo=BERLIN), 24 * 3600, 10),
        (NIGHT - timedelta(hours=3), datetime(2026, 10, 25, 23, 30, tzinfo=BERLIN), 25 * 3600, 20),
        (NIGHT, NIGHT.replace(fold=1), 3600, 10),
        (DUE, DUE.astimezone(UTC), 0, 0),
        (DUE, datetime(2026, 11, 30, 22, 59, 5, 900_000, tzinfo=UTC), 5, 0),
    ],
)
def test_time_passes_the_same_on_every_clock(
    due: datetime, submitted_at: datetime, seconds: int, off: int
) -> None:
    """A day has 24 hours when the clocks change, and zones do not matter."""
    assert seconds_late(due, submitted_at) == seconds
    assert penalty(100, due, submitted_at, RULE).points == off


def test_a_time_without_a_zone_is_refused() -> None:
    """It is unknown whether it is late."""
    with pytest.raises(ValueError, match="difference from UTC"):
        seconds_late(DUE, datetime(2026, 12, 1))


def test_percents_are_taken_as_written() -> None:
    """0.1 percent is a tenth of a percent, so 0.5 points are exactly half a point."""
    rule = Late(per_day=0.1, cap=100, grace_minutes=0)
    half = penalty(100, DUE, after(days=5), rule)
    assert half.points == 0
    assert "5 days begun × 0.1 % = 0.5 % of 100 points = 0.5 → 0 points off" in half.sentence
    assert penalty(100.5, DUE, after(days=5), rule).points == 1


@given(
    rule=st.builds(
        Late,
        per_day=st.integers(0, 100) | st.floats(0, 100),
        cap=st.integers(0, 100),
        grace_minutes=st.integers(0, 3000),
    ),
    times=st.tuples(seconds, seconds).map(sorted),
    earned=st.integers(0, 100) | st.sampled_from([0.5, 12.5, 99.5]),
)
def test_later_never_costs_less_nor_more_than_the_cap(
    rule: Late, times: list[int], earned: float
) -> None:
    """In any rule points lost grow with time, from 0 within the grace to the cap, rounded."""
    early, later = (penalty(earned, DUE, after(seconds=time), rule).points for time in times)
    assert 0 <= early <= later <= min(earned, earned * rule.cap / 100 + 0.5)
    assert early == 0 or times[0] > rule.grace_minutes * 60
