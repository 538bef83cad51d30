"""What falls while a network learns: the error, the rate of wrong guesses, the RMSE."""

import numpy as np
from matplotlib.figure import Figure

from . import Vector
from .colours import BLUE, RED


def curves(E_total: Vector, misclassification_rate: Vector) -> Figure:
    """The two curves (iterations,) of train_nn, one below the other."""
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    iterations = np.arange(1, len(E_total) + 1)
    above.plot(iterations, E_total, color=BLUE)
    above.set_ylabel("E_total")
    below.plot(iterations, misclassification_rate, color=RED)
    below.set(ylabel="misclassification_rate", xlabel="iteration")
    for axes in (above, below):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    return figure


def rmse(curve: Vector, change: float) -> Figure:
    """The RMSE before training and after each update, and how little it changes at the end.

    curve is (updates + 1,); training was to end below ``change``.
    """
    figure = Figure(figsize=(8.2, 3.1), layout="constrained")
    value, step = figure.subplots(1, 2)
    value.plot(np.arange(len(curve)), curve, color=BLUE)
    value.set(xlabel="update", ylabel="RMSE")
    step.semilogy(np.arange(1, len(curve)), np.abs(np.diff(curve)), color=BLUE)
    step.axhline(change, color=RED, linestyle="--")
    step.annotate(f"stop below {change:g}", (0.98, change), xycoords=("axes fraction", "data"),
                  xytext=(0, -5), textcoords="offset points", ha="right", va="top",
                  color=RED)  # fmt: skip
    step.set(xlabel="update", ylabel="change of the RMSE", ylim=(change / 20, None))
    for axes in (value, step):
        axes.grid(alpha=0.3)
    return figure
