import numpy as np


def sigmoid(x):
    return np.where(x < -100, 0.0, 1 / (1 + np.exp(-np.clip(x, -100, None))))


def d_sigmoid(x):
    return sigmoid(x) * sigmoid(-x)


def perceptron(x, w):
    a = np.dot(x, w)
    return a, sigmoid(a)


def forward(X, W1, W2):
    Z0 = np.column_stack([np.ones(len(X)), X])
    A1 = Z0 @ W1
    Z1 = np.column_stack([np.ones(len(X)), sigmoid(A1)])
    A2 = Z1 @ W2
    return sigmoid(A2), Z0, Z1, A1, A2


def backward(X, T, W1, W2):
    Y, Z0, Z1, A1, _ = forward(X, W1, W2)
    Dk = Y - T
    Dj = d_sigmoid(A1) * (Dk @ W2[1:].T)
    return Y, Z0.T @ Dj, Z1.T @ Dk


def ffnn(x, M, K, W1, W2):
    return tuple(rows[0] for rows in forward(x[np.newaxis], W1, W2))


def backprop(x, target_y, M, K, W1, W2):
    Y, dE1, dE2 = backward(x[np.newaxis], target_y[np.newaxis], W1, W2)
    return Y[0], dE1, dE2


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = len(X_train)
    T = np.eye(K)[t_train]
    E_total, misclassification_rate = np.empty(iterations), np.empty(iterations)
    for i in range(iterations):
        Y, dE1_total, dE2_total = backward(X_train, T, W1, W2)
        E_total[i] = -np.where(T == 1, np.log(Y), np.log1p(-Y)).sum() / N
        guesses = Y.argmax(axis=1)
        misclassification_rate[i] = (guesses != t_train).mean()
        W1 = W1 - eta / N * dE1_total
        W2 = W2 - eta / N * dE2_total
    return W1, W2, E_total, misclassification_rate, guesses


def test_nn(X_test, M, K, W1, W2):
    return forward(X_test, W1, W2)[0].argmax(axis=1)
