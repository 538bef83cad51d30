"""Probes of ``ffnn``: each output follows from the one before it, from ``z0`` to ``y``.

They are in the opposite order: if ``y`` is the sigmoid of a2, then a2 is at fault, and so on down.
"""

from collections.abc import Callable

import numpy as np

from ..messages import COMPUTED, computed
from .own import Answer, Floats, Own, Probe, probes
from .words import apart, at, changed, differ, farthest, show

X = np.array([0.72, -1.25])
W1 = np.array([[0.31, -0.54, 0.22, 0.15], [0.83, 0.42, -0.71, -0.36], [-0.64, 0.93, 0.52, 0.27]])
W2 = np.array(
    [[0.12, -0.43, 0.26], [0.74, 0.21, -0.57], [-0.32, 0.63, 0.48], [0.51, -0.84, -0.13],
     [-0.23, 0.37, 0.66]]
)  # fmt: skip
NET = "In a small network (D = 2, M = 4, K = 3)"


def _ffnn(own: Own, **weights: Floats) -> Answer:
    """The outputs of own ``ffnn``, with other ``weights`` where they are given."""
    return own.ffnn(X, **{"W1": W1, "W2": W2, **weights})


def sigmoid_of_sum(own: Own, output: str) -> str:
    """y is own ``sigmoid`` of a2, and z1 that of a1, after its 1.0."""
    inner, offset = ("a2", 0) if output == "y" else ("a1", 1)
    answer = _ffnn(own)
    for j, a in enumerate(answer[inner]):
        right, got = own.sigmoid(float(a)), float(answer[output][j + offset])
        if differ(got, right):
            shown = show(right, got)
            return (
                f"{NET} your {at(inner, [j])} is {a:.6g}, and your `sigmoid` of it is {shown[0]}; "
                f"your {at(output, [j + offset])} is {shown[1]}. It should be that sigmoid."
            )
    return ""


def _summed(own: Own, output: str) -> tuple[str, Floats, str, Floats]:
    """What goes into a1 or a2: the weights and the vector, each after its name."""
    if output == "a1":
        return "W1", W1, "z0", np.concatenate(([1.0], X))
    return "W2", W2, "z1", np.concatenate(([1.0], _ffnn(own)["z1"][1:]))


def sums_of_nothing(own: Own, output: str) -> str:
    """W1 of 0 gives a1 of 0, and W2 of 0 gives a2 of 0."""
    name = output.replace("a", "W")
    got = _ffnn(own, **{name: np.zeros_like(W1 if name == "W1" else W2)})[output]
    where, *_ = farthest(got, np.zeros_like(got))
    return (
        f"With {name} all 0 every sum must be 0, but your {at(output, where)} is "
        f"{got[where]:.6g}. Possible causes: a bias that is added once more, or "
        f"`{output}` after the sigmoid instead of before it."
    )


def each_weight(own: Own, output: str) -> str:
    """1 more in W1[i, j] adds z0[i] to a1[j] alone, and in W2[j, k] z1[j] to a2[k]."""
    name, matrix, _, inputs = _summed(own, output)
    before = _ffnn(own)[output]
    for i, j in np.ndindex(matrix.shape):
        more = changed(matrix, (i, j), matrix[i, j] + 1)
        change = _ffnn(own, **{name: more})[output] - before
        due = changed(np.zeros_like(change), j, inputs[i])
        where = apart(change, due)
        if where is None:
            continue
        a, b = show(due[where], change[where])
        what = at(name, [i, j]) if i else f"the bias {at(name, [i, j])}"
        source = at("x", [i - 1]) if output == "a1" else f"your {at('z1', [i])}"
        whose = f" = {source}" if i else ""
        must = f"must add {a}{whose} to" if where[0] == j else "must not change"
        does = f"adds {b}" if differ(change[where], 0.0) else "leaves it as it was"
        return f"{NET}, adding 1 to {what} {must} {at(output, where)}; in your `ffnn` it {does}."
    return ""


def each_input(own: Own, output: str) -> str:
    """1 more in x[i] adds row i + 1 of W1 to a1."""
    before = _ffnn(own)["a1"]
    for i in range(2):
        change = own.ffnn(changed(X, i, X[i] + 1), W1, W2)["a1"] - before
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
    name, weights, inner, vector = _summed(own, output)
    where, a, b = farthest(_ffnn(own)[output], vector @ weights)
    return (
        f"{NET} your {at(output, where)} is {b}. The sum of {inner}[i] * {name}[i, {where[0]}] "
        f"over all i is {a}, with your own {inner}. Possible causes: a weight or an input that "
        "is changed before the sum, or one that counts twice."
    )


def begins_with_one(own: Own, output: str) -> str:
    """The bias element of z0 and z1 is 1."""
    bias = float(_ffnn(own)[output][0])
    if not differ(bias, 1.0):
        return ""
    return (
        f"Your `{output}[0]` is {bias:.6g}; `{output}` begins with the 1.0 that belongs to "
        "the bias weights."
    )


def z0_of_x(own: Own, output: str) -> str:
    """z0 holds x after its 1.0."""
    found = _ffnn(own)["z0"][1:]
    (i,), *_ = farthest(found, X)
    return (
        f"With x[{i}] = {X[i]:g} your `z0[{i + 1}]` is {found[i]:.6g}; it should be x[{i}] itself."
    )


def _about(output: str, *says: Callable[[Own, str], str]) -> tuple[Probe, ...]:
    return probes("ffnn", (output,), *says, follow=COMPUTED[computed(output) + 1 :])


PROBES = (
    *_about("y", sigmoid_of_sum),
    *_about("a2", sums_of_nothing, each_weight, weighted_sums),
    *_about("z1", begins_with_one, sigmoid_of_sum),
    *_about("a1", sums_of_nothing, each_input, each_weight, weighted_sums),
    *_about("z0", begins_with_one, z0_of_x),
)
