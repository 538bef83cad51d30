import numpy as np


def sigmoid(x):
    return 0.0 if x < -100 else float(1 / (1 + np.exp(-x)))


def d_sigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


def perceptron(x, w):
    ws = np.dot(x, w)
    return [float(ws), sigmoid(ws)]


def ffnn(x, M, K, W1, W2):
    z0 = [1] + list(x)
    hidden = [perceptron(z0, column) for column in np.transpose(W1)]
    a1 = [a for a, _ in hidden]
    z1 = [1] + [z for _, z in hidden]
    output = [perceptron(z1, column) for column in np.transpose(W2)]
    a2 = [a for a, _ in output]
    y = [z for _, z in output]
    return [y, z0, z1, a1, a2]


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    delta_k = [yk - tk for yk, tk in zip(y, target_y)]
    delta_j = [
        d_sigmoid(a) * sum(w * d for w, d in zip(row, delta_k))
        for a, row in zip(a1, W2[1:])
    ]
    dE1 = [[d * z for d in delta_j] for z in z0]
    dE2 = [[d * z for d in delta_k] for z in z1]
    return [y, dE1, dE2]


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    E_total, rates, guesses = [], [], []
    for _ in range(iterations):
        ys, first, second = [], [], []
        for x, t in zip(X_train, t_train):
            one_hot = [0] * K
            one_hot[t] = 1
            y, dE1, dE2 = backprop(x, one_hot, M, K, W1, W2)
            ys.append(y)
            first.append(dE1)
            second.append(dE2)
        E = 0
        for y, t in zip(ys, t_train):
            for k in range(K):
                E += -np.log(y[k]) if k == t else -np.log(1 - y[k])
        guesses = [int(np.argmax(y)) for y in ys]
        E_total.append(E / len(ys))
        rates.append(sum(g != t for g, t in zip(guesses, t_train)) / len(ys))
        W1 = (np.array(W1) - eta * np.sum(first, axis=0) / len(ys)).tolist()
        W2 = (np.array(W2) - eta * np.sum(second, axis=0) / len(ys)).tolist()
    return [W1, W2, E_total, rates, guesses]


def test_nn(X_test, M, K, W1, W2):
    return [int(np.argmax(ffnn(x, M, K, W1, W2)[0])) for x in X_test]
