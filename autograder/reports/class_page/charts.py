"""Prepare the charts of the class page: tables in which each value has a bar."""

from collections import Counter
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


def points_bars(statistics: Statistics) -> list[Bar]:
    """How many of the files that run have how many points; a bonus comes on top of the maximum."""
    scores = [row.score for row in statistics.running]
    if not scores:
        return []
    counts = Counter(score // BIN for score in scores)
    highest = max(counts.values())
    most = max(statistics.course_points.automatic, *scores)
    return [
        Bar(_range(BIN * n, most), 100 * counts[n] / highest, str(counts[n]))
        for n in range(min(counts), most // BIN + 1)
    ]


def _range(least: int, most: int) -> str:
    """The points of a bar in words, such as "60 to 64", or "80" where there are no more."""
    last = min(least + BIN - 1, most)
    return str(least) if least == last else f"{least} to {last}"


def section_bars(statistics: Statistics) -> list[Bar]:
    """The share of each section's points that those have who wrote it."""
    bars = []
    for number, points in statistics.sections.items():
        functions = ", ".join(q.function for q in QUESTIONS if q.number == number)
        most = statistics.course_points.sections[number] * len(points)
        share = 100 * sum(points) / most if most else 0.0
        value = f"{share:.0f} % of {len(points)}" if most else "nobody"
        bars.append(Bar(f"{number} {functions}", share, value))
    return bars
