"""Prepare the charts of the class page: tables in which each value has a bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assignment.checks.model.questions import QUESTIONS
from autograder.reports.class_page.statistics import Statistics

BIN = 5
"""Points that one bar of the distribution stands for."""


class Bar(NamedTuple):
    """A row of a chart: its name, the length of its bar (0 to 100), and the value in words."""

    name: str
    length: float
    value: str


class Chart(NamedTuple):
    """A table with a bar in each row; ``names`` and ``values`` head its columns."""

    caption: str
    names: str
    values: str
    bars: Sequence[Bar]


def charts(statistics: Statistics) -> list[Chart]:
    """Prepare all charts; none if nothing was judged."""
    judged = statistics.judged
    if not judged:
        return []
    functions = {
        q.number: ", ".join(other.function for other in QUESTIONS if other.number == q.number)
        for q in QUESTIONS
    }
    sections = {f"{n} {functions[n]}": share for n, share in statistics.by_section().items()}
    outputs = {f"{f}: {o}": count.share for (f, o), count in statistics.by_output().items()}
    return [
        _scores([row.score for row in judged], statistics.course_points.automatic),
        _shares("Points of each section, in per cent of the maximum", "section", sections),
        _shares("Submissions in which an output is right in every case", "output", outputs),
    ]


def _scores(scores: Sequence[int], most: int) -> Chart:
    """How many submissions have how many points; a bonus comes on top of ``most``."""
    counts = Counter(score // BIN for score in scores)
    highest = max(counts.values())
    last = max(most, *scores) // BIN
    return Chart(
        "Distribution of points",
        "points",
        "submissions",
        [
            Bar(f"{BIN * n} to {BIN * n + BIN - 1}", 100 * counts[n] / highest, str(counts[n]))
            for n in range(last + 1)
        ],
    )


def _shares(caption: str, names: str, shares: Mapping[str, float]) -> Chart:
    bars = [Bar(name, 100 * share, f"{100 * share:.0f} %") for name, share in shares.items()]
    return Chart(caption, names, "right", bars)
