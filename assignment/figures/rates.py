"""What the learning rate does: too small, right, too large, and chaotic."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from . import Vector
from .colours import LINES, STYLES

SMALLEST = 1e-17
"""Stands in for a difference of exactly 0, which a logarithmic axis cannot show."""


def effect(errors: Mapping[float, Vector]) -> Figure:
    """E_total (iterations,) for several learning rates, from the same weights."""
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    for place, (eta, E_total) in enumerate(errors.items()):
        axes.plot(
            np.arange(1, len(E_total) + 1),
            E_total,
            color=LINES[place],
            linestyle=STYLES[place],
            label=f"η = {eta:g}",
        )
    axes.set(xlabel="iteration", ylabel="E_total", ylim=(0, None))
    axes.legend(fontsize=9, loc="upper right")
    axes.grid(alpha=0.3)
    return figure


def chaos(pairs: Mapping[float, tuple[Vector, Vector]]) -> Figure:
    """Two trainings that differ by rounding only, for each learning rate.

    Left: E_total (iterations,) of both for the largest rate. Right: how far the two are apart.
    """
    figure = Figure(figsize=(8.4, 3.4), layout="constrained")
    both, apart = figure.subplots(1, 2)
    largest = max(pairs)
    for place, (E_total, name) in enumerate(
        zip(pairs[largest], ("in order", "in reverse order"), strict=True)
    ):
        iterations = np.arange(1, len(E_total) + 1)
        both.plot(iterations, E_total, color=LINES[place], linestyle=STYLES[place], label=name)
    both.set_title(f"η = {largest:g}, patterns added up …", fontsize=10)
    both.set(xlabel="iteration", ylabel="E_total", ylim=(0, None))
    both.legend(fontsize=9)
    for place, (eta, (one, other)) in enumerate(pairs.items()):
        distance = np.maximum(np.abs(np.subtract(one, other)), SMALLEST)
        iterations = np.arange(1, len(distance) + 1)
        apart.semilogy(
            iterations, distance, color=LINES[place], linestyle=STYLES[place], label=f"η = {eta:g}"
        )
    apart.set_title("how far the two are apart", fontsize=10)
    apart.set(xlabel="iteration", ylabel="difference of E_total", ylim=(SMALLEST / 3, 10))
    apart.legend(fontsize=9)
    for axes in (both, apart):
        axes.grid(alpha=0.3)
    return figure
