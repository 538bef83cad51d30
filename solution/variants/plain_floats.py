import math


def sigmoid(x):
    if x < -100:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


def d_sigmoid(x):
    s = sigmoid(x)
    return s - s * s


def perceptron(x, w):
    total = 0.0
    for xi, wi in zip(x, w):
        total += float(xi) * float(wi)
    return total, sigmoid(total)


def ffnn(x, M, K, W1, W2):
    z0 = [1.0] + [float(value) for value in x]
    a1, z1 = [], [1.0]
    for j in range(M):
        a, z = perceptron(z0, [W1[i][j] for i in range(len(z0))])
        a1.append(a)
        z1.append(z)
    a2, y = [], []
    for k in range(K):
        a, z = perceptron(z1, [W2[j][k] for j in range(M + 1)])
        a2.append(a)
        y.append(z)
    return y, z0, z1, a1, a2


def backprop(x, target_y, M, K, W1, W2):
    y, z0, z1, a1, a2 = ffnn(x, M, K, W1, W2)
    dk = [y[k] - float(target_y[k]) for k in range(K)]
    dj = []
    for j in range(M):
        back = 0.0
        for k in range(K):
            back += float(W2[j + 1][k]) * dk[k]
        dj.append(d_sigmoid(a1[j]) * back)
    dE1 = [[z * d for d in dj] for z in z0]
    dE2 = [[z * d for d in dk] for z in z1]
    return y, dE1, dE2


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    N = len(X_train)
    W1 = [[float(w) for w in row] for row in W1]
    W2 = [[float(w) for w in row] for row in W2]
    E_total, rates, guesses = [], [], [0] * N
    for _ in range(iterations):
        g1 = [[0.0] * M for _ in W1]
        g2 = [[0.0] * K for _ in W2]
        error, wrong = 0.0, 0
        for n in range(N):
            target = [1.0 if k == t_train[n] else 0.0 for k in range(K)]
            y, dE1, dE2 = backprop(X_train[n], target, M, K, W1, W2)
            for i, row in enumerate(dE1):
                for j, value in enumerate(row):
                    g1[i][j] += value
            for j, row in enumerate(dE2):
                for k, value in enumerate(row):
                    g2[j][k] += value
            for k in range(K):
                error -= math.log(y[k]) if target[k] else math.log(1.0 - y[k])
            guesses[n] = y.index(max(y))
            wrong += guesses[n] != t_train[n]
        for W, g in ((W1, g1), (W2, g2)):
            for row, slopes in zip(W, g):
                for j, slope in enumerate(slopes):
                    row[j] -= eta * slope / N
        E_total.append(error / N)
        rates.append(wrong / N)
    return W1, W2, E_total, rates, guesses


def test_nn(X_test, M, K, W1, W2):
    guesses = []
    for x in X_test:
        y = ffnn(x, M, K, W1, W2)[0]
        guesses.append(y.index(max(y)))
    return guesses
