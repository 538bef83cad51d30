"""Bonus: write as many of these functions as you like, and hand this file in, too.

The handout (README.md, sections B.1 to B.5) explains each. Nothing is lost without them; up to 20
points come on top of the others. Patterns stand in rows: the shape (N, D) means N patterns of D
numbers. Check your work at any time: python check.py bonus
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Vector = np.ndarray
Matrix = np.ndarray

ACTIVATIONS = ("identity", "tanh", "logistic", "relu")


def step(a: float) -> int:
    """The activation of the first perceptrons.

    a: the weighted sum of one neuron, a number.
    Returns 1 where a is above 0, otherwise 0.
    Handout B.1.
    """
    raise NotImplementedError("step is still to be written (handout B.1)")


def perceptron_pass(
    X: Matrix, t: Vector, w: Vector, b: float, alpha: float
) -> tuple[Vector, float, int]:
    """One pass of the perceptron rule over all patterns, in their order.

    X: the patterns, (N, D). t: their targets, 0 or 1, (N,).
    w: the weights, (D,). b: the bias. alpha: the learning rate.
    Returns, in this order,
    w: the new weights, (D,);
    b: the new bias;
    errors: how many patterns were wrong when their turn came.
    Handout B.1.
    """
    raise NotImplementedError("perceptron_pass is still to be written (handout B.1)")


def learn_perceptron(
    X: Matrix, t: Vector, w: Vector, b: float, alpha: float, limit: int
) -> tuple[Vector, float, Vector]:
    """Passes over all patterns until one of them has no error.

    X, t, w, b, alpha: as in perceptron_pass.
    limit: the largest number of passes, at least 1.
    Returns, in this order,
    w: the weights, (D,);
    b: the bias;
    errors: how many errors each pass had, (passes,).
    Handout B.1.
    """
    raise NotImplementedError("learn_perceptron is still to be written (handout B.1)")


def activation(name: str, a: Vector) -> Vector:
    """An activation function at every element of an array.

    name: "identity", "tanh", "logistic" or "relu".
    a: weighted sums, in any shape.
    Returns the values, in the shape of a.
    Handout B.2.
    """
    raise NotImplementedError("activation is still to be written (handout B.2)")


def d_activation(name: str, y: Vector) -> Vector:
    """The derivative of an activation function, from its outputs.

    name: "identity", "tanh", "logistic" or "relu".
    y: what activation(name, a) has returned, in any shape.
    Returns the derivatives at a, in the shape of y; for "relu" 0.0 where y is 0.
    Handout B.2.
    """
    raise NotImplementedError("d_activation is still to be written (handout B.2)")


def unpack(w: Vector, sizes: Sequence[int]) -> list[Matrix]:
    """Given: the flat vector w as one matrix a layer.

    sizes: the number of inputs, of neurons in each hidden layer, and of outputs.
    Returns, for sizes [2, 4, 1], matrices of the shapes (3, 4) and (5, 1); row 0 for the bias.
    """
    matrices = []
    begin = 0
    for before, after in pairwise(sizes):
        end = begin + (before + 1) * after
        matrices.append(np.reshape(w[begin:end], (before + 1, after)))
        begin = end
    return matrices


def pack(matrices: Sequence[Matrix]) -> Vector:
    """Given: the matrices of all layers as one flat vector, the way back from unpack."""
    return np.concatenate([np.ravel(matrix) for matrix in matrices])


def layer_forward(X: Matrix, W: Matrix, name: str) -> Matrix:
    """One layer forward, for all patterns at once.

    X: the inputs of the layer, (N, I).
    W: its weights, (I+1, J); row 0 for the bias.
    name: the name of its activation function.
    Returns its outputs, (N, J).
    Handout B.3.
    """
    raise NotImplementedError("layer_forward is still to be written (handout B.3)")


def layer_backward(X: Matrix, W: Matrix, name: str, Y: Matrix, dY: Matrix) -> tuple[Matrix, Matrix]:
    """One layer backward, for all patterns at once.

    X, W, name: as in layer_forward.
    Y: the outputs of the layer, (N, J).
    dY: the derivatives of the error with respect to Y, (N, J).
    Returns, in this order,
    dX: the derivatives with respect to X, (N, I);
    dW: the derivatives with respect to W, (I+1, J).
    Handout B.3.
    """
    raise NotImplementedError("layer_backward is still to be written (handout B.3)")


def mlp_forward(X: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str) -> Matrix:
    """All layers forward.

    X: the patterns, (N, sizes[0]).
    sizes: the sizes of all layers, see unpack. w: the weights of all layers, flat.
    hidden, output: the activation functions of the hidden layers and of the last one.
    Returns the outputs of the last layer, (N, sizes[-1]).
    Handout B.3.
    """
    raise NotImplementedError("mlp_forward is still to be written (handout B.3)")


def mlp_gradient(
    X: Matrix, T: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str
) -> tuple[float, Vector]:
    """The squared error of all patterns and its gradient.

    X, sizes, w, hidden, output: as in mlp_forward.
    T: the targets, (N, sizes[-1]).
    Returns, in this order,
    E: half the sum of the squared differences between outputs and targets, a number;
    dw: the derivatives of E in the order of w, (len(w),).
    Handout B.3.
    """
    raise NotImplementedError("mlp_gradient is still to be written (handout B.3)")


def mlp_epoch(
    X: Matrix, T: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str, eta: float
) -> Vector:
    """One pass in which each pattern, in turn, changes the weights at once.

    X, T, sizes, w, hidden, output: as in mlp_gradient.
    eta: the learning rate.
    Returns the new weights, (len(w),).
    Handout B.3.
    """
    raise NotImplementedError("mlp_epoch is still to be written (handout B.3)")


def numerical_gradient(
    X: Matrix,
    T: Matrix,
    sizes: Sequence[int],
    w: Vector,
    hidden: str,
    output: str,
    epsilon: float,
) -> Vector:
    """The gradient of the same error by central differences.

    X, T, sizes, w, hidden, output: as in mlp_gradient.
    epsilon: how far each weight is moved up and down.
    Returns the derivatives in the order of w, (len(w),).
    Handout B.4.
    """
    raise NotImplementedError("numerical_gradient is still to be written (handout B.4)")


def relative_error(one: Vector, other: Vector) -> float:
    """How far two vectors are apart, as a share of their lengths.

    one, other: two vectors, (n,).
    Returns a number between 0 and 1; 0.0 where both vectors are zero.
    Handout B.4.
    """
    raise NotImplementedError("relative_error is still to be written (handout B.4)")


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
    """Training on all patterns at once until the error hardly changes any more.

    X, T, sizes, w, hidden, output: as in mlp_gradient.
    eta: the learning rate, for steps against the mean gradient.
    limit: the largest number of updates, at least 1.
    change: training ends once the error has changed by less than this in one update.
    Returns, in this order,
    w: the trained weights, (len(w),);
    rmse: the root of the mean squared difference before the first update and after each,
    (updates + 1,).
    Handout B.5.
    """
    raise NotImplementedError("train_until_still is still to be written (handout B.5)")


def predict(X_new: Matrix, sizes: Sequence[int], w: Vector, hidden: str, output: str) -> Matrix:
    """What a trained network says of new rows.

    X_new: new patterns, (N, sizes[0]), or a single one, (sizes[0],).
    sizes, w, hidden, output: as in mlp_forward.
    Returns the outputs, (N, sizes[-1]); N is 1 for a single pattern.
    Handout B.5.
    """
    raise NotImplementedError("predict is still to be written (handout B.5)")
