"""Figures of training: its curves, its learning rates and their chaos, what it predicts."""

import numpy as np
from matplotlib.colors import to_rgb

from assignment.figures import colours, curves, epsilon, fit, rates


def test_the_curves_are_those_of_training() -> None:
    """Error above, rate below, over the iterations from 1 on."""
    error, rate = np.array([2.0, 1.5, 1.2]), np.array([0.7, 0.7, 0.1])
    above, below = curves.curves(error, rate).axes
    np.testing.assert_array_equal(above.get_lines()[0].get_xydata(), np.c_[[1, 2, 3], error])
    np.testing.assert_array_equal(below.get_lines()[0].get_xydata(), np.c_[[1, 2, 3], rate])
    assert (above.get_ylabel(), below.get_xlabel()) == ("E_total", "iteration")


def test_the_rmse_and_its_change() -> None:
    """The curve begins before the first update; its changes are beside it, with the threshold."""
    value, step = curves.rmse(np.array([1.0, 0.5, 0.4]), 0.2).axes
    np.testing.assert_array_equal(value.get_lines()[0].get_xdata(), [0, 1, 2])
    np.testing.assert_allclose(step.get_lines()[0].get_ydata(), [0.5, 0.1])
    assert step.get_lines()[1].get_ydata()[0] == 0.2
    assert step.get_yscale() == "log"


def test_each_rate_has_its_curve_and_its_name() -> None:
    """The legend tells the rates apart, and so do colour and dashes."""
    errors = {eta: np.array([2.0, 2.0 - eta]) for eta in (0.01, 0.1, 1.0)}
    (axes,) = rates.effect(errors).axes
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["η = 0.01", "η = 0.1", "η = 1"]
    lines = axes.get_lines()
    np.testing.assert_array_equal([line.get_ydata() for line in lines], list(errors.values()))
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 3


def test_chaos_is_the_distance_of_two_trainings() -> None:
    """Left both trainings of the largest rate, right the distances; equal ones at the bottom."""
    pairs = {
        0.1: (np.array([2.0, 1.0]), np.array([2.0, 1.0 + 1e-15])),
        0.3: (np.array([2.0, 0.5]), np.array([2.0, 0.9])),
    }
    both, apart = rates.chaos(pairs).axes
    np.testing.assert_array_equal([line.get_ydata() for line in both.get_lines()], pairs[0.3])
    calm, wild = (line.get_ydata() for line in apart.get_lines())
    assert calm[0] == wild[0] == rates.SMALLEST
    assert calm[1] < 1e-14
    np.testing.assert_allclose(wild[1], 0.4)


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


def test_the_gradient_check_is_on_logarithmic_scales() -> None:
    """One point for each size of the difference."""
    (axes,) = epsilon.epsilon(np.array([1e-3, 1e-5]), np.array([1e-4, 1e-9])).axes
    np.testing.assert_array_equal(axes.get_lines()[0].get_xydata(), [[1e-3, 1e-4], [1e-5, 1e-9]])
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_colours_differ_for_everybody() -> None:
    """Classes differ in their markers, lines in their dashes, and the first three in lightness."""
    assert len(set(colours.MARKERS)) == len(colours.CLASSES)
    assert len(set(map(str, colours.STYLES))) == len(colours.LINES)
    greys = sorted(np.dot(to_rgb(colour), [0.299, 0.587, 0.114]) for colour in colours.CLASSES[:3])
    assert min(np.diff(greys)) > 0.07
