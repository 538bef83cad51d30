"""Probes of ``ffnn``: each output follows from the one before it, from ``z0`` to ``y``.

They are in the opposite order: if ``y`` is the sigmoid of a2, then a2 is at fault, and so on down.
"""

from collections.abc import Callable

import numpy as np

from .own import Answer, Floats, Own, Probe
from .words import apart, at, differ, show

X = np.array([0.72, -1.25])
W1 = np.array([[0.31, -0.54, 0.22, 0.15], [0.83, 0.42, -0.71, -0.36], [-0.64, 0.93, 0.52, 0.27]])
W2 = np.array(
    [[0.12, -0.43, 0.26], [0.74, 0.21, -0.57], [-0.32, 0.63, 0.48], [0.51, -0.84, -0.13],
     [-0.23, 0.37, 0.66]]
)  # fmt: skip
NET = "In a small network (D = 2, M = 4, K = 3)"


def y_of_a2(own: Own, output: str) -> str:
    """y is own ``sigmoid`` of a2."""
    return _sigmoids(own, "y", "a2", 0)


def z1_of_a1(own: Own, output: str) -> str:
    """z1 is own ``sigmoid`` of a1, after its 1.0."""
    return _sigmoids(own, "z1", "a1", 1)


def _sigmoids(own: Own, outer: str, inner: str, offset: int) -> str:
    answer = own.ffnn(X, W1, W2)
    for j, a in enumerate(answer[inner]):
        right, got = own.sigmoid(float(a)), float(answer[outer][j + offset])
        if differ(got, right):
            shown = show(right, got)
            return (
                f"{NET} your {at(inner, [j])} is {a:.6g}, and your `sigmoid` of it is {shown[0]}; "
                f"your {at(outer, [j + offset])} is {shown[1]}. It should be that sigmoid."
            )
    return ""


def a2_of_nothing(own: Own, output: str) -> str:
    """W2 of 0 gives a2 of 0."""
    return _of_nothing("a2", own.ffnn(X, W1, np.zeros_like(W2)), "W2")


def a1_of_nothing(own: Own, output: str) -> str:
    """W1 of 0 gives a1 of 0."""
    return _of_nothing("a1", own.ffnn(X, np.zeros_like(W1), W2), "W1")


def _of_nothing(inner: str, answer: Answer, weights: str) -> str:
    where = apart(answer[inner], np.zeros_like(answer[inner]))
    if where is None:
        return ""
    return (
        f"With {weights} all 0 every sum must be 0, but your {at(inner, where)} is "
        f"{answer[inner][where]:.6g}. Possible causes: a bias that is added once more, or "
        f"`{inner}` after the sigmoid instead of before it."
    )


def a2_of_each_weight(own: Own, output: str) -> str:
    """1 more in W2[j, k] adds z1[j] to a2[k] alone."""
    answer = own.ffnn(X, W1, W2)
    right = np.concatenate(([1.0], answer["z1"][1:]))
    return _of_each_weight(own, "a2", "W2", right, "z1")


def a1_of_each_weight(own: Own, output: str) -> str:
    """1 more in W1[i, j] adds z0[i] to a1[j] alone."""
    return _of_each_weight(own, "a1", "W1", np.concatenate(([1.0], X)), "z0")


def _of_each_weight(own: Own, inner: str, weights: str, inputs: Floats, name: str) -> str:
    """Adding 1 to a weight adds its input to the sum of its column, and to no other sum."""
    before = own.ffnn(X, W1, W2)[inner]
    matrix = W1 if weights == "W1" else W2
    for i, j in np.ndindex(matrix.shape):
        more = matrix.copy()
        more[i, j] += 1
        after = (own.ffnn(X, more, W2) if weights == "W1" else own.ffnn(X, W1, more))[inner]
        change = after - before
        due = np.zeros_like(change)
        due[j] = inputs[i]
        where = apart(change, due)
        if where is None:
            continue
        a, b = show(due[where], change[where])
        what = f"the bias {at(weights, [i, j])}" if i == 0 else at(weights, [i, j])
        whose = (
            ""
            if i == 0
            else f" = your {at(name, [i])}"
            if name == "z1"
            else f" = {at('x', [i - 1])}"
        )
        must = f"must add {a}{whose} to" if where[0] == j else "must not change"
        does = f"adds {b}" if differ(change[where], 0.0) else "leaves it as it was"
        return f"{NET}, adding 1 to {what} {must} {at(inner, where)}; in your `ffnn` it {does}."
    return ""


def a1_of_each_input(own: Own, output: str) -> str:
    """1 more in x[i] adds row i + 1 of W1 to a1."""
    before = own.ffnn(X, W1, W2)["a1"]
    for i in range(2):
        more = X.copy()
        more[i] += 1
        change = own.ffnn(more, W1, W2)["a1"] - before
        where = apart(change, W1[i + 1])
        if where is not None:
            a, b = show(W1[i + 1][where], change[where])
            weight = at("W1", [i + 1, *where])
            return (
                f"{NET}, adding 1 to {at('x', [i])} must add {weight} = {a} to {at('a1', where)}; "
                f"in your `ffnn` it adds {b}. Row 0 of W1 belongs to the bias, row i + 1 to x[i]."
            )
    return ""


def weighted_sums(own: Own, output: str) -> str:
    """a1 and a2 are the weighted sums of z0 and z1."""
    answer = own.ffnn(X, W1, W2)
    name, inner, weights = ("W1", "z0", W1) if output == "a1" else ("W2", "z1", W2)
    vector = np.concatenate(([1.0], X if inner == "z0" else answer["z1"][1:]))
    right = vector @ weights
    where = apart(answer[output], right)
    if where is None:
        return ""
    a, b = show(right[where], answer[output][where])
    return (
        f"{NET} your {at(output, where)} is {b}. The sum of {inner}[i] * {name}[i, {where[0]}] "
        f"over all i is {a}, with your own {inner}. Possible causes: a weight or an input that "
        "is changed before the sum, or one that counts twice."
    )


def begins_with_one(name: str) -> Callable[[Own, str], str]:
    """The probe of the bias in ``z0`` or ``z1``."""

    def says(own: Own, output: str) -> str:
        vector = own.ffnn(X, W1, W2)[name]
        if not differ(float(vector[0]), 1.0):
            return ""
        return (
            f"Your `{name}[0]` is {vector[0]:.6g}; `{name}` begins with the 1.0 that belongs to "
            "the bias weights."
        )

    return says


def z0_of_x(own: Own, output: str) -> str:
    """z0 holds x after its 1.0."""
    found = own.ffnn(X, W1, W2)["z0"][1:]
    where = apart(found, X)
    if where is None:
        return ""
    i = where[0]
    return (
        f"With x[{i}] = {X[i]:g} your `z0[{i + 1}]` is {found[i]:.6g}; it should be x[{i}] itself."
    )


_CHAIN = ("z0", "a1", "z1", "a2", "y")


def _about(output: str, *says: Callable[[Own, str], str]) -> tuple[Probe, ...]:
    follow = _CHAIN[_CHAIN.index(output) + 1 :]
    return tuple(Probe("ffnn", (output,), one, follow) for one in says)


PROBES = (
    *_about("y", y_of_a2),
    *_about("a2", a2_of_nothing, a2_of_each_weight, weighted_sums),
    *_about("z1", begins_with_one("z1"), z1_of_a1),
    *_about("a1", a1_of_nothing, a1_of_each_input, a1_of_each_weight, weighted_sums),
    *_about("z0", begins_with_one("z0"), z0_of_x),
)
