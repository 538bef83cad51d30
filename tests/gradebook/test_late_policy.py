"""The late policy: between nothing and the cap, and the same on every clock."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.settings import Late
from autograder.gradebook.late_policy import Penalty, duration, penalty, seconds_late

DUE = datetime(2026, 11, 30, 23, 59, tzinfo=timezone(timedelta(hours=1)))
RULE = Late(per_day=10, cap=50, grace_minutes=15)

rules = st.builds(
    Late,
    per_day=st.integers(0, 100) | st.floats(0, 100),
    cap=st.integers(0, 100),
    grace_minutes=st.integers(0, 3000),
)
seconds = st.integers(0, 60 * 24 * 3600)
points = st.integers(0, 100) | st.sampled_from([0.5, 12.5, 99.5])


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
        (64, after(days=1, hours=3), 13, "Submitted 1 day 3 hours late: 2 days begun × 10 % = 20 % "
         "of 64 points = 12.8 → 13 points off."),
        (64, after(days=1), 6, "Submitted 1 day late: 1 day begun × 10 % of 64 points = 6.4 → "
         "6 points off."),
        (64, after(days=1, seconds=1), 13, "Submitted 1 day 1 second late: 2 days begun × 10 % = "
         "20 % of 64 points = 12.8 → 13 points off."),
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


def test_a_day_has_24_hours_when_the_clocks_change() -> None:
    """Clocks go back in the night of 25 October 2026: 24 hours later they show 22:59."""
    berlin = ZoneInfo("Europe/Berlin")
    due = datetime(2026, 10, 24, 23, 59, tzinfo=berlin)
    same_clock = datetime(2026, 10, 25, 23, 59, tzinfo=berlin)
    assert seconds_late(due, same_clock) == 25 * 3600
    assert seconds_late(due, datetime(2026, 10, 25, 22, 59, tzinfo=berlin)) == 24 * 3600
    assert penalty(100, due, same_clock, RULE).points == 20


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    """02:30 before and after the clocks went back are an hour apart."""
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    assert seconds_late(first, first.replace(fold=1)) == 3600


def test_zones_do_not_matter() -> None:
    """The same moment in another zone is equally late."""
    assert seconds_late(DUE, DUE.astimezone(UTC)) == 0
    assert seconds_late(DUE, datetime(2026, 11, 30, 22, 59, 5, 900_000, tzinfo=UTC)) == 5


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


@given(rule=rules, late=seconds, earned=points)
def test_never_more_than_earned_nor_less_than_nothing(rule: Late, late: int, earned: float) -> None:
    """What is lost is between 0 and the cap, rounded at most by half a point."""
    off = penalty(earned, DUE, DUE + timedelta(seconds=late), rule).points
    assert 0 <= off <= earned * rule.cap / 100 + 0.5
    assert off <= earned


@given(rule=rules, late=seconds, more=seconds, earned=points)
def test_later_never_costs_less(rule: Late, late: int, more: int, earned: float) -> None:
    """Points lost grow with time, in any rule."""
    early, later = (
        penalty(earned, DUE, DUE + timedelta(seconds=time), rule).points
        for time in (late, late + more)
    )
    assert early <= later


@given(rule=rules, late=seconds, earned=points)
def test_grace_costs_nothing(rule: Late, late: int, earned: float) -> None:
    """Within the grace nothing is lost, whatever the rule."""
    if late <= rule.grace_minutes * 60:
        assert penalty(earned, DUE, DUE + timedelta(seconds=late), rule).points == 0


@pytest.mark.parametrize(
    ("time", "text"),
    [(1, "1 second"), (61, "1 minute 1 second"), (90_061, "1 day 1 hour"), (172_800, "2 days")],
)
def test_durations_are_written_in_two_units(time: int, text: str) -> None:
    """The two largest units, in the singular where there is one."""
    assert duration(time) == text
