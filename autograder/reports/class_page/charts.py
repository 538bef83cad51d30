"""Draw the charts of the class page: matplotlib's SVG, in the colours of the page.

matplotlib draws each colour as a placeholder that nothing else has. It becomes a CSS variable
afterwards, so that a dark page has dark charts. Texts stay texts, in the font of the page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from assignment.checks.model.questions import QUESTIONS
from autograder.reports.class_page.statistics import Statistics

_VARIABLES = {"#010203": "--ink", "#040506": "--soft", "#070809": "--line", "#0a0b0c": "--below"}
INK, SOFT, LINE, BAR = _VARIABLES
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "class",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "grid.color": LINE,
}
_WIDTH = 4.8


class Chart(NamedTuple):
    """A chart and its numbers: a table with the columns ``names`` and ``values``."""

    caption: str
    svg: Markup
    names: str = ""
    values: str = ""
    numbers: Sequence[tuple[str, str]] = ()


def charts(statistics: Statistics) -> list[Chart]:
    """Draw all charts; none if nothing was judged."""
    judged = statistics.judged
    if not judged:
        return []
    names = {
        q.number: ", ".join(other.function for other in QUESTIONS if other.number == q.number)
        for q in QUESTIONS
    }
    sections = {f"{n} {names[n]}": share for n, share in statistics.by_section().items()}
    outputs = {f"{f}: {o}": count.share for (f, o), count in statistics.by_output().items()}
    return [
        _scores([row.score for row in judged], statistics.course_points.automatic),
        Chart(
            "Points of each section, in per cent of the maximum",
            _shares(sections, "f2"),
            "section",
            "right",
            _percents(sections),
        ),
        Chart(
            "Submissions in which an output is right in every case",
            _shares(outputs, "f3"),
            "output",
            "right",
            _percents(outputs),
        ),
        _seconds([row.seconds for row in judged]),
    ]


def _scores(scores: Sequence[int], most: int) -> Chart:
    """How many submissions have how many points, in bins of five."""
    most = max(most, *scores)  # the bonus comes on top
    edges = np.arange(0, most + 6, 5)
    counts = [int(count) for count in np.histogram(scores, edges)[0]]

    def draw(axes: Axes) -> None:
        axes.bar(edges[:-1], counts, width=4.6, align="edge", color=BAR)
        axes.set_xlabel("points")
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y")

    return Chart(
        "Distribution of points",
        _svg(draw, 2.5, "f1"),
        "points",
        "submissions",
        [(f"{low} to {low + 4}", str(n)) for low, n in zip(edges.tolist(), counts, strict=False)],
    )


def _shares(shares: Mapping[str, float], name: str) -> Markup:
    """Plot a bar for each share, 0 to 1, with its percentage beside it."""

    def draw(axes: Axes) -> None:
        names = list(shares)[::-1]
        percents = [100 * shares[label] for label in names]
        bars = axes.barh(names, percents, height=0.72, color=BAR)
        axes.bar_label(bars, [f"{percent:.0f} %" for percent in percents], padding=3)
        axes.set_xlim(0, 112)
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.grid(axis="x")

    return _svg(draw, 0.75 + 0.24 * len(shares), name)


def _percents(shares: Mapping[str, float]) -> list[tuple[str, str]]:
    return [(name, f"{100 * share:.0f} %") for name, share in shares.items()]


def _seconds(seconds: Sequence[float]) -> Chart:
    """Plot a histogram of the times, on a logarithmic scale."""
    times = np.maximum(np.array(seconds, dtype=float), 0.01)
    low, high = float(times.min()), float(times.max())
    edges = np.geomspace(low * 0.9, max(high, low * 4) * 1.1, 24)

    def draw(axes: Axes) -> None:
        axes.hist(times, bins=edges.tolist(), color=BAR, edgecolor="none", rwidth=0.92)
        axes.set_xscale("log")
        ticks = [t for t in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100) if edges[0] < t < edges[-1]]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        axes.set_xlabel("seconds")
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y")

    return Chart(
        f"Time used: median {median(seconds):.2f} s, longest {max(seconds):.1f} s, "
        f"together {sum(seconds) / 60:.1f} minutes",
        _svg(draw, 2.5, "f4"),
    )


def _svg(draw: Callable[[Axes], None], height: float, name: str) -> Markup:
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        figure.patch.set_visible(False)
        axes = figure.add_subplot()
        axes.patch.set_visible(False)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return Markup(inline(out.getvalue(), name))


def inline(svg: str, name: str) -> str:
    """Turn an SVG file into an element of a page: no headers, no metadata, colours of the page.

    ``name`` makes its ids unique in the page. The element is hidden from screen readers, which get
    the numbers as a table.
    """
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg).replace("xlink:href", "href")
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    svg = re.sub(
        r' id="([^"]*)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", svg
    )
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    svg = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 system-ui, sans-serif", svg)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", svg).replace("<svg", '<svg aria-hidden="true"', 1).strip()
