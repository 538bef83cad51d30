import numpy as np


def sigmoid(x):
    return np.where(np.less(x, -100), 0.0, np.exp(-np.logaddexp(0.0, -np.asarray(x))))


def d_sigmoid(x):
    return (1 - sigmoid(x)) * sigmoid(x)


def perceptron(x, w):
    a = sum(reversed([p * q for p, q in zip(x, w)]))
    return float(a), float(sigmoid(a))


def ffnn(x, M, K, W1, W2):
    z0 = np.array([1.0, *x])
    a1 = (z0[::-1, None] * W1[::-1]).cumsum(axis=0)[-1]
    z1 = np.array([1.0, *sigmoid(a1)])
    a2 = (z1[::-1, None] * W2[::-1]).cumsum(axis=0)[-1]
    return [sigmoid(a2), z0, z1, a1, a2]


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    minus_delta = target_y - y
    minus_hidden = (minus_delta * W2[1:])[:, ::-1].sum(axis=1) * d_sigmoid(a1)
    return [y, -z0[:, None] * minus_hidden, -z1[:, None] * minus_delta]


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = X_train.shape[0]
    E_total = np.zeros(iterations)
    misclassification_rate = np.zeros(iterations)
    guesses = np.full(N, -1)
    for i in range(iterations):
        sums = [0, 0]
        for n in reversed(range(N)):
            target_y = np.identity(K)[t_train[n]]
            y, dE1, dE2 = backprop(X_train[n], target_y, M, K, W1, W2)
            sums = [dE1 / N + sums[0], dE2 / N + sums[1]]
            right = y[t_train[n]]
            others = np.delete(y, t_train[n])
            E_total[i] -= (np.log(right) + np.log(1 - others).sum()) / N
            guesses[n] = np.argmax(y)
        misclassification_rate[i] = 1 - np.sum(guesses == t_train) / N
        W1, W2 = W1 - eta * sums[0], W2 - eta * sums[1]
    return [W1, W2, E_total, misclassification_rate, guesses]


def test_nn(X_test, M, K, W1, W2):
    N = X_test.shape[0]
    guesses = np.zeros(N, dtype=np.int32)
    for n in range(N - 1, -1, -1):
        guesses[n] = ffnn(X_test[n], M, K, W1, W2)[0].argmax()
    return guesses
