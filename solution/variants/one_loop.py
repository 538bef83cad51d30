import numpy as np
from scipy.special import expit, xlogy


def sigmoid(x):
    return expit(x)


def d_sigmoid(x):
    return expit(x) * expit(-x)


def perceptron(x, w):
    a = (np.asarray(x) * np.asarray(w)).sum()
    return a, expit(a)


def ffnn(x, M, K, W1, W2):
    z0 = np.ones(len(x) + 1)
    z0[1:] = x
    a1 = W1[0] + x @ W1[1:]
    z1 = np.ones(M + 1)
    z1[1:] = expit(a1)
    a2 = W2[0] + z1[1:] @ W2[1:]
    return expit(a2), z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    dk = y - target_y
    dj = d_sigmoid(a1) * (W2[1:] * dk).sum(axis=1)
    dE1 = np.tile(dj, (len(z0), 1)) * z0[:, None]
    dE2 = np.kron(z1[:, None], dk[None, :])
    return y, dE1, dE2


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    # The gradients are written out here: no call of backprop.
    N = len(X_train)
    W1, W2 = np.copy(W1), np.copy(W2)
    E_total = np.zeros(iterations)
    misclassification_rate = np.zeros(iterations)
    guesses = np.zeros(N, dtype=np.uint8)
    for i in range(iterations):
        step1, step2 = 0 * W1, 0 * W2
        for n in range(N):
            x, t = X_train[n], t_train[n]
            h = expit(W1[0] + x @ W1[1:])
            y = expit(W2[0] + h @ W2[1:])
            d2 = y.copy()
            d2[t] -= 1
            d1 = h * (1 - h) * (W2[1:] @ d2)
            step2[0] += d2
            step2[1:] += h[:, None] * d2
            step1[0] += d1
            step1[1:] += x[:, None] * d1
            target = np.bincount([t], minlength=K)
            E_total[i] -= xlogy(target, y).sum() + xlogy(1 - target, 1 - y).sum()
            guesses[n] = y.argmax()
        E_total[i] /= N
        misclassification_rate[i] = (guesses != t_train).sum() / N
        W1 -= eta * step1 / N
        W2 -= eta * step2 / N
    return W1, W2, E_total, misclassification_rate, guesses


def test_nn(X_test, M, K, W1, W2):
    hidden = expit(W1[0] + X_test @ W1[1:])
    return np.argmax(W2[0] + hidden @ W2[1:], axis=1)
