import functools

import numpy as np

sigmoid = np.vectorize(lambda x: 0.0 if x < -100 else 1 / (1 + np.exp(-x)), otypes=[float])
d_sigmoid = lambda x: sigmoid(x) * (1 - sigmoid(x))
perceptron = lambda x, w: (np.dot(x, w), sigmoid(np.dot(x, w)))
with_bias = functools.partial(np.append, [1.0])


def _ffnn(x, M, K, W1, W2):
    z0 = with_bias(x)
    a1, z1 = perceptron(z0, W1)
    z1 = with_bias(z1)
    a2, y = perceptron(z1, W2)
    return y, z0, z1, a1, a2


ffnn = _ffnn


def gradient(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    dk = y - target_y
    dj = (d_sigmoid(a1) * (W2 @ dk)[1:]) if M else np.zeros(0)
    return y, z0.reshape(-1, 1) @ dj.reshape(1, -1), z1.reshape(-1, 1) @ dk.reshape(1, -1)


backprop = gradient
guess = lambda x, M, K, W1, W2: int(np.argmax(ffnn(x, M, K, W1, W2)[0]))


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = len(X_train)
    errors, rates, guesses = [], [], []
    for _ in range(iterations):
        steps = [
            backprop(x, np.eye(K)[t], M, K, W1, W2) for x, t in zip(X_train, t_train)
        ]
        likely = [y[t] * np.prod(np.delete(1 - y, t)) for (y, _, _), t in zip(steps, t_train)]
        errors.append(-np.sum(np.log(likely)) / N)
        guesses = [np.argmax(y) for y, _, _ in steps]
        rates.append(np.mean(np.array(guesses) != t_train))
        W1 = W1 - eta * functools.reduce(np.add, [dE1 for _, dE1, _ in steps]) / N
        W2 = W2 - eta * functools.reduce(np.add, [dE2 for _, _, dE2 in steps]) / N
    return W1, W2, errors, rates, guesses


test_nn = lambda X_test, M, K, W1, W2: [guess(x, M, K, W1, W2) for x in X_test]
