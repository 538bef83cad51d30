import numpy as np


def sigmoid(x):
    x = np.array(x, dtype=float)
    s = np.zeros_like(x)
    s[x >= -100] = 1 / (1 + np.exp(-x[x >= -100]))
    return s


def d_sigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


def perceptron(x, w):
    a = np.atleast_2d(x) @ np.reshape(w, (np.size(x), -1))
    return a[0], sigmoid(a)[0]


def layer(z, W):
    a = z @ W
    return a, sigmoid(a)


def ffnn(x, M, K, W1, W2):
    z0 = np.hstack((np.ones((1, 1)), np.reshape(x, (1, -1))))
    a1, h = layer(z0, W1)
    z1 = np.hstack((np.ones((1, 1)), h))
    a2, y = layer(z1, W2)
    return y, z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    dk = y - np.reshape(target_y, (1, K))
    dj = d_sigmoid(a1) * (dk @ W2[1:, :].T)
    return y, z0.T @ dj, z1.T @ dk


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = X_train.shape[0]
    E_total = np.zeros((1, iterations))
    rate = np.zeros((1, iterations))
    guesses = np.zeros((1, N))
    for i in range(iterations):
        dE1_total = np.zeros(W1.shape)
        dE2_total = np.zeros(W2.shape)
        for n in range(N):
            t = np.zeros((1, K))
            t[0, t_train[n]] = 1
            y, dE1, dE2 = backprop(X_train[n:n + 1, :], t, M, K, W1, W2)
            dE1_total += dE1
            dE2_total += dE2
            E_total[0, i] -= np.sum(t @ np.log(y).T + (1 - t) @ np.log(1 - y).T)
            guesses[0, n] = np.argmax(y, axis=1)[0]
        W1 = W1 - eta * dE1_total / N
        W2 = W2 - eta * dE2_total / N
        rate[0, i] = np.mean(guesses[0] != t_train)
    return W1, W2, E_total / N, rate, guesses


def test_nn(X_test, M, K, W1, W2):
    guesses = np.zeros((1, X_test.shape[0]))
    for n in range(X_test.shape[0]):
        guesses[0, n] = ffnn(X_test[n:n + 1, :], M, K, W1, W2)[0].argmax()
    return guesses
