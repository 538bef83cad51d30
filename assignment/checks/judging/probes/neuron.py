"""Probes of ``perceptron``."""

import numpy as np

from .own import Own, probes
from .words import changed, differ, show

X = np.array([0.8, -1.3, 0.5, 2.1])
W = np.array([0.3, 0.6, -0.9, 0.4])


def activation_of_sum(own: Own, output: str) -> str:
    """The activation is own ``sigmoid`` of the sum."""
    for w in (W, -2 * W):
        total, activation = own.perceptron(X, w)
        right = own.sigmoid(total)
        if differ(activation, right):
            a, b = show(activation, right)
            return (
                f"Your `perceptron` returns the sum {total:.6g} and the activation {a}, but your "
                f"`sigmoid({total:.6g})` is {b}: the activation should be the sigmoid of the sum."
            )
    return ""


def nothing_from_zeros(own: Own, output: str) -> str:
    """Weights of 0 give a sum of 0."""
    total, _ = own.perceptron(X, np.zeros(4))
    if not differ(total, 0.0):
        return ""
    return (
        f"With all weights 0 the sum must be 0, but your `perceptron` returns {total:.6g}. "
        "Possible causes: a bias or a 1 that is added (x and w have theirs already), or a start "
        "value other than 0."
    )


def each_input(own: Own, output: str) -> str:
    """1 more in x[i] adds w[i] to the sum."""
    total, _ = own.perceptron(X, W)
    for i in range(4):
        change = own.perceptron(changed(X, i, X[i] + 1), W)[0] - total
        if differ(change, W[i]):
            a, b = show(W[i], change)
            last = ", the last input," if i == 3 else ""
            none = "leaves it as it was" if not differ(change, 0.0) else f"adds {b}"
            return (
                f"Adding 1 to x[{i}]{last} must add w[{i}] = {a} to the sum; in your `perceptron` "
                f"it {none}. Is each x[i] multiplied by its own w[i], from the first to the last?"
            )
    return ""


def other_sign(own: Own, output: str) -> str:
    """Weights times -1 give the sum times -1."""
    total, _ = own.perceptron(X, W)
    other, _ = own.perceptron(X, -W)
    if not differ(other, -total):
        return ""
    a, b = show(total, other)
    return (
        f"With every weight times -1 the sum must change its sign; yours is {a} before and {b} "
        "after. Possible causes: an absolute value, a square, or a constant that is added."
    )


def twice_the_weights(own: Own, output: str) -> str:
    """Weights twice as large give twice the sum."""
    total, _ = own.perceptron(X, W)
    twice, _ = own.perceptron(X, 2 * W)
    if not differ(twice, 2 * total):
        return ""
    a, b = show(total, twice)
    return (
        f"With weights twice as large the sum must be twice as large; yours goes from {a} to {b}. "
        "Possible causes: weights that are normalised or squared, or a constant that is added."
    )


_OF_SUM = (nothing_from_zeros, each_input, other_sign, twice_the_weights)
PROBES = (
    *probes("perceptron", ("activation",), activation_of_sum),
    *probes("perceptron", ("sum",), *_OF_SUM, follow=("activation",)),
)
