"""Probes of ``backprop``: what follows from the student's own ``ffnn`` and ``d_sigmoid``."""

import numpy as np

from .forward import NET, W1, W2, X
from .own import Answer, Floats, Own, probes
from .words import apart, at, changed, cross_entropy, farthest, same, show, times

TARGET = np.array([0.0, 1.0, 0.0])
STEP = 0.001


def _answer(own: Own, second: Floats = W2) -> Answer:
    return own.backprop(X, TARGET, W1, second)


def y_of_ffnn(own: Own, output: str) -> str:
    """y is that of own ``ffnn``."""
    got, right = _answer(own)["y"], own.ffnn(X, W1, W2)["y"]
    where, a, b = farthest(got, right)
    return (
        f"{NET} your `ffnn` gives {at('y', where)} = {a}, and your `backprop` returns {b}. It "
        "should return the y of `ffnn` (step 1)."
    )


def output_errors(own: Own, output: str) -> str:
    """Row 0 of dE2 is y - t."""
    y = own.ffnn(X, W1, W2)["y"]
    right = y - TARGET
    got = _answer(own)["dE2"][0]
    (k,), a, b = farthest(got, right)
    return (
        f"`dE2[0, {k}]`, in the row of the bias, is delta_k of output {k}: y - t = "
        f"{y[k]:.3g} - {TARGET[k]:g} = {a} in a small network. Yours is {b}"
        f"{times(got[k], right[k])} (steps 2 and 5).{_reading(y, got)}"
    )


def _reading(y: Floats, got: Floats) -> str:
    """What other formula gives these errors of the outputs."""
    targets = y - got
    if same(got, (y - TARGET) / (y * (1 - y))):
        return " That is the derivative by y; delta_k is the one by a2."
    if abs(targets[0] - targets[2]) < 1e-6 and targets[0] >= 0 and targets[1] <= 1:
        return f" It is as if t were {targets[1]:.3g} for the class and {targets[0]:.3g} otherwise."
    return ""


def outer_product(own: Own, output: str) -> str:
    """Each row of dE1 is row 0 times an element of z0, and of dE2 one of z1."""
    vector, delta = ("z0", "delta_j") if output == "dE1" else ("z1", "delta_k")
    got, inputs = _answer(own)[output], own.ffnn(X, W1, W2)[vector]
    (i, j), a, b = farthest(got, np.outer(inputs, got[0]))
    return (
        f"{NET} your `{output}[0, {j}]` is {got[0, j]:.6g}, which is {delta} times the 1 of the "
        f"bias. `{output}[{i}, {j}]` is the same {delta} times {vector}[{i}] = {inputs[i]:.3g}, so "
        f"{a}; yours is {b} (step 5)."
    )


def no_way_back(own: Own, output: str) -> str:
    """Without W2, but for its bias, dE1 is 0."""
    got = _answer(own, changed(W2, slice(1, None), 0))["dE1"]
    where, *_ = farthest(got, np.zeros_like(got))
    return (
        "With rows 1, 2, … of W2 set to 0 no hidden neuron has a part in y, so dE1 must be 0, "
        f"but your {at('dE1', where)} is {got[where]:.3g}. Possible causes: row 0 of W2, the "
        "bias, goes back too, or W2 is changed before delta_j is made from it."
    )


def neuron_without_way_back(own: Own, output: str) -> str:
    """Without its row of W2 the column of a hidden neuron in dE1 is 0."""
    for j in range(4):
        got = _answer(own, changed(W2, j + 1, 0))["dE1"][:, j]
        where = apart(got, np.zeros_like(got))
        if where is not None:
            return (
                f"With row {j + 1} of W2 set to 0 hidden neuron {j} has no part in y, so column "
                f"{j} of dE1 must be 0, but your `dE1[{where[0]}, {j}]` is {got[where]:.3g}. Does "
                f"delta_j of neuron {j} use row {j + 1} of W2 (step 3)?"
            )
    return ""


def hidden_errors(own: Own, output: str) -> str:
    """Row 0 of dE1 is delta_j, from own delta_k and own ``d_sigmoid``."""
    answer, a1 = _answer(own), own.ffnn(X, W1, W2)["a1"]
    back = W2[1:] @ answer["dE2"][0]
    steep = np.array([own.d_sigmoid(float(a)) for a in a1])
    got = answer["dE1"][0]
    (j,), a, b = farthest(got, steep * back)
    factor = got[j] / back[j]
    return (
        f"`dE1[0, {j}]`, in the row of the bias, is delta_j of hidden neuron {j} (step 3). {NET} "
        f"the sum of W2[{j + 1}, k] * delta_k over k is {back[j]:.4g} with your delta_k, and your "
        f"`d_sigmoid(a1[{j}])` is {steep[j]:.4g}: together {a}. Yours is {b}, that sum times "
        f"{factor:.4g}."
    )


def slopes(own: Own, output: str) -> str:
    """Each entry is the slope of own error over that weight."""
    matrix = _answer(own)[output]
    name = output.replace("dE", "W")
    for i, j in np.ndindex(matrix.shape):
        got = float(matrix[i, j])
        errors = [_error(own, name, (i, j), step) for step in (-STEP, STEP)]
        rise = errors[1] - errors[0]
        right = rise / (2 * STEP)
        if abs(got - right) > 1e-4 * (1 + abs(right)):
            a, b = show(right, got)
            place = at(output, (i, j))
            change = f"{'rose' if rise > 0 else 'fell'} by {abs(rise):.3g}"
            return (
                f"{place} says how fast the error grows with {at(name, (i, j))}. {NET} we raised "
                f"that weight by {2 * STEP:g} and the error of your network {change}, so {place} "
                f"should be {a}. Yours is {b}{times(got, right)}."
            )
    return ""


def _error(own: Own, name: str, where: tuple[int, int], step: float) -> float:
    """The cross-entropy of own ``ffnn`` after a step in one weight."""
    first, second = W1.copy(), W2.copy()
    (first if name == "W1" else second)[where] += step
    return cross_entropy(own.ffnn(X, first, second)["y"], TARGET)


PROBES = (
    *probes("backprop", ("y",), y_of_ffnn),
    *probes("backprop", ("dE2",), output_errors, outer_product, slopes),
    *probes("backprop", ("dE1",), outer_product, no_way_back, neuron_without_way_back),
    *probes("backprop", ("dE1",), hidden_errors, output_errors, slopes),
)
