"""The error of a network over two of its weights, as a surface and pattern by pattern."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from . import Matrix, Vector
from .colours import BLACK, LINES, STYLES

Output = Callable[[Vector, Matrix, Matrix], float]
"""The one output of a network for a pattern x with the weights W1 and W2."""
Place = tuple[int, int, int]
"""Layer 1 or 2, then row and column: where a weight stands."""


@dataclass(frozen=True)
class Network:
    """The patterns X (N, D) with targets t (N,), and the weights from which two are moved."""

    output: Output
    X: Matrix
    t: Vector
    W1: Matrix
    W2: Matrix

    def errors(self, first: Place, second: Place, a: Vector, b: Vector) -> Matrix:
        """The squared error of each pattern, (N, n), with a (n,) and b (n,) in the two places."""
        found = np.zeros((len(self.X), len(a)))
        for column, (one, other) in enumerate(zip(a, b, strict=True)):
            W1, W2 = np.array(self.W1, dtype=float), np.array(self.W2, dtype=float)
            for (layer, row, place), value in ((first, one), (second, other)):
                (W1 if layer == 1 else W2)[row, place] = value
            for n, x in enumerate(self.X):
                found[n, column] = (self.output(x, W1, W2) - self.t[n]) ** 2
        return found


def label(place: Place) -> str:
    """How a weight is called: W1[0, 1]."""
    layer, row, column = place
    return f"W{layer}[{row}, {column}]"


def surface(
    network: Network, first: Place, second: Place, *, span: float = 10.0, steps: int = 25
) -> Figure:
    """The error of all patterns together over two weights from -span to span, in 3D."""
    values = np.linspace(-span, span, steps)
    a, b = np.meshgrid(values, values)
    total = network.errors(first, second, a.ravel(), b.ravel()).sum(axis=0).reshape(a.shape)
    figure = Figure(figsize=(5.8, 4.2))
    axes: Any = figure.add_axes((0.04, 0.04, 0.94, 0.94), projection="3d")
    axes.plot_surface(a, b, total, cmap="cividis", rcount=steps, ccount=steps, linewidth=0.15,
                      edgecolor="white", alpha=0.9)  # fmt: skip
    axes.set(xlabel=label(first), ylabel=label(second))
    axes.set_zlabel("error", labelpad=6)
    ticks = np.linspace(-span, span, 5)
    axes.set(xticks=ticks, yticks=ticks)
    axes.view_init(elev=32, azim=-128)
    axes.set_box_aspect((1.25, 1.25, 0.8), zoom=0.98)
    return figure


def split(
    network: Network,
    first: Place,
    second: Place,
    names: Sequence[str],
    *,
    apart: float = 2.0,
    span: float = 10.0,
    steps: int = 81,
) -> Figure:
    """The error along a line through the surface: of each pattern, and of all together.

    On the line the second weight is always ``apart`` above the first.
    """
    values = np.linspace(-span, span, steps)
    errors = network.errors(first, second, values, values + apart)
    figure = Figure(figsize=(8.2, 3.1), layout="constrained")
    single, together = figure.subplots(1, 2)
    for n, name in enumerate(names):
        single.plot(values, errors[n], color=LINES[n], linestyle=STYLES[n], label=name)
    single.set_title("each pattern", fontsize=10)
    single.legend(fontsize=8, frameon=False, ncols=2, loc="upper center")
    single.set_ylim(0, 1.3)
    together.plot(values, errors.sum(axis=0), color=BLACK)
    together.set_title("all together", fontsize=10)
    for axes in (single, together):
        axes.set(xlabel=f"{label(first)}, with {label(second)} {apart:g} above it", ylabel="error")
        axes.grid(alpha=0.3)
    return figure
