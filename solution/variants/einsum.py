import numpy as np


def sigmoid(x):
    if np.ndim(x) == 0:
        return 0.0 if x < -100 else 1.0 / (1.0 + np.exp(-x))
    out = np.zeros(np.shape(x))
    safe = x >= -100
    out[safe] = 1.0 / (1.0 + np.exp(-x[safe]))
    return out


def d_sigmoid(x):
    s = sigmoid(x)
    return s * (1.0 - s)


def perceptron(x, w):
    total = np.einsum("i,i->", x, w)
    return total, sigmoid(total)


def ffnn(x, M, K, W1, W2):
    z0 = np.r_[1.0, x]
    a1 = np.einsum("i,ij->j", z0, W1)
    z1 = np.r_[1.0, sigmoid(a1)]
    a2 = np.einsum("j,jk->k", z1, W2)
    return sigmoid(a2), z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, _ = ffnn(x, M, K, W1, W2)
    delta_k = y - target_y
    delta_j = np.einsum("j,jk,k->j", d_sigmoid(a1), W2[1:, :], delta_k)
    return y, np.einsum("i,j->ij", z0, delta_j), np.einsum("j,k->jk", z1, delta_k)


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    targets = (t_train[:, None] == np.arange(K)).astype(float)
    E_total, rate = [], []
    for _ in range(iterations):
        results = [
            backprop(x, target, M, K, W1, W2)
            for x, target in zip(X_train, targets)
        ]
        y = np.array([result[0] for result in results])
        E_total.append(np.mean(-np.sum(targets * np.log(y) + (1 - targets) * np.log(1 - y), 1)))
        guesses = np.argmax(y, axis=1)
        rate.append(np.count_nonzero(guesses - t_train) / t_train.size)
        W1 = W1 - eta * np.mean([result[1] for result in results], axis=0)
        W2 = W2 - eta * np.mean([result[2] for result in results], axis=0)
    return W1, W2, np.array(E_total), np.array(rate), guesses


def test_nn(X_test, M, K, W1, W2):
    return np.array([np.argmax(ffnn(x, M, K, W1, W2)[0]) for x in X_test])
