# Author: A. Student
# Assignment: The Back-propagation Algorithm
import os
from typing import Union

import matplotlib.pyplot as plt
import numpy as np

from iris import load_iris, split_train_test


def sigmoid(x: float) -> float:
    '''
    Calculate the sigmoid of x
    '''
    if x < -100:
        return 0.0
    return 1 / (1 + np.exp(-x))


def d_sigmoid(x: float) -> float:
    '''
    Calculate the derivative of the sigmoid of x.
    '''
    return np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x)))**2


def perceptron(x: np.ndarray, w: np.ndarray) -> Union[float, float]:
    weighted_sum = 0
    for i in range(len(x)):
        weighted_sum += x[i] * w[i]
    return weighted_sum, sigmoid(weighted_sum)


def ffnn(x, M, K, W1, W2):
    z0 = np.append(1, x)
    a1, z1, a2, y = [], [1], [], []
    for m in range(M):
        ws, out = perceptron(z0, W1[:, m])
        a1.append(ws)
        z1.append(out)
    for k in range(K):
        ws, out = perceptron(z1, W2[:, k])
        a2.append(ws)
        y.append(out)
    return np.array(y), z0, np.array(z1), np.array(a1), np.array(a2)


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    delta_k = y - target_y
    delta_j = []
    for j in range(M):
        delta_j.append(d_sigmoid(a1[j]) * sum(W2[j + 1, :] * delta_k))
    dE1 = np.zeros((len(z0), M))
    dE2 = np.zeros((len(z1), K))
    for i in range(len(z0)):
        dE1[i, :] = np.array(delta_j) * z0[i]
    for j in range(len(z1)):
        dE2[j, :] = delta_k * z1[j]
    return y, dE1, dE2


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = X_train.shape[0]
    W1tr, W2tr = W1, W2
    E_total, misclassification_rate = [], []
    for it in range(iterations):
        dE1_total = np.zeros_like(W1tr)
        dE2_total = np.zeros_like(W2tr)
        E = 0
        guesses = []
        for n in range(N):
            target_y = np.zeros(K)
            target_y[t_train[n]] = 1
            y, dE1, dE2 = backprop(X_train[n], target_y, M, K, W1tr, W2tr)
            dE1_total += dE1
            dE2_total += dE2
            E -= np.dot(target_y, np.log(y)) + np.dot(1 - target_y, np.log(1 - y))
            guesses.append(np.argmax(y))
        W1tr = W1tr - eta * dE1_total / N
        W2tr = W2tr - eta * dE2_total / N
        E_total.append(E / N)
        misclassification_rate.append(np.mean(guesses != t_train))
        if it % 100 == 0:
            print(f"iteration {it}: error {E_total[-1]:.4f}")
    return W1tr, W2tr, np.array(E_total), np.array(misclassification_rate), np.array(guesses)


def test_nn(X_test, M, K, W1, W2):
    guesses = np.zeros(len(X_test))
    for n in range(len(X_test)):
        y, z0, z1, a1, a2 = ffnn(X_test[n], M, K, W1, W2)
        print("outputs:", y)
        guesses[n] = np.argmax(y)
    return guesses


def plot(E_total, rate):
    fig, (left, right) = plt.subplots(1, 2)
    left.plot(E_total)
    right.plot(rate)
    plt.savefig(os.path.join("figures", "training.png"))


if __name__ == '__main__':
    np.random.seed(1234)
    features, targets, classes = load_iris()
    (train_features, train_targets), (test_features, test_targets) = \
        split_train_test(features, targets)
    M, K = 6, 3
    W1 = 2 * np.random.rand(5, M) - 1
    W2 = 2 * np.random.rand(M + 1, K) - 1
    results = train_nn(train_features, train_targets, M, K, W1, W2, 500, 0.1)
    plot(results[2], results[3])
    print(np.mean(test_nn(test_features, M, K, *results[:2]) == test_targets))
