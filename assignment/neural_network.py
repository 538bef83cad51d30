"""The back-propagation algorithm: write the seven functions below and submit this file.

The handout (README.md) explains each step. Row 0 of both weight matrices holds the bias weights.
Vectors are 1-D arrays: the shape (D,) means D numbers in a row.
Check your work at any time: python check.py
"""

from __future__ import annotations

import numpy as np

Vector = np.ndarray
Matrix = np.ndarray


def sigmoid(x: float | Vector) -> float | Vector:
    """The logistic sigmoid of x.

    x: a number (an array, element by element, is welcome too).
    Returns the value, between 0 and 1, in the shape of x; 0.0 where x < -100.
    Handout 1.1, Bishop 4.59.
    """
    raise NotImplementedError("sigmoid is still to be written (handout 1.1)")


def d_sigmoid(x: float | Vector) -> float | Vector:
    """The derivative of the sigmoid at x.

    x: a number (an array, element by element, is welcome too).
    Returns the slope, between 0 and 0.25, in the shape of x.
    Handout 1.1, Bishop 4.88.
    """
    raise NotImplementedError("d_sigmoid is still to be written (handout 1.1)")


def perceptron(x: Vector, w: Vector) -> tuple[float | Vector, float | Vector]:
    """One neuron: the weighted sum of its inputs and what the sigmoid makes of it.

    x: the inputs, (n,).
    w: the weights, (n,).
    Returns the weighted sum and the activation: two numbers.
    Handout 1.2, Bishop 5.48 and 5.62.
    """
    raise NotImplementedError("perceptron is still to be written (handout 1.2)")


def ffnn(
    x: Vector, M: int, K: int, W1: Matrix, W2: Matrix
) -> tuple[Vector, Vector, Vector, Vector, Vector]:
    """Forward propagation: what the network makes of one pattern.

    x: the pattern, (D,).
    M, K: the number of hidden neurons and of outputs.
    W1: the weights of the hidden layer, (D+1, M); row 0 for the bias.
    W2: the weights of the output layer, (M+1, K); row 0 for the bias.
    Returns, in this order,
    y: the outputs, (K,);
    z0: the pattern with 1.0 put in front, (D+1,);
    z1: the outputs of the hidden layer with 1.0 put in front, (M+1,);
    a1: the weighted sums of the hidden layer, (M,);
    a2: the weighted sums of the output layer, (K,).
    Handout 1.3, Bishop 5.48, 5.49 and 5.62 to 5.64.
    """
    raise NotImplementedError("ffnn is still to be written (handout 1.3)")


def backprop(
    x: Vector, target_y: Vector, M: int, K: int, W1: Matrix, W2: Matrix
) -> tuple[Vector, Matrix, Matrix]:
    """Back-propagation: the gradient of the cross-entropy of one pattern.

    x, M, K, W1, W2: as in ffnn.
    target_y: the one-hot target, (K,): 1.0 for the right class, 0.0 elsewhere.
    Returns, in this order,
    y: the outputs, (K,);
    dE1: the derivatives with respect to W1, (D+1, M);
    dE2: the derivatives with respect to W2, (M+1, K).
    Handout 1.4, Bishop 5.53 to 5.56 (page 244).
    """
    raise NotImplementedError("backprop is still to be written (handout 1.4)")


def train_nn(
    X_train: Matrix,
    t_train: Vector,
    M: int,
    K: int,
    W1: Matrix,
    W2: Matrix,
    iterations: int,
    eta: float,
) -> tuple[Matrix, Matrix, Vector, Vector, Vector]:
    """Training: gradient descent over all patterns at once.

    X_train: the patterns, (N, D), one a row.
    t_train: their classes, (N,), whole numbers from 0 to K-1.
    M, K: as in ffnn; W1, W2: the weights to begin with.
    iterations: how often the weights are updated.
    eta: the learning rate.
    Returns, in this order,
    W1tr, W2tr: the trained weights, (D+1, M) and (M+1, K);
    E_total: the mean error in each iteration, before its update, (iterations,);
    misclassification_rate: the share of wrong guesses, between 0 and 1, likewise, (iterations,);
    guesses: the class guessed for each pattern in the last iteration, (N,).
    Handout 2.1, Bishop 4.90 and 5.41.
    """
    raise NotImplementedError("train_nn is still to be written (handout 2.1)")


def test_nn(X_test: Matrix, M: int, K: int, W1: Matrix, W2: Matrix) -> Vector:
    """Testing: the class that a trained network guesses for each pattern.

    X_test: the patterns, (N, D), one a row.
    M, K: as in ffnn; W1, W2: the trained weights.
    Returns the guesses, (N,): the number, 0 to K-1, of the highest output.
    Handout 2.2.
    """
    raise NotImplementedError("test_nn is still to be written (handout 2.2)")
