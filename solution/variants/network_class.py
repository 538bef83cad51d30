import numpy as np

SETTINGS = {"guard": -(10.0**2), "dtype": np.float64}


class Network:
    def __init__(self, W1, W2):
        self.W1 = np.array(W1, dtype=SETTINGS["dtype"])
        self.W2 = np.array(W2, dtype=SETTINGS["dtype"])
        self.slopes = None

    @staticmethod
    def activation(a):
        a = np.asarray(a, dtype=float)
        out = np.zeros(a.shape)
        np.divide(1.0, 1.0 + np.exp(-np.where(a < SETTINGS["guard"], 0.0, a)), out=out,
                  where=a >= SETTINGS["guard"])
        return out

    def forward(self, x):
        self.z0 = np.concatenate(([1.0], x))
        self.a1 = self.z0 @ self.W1
        self.z1 = np.concatenate(([1.0], self.activation(self.a1)))
        self.a2 = self.z1 @ self.W2
        self.y = self.activation(self.a2)
        return self.y

    def backward(self, target):
        dk = self.y - target
        h = self.z1[1:]
        dj = h * (1 - h) * (self.W2[1:] @ dk)
        self.slopes = np.outer(self.z0, dj), np.outer(self.z1, dk)
        return self.slopes

    def fit(self, X, t, K, iterations, eta):
        history = {"error": [], "rate": []}
        guesses = None
        for _ in range(iterations):
            sum1, sum2 = np.zeros_like(self.W1), np.zeros_like(self.W2)
            losses, guesses = [], []
            for x, label in zip(X, t):
                target = np.zeros(K)
                target[label] = 1
                y = self.forward(x)
                d1, d2 = self.backward(target)
                sum1 += d1
                sum2 += d2
                losses.append(-np.log(np.where(target == 1, y, 1 - y)).sum())
                guesses.append(int(y.argmax()))
            self.W1 -= eta * sum1 / len(X)
            self.W2 -= eta * sum2 / len(X)
            history["error"].append(np.mean(losses))
            history["rate"].append(np.mean(np.array(guesses) != np.array(t)))
        return history, np.array(guesses)


def sigmoid(x):
    return Network.activation(x)


def d_sigmoid(x):
    return Network.activation(x) * (1 - Network.activation(x))


def perceptron(x, w):
    total = float(np.dot(x, w))
    return total, float(Network.activation(total))


def ffnn(x, M, K, W1, W2):
    net = Network(W1, W2)
    y = net.forward(x)
    return y, net.z0, net.z1, net.a1, net.a2


def backprop(x, target_y, M, K, W1, W2):
    net = Network(W1, W2)
    return (net.forward(x), *net.backward(target_y))


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    net = Network(W1, W2)
    history, guesses = net.fit(X_train, t_train, K, iterations, eta)
    return net.W1, net.W2, history["error"], history["rate"], guesses


def test_nn(X_test, M, K, W1, W2):
    net = Network(W1, W2)
    return np.array([net.forward(x).argmax() for x in X_test])
