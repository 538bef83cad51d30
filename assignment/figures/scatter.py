"""Points of a plane, each class in a colour and a marker of its own."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from . import Matrix, Vector
from .colours import CLASSES, MARKERS


def scatter(axes: Axes, X: Matrix, t: Vector, names: Sequence[str], *, size: float = 36) -> None:
    """Draw X (N, 2) with classes t (N,) of 0, 1, … on axes; a class without points has none."""
    for number, name in enumerate(names):
        chosen = np.asarray(X)[np.asarray(t) == number]
        axes.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=size,
            c=CLASSES[number],
            marker=MARKERS[number],
            edgecolors="white",
            linewidths=0.6,
            label=name,
            zorder=3,
        )
