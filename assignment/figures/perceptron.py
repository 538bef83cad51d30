"""The boundary of a perceptron, and how it moves while the perceptron learns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import Matrix, Vector
from .colours import BLACK
from .scatter import scatter

Pass = Callable[[Matrix, Vector, Vector, float, float], tuple[Vector, float, int]]
"""What perceptron_pass of bonus.py is: (X, t, w, b, alpha) gives w, b and the errors."""
MARGIN = 0.1
NAMES = ("y = 0", "y = 1")


@dataclass(frozen=True)
class Moment:
    """A perceptron with two inputs: w (2,), b, and how many points it has on the wrong side."""

    w: Vector
    b: float
    wrong: int


def history(
    one_pass: Pass, X: Matrix, t: Vector, w: Vector, b: float, alpha: float, passes: int
) -> list[Moment]:
    """The perceptron before learning and after each of at most ``passes`` passes over X (N, 2).

    It ends with the first one that has every point on its own side.
    """
    moments = [moment_of(X, t, w, b)]
    while len(moments) <= passes and moments[-1].wrong:
        w, b, _ = one_pass(X, t, w, b, alpha)
        moments.append(moment_of(X, t, w, b))
    return moments


def boundary(w: Vector, b: float, low: float, high: float) -> Matrix:
    """Two ends (2, 2) of the line w1 x1 + w2 x2 + b = 0, far outside the square low … high.

    Without any direction, w = (0, 0), there is no line: all four numbers are nan.
    """
    length = float(np.hypot(*w))
    if length == 0:
        return np.full((2, 2), np.nan)
    centre = np.full(2, (low + high) / 2)
    across = np.asarray(w, dtype=float) / length
    foot = centre - across * (across @ centre + b / length)
    along = np.array([-across[1], across[0]])
    reach = 3 * (high - low)
    return np.array([foot - reach * along, foot + reach * along])


def draw(axes: Axes, X: Matrix, t: Vector, moment: Moment, title: str) -> None:
    """The points, the line, and the side where the perceptron says 1."""
    low, high = float(np.min(X)) - MARGIN, float(np.max(X)) + MARGIN
    grid = np.linspace(low, high, 80)
    x1, x2 = np.meshgrid(grid, grid)
    side = moment.w[0] * x1 + moment.w[1] * x2 + moment.b > 0
    axes.contourf(x1, x2, side.astype(float), levels=[0.5, 1.5], colors=["#FCE8BF"])
    ends = boundary(moment.w, moment.b, low, high)
    axes.plot(ends[:, 0], ends[:, 1], color=BLACK, linewidth=1.5, zorder=4)
    scatter(axes, X, t, NAMES, size=22)
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal", title=title)
    axes.title.set_fontsize(9)


def frames(X: Matrix, t: Vector, moments: Sequence[Moment], *, most: int = 8) -> Figure:
    """At most ``most`` moments side by side, the first and the last among them."""
    chosen = _spread(len(moments), most)
    columns = min(4, len(chosen))
    rows = -(-len(chosen) // columns)
    figure = Figure(figsize=(2.1 * columns, 2.3 * rows + 0.5), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(chosen) :]:
        axes.set_axis_off()
    for axes, number in zip(grid.flat, chosen, strict=False):
        draw(axes, X, t, moments[number], _title(number, moments[number]))
    for axes in grid[-1]:
        axes.set_xlabel("$x_1$")
    for axes in grid[:, 0]:
        axes.set_ylabel("$x_2$")
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure


def animation(X: Matrix, t: Vector, moments: Sequence[Moment], *, most: int = 30) -> FuncAnimation:
    """The same as a film of at most ``most`` moments, for HTML(animation.to_jshtml())."""
    figure = Figure(figsize=(3.6, 3.8), layout="constrained", dpi=80)
    axes = figure.subplots()
    chosen = _spread(len(moments), most)

    def show(place: int) -> list[Axes]:
        axes.clear()
        draw(axes, X, t, moments[chosen[place]], _title(chosen[place], moments[chosen[place]]))
        axes.set(xlabel="$x_1$", ylabel="$x_2$")
        return [axes]

    return FuncAnimation(figure, show, frames=len(chosen), interval=500)


def moment_of(X: Matrix, t: Vector, w: Vector, b: float) -> Moment:
    """The perceptron as it is now, with the number of points on the wrong side."""
    w, b = np.array(w, dtype=float), float(b)
    return Moment(w, b, int(np.sum((np.asarray(X) @ w + b > 0) != (np.asarray(t) > 0))))


def _spread(count: int, most: int) -> list[int]:
    """At most ``most`` of the numbers below ``count``: the beginning, where most happens, dense."""
    if count <= most:
        return list(range(count))
    numbers = [0]
    for place in np.geomspace(1, count, most)[1:].round().astype(int):
        numbers.append(max(numbers[-1] + 1, int(place) - 1))
    return numbers


def _title(number: int, moment: Moment) -> str:
    when = "before" if number == 0 else f"pass {number}"
    return f"{when}: {moment.wrong} wrong"
