"""Probes of what ``train_nn`` reports: the error, the rate and the guesses."""

from dataclasses import replace

import numpy as np

from . import training
from .own import Floats, Own, Training, probes
from .training import BOLD, DATA, ETA, SMALL, WEIGHTS, K, N, after, error, one_step, outputs
from .words import changed, differ, same, show, times

E, RATE = "E_total", "misclassification_rate"


def _guesses(own: Own, data: Training) -> Floats:
    return np.array([float(np.argmax(y)) for y in outputs(own, data)])


def _rate(own: Own, data: Training) -> float:
    return float(np.mean(_guesses(own, data) != data.t))


def constant_error(own: Own, output: str) -> str:
    """With eta = 0 the error stays the same."""
    errors = own.train(DATA, 2, 0.0)[E]
    if not differ(errors[1], errors[0]):
        return ""
    a, b = show(*errors)
    return (
        f"With eta = 0 no weight changes, so the error is the same in every iteration; your "
        f"E_total is {a} and then {b}. Is the sum of the errors set to 0 in every iteration?"
    )


def each_label(own: Own, output: str) -> str:
    """The label of every pattern changes the error."""
    before = own.train(DATA, 1, ETA)[E]
    for n in range(N):
        t = changed(DATA.t, n, (DATA.t[n] + 1) % K)
        if same(own.train(replace(DATA, t=t), 1, ETA)[E], before):
            last = ", the last one," if n == N - 1 else ""
            return (
                f"{SMALL} another label for pattern {n}{last} leaves your `E_total[0]` as it was. "
                "Does every pattern count, from the first to the last?"
            )
    return ""


def error_of_own_weights(own: Own, output: str) -> str:
    """Each error is the mean cross-entropy of own ``ffnn`` before that update."""
    for i in range(3):
        right, got = error(own, after(own, i)), own.train(DATA, i + 1, BOLD)[E][i]
        if differ(got, right):
            a, b = show(right, got)
            named = {"N = 5 times": N, "K = 3 times": K, "one N-th of": 1 / N, "one K-th of": 1 / K}
            return (
                f"{SMALL} your `ffnn` with the weights {_when(i)} has a mean cross-entropy of {a}, "
                f"and that is what `E_total[{i}]` must be. Yours is {b}{times(got, right, named)}. "
                + _cause(own, i, got, right)
            )
    return ""


def _when(i: int) -> str:
    return f"after {i} iteration{'s' if i > 1 else ''}" if i else "that are passed in"


def _cause(own: Own, i: int, got: float, right: float) -> str:
    if not differ(got, error(own, after(own, i + 1))):
        return "That is the error after the update of this iteration (step 6 asks for before)."
    if not differ(got, error(own, after(own, i), exchanged=True)):
        return "That is what comes out if t and 1 - t are exchanged in the formula."
    if abs(got - right) < 0.02 * right:
        return (
            "Possible causes: a large epsilon inside the logarithms (1e-8 is enough), outputs that "
            "are clipped or rounded, or targets that are not exactly 0.0 and 1.0."
        )
    if not any(one_step(own, name) for name in WEIGHTS):
        if i:
            return (
                "Your `E_total[0]` and your first update are right. Possible causes: outputs that "
                "are clipped, or something that goes on from one iteration to the next."
            )
        return (
            "Your first update is right, so the outputs and the targets are, too: look at the "
            "formula of the error, its signs, its brackets and the division by N (step 6)."
        )
    return (
        "Possible causes: targets that are not one-hot or keep the 1.0 of earlier patterns, "
        "features that are scaled or changed, outputs of another time, or another formula."
    )


def rate_of_own_weights(own: Own, output: str) -> str:
    """Each rate is the share of wrong guesses of own ``ffnn`` before that update."""
    for i in range(3):
        data = after(own, i)
        right, got = _rate(own, data), own.train(DATA, i + 1, BOLD)[RATE][i]
        if differ(got, right):
            wrong = round(right * N)
            return (
                f"{SMALL} your `ffnn` with the weights {_when(i)} guesses {wrong} of {N} patterns "
                f"wrong, so `misclassification_rate[{i}]` must be {right:g}. Yours is {got:.4g}."
            )
    return ""


def guesses_of_own_weights(own: Own, output: str) -> str:
    """The guesses are those of own ``ffnn`` before or after the last update."""
    got = own.train(DATA, 3, BOLD)["guesses"]
    before, behind = _guesses(own, after(own, 2)), _guesses(own, after(own, 3))
    if same(got, before) or same(got, behind):
        return ""
    text = (
        f"{SMALL} of 3 iterations your guesses are {_listed(got)}. With the weights before the "
        f"last update your `ffnn` guesses {_listed(before)}, and after it {_listed(behind)}."
    )
    for i in range(2):
        if same(got, _guesses(own, after(own, i))):
            return f"{text} Yours are those of the weights {_when(i)}: are they ever renewed?"
    return (
        f"{text} The guess is the number of the highest output, counted from 0, in the order of "
        "the patterns."
    )


def _listed(guesses: Floats) -> str:
    return f"[{' '.join(f'{guess:g}' for guess in guesses)}]"


PROBES = (
    *training.CALLS,
    *probes("train_nn", (E,), constant_error, each_label),
    *training.MEANS,
    *probes("train_nn", (E,), error_of_own_weights),
    *probes("train_nn", (RATE,), rate_of_own_weights),
    *probes("train_nn", ("guesses",), guesses_of_own_weights),
    *training.PROBES,
)
