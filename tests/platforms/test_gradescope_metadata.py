"""What Gradescope says about a submission: odd entries are left out and stop nothing."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.platforms.gradescope import metadata
from autograder.platforms.gradescope.metadata import Metadata


def entry(day: int, score: object, **fields: Any) -> dict[str, Any]:
    """An earlier submission of October 2026."""
    return {"submission_time": f"2026-10-{day:02}T09:00:00+00:00", "score": score, **fields}


def read_back(found: object) -> Metadata:
    """What is taken from a metadata file with this content."""
    return metadata.parse(json.dumps(found).encode(), "m.json")


NOT_JUDGED = {"extra_data": {"status": "not_judged"}}


@pytest.mark.parametrize(
    ("earlier", "score"),
    [
        ([], None),
        ([entry(9, 50.0), entry(3, 30.0)], 50),
        ([entry(3, "30.0"), entry(9, None)], 30),
        ([entry(3, 30.0), entry(9, 0.0, autograder_error=True)], 30),
        ([entry(3, 30.0), entry(9, 0.0, results=NOT_JUDGED)], 30),
        ([entry(3, 40.0), entry(9, 40.0, results={**NOT_JUDGED, "score": 40.0})], 40),
    ],
)
def test_the_latest_judged_score_counts(earlier: list[dict[str, Any]], score: float | None) -> None:
    """By date, not by order; errors of the autograder and unjudged submissions do not count."""
    assert read_back({"previous_submissions": earlier}).previous == score


ODD = st.none() | st.booleans() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(["previous_submissions", "score", "results", "assignment", "due_date"])


@given(
    st.recursive(
        ODD, lambda one: st.lists(one, max_size=3) | st.dictionaries(KEYS, one), max_leaves=9
    )
)
def test_odd_metadata_stops_nothing(odd: object) -> None:
    """Any content can be read; an earlier score is a finite number."""
    assert abs(read_back(odd).previous or 0) < float("inf")


def test_hostile_metadata_stops_nothing(tmp_path: Path) -> None:
    """No file, lists in lists, huge numbers and a large file are named, and cost no time."""
    path = tmp_path / "m.json"
    assert metadata.read(path).problem
    for data in (b"[" * 10_000_000, b"9" * 20_000_000, b" " * (51 << 20)):
        path.write_bytes(data)
        began = time.monotonic()
        assert metadata.read(path).problem.startswith("m.json ")
        assert time.monotonic() - began < 6


@pytest.mark.parametrize(
    ("days", "expected"), [((), 2), ((None,), 2), ((3,), 3), ((1, 4), 4), ((1,), 1)]
)
def test_the_due_date(days: tuple[int | None, ...], expected: int) -> None:
    """A student's own comes before the assignment's, of a group the latest; it has a zone."""

    def due(day: int | None, zone: str = "-08:00") -> dict[str, object]:
        return {"assignment": {"due_date": day and f"2026-11-0{day}T23:59:00{zone}"}}

    about = {**due(2), "users": [*map(due, days), due(9, zone=""), 3, {"assignment": 4}]}
    assert read_back(about).due == datetime(2026, 11, expected + 1, 7, 59, tzinfo=UTC)
