"""Mistakes that the catalogue does not name, as edits of the reference: probes look for them.

Each is (name, function, old, new, …): pairs of a text of the function and what stands there
instead. ``source_of`` makes the wrong file, and ``asking`` calls its functions here.
"""

import sys
from functools import partial
from unittest.mock import patch

from assignment import iris
from assignment.checks.judging.probes.own import Ask
from autograder.cases.expected import call, module_of
from tests.builders.sources import edited

Mistake = tuple[str, ...]

_LOGISTIC = "value = 1.0 / (1.0 + np.exp(-a_safe))"
_SLOPE = "value * (1.0 - value)"
_SUM = "np.sum(x * w.T, axis=-1)"
_STEPS = "        W1tr = W1tr - eta * dE1_total / N\n        W2tr = W2tr - eta * dE2_total / N\n"
_RESET = "dE1_total = np.zeros_like(W1tr)\n        dE2_total = np.zeros_like(W2tr)"
_GUESS = "guesses[n] = np.argmax(y)"
_RETURN = "return W1tr, W2tr, E_total, misclassification_rate, guesses"
_FEATURES = "    N = len(t_train)\n"


def _begin(line: str) -> tuple[str, str]:
    """A line at the beginning of ``train_nn``."""
    return _FEATURES, f"{_FEATURES}    {line}\n"


def _kept(when: str, what: str) -> tuple[str, ...]:
    """Weights or guesses that are kept at one time and returned at the end."""
    names = what.split(", ")
    copies = ", ".join(f"{name}.copy()" for name in names)
    kept = ", ".join(f"kept_{name}" for name in names)
    end = _RETURN
    for name in names:
        end = end.replace(f" {name}", f" kept_{name}")
    rate = "misclassification_rate[i] = np.mean(guesses != t_train)"
    return rate, f"{rate}\n        if {when}:\n            {kept} = {copies}", _RETURN, end


