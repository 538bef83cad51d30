"""Which class a network guesses where in the plane of two features."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from . import Matrix, Vector
from .colours import CLASSES
from .scatter import scatter

Classify = Callable[[Matrix], Vector]
"""Guesses (N,) for patterns (N, 2)."""


def regions(
    classify: Classify,
    X: Matrix,
    t: Vector,
    names: Sequence[str],
    features: Sequence[str],
    *,
    steps: int = 70,
) -> Figure:
    """The guesses on a grid of steps x steps points behind the patterns X (N, 2) of classes t."""
    low, high = np.min(X, axis=0), np.max(X, axis=0)
    margin = 0.08 * (high - low)
    first = np.linspace(low[0] - margin[0], high[0] + margin[0], steps)
    second = np.linspace(low[1] - margin[1], high[1] + margin[1], steps)
    x1, x2 = np.meshgrid(first, second)
    guesses = np.asarray(classify(np.stack([x1.ravel(), x2.ravel()], axis=1)))
    figure = Figure(figsize=(6.2, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.pcolormesh(
        x1,
        x2,
        guesses.reshape(x1.shape).astype(int),
        shading="nearest",
        cmap=ListedColormap(CLASSES[: len(names)]),
        vmin=0,
        vmax=len(names) - 1,
        alpha=0.22,
        linewidth=0,
        rasterized=True,
    )
    scatter(axes, X, t, names)
    axes.set(xlabel=features[0], ylabel=features[1], xlim=first[[0, -1]], ylim=second[[0, -1]])
    figure.legend(loc="outside lower center", ncols=len(names), fontsize=9, frameon=False)
    return figure
