import numpy as np


def sigmoid(x):
    # avoids the overflow
    if x < -100:
        return 0.0
    else:
        return 1 / (1 + np.exp(-x))


def d_sigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


def perceptron(x, w):
    weighted_sum = np.sum(x * w)
    return np.array([weighted_sum, sigmoid(weighted_sum)])


def ffnn(x, M, K, W1, W2):
    z0 = np.append(np.array([1.0]), x)
    a1 = np.zeros(M)
    z1 = np.zeros(M + 1)
    z1[0] = 1.0
    for m in range(M):
        a1[m], z1[m + 1] = perceptron(z0, W1[:, m])
    a2 = np.zeros(K)
    y = np.zeros(K)
    for k in range(K):
        a2[k], y[k] = perceptron(z1, W2[:, k])
    return y, z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    # 1
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    # 2
    d_k = y - target_y
    # 3
    d_j = np.zeros(M)
    for j in range(M):
        s = 0
        for k in range(K):
            s = s + W2[j + 1, k] * d_k[k]
        d_j[j] = d_sigmoid(a1[j]) * s
    # 4
    dE1 = np.zeros(W1.shape)
    dE2 = np.zeros(W2.shape)
    # 5
    for i in range(dE1.shape[0]):
        for j in range(dE1.shape[1]):
            dE1[i, j] = d_j[j] * z0[i]
    for j in range(dE2.shape[0]):
        for k in range(dE2.shape[1]):
            dE2[j, k] = d_k[k] * z1[j]
    return y, dE1, dE2


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = X_train.shape[0]
    E_total = np.zeros(iterations)
    misclassification_rate = np.zeros(iterations)
    for i in range(iterations):
        dE1_total = np.zeros(W1.shape)
        dE2_total = np.zeros(W2.shape)
        guesses = np.zeros(N)
        wrong = 0
        for n in range(N):
            target_y = np.zeros(K)
            target_y[t_train[n]] = 1.0
            y, dE1, dE2 = backprop(X_train[n, :], target_y, M, K, W1, W2)
            dE1_total = dE1_total + dE1
            dE2_total = dE2_total + dE2
            guesses[n] = np.argmax(y)
            if guesses[n] != t_train[n]:
                wrong = wrong + 1
            for k in range(K):
                E_total[i] = E_total[i] - (
                    target_y[k] * np.log(y[k]) + (1 - target_y[k]) * np.log(1 - y[k])
                )
        W1 = W1 - eta * dE1_total / N
        W2 = W2 - eta * dE2_total / N
        E_total[i] = E_total[i] / N
        misclassification_rate[i] = wrong / N
    return W1, W2, E_total, misclassification_rate, guesses


def test_nn(X_test, M, K, W1, W2):
    guesses = np.zeros(X_test.shape[0])
    for n in range(X_test.shape[0]):
        y, z0, z1, a1, a2 = ffnn(X_test[n, :], M, K, W1, W2)
        guesses[n] = np.argmax(y)
    return guesses
