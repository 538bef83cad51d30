"""Prepare the charts of the class page: tables in which each value has a bar."""

from collections import Counter
from collections.abc import Sequence
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
    """Prepare both charts, of files that run; none if there is no such file."""
    running = statistics.running
    if not running:
        return []
    return [
        _scores([row.score for row in running], statistics.course_points.automatic),
        _sections(statistics),
    ]


def _scores(scores: Sequence[int], most: int) -> Chart:
    """How many submissions have how many points; a bonus comes on top of ``most``."""
    counts = Counter(score // BIN for score in scores)
    highest = max(counts.values())
    most = max(most, *scores)
    return Chart(
        "Distribution of points",
        "points",
        "submissions",
        [
            Bar(_range(BIN * n, most), 100 * counts[n] / highest, str(counts[n]))
            for n in range(min(counts), most // BIN + 1)
        ],
    )


def _range(least: int, most: int) -> str:
    """The points of a bar in words, such as "60 to 64", or "80" where there are no more."""
    last = min(least + BIN - 1, most)
    return str(least) if least == last else f"{least} to {last}"


def _sections(statistics: Statistics) -> Chart:
    functions = {
        q.number: ", ".join(other.function for other in QUESTIONS if other.number == q.number)
        for q in QUESTIONS
    }
    bars = []
    for number, points in statistics.sections.items():
        most = statistics.course_points.sections[number] * len(points)
        share = 100 * sum(points) / most if most else 0.0
        value = f"{share:.0f} % of {len(points)}" if most else "nobody"
        bars.append(Bar(f"{number} {functions[number]}", share, value))
    return Chart("Points of each section, of those who wrote it", "section", "points", bars)
