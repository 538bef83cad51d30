"""A feed-forward network with one hidden layer, trained by back-propagation.

The reference answer to the handout, in the handout's order of steps. Row 0 of both weight
matrices holds the bias weights. Nothing here changes what the caller passes in.
"""

from __future__ import annotations

import numpy as np

Vector = np.ndarray
Matrix = np.ndarray

# Stands in for an argument of exactly 0 in a logarithm; any other argument is far larger.
SMALLEST = 1e-300


def sigmoid(x: float | Vector) -> float | Vector:
    """The logistic sigmoid, 1 / (1 + exp(-x)), of a number or of every element of an array.

    Below -100 it is 0.0, so that exp cannot overflow. A number gives a float, an array an array
    of the same shape. Handout 1.1, Bishop 4.59.
    """
    a = np.asarray(x, dtype=float)
    a_safe = np.maximum(a, -100.0)
    value = 1.0 / (1.0 + np.exp(-a_safe))
    value = np.where(a < -100.0, 0.0, value)
    return value if value.ndim else float(value)


def d_sigmoid(x: float | Vector) -> float | Vector:
    """The derivative of the sigmoid at x, for a number or an array; handout 1.1, Bishop 4.88."""
    value = sigmoid(x)
    return value * (1.0 - value)


def perceptron(x: Vector, w: Vector) -> tuple[float | Vector, float | Vector]:
    """The weighted sum of the inputs and its activation.

    x is (n,) and w (n,) for one neuron: two numbers. A matrix w of (n, m) holds one neuron a
    column: two arrays of (m,). Handout 1.2, Bishop 5.48 and 5.62.
    """
    x = np.asarray(x, dtype=float)
    w = np.asarray(w, dtype=float)
    weighted_sum = np.sum(x * w.T, axis=-1)
    activation = sigmoid(weighted_sum)
    return weighted_sum, activation


def ffnn(
    x: Vector, M: int, K: int, W1: Matrix, W2: Matrix
) -> tuple[Vector, Vector, Vector, Vector, Vector]:
    """Forward propagation of one pattern x of (D,) through W1 (D+1, M) and W2 (M+1, K).

    Returns y (K,), z0 (D+1,), z1 (M+1,), a1 (M,) and a2 (K,), where z0 and z1 begin with the 1.0
    that belongs to the bias weights. Handout 1.3, Bishop 5.48, 5.49 and 5.62 to 5.64.
    """
    x = np.ravel(x)
    z0 = np.ones(len(x) + 1)
    z0[1:] = x
    a1 = np.zeros(M)
    z1 = np.ones(M + 1)
    a1[:], z1[1:] = perceptron(z0, W1)
    a2 = np.zeros(K)
    y = np.zeros(K)
    a2[:], y[:] = perceptron(z1, W2)
    return y, z0, z1, a1, a2


def backprop(
    x: Vector, target_y: Vector, M: int, K: int, W1: Matrix, W2: Matrix
) -> tuple[Vector, Matrix, Matrix]:
    """The gradient of the cross-entropy of one pattern x (D,) with one-hot target_y (K,).

    Returns y (K,), dE1 (D+1, M) and dE2 (M+1, K); dE1[i, j] is the derivative of the error with
    respect to W1[i, j], and dE2 likewise. Handout 1.4, Bishop 5.53 to 5.56 (page 244).
    """
    W2 = np.asarray(W2, dtype=float)
    target_y = np.ravel(target_y)
    # 1. forward
    y, z0, z1, a1, _ = ffnn(x, M, K, W1, W2)
    # 2. the error of the outputs
    delta_k = y - target_y
    # 3. sent back to the hidden neurons; the bias, row 0 of W2, has no neuron behind it
    delta_j = d_sigmoid(a1) * (W2[1:] @ delta_k)
    # 4. and 5. every input of a layer times every error of that layer
    dE1 = np.outer(z0, delta_j)
    dE2 = np.outer(z1, delta_k)
    return y, dE1, dE2


def cross_entropy(y: Vector, target_y: Vector) -> float:
    """The error of one pattern, summed over its K outputs; handout 2.1, Bishop 4.90."""
    where_on = target_y * np.log(np.maximum(y, SMALLEST))
    where_off = (1.0 - target_y) * np.log(np.maximum(1.0 - y, SMALLEST))
    return -float(np.sum(where_on + where_off))


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
    """Gradient descent over all N patterns of X_train (N, D) with labels t_train (N,) of 0..K-1.

    Returns W1tr (D+1, M), W2tr (M+1, K), E_total (iterations,), misclassification_rate
    (iterations,) between 0 and 1, and guesses (N,), whole numbers. Error, rate and guesses of an
    iteration are those of the weights before its update. Handout 2.1, Bishop 5.41 and 4.90.
    """
    t_train = np.ravel(t_train).astype(int)
    N = len(t_train)
    # 1. what is needed; copies, so that the caller's matrices stay as they are
    W1tr = np.array(W1, dtype=float)
    W2tr = np.array(W2, dtype=float)
    E_total = np.zeros(iterations)
    misclassification_rate = np.zeros(iterations)
    guesses = np.zeros(N, dtype=int)
    # 2. the loop over the iterations
    for i in range(iterations):
        # 3. gradients begin at zero in every iteration
        dE1_total = np.zeros_like(W1tr)
        dE2_total = np.zeros_like(W2tr)
        error = 0.0
        # 4. the loop over the patterns
        for n in range(N):
            target_y = np.zeros(K)
            target_y[t_train[n]] = 1.0
            y, dE1, dE2 = backprop(X_train[n], target_y, M, K, W1tr, W2tr)
            dE1_total += dE1
            dE2_total += dE2
            error += cross_entropy(y, target_y)
            guesses[n] = np.argmax(y)
        # 5. one step against the mean gradient
        W1tr = W1tr - eta * dE1_total / N
        W2tr = W2tr - eta * dE2_total / N
        # 6. the mean error, and the share of wrong guesses
        E_total[i] = error / N
        misclassification_rate[i] = np.mean(guesses != t_train)
    # 7. done
    return W1tr, W2tr, E_total, misclassification_rate, guesses


def test_nn(X_test: Matrix, M: int, K: int, W1: Matrix, W2: Matrix) -> Vector:
    """The guessed class, 0 to K-1, of every pattern of X_test (N, D): whole numbers of (N,).

    The guess is the output with the highest value. Handout 2.2.
    """
    N = len(X_test)
    guesses = np.zeros(N, dtype=int)
    for n in range(N):
        y, _, _, _, _ = ffnn(X_test[n], M, K, W1, W2)
        guesses[n] = np.argmax(y)
    return guesses
