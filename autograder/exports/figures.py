"""The figures of the class page: matplotlib's SVG, in the colours of the page.

Each colour is drawn as a value that nothing else has and becomes a CSS variable afterwards, so
that a dark page has dark figures. Texts stay texts, in the font of the page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

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


def scores(values: Sequence[int], most: int, name: str) -> str:
    """How many submissions have how many points, in bins of five."""
    edges = np.arange(0, most + 6, 5)

    def draw(axes: Axes) -> None:
        counts, _ = np.histogram(values, edges)
        axes.bar(edges[:-1], counts, width=4.6, align="edge", color=BAR)
        axes.set_xlabel("points")
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y")

    return _svg(draw, 2.5, name)


def shares(values: Mapping[str, float], name: str) -> str:
    """A bar for each share, 0 to 1, with its percentage beside it."""

    def draw(axes: Axes) -> None:
        names = list(values)[::-1]
        percents = [100 * values[label] for label in names]
        bars = axes.barh(names, percents, height=0.72, color=BAR)
        axes.bar_label(bars, [f"{percent:.0f} %" for percent in percents], padding=3)
        axes.set_xlim(0, 112)
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.grid(axis="x")

    return _svg(draw, 0.75 + 0.24 * len(values), name)


def seconds(values: Sequence[float], name: str) -> str:
    """How long the submissions took, on a scale of powers."""
    times = np.maximum(np.array(values, dtype=float), 0.01)
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

    return _svg(draw, 2.5, name)


def _svg(draw: Callable[[Axes], None], height: float, name: str) -> str:
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        figure.patch.set_visible(False)
        axes = figure.add_subplot()
        axes.patch.set_visible(False)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return inline(out.getvalue(), name)


def inline(svg: str, name: str) -> str:
    """An SVG file as an element of a page: no headers, no metadata, ids of its own, no fixed ink.

    ``name`` makes its ids unique in the page; the element is hidden from screen readers, which get
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
