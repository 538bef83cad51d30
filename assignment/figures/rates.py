"""What the learning rate does: too small, right, too large, and chaotic."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import Vector
from .colours import LINES, STYLES

SMALLEST = 1e-17
"""Stands in for a difference of exactly 0, which a logarithmic axis cannot show."""


def effect(errors: Mapping[float, Vector]) -> Figure:
    """E_total (iterations,) for several learning rates, from the same weights."""
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    _draw(axes, {f"η = {eta:g}": E_total for eta, E_total in errors.items()})
    axes.set(ylabel="E_total", ylim=(0, None))
    axes.legend(fontsize=9, loc="upper right")
    return figure


def chaos(pairs: Mapping[float, tuple[Vector, Vector]]) -> Figure:
    """Two trainings that differ by rounding only, for each learning rate.

    Left: E_total (iterations,) of both for the largest rate. Right: how far the two are apart.
    """
    figure = Figure(figsize=(8.4, 3.4), layout="constrained")
    both, apart = figure.subplots(1, 2)
    largest = max(pairs)
    _draw(both, dict(zip(("in order", "in reverse order"), pairs[largest], strict=True)))
    both.set_title(f"η = {largest:g}, patterns added up …", fontsize=10)
    both.set(ylabel="E_total", ylim=(0, None))
    distances = {
        f"η = {eta:g}": np.maximum(np.abs(np.subtract(one, other)), SMALLEST)
        for eta, (one, other) in pairs.items()
    }
    _draw(apart, distances)
    apart.set_title("how far the two are apart", fontsize=10)
    apart.set(ylabel="difference of E_total", yscale="log", ylim=(SMALLEST / 3, 10))
    return figure


def _draw(axes: Axes, curves: Mapping[str, Vector]) -> None:
    """Draw curves (iterations,) by their names, each in a colour and a stroke of its own."""
    for place, (name, curve) in enumerate(curves.items()):
        iterations = np.arange(1, len(curve) + 1)
        axes.plot(iterations, curve, color=LINES[place], linestyle=STYLES[place], label=name)
    axes.set_xlabel("iteration")
    axes.legend(fontsize=9)
    axes.grid(alpha=0.3)
