"""Activation functions above their derivatives."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from . import Vector
from .colours import BLUE, RED


def activations(a: Vector, curves: Mapping[str, tuple[Vector, Vector]]) -> Figure:
    """For every name its values and its derivatives over the weighted sums a, all of (n,)."""
    figure = Figure(figsize=(2.1 * max(len(curves), 1.7), 3.9), layout="constrained")
    grid = figure.subplots(2, len(curves), sharex=True, squeeze=False)
    for column, (name, (values, slopes)) in enumerate(curves.items()):
        above, below = grid[:, column]
        above.plot(a, values, color=BLUE)
        above.set_title(name, fontsize=10)
        below.plot(a, slopes, color=RED, linestyle="--")
        below.set_ylim(-0.1, 1.15)
        below.set_xlabel("$a$")
        for axes in (above, below):
            axes.axhline(0, color="0.7", linewidth=0.8, zorder=0)
            axes.axvline(0, color="0.7", linewidth=0.8, zorder=0)
    grid[0, 0].set_ylabel("value")
    grid[1, 0].set_ylabel("derivative")
    return figure
