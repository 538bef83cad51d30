"""The reference answer to the bonus exercises: handout B.1 to B.5.

Patterns stand in rows. Row 0 of a weight matrix holds the bias weights, as in the seven functions.
The weights ``w`` of a network with any number of layers are one flat vector; ``unpack`` cuts it
into matrices. Nothing here changes what the caller passes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Vector = np.ndarray
Matrix = np.ndarray

ACTIVATIONS = ("identity", "tanh", "logistic", "relu")


def step(a: float) -> int:
    """1 where the weighted sum is above 0, otherwise 0; handout B.1."""
    return 1 if a > 0 else 0


def perceptron_pass(
    X: Matrix, t: Vector, w: Vector, b: float, alpha: float
) -> tuple[Vector, float, int]:
    """One pass of the perceptron rule over X (N, D) with targets t (N,) of 0 and 1.

    Returns the new w (D,) and b, and how many patterns were wrong when their turn came.
    Handout B.1; Bishop 4.55 with targets 0 and 1 instead of -1 and 1.
    """
    w = np.array(w, dtype=float)
    errors = 0
    for n in range(len(X)):
        miss = t[n] - step(float(np.dot(w, X[n])) + b)
        w += alpha * miss * X[n]
        b += alpha * miss
        errors += int(miss != 0)
    return w, b, errors


def learn_perceptron(
    X: Matrix, t: Vector, w: Vector, b: float, alpha: float, limit: int
) -> tuple[Vector, float, Vector]:
    """Passes until one has no error, or ``limit`` of them.

    Returns w (D,), b, and the number of errors in each pass, (passes,). Handout B.1.
    """
    errors: list[int] = []
    while len(errors) < limit and (not errors or errors[-1] > 0):
        w, b, count = perceptron_pass(X, t, w, b, alpha)
        errors.append(count)
    return w, b, np.array(errors)


def activation(name: str, a: Vector) -> Vector:
    """The activation function of this name at every element of a; handout B.2."""
    a = np.asarray(a, dtype=float)
    if name == "identity":
        return a.copy()
    if name == "tanh":
        return np.asarray(np.tanh(a))
    if name == "relu":
        return np.asarray(np.maximum(a, 0.0))
    # The exponential of a number that is never positive cannot overflow.
    small = np.exp(-np.abs(a))
    return np.asarray(np.where(a >= 0, 1.0, small) / (1.0 + small))


def d_activation(name: str, y: Vector) -> Vector:
    """The derivative of that function, from its outputs y instead of its inputs; handout B.2."""
    y = np.asarray(y, dtype=float)
    if name == "identity":
        return np.ones_like(y)
    if name == "tanh":
        return 1.0 - y**2
    if name == "relu":
        return np.where(y > 0, 1.0, 0.0)
    return y * (1.0 - y)


def unpack(w: Vector, sizes: Sequence[int]) -> list[Matrix]:
    """The flat vector w as one matrix a layer: sizes [2, 4, 1] gives (3, 4) and (5, 1)."""
    matrices = []
    begin = 0
    for before, after in pairwise(sizes):
        end = begin + (before + 1) * after
        matrices.append(np.reshape(w[begin:end], (before + 1, after)))
        begin = end
    return matrices


def pack(matrices: Sequence[Matrix]) -> Vector:
    """The matrices of all layers as one flat vector: the way back."""
    return np.concatenate([np.ravel(matrix) for matrix in matrices])


def layer_forward(X: Matrix, W: Matrix, name: str) -> Matrix:
    """The outputs (N, J) of one layer with weights W (I+1, J) for its inputs X (N, I).

    Handout B.3; Bishop 5.48 and 5.49 for all patterns at once.
    """
    with_bias = np.hstack([np.ones((len(X), 1)), X])
    return activation(name, with_bias @ W)


def layer_backward(X: Matrix, W: Matrix, name: str, Y: Matrix, dY: Matrix) -> tuple[Matrix, Matrix]:
    """One layer backward: from the derivatives dY (N, J) of the error by its outputs Y (N, J).

    Returns dX (N, I), the derivatives by its inputs, and dW (I+1, J), those by its weights summed
    over the patterns. Handout B.3; Bishop 5.53 and 5.56.
    """
    delta = d_activation(name, Y) * dY
    with_bias = np.hstack([np.ones((len(X), 1)), X])
    # The bias has no neuron behind it, so its row of W sends nothing back.
    return delta @ W[1:].T, with_bias.T @ delta


def mlp_forward(X: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str) -> Matrix:
    """The outputs (N, sizes[-1]) of all layers one after the other; handout B.3."""
    return _layers(X, sizes, w, hidden, output)[-1]


def mlp_gradient(
    X: Matrix, T: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str
) -> tuple[float, Vector]:
    """The squared error E of all patterns, and its gradient in the order of w.

    X is (N, sizes[0]) and the targets T are (N, sizes[-1]). E is half the sum of all squared
    differences. Handout B.3; Bishop 5.11 and 5.53 to 5.56.
    """
    matrices = unpack(w, sizes)
    layers = _layers(X, sizes, w, hidden, output)
    dY = layers[-1] - T
    error = 0.5 * float(np.sum(dY**2))
    gradients: list[Matrix] = []
    for number in reversed(range(len(matrices))):
        name = output if number == len(matrices) - 1 else hidden
        dY, dW = layer_backward(layers[number], matrices[number], name, layers[number + 1], dY)
        gradients.insert(0, dW)
    return error, pack(gradients)


def mlp_epoch(
    X: Matrix, T: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str, eta: float
) -> Vector:
    """One pass in which every pattern, in turn, moves the weights at once: the new w.

    Handout B.3; Bishop 5.43.
    """
    for n in range(len(X)):
        _, dw = mlp_gradient(X[n : n + 1], T[n : n + 1], sizes, w, hidden, output)
        w = w - eta * dw
    return w


def numerical_gradient(
    X: Matrix,
    T: Matrix,
    sizes: Sequence[int],
    w: Vector,
    hidden: str,
    output: str,
    epsilon: float,
) -> Vector:
    """The gradient of the squared error by central differences, one weight after the other.

    Handout B.4; Bishop 5.69.
    """
    dw = np.zeros(len(w))
    for i in range(len(w)):
        nudge = np.zeros(len(w))
        nudge[i] = epsilon
        above = mlp_forward(X, sizes, w + nudge, hidden, output)
        below = mlp_forward(X, sizes, w - nudge, hidden, output)
        difference = 0.5 * np.sum((above - T) ** 2) - 0.5 * np.sum((below - T) ** 2)
        dw[i] = difference / (2 * epsilon)
    return dw


def relative_error(one: Vector, other: Vector) -> float:
    """|one - other| / (|one| + |other|) with lengths of vectors; 0.0 for two of length 0.

    Handout B.4.
    """
    together = float(np.linalg.norm(one) + np.linalg.norm(other))
    return float(np.linalg.norm(np.subtract(one, other))) / together if together else 0.0


def _rmse(Y: Matrix, T: Matrix) -> float:
    return float(np.sqrt(np.mean((Y - T) ** 2)))


def train_until_still(
    X: Matrix,
    T: Matrix,
    sizes: Sequence[int],
    w: Vector,
    hidden: str,
    output: str,
    eta: float,
    limit: int,
    change: float,
) -> tuple[Vector, Vector]:
    """Gradient descent on all patterns until the error hardly changes, or ``limit`` updates.

    Each update is one step of eta against the mean gradient. Returns w and the curve
    (updates + 1,): the root of the mean squared difference before the first update and after each.
    It ends as soon as two neighbours on the curve differ by less than ``change``. Handout B.5.
    """
    curve = [_rmse(mlp_forward(X, sizes, w, hidden, output), T)]
    while len(curve) <= limit and (len(curve) < 2 or abs(curve[-1] - curve[-2]) >= change):
        _, dw = mlp_gradient(X, T, sizes, w, hidden, output)
        w = w - eta * dw / len(X)
        curve.append(_rmse(mlp_forward(X, sizes, w, hidden, output), T))
    return w, np.array(curve)


def predict(X_new: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str) -> Matrix:
    """What a trained network says of new rows (N, sizes[0]), or of a single one (sizes[0],).

    Returns (N, sizes[-1]), with N = 1 for a single row. Handout B.5.
    """
    return mlp_forward(np.atleast_2d(X_new), sizes, w, hidden, output)


def _layers(X: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str) -> list[Matrix]:
    """The inputs, and after them the outputs of each layer."""
    matrices = unpack(w, sizes)
    layers = [np.asarray(X, dtype=float)]
    for number, W in enumerate(matrices):
        name = output if number == len(matrices) - 1 else hidden
        layers.append(layer_forward(layers[-1], W, name))
    return layers
