import numpy as np

EPS = 1e-15


def sigmoid(x):
    return np.where(x < -100, 0.0, 1 / (1 + np.exp(np.minimum(-x, 100))))


def d_sigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


def perceptron(x, w):
    return np.matmul(x, w), sigmoid(np.matmul(x, w))


def ffnn(x, M, K, W1, W2):
    z0 = np.concatenate([np.ones(1), x])
    a1, h = perceptron(z0, W1)
    z1 = np.concatenate([np.ones(1), h])
    a2, y = perceptron(z1, W2)
    return y, z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    dE2 = np.outer(z1, y - target_y)
    # W2 without its bias row
    dE1 = np.outer(z0, d_sigmoid(a1) * np.matmul(y - target_y, W2[1:].T))
    return y, dE1, dE2


def error(y, t):
    return -np.sum(t * np.log(y + EPS) + (1 - t) * np.log(1 - y + EPS))


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    W1tr, W2tr = W1.copy(), W2.copy()
    N = X_train.shape[0]
    E_total = np.zeros(iterations)
    misclassification_rate = np.zeros(iterations)
    last_guesses = np.zeros(N)
    one_hot = np.zeros((N, K))
    one_hot[np.arange(N), t_train] = 1
    for i in range(iterations):
        outputs = np.zeros((N, K))
        dE1_total, dE2_total = np.zeros_like(W1tr), np.zeros_like(W2tr)
        for n in range(N):
            outputs[n], dE1, dE2 = backprop(X_train[n], one_hot[n], M, K, W1tr, W2tr)
            dE1_total += dE1
            dE2_total += dE2
        E_total[i] = error(outputs, one_hot) / N
        last_guesses = np.argmax(outputs, axis=1)
        misclassification_rate[i] = np.sum(last_guesses != t_train) / N
        W1tr -= eta * dE1_total / N
        W2tr -= eta * dE2_total / N
    return W1tr, W2tr, E_total, misclassification_rate, last_guesses


def test_nn(X_test, M, K, W1, W2):
    guesses = np.zeros(X_test.shape[0], dtype=int)
    for i, x in enumerate(X_test):
        guesses[i] = ffnn(x, M, K, W1, W2)[0].argmax()
    return guesses
