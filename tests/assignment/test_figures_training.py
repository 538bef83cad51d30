"""Figures of training: its curves, its learning rates and their chaos, what it predicts."""

import itertools
import re
from pathlib import Path

import numpy as np

from assignment import figures
from assignment.figures import colours, fit

HERE = Path(str(figures.__file__)).parent


def test_actual_and_predicted_are_side_by_side() -> None:
    """Each output over its input, both kinds of points, and predicted over actual."""
    X, T, Y = (np.arange(6.0).reshape(3, 2) + shift for shift in (0, 10, 20))
    first, second, against = fit.fit(X, T, Y).axes
    for k, axes in enumerate((first, second)):
        actual, predicted = axes.collections
        np.testing.assert_array_equal(actual.get_offsets(), np.c_[X[:, k], T[:, k]])
        np.testing.assert_array_equal(predicted.get_offsets(), np.c_[X[:, k], Y[:, k]])
        np.testing.assert_array_equal(against.collections[k].get_offsets(), np.c_[T[:, k], Y[:, k]])
    assert (against.get_xlabel(), against.get_ylabel()) == ("actual", "predicted")


def light(colour: str) -> float:
    """The relative luminance of a colour, 0 for black and 1 for white."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_colours_differ_for_everybody() -> None:
    """Classes differ in their markers, lines in their dashes, and the first three in lightness."""
    assert len(set(colours.MARKERS)) == len(colours.CLASSES)
    assert len(set(map(str, colours.STYLES))) == len(colours.LINES)
    lights = [light(colour) for colour in colours.CLASSES[:3]]
    assert all(abs(a - b) > 0.08 for a, b in itertools.combinations(lights, 2))


def test_no_figure_opens_a_window() -> None:
    """The modules make figures without pyplot, so scripts on a server may use them, too."""
    for path in HERE.glob("*.py"):
        assert not re.search(r"\bpyplot\b", path.read_text("utf-8")), path.name
