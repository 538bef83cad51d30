"""Actual values beside those that a network predicts."""

from matplotlib.figure import Figure

from . import Matrix
from .colours import BLUE, GREY, RED


def fit(X: Matrix, T: Matrix, Y: Matrix) -> Figure:
    """Actual T and predicted Y, both (N, K), over the inputs X (N, K), and over each other.

    A panel for each output over the input of the same number, and one for all outputs.
    """
    count = T.shape[1]
    figure = Figure(figsize=(3.1 * (count + 1), 3.2), layout="constrained")
    *panels, against = figure.subplots(1, count + 1)
    for k, axes in enumerate(panels):
        axes.scatter(X[:, k], T[:, k], s=26, color=BLUE, label="actual")
        axes.scatter(X[:, k], Y[:, k], s=26, color=RED, marker="x", label="predicted")
        axes.set(xlabel=f"$x_{k + 1}$", ylabel=f"$y_{k + 1}$")
    panels[0].legend(fontsize=8)
    ends = [min(T.min(), Y.min()), max(T.max(), Y.max())]
    against.plot(ends, ends, color=GREY, linewidth=1)
    for k, (colour, marker) in enumerate(zip((BLUE, RED), "os", strict=False)):
        against.scatter(T[:, k], Y[:, k], s=20, color=colour, marker=marker, label=f"$y_{k + 1}$")
    against.set(xlabel="actual", ylabel="predicted", aspect="equal")
    against.legend(fontsize=8)
    return figure
