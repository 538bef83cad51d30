"""Figures that are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .blocks import Plot

Matrix = np.ndarray


def confusion(matrix: Matrix, names: Sequence[str], caption: str) -> Plot:
    """A confusion matrix (K, K) with the names of its classes, the true ones down the side."""
    counts = np.asarray(matrix)
    known = len(names) == len(counts)
    labels = list(names) if known else [str(number) for number in range(len(counts))]

    def draw(axes: Axes) -> None:
        axes.imshow(counts, cmap="Blues", vmin=0, vmax=max(1, counts.max()))
        for i, row in enumerate(counts):
            for j, count in enumerate(row):
                colour = "white" if count > 0.6 * counts.max() else "black"
                axes.text(j, i, f"{count:g}", ha="center", va="center", color=colour, size=12)
        axes.set_xticks(range(len(labels)), labels)
        axes.set_yticks(range(len(labels)), labels)
        axes.tick_params(length=0)
        axes.set_xlabel("guessed class")
        axes.set_ylabel("true class")

    return Plot(draw, caption, height=3.05, width=4.1)
