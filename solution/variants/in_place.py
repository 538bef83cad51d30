import numpy as np


def sigmoid(x):
    if x < -100:
        return 0.0
    return 1 / (1 + np.exp(-x))


def d_sigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


def perceptron(x, w):
    s = np.inner(x, w)
    return s, sigmoid(s)


def ffnn(x, M, K, W1, W2):
    z0 = np.insert(x, 0, 1.0)
    z1 = np.ones(M + 1)
    a1 = np.empty(M)
    a2, y = np.empty(K), np.empty(K)
    for j in range(M):
        a1[j], z1[j + 1] = perceptron(z0, W1[:, j])
    for k in range(K):
        a2[k], y[k] = perceptron(z1, W2[:, k])
    return y, z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    delta_k = y - target_y
    delta_j = np.array([d_sigmoid(a) for a in a1]) * np.dot(W2[1:], delta_k)
    dE1, dE2 = np.zeros_like(W1), np.zeros_like(W2)
    dE1 += np.multiply.outer(z0, delta_j)
    dE2 += np.multiply.outer(z1, delta_k)
    return y, dE1, dE2


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = len(t_train)
    E_total = []
    misclassification_rate = []
    for it in range(1, iterations + 1):
        dE1_total = np.zeros_like(W1)
        dE2_total = np.zeros_like(W2)
        E, missed = 0, 0
        for n in range(N):
            target_y = np.zeros(K)
            target_y[t_train[n]] = 1.0
            y, dE1, dE2 = backprop(X_train[n], target_y, M, K, W1, W2)
            dE1_total += dE1
            dE2_total += dE2
            E += -np.sum(target_y * np.log(y) + (1 - target_y) * np.log(1 - y))
            missed += np.argmax(y) != t_train[n]
        W1 -= eta * dE1_total / N
        W2 -= eta * dE2_total / N
        E_total.append(E / N)
        misclassification_rate.append(missed / N)
    guesses = test_nn(X_train, M, K, W1, W2)
    return W1, W2, np.array(E_total), np.array(misclassification_rate), guesses


def test_nn(X_test, M, K, W1, W2):
    guesses = []
    for x in X_test:
        y, *_ = ffnn(x, M, K, W1, W2)
        guesses.append(np.argmax(y))
    return np.array(guesses)
