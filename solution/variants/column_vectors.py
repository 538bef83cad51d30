import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.maximum(x, -100))) * (x >= -100)


def d_sigmoid(x):
    return np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2


def perceptron(x, w):
    a = np.vdot(x, w)
    return a, sigmoid(a)


def column(v):
    return np.asarray(v, dtype=float).reshape(-1, 1)


def ffnn(x, M, K, W1, W2):
    z0 = np.vstack([[[1.0]], column(x)])
    a1 = W1.T.dot(z0)
    z1 = np.vstack([[[1.0]], sigmoid(a1)])
    a2 = W2.T.dot(z1)
    return sigmoid(a2), z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    dk = y - column(target_y)
    dj = d_sigmoid(a1) * W2[1:].dot(dk)
    return y, z0 * dj.T, z1 * dk.T


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N, D = X_train.shape
    E_total = np.zeros((iterations, 1))
    rate = np.zeros((iterations, 1))
    guesses = np.zeros((N, 1), dtype=int)
    for i in range(iterations):
        total1, total2 = np.zeros((D + 1, M)), np.zeros((M + 1, K))
        for n, (x, t) in enumerate(zip(X_train, t_train)):
            target = (np.arange(K) == t).astype(int)
            y, dE1, dE2 = backprop(x, target, M, K, W1, W2)
            total1 += dE1
            total2 += dE2
            E_total[i] += -np.log(np.abs(1 - column(target) - y)).sum()
            guesses[n] = np.argmax(y)
        W1, W2 = W1 - total1 * (eta / N), W2 - total2 * (eta / N)
        E_total[i] /= N
        rate[i] = np.average(guesses != column(t_train))
    return W1, W2, E_total, rate, guesses


def test_nn(X_test, M, K, W1, W2):
    return np.array([[np.argmax(ffnn(x, M, K, W1, W2)[0])] for x in X_test])
