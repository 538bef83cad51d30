"""Section 2.3: your figures, and with them and discussion.md your report.pdf.

Write the functions below, choose the settings, write your text into discussion.md. At any time:
python report.py trains your network on 80 % of iris, writes report.pdf with all that is there
already, and says what is still to do. You submit report.pdf only, not this file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

try:
    import numpy as np
    from matplotlib.axes import Axes
except ModuleNotFoundError as problem:
    sys.exit(
        f"The package {problem.name} is missing here: "
        f"{sys.executable} -m pip install -r requirements.txt"
    )

Vector = np.ndarray
Matrix = np.ndarray

# Yours to choose.
NAME = ""  # stands on every page
M = 6  # number of hidden neurons
ETA = 0.1  # learning rate
ITERATIONS = 500
SEED = 1  # fixes how the flowers are split, and the weights to begin with
CLASS_NAMES = ("setosa", "versicolor", "virginica")


def accuracy(guesses: Vector, targets: Vector) -> float:
    """The share of right guesses, between 0 and 1.

    guesses, targets: whole numbers, both (N,).
    Handout 2.3.
    """
    raise NotImplementedError("accuracy is still to be written (handout 2.3)")


def confusion_matrix(guesses: Vector, targets: Vector, K: int) -> Matrix:
    """How often each class was taken for each class.

    guesses, targets: whole numbers from 0 to K-1, both (N,).
    K: the number of classes; one of them may occur in neither.
    Returns whole numbers, (K, K): row i, column j counts the patterns of class i that were guessed
    to be class j.
    Handout 2.3.
    """
    raise NotImplementedError("confusion_matrix is still to be written (handout 2.3)")


def plot_E_total(axes: Axes, E_total: Vector) -> None:
    """Draw the error over the iterations, with a label on each axis.

    axes: where to draw: axes.plot, axes.set_xlabel, … (not plt.plot).
    E_total: the error in each iteration, (iterations,).
    Handout 2.3.
    """
    raise NotImplementedError("plot_E_total is still to be written (handout 2.3)")


def plot_misclassification_rate(axes: Axes, misclassification_rate: Vector) -> None:
    """Draw the misclassification rate over the iterations, with a label on each axis.

    axes: where to draw.
    misclassification_rate: the share of wrong guesses in each iteration, (iterations,).
    Handout 2.3.
    """
    raise NotImplementedError("plot_misclassification_rate is still to be written (handout 2.3)")


def compare(trial: Callable[..., float]) -> tuple[str, Vector, Vector]:
    """Change one setting and see what becomes of the accuracy.

    trial: trains anew and returns the accuracy on the test set. Give it what you change:
    trial(M=3), trial(eta=0.5), trial(iterations=50), trial(scale=0.1) (weights to begin with
    between -0.1 and 0.1), trial(seed=2), or several: trial(M=3, seed=2). What you do not give
    stays as it stands at the top of this file.
    Returns, in this order,
    setting: the name of what you changed, for the axis;
    values: the values you tried, (n,);
    accuracies: the accuracy for each of them, (n,).
    Handout, independent section (with 2.3).
    """
    raise NotImplementedError("compare is still to be written (handout 2.3)")


def plot_accuracy(axes: Axes, setting: str, values: Vector, accuracies: Vector) -> None:
    """Draw the accuracy over the changed setting, with a label on each axis.

    axes: where to draw.
    setting, values, accuracies: what compare has returned.
    Handout, independent section (with 2.3).
    """
    raise NotImplementedError("plot_accuracy is still to be written (handout 2.3)")


def build() -> int:
    """Given: lay figures and text out as report.pdf. Returns 0, or 1 while something is to do."""
    try:
        from paper.build import build
    except ModuleNotFoundError as problem:
        if problem.name != "fpdf":
            raise
        print("The package fpdf2 is missing here: python -m pip install -r requirements.txt")
        return 2

    return int(build(sys.modules[__name__]))


if __name__ == "__main__":
    sys.exit(build())
