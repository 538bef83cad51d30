"""XOR: its four points, and why no line has them all on their own sides."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from . import Matrix, Vector
from .colours import GREY
from .perceptron import Moment, Pass, boundary, moment_of
from .scatter import scatter

POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = np.array([0, 1, 1, 0])
SHADES = ("#F7F7F7", "#CFE3F1", "#8FC1E0", "#3F8FC4", "#0B3C5D")
"""From 0 points right to all 4: each darker than the one before."""


def right_of(angles: Vector, offsets: Vector, X: Matrix = POINTS, t: Vector = TARGETS) -> Matrix:
    """How many points each line has on their own sides, (angles, offsets).

    The line has the normal (cos angle, sin angle) and the distance offset from the origin; on the
    side its normal points to, the class is 1.
    """
    normals = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    sums = normals @ np.asarray(X).T
    ones = sums[:, None, :] > np.asarray(offsets)[None, :, None]
    return np.asarray(np.sum(ones == (np.asarray(t) == 1), axis=2))


def tried(
    one_pass: Pass, w: Vector, b: float, alpha: float, passes: int, *, t: Vector = TARGETS
) -> list[Moment]:
    """The perceptron after every single pattern of ``passes`` passes over the four points."""
    moments = []
    for n in list(range(4)) * passes:
        w, b, _ = one_pass(POINTS[n : n + 1], t[n : n + 1], w, b, alpha)
        moments.append(moment_of(POINTS, t, w, b))
    return moments


def lines(moments: Sequence[Moment], *, steps: int = 181) -> Figure:
    """Left: the points and the lines that a perceptron tried. Right: what any line gets right."""
    figure = Figure(figsize=(8.4, 3.8), layout="constrained")
    plane, every = figure.subplots(1, 2, width_ratios=(1, 1.35))
    for moment in moments:
        ends = boundary(moment.w, moment.b, -0.3, 1.3)
        plane.plot(ends[:, 0], ends[:, 1], color=GREY, linewidth=0.8)
    scatter(plane, POINTS, TARGETS, ("XOR is 0", "XOR is 1"), size=130)
    plane.set(xlim=(-0.3, 1.3), ylim=(-0.3, 1.3), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    plane.set_title(f"the lines after {len(moments)} steps of learning", fontsize=10)
    plane.legend(loc="center", frameon=True, fontsize=8)

    angles, offsets = np.linspace(0, 2 * np.pi, 2 * steps - 1), np.linspace(-1.6, 1.6, steps)
    right = right_of(angles, offsets)
    image = every.contourf(
        np.degrees(angles), offsets, right.T, levels=np.arange(-0.5, 5), colors=SHADES
    )
    bar = figure.colorbar(image, ax=every, ticks=range(5))
    bar.set_label("points on their own side")
    every.set(xlabel="direction of the line's normal (degrees)", ylabel="offset of the line")
    every.set_xticks(range(0, 361, 90))
    every.set_title(f"any line there is: at most {right.max()} of 4", fontsize=10)
    return figure