MISTAKES: tuple[Mistake, ...] = (
    ("2s - 1", "sigmoid", _LOGISTIC, "value = 2.0 / (1.0 + np.exp(-a_safe)) - 1.0"),
    ("ReLU", "sigmoid", _LOGISTIC, "value = np.maximum(a_safe, 0.0)"),
    ("half of x", "sigmoid", _LOGISTIC, "value = 1.0 / (1.0 + np.exp(-a_safe / 2))"),
    ("arctan", "sigmoid", _LOGISTIC, "value = 0.5 + np.arctan(a_safe) / np.pi"),
    ("rounded", "sigmoid", _LOGISTIC, "value = np.round(1.0 / (1.0 + np.exp(-a_safe)), 3)"),
    ("1 minus it", "sigmoid", _LOGISTIC, "value = 1.0 - 1.0 / (1.0 + np.exp(-a_safe))"),
    ("guard at -10", "sigmoid", "a < -100.0", "a < -10.0"),
    ("a hump", "sigmoid", _LOGISTIC, "value = 1.0 / (1.0 + np.exp(-a_safe)) + 0.1 * a_safe**2"),
    ("s (1 - x)", "d_sigmoid", _SLOPE, "value * (1.0 - x)"),
    ("x (1 - s)", "d_sigmoid", _SLOPE, "x * (1.0 - value)"),
    ("twice the slope", "d_sigmoid", _SLOPE, "2 * value * (1.0 - value)"),
    ("last input dropped", "perceptron", _SUM, "np.sum((x * w.T)[..., :-1], axis=-1)"),
    ("a bias of 1", "perceptron", _SUM, f"{_SUM} + 1"),
    ("weights squared", "perceptron", _SUM, "np.sum(x * w.T ** 2, axis=-1)"),
    ("absolute sum", "perceptron", _SUM, f"np.abs({_SUM})"),
    ("weights reversed", "perceptron", _SUM, "np.sum(x[::-1] * w.T, axis=-1)"),
    ("sigmoid twice", "perceptron", "= sigmoid(weighted_sum)", "= sigmoid(sigmoid(weighted_sum))"),
    ("output bias ignored", "ffnn", "perceptron(z1, W2)", "perceptron(z1[1:], W2[1:])"),
    ("hidden bias ignored", "ffnn", "perceptron(z0, W1)", "perceptron(z0[1:], W1[1:])"),
    ("hidden neuron skipped", "ffnn", "perceptron(z1, W2)", "perceptron(z1[:-1], W2[:-1])"),
    ("a2 from a1", "ffnn", "perceptron(z1, W2)", "perceptron(np.append(1.0, a1), W2)"),
    ("last input left out", "ffnn", "perceptron(z0, W1)", "perceptron(z0[:-1], W1[:-1])"),
    ("weights rounded", "ffnn", "perceptron(z1, W2)", "perceptron(z1, np.round(W2, 1))"),
    ("bias of 0.5", "ffnn", "z1 = np.ones(M + 1)", "z1 = np.ones(M + 1)\n    z1[0] = 0.5"),
    ("inputs scaled", "ffnn", "    z0[1:] = x", "    z0[1:] = x / np.max(np.abs(x))"),
    ("softmax", "ffnn", "return y,", "y = np.exp(a2) / np.sum(np.exp(a2))\n    return y,"),
    ("a start value of a2", "ffnn", "return y,", "a2 += 1\n    return y,"),
    ("a start value of a1", "ffnn", "return y,", "a1 += 1\n    return y,"),
    ("bias input of 0", "ffnn", "z0 = np.ones(len(x) + 1)", "z0 = np.zeros(len(x) + 1)"),
    ("tanh inside", "ffnn", "    a2 = np", "    z1[1:] = np.tanh(a1)\n    a2 = np"),
    ("slope by y", "backprop", "d_sigmoid(a1) *", "z1[1:].mean() * (1 - z1[1:]) *"),
    ("derivative by y", "backprop", "delta_k = y - target_y",
     "delta_k = (y - target_y) / (y * (1 - y))"),
    ("W2 updated first", "backprop", "delta_k = y - target_y",
     "delta_k = y - target_y\n    W2 = W2 - 0.1 * np.outer(z1, delta_k)"),
    ("targets of 0.1 and 0.9", "backprop", "delta_k = y - target_y",
     "delta_k = y - (0.1 + 0.8 * target_y)"),
    ("absolute errors", "backprop", "delta_k = y - target_y", "delta_k = np.abs(y - target_y)"),
    ("gradient clipped", "backprop", "return y,", "dE1 = np.clip(dE1, -0.05, 0.05)\n    return y,"),
    ("gradient normalised", "backprop", "return y,",
     "dE2 = dE2 / np.linalg.norm(dE2)\n    return y,"),
    ("y after a step", "backprop", "return y,",
     "y = ffnn(x, M, K, W1 - dE1, W2 - dE2)[0]\n    return y,"),
    ("weights decay", "backprop", "return y,", "dE2 = dE2 + 0.01 * W2\n    return y,"),
    ("an update too many", "train_nn", "in range(iterations):", "in range(-1, iterations):"),
    ("weights drawn anew", "train_nn",
     *_begin("W1, W2 = np.random.rand(*W1.shape), np.random.rand(*W2.shape)")),
    ("weights drawn with a seed", "train_nn",
     *_begin("W1 = np.random.default_rng(0).uniform(-1, 1, W1.shape)")),
    ("features scaled", "train_nn",
     *_begin("X_train = (X_train - X_train.mean(axis=0)) / X_train.std(axis=0)")),
    ("features over ten", "train_nn", *_begin("X_train = X_train / 10")),
    ("features cast", "train_nn", *_begin("X_train = X_train.astype(int)")),
    ("last pattern dropped", "train_nn", "for n in range(N):", "for n in range(N - 1):"),
    ("from the first weights", "train_nn", "W1tr = W1tr - eta", "W1tr = W1 - eta",
     "W2tr = W2tr - eta", "W2tr = W2 - eta"),
    ("momentum", "train_nn", _RESET, "if i == 0:\n            dE1_total, dE2_total = 0.0, 0.0\n"
     "        dE1_total, dE2_total = 0.9 * dE1_total, 0.9 * dE2_total", "dE1_total += dE1",
     "dE1_total = dE1_total + dE1", "dE2_total += dE2", "dE2_total = dE2_total + dE2"),
    ("totals not cleared", "train_nn", _RESET, "if i == 0:\n            dE1_total, dE2_total = "
     "np.zeros_like(W1tr), np.zeros_like(W2tr)"),
    ("targets not cleared", "train_nn", "            target_y = np.zeros(K)\n", "",
     "    # 2. the", "    target_y = np.zeros(K)\n    # 2. the"),
    ("a default list", "train_nn", " eta: float,\n", " eta: float,\n    E_total: list = [],\n",
     "    E_total = np.zeros(iterations)\n", "", "E_total[i] = error / N",
     "E_total.append(error / N)"),
    ("best weights", "train_nn", *_kept("E_total[i] <= min(E_total[: i + 1])", "W1tr, W2tr")),
    ("first guesses kept", "train_nn", *_kept("i == 0", "guesses")),
    ("early stop", "train_nn", "        # 3. grad", "        if i > 1 and E_total[i - 1] > "
     "E_total[i - 2]:\n            break\n        # 3. grad"),
    ("eta decays", "train_nn", _STEPS, f"{_STEPS}        eta = eta * 0.9\n"),
    ("eta squared", "train_nn", _STEPS, _STEPS.replace("eta *", "eta**2 *")),
    ("weights decay in training", "train_nn", _STEPS, f"{_STEPS}        W1tr = 0.99 * W1tr\n"),
    ("W2 after each pattern", "train_nn", "        W2tr = W2tr - eta * dE2_total / N\n", "",
     _GUESS, f"{_GUESS}\n            W2tr = W2tr - eta * dE2 / N"),
    ("t and 1 - t exchanged", "train_nn", "cross_entropy(y, t", "cross_entropy(y, 1 - t"),
    ("epsilon of 1e-3", "train_nn", "(y, SMALLEST))", "(y, 1e-300) + 1e-3)",
     "- y, SMALLEST))", "- y, 1e-300) + 1e-3)"),
    ("outputs clipped", "train_nn", "cross_entropy(y,", "cross_entropy(np.clip(y, 0.1, 0.8),"),
    ("root of the error", "train_nn", "E_total[i] = error / N", "E_total[i] = np.sqrt(error / N)"),
    ("rate of the first half", "train_nn", "np.mean(guesses != t_train)",
     "np.mean((guesses != t_train)[: (N + 1) // 2])"),
    ("patterns shuffled", "train_nn", *_begin("t_train = np.random.permutation(t_train)")),
    ("labels sorted", "train_nn", *_begin("t_train = np.sort(t_train)")),
    ("gradient's sign", "train_nn", "dE1_total += dE1", "dE1_total += np.sign(dE1)"),
    ("second highest output", "train_nn", _GUESS, "guesses[n] = np.argsort(y)[-2]"),
    ("only W1's bias", "train_nn", "        # 6.", "        W1tr[1:] = W1[1:]\n        # 6."),
    ("rows scaled", "test_nn", "ffnn(X_test[n],", "ffnn(X_test[n] / np.abs(X_test[n]).max(),"),
    ("rows centred", "test_nn", "ffnn(X_test[n],", "ffnn(X_test[n] - X_test.mean(),"),
    ("output 0 skipped", "test_nn", "np.argmax(y)", "np.argmax(y[1:]) + 1"),
    ("guesses of the row before", "test_nn", "ffnn(X_test[n],", "ffnn(X_test[n - 1],"),
)  # fmt: skip


def source_of(mistake: Mistake) -> str:
    """The reference with one mistake."""
    _, function, *texts = mistake
    return edited(function, *zip(texts[::2], texts[1::2], strict=True))


def asking(source: str) -> Ask:
    """Call the functions of a file in this process, with nothing printed."""
    with patch.dict(sys.modules, {"iris": iris}):
        return partial(call, module_of(source))
