"""Probes of ``train_nn``'s weights: five patterns, three classes, at most three iterations.

With ``BOLD`` the error rises in the first iteration and the guesses change in each, so that it
shows whether a function keeps the best weights, or guesses from another time.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .own import Floats, Own, Training, probes
from .words import apart, at, changed, cross_entropy, differ, farthest, same, show

DATA = Training(
    X=np.array([[0.5, -1.9], [0.4, 1.7], [-0.6, 0.4], [0.6, 0.2], [1.8, -0.8]]),
    t=np.array([2, 0, 1, 1, 0]),
    W1=np.array([[0.6, 0.2, 0.7, 0.9], [-0.1, -0.5, -0.3, 0.2], [0.6, -0.6, -0.4, 0.8]]),
    W2=np.array(
        [[-0.6, -0.7, -0.1], [-0.7, 0.4, 0.7], [0.8, 0.2, 0.6], [-0.7, 0.7, 0.2], [0.7, -0.3, -0.5]]
    ),
)
N, K = 5, 3
SMALL, ETA, BOLD = "In a small training (N = 5, K = 3)", 0.5, 6.0
WEIGHTS = ("W1tr", "W2tr")
ALL = (*WEIGHTS, "E_total", "misclassification_rate", "guesses")


def initial(matrix: str) -> Floats:
    """The weights that training begins with."""
    return DATA.W1 if matrix == "W1tr" else DATA.W2


def after(own: Own, iterations: int, eta: float = BOLD) -> Training:
    """The data with the student's own weights after some iterations."""
    if not iterations:
        return DATA
    answer = own.train(DATA, iterations, eta)
    return replace(DATA, W1=answer["W1tr"], W2=answer["W2tr"])


def two_calls(own: Own, output: str) -> str:
    """Equal calls give equal answers."""
    first, second = (own.train(DATA, 2, ETA, again=again) for again in (False, True))
    if second and output in first and output not in second:
        return (
            f"The first call of your `train_nn` returns {output} in its shape, and an equal call "
            "after it does not. Possible causes: a list that is a default value of a parameter, or "
            "a variable outside the function that keeps its value."
        )
    where, a, b = farthest(second[output], first[output])
    return (
        f"Two equal calls of your `train_nn` give {at(output, where)} = {a} and {b}. Possible "
        "causes: random numbers, such as weights that are drawn instead of W1 and W2, or a "
        "variable outside the function that keeps its value."
    )


def eta_zero(own: Own, output: str) -> str:
    """With eta = 0 the weights stay as they are."""
    where, a, b = farthest(own.train(DATA, 1, 0.0)[output], initial(output))
    return (
        f"With eta = 0 no weight may change, but your {at(output, where)} went from {a} to "
        f"{b}. Look for a line that changes {output[:2]} without multiplying by eta, or for "
        f"training that does not begin with the {output[:2]} that is passed in."
    )


def given_weights(own: Own, output: str) -> str:
    """Other weights to begin with give other results."""
    before = own.train(DATA, 1, ETA)
    for name in WEIGHTS:
        more = initial(name) + 0.3
        other = replace(DATA, W1=more) if name == "W1tr" else replace(DATA, W2=more)
        if same(own.train(other, 1, ETA)[output], before[output]):
            return (
                f"We passed another {name[:2]} to your `train_nn`, and {output} after 1 iteration "
                f"stayed as it was. Does training begin with the {name[:2]} that is passed in?"
            )
    return ""


def each_feature(own: Own, output: str) -> str:
    """A feature of each pattern changes the weights."""
    before = own.train(DATA, 1, ETA)
    for n in range(N):
        i = n % 2
        X = changed(DATA.X, (n, i), DATA.X[n, i] + 3)
        if same(own.train(replace(DATA, X=X), 1, ETA)[output], before[output]):
            last = ", of the last pattern," if n == N - 1 else ""
            return (
                f"{SMALL} adding 3 to `X_train[{n}, {i}]`{last} changes nothing in your {output}. "
                "Does every pattern count, from the first to the last, with all its features?"
            )
    return ""


def each_fraction(own: Own, output: str) -> str:
    """0.4 more in every feature changes the results."""
    X = np.abs(np.round(DATA.X))
    before = own.train(replace(DATA, X=X), 1, ETA)[output]
    if same(own.train(replace(DATA, X=X + 0.4), 1, ETA)[output], before):
        return (
            f"We added 0.4 to every number in X_train, and your {output} stayed as it was. "
            "Possible causes: features that are cast to whole numbers, rounded, or scaled before "
            "training."
        )
    return ""


def every_pattern_twice(own: Own, output: str) -> str:
    """Every pattern twice leaves the means as they are."""
    before = own.train(DATA, 1, ETA)
    twice = own.train(replace(DATA, X=np.tile(DATA.X, (2, 1)), t=np.tile(DATA.t, 2)), 1, ETA)
    where, a, b = farthest(twice[output], before[output])
    return (
        "With every pattern twice in X_train and t_train the mean stays the same, but your "
        f"{at(output, where)} goes from {a} to {b}. Possible causes: a total that is not "
        "divided by N, something kept from one pattern to the next, or an update after "
        "each pattern."
    )


def other_order(own: Own, output: str) -> str:
    """The order of the patterns plays no part."""
    before = own.train(DATA, 1, ETA)
    order = replace(DATA, X=DATA.X[::-1], t=DATA.t[::-1])
    where, a, b = farthest(own.train(order, 1, ETA)[output], before[output])
    return (
        "With the patterns in the opposite order a total stays the same, but your "
        f"{at(output, where)} goes from {a} to {b}. Possible causes: a target that keeps the "
        "1.0 of earlier patterns, an update inside the loop over the patterns, or a "
        "pattern that is left out."
    )


def twice_eta(own: Own, output: str) -> str:
    """Twice eta gives twice the first step."""
    once, twice = own.train(DATA, 1, ETA), own.train(DATA, 1, 2 * ETA)
    step, double = once[output] - initial(output), twice[output] - initial(output)
    where, *_ = farthest(double, 2 * step)
    a, b = show(step[where], double[where])
    return (
        f"With eta = {2 * ETA:g} the first step must be twice that with eta = {ETA:g}. "
        f"Yours changes {at(output[:2], where)} by {b} and by {a}. Is every step multiplied "
        "by eta once?"
    )


def one_step(own: Own, output: str) -> str:
    """The first step is eta times the mean gradient of own ``backprop``."""
    answer = own.train(DATA, 1, ETA)
    first = _steps(own, DATA, 1)
    number = WEIGHTS.index(output)
    got, right, begin = answer[output], first[number], initial(output)
    where = apart(got, right)
    if where is None:
        return ""
    a, b = show(right[where], got[where])
    mean = (begin[where] - right[where]) / ETA
    text = (
        f"{SMALL} with eta = {ETA:g} the first iteration must take {at(output[:2], where)} from "
        f"{begin[where]:g} to {a}: the mean of your `backprop`'s {at(f'dE{number + 1}', where)} "
        f"over the patterns is {mean:.4g}. Your {at(output, where)} is {b}"
    )
    if same(got, begin):
        return f"{text}: there was no update yet. Is one missing, or are earlier weights returned?"
    if same(got, _steps(own, DATA, 2)[number]):
        return f"{text}, which is where two updates lead. Is there an update too many?"
    steps = (got - begin)[where] / (right - begin)[where]
    if same(got - begin, steps * (right - begin)):
        return f"{text}: your step is {steps:.4g} times the right one, in all of {output}."
    if not differ(own.train(DATA, 1, ETA)["E_total"][0], error(own, DATA)):
        return (
            f"{text}. Your `E_total[0]` is right, so the outputs and the targets are, too: look at "
            "the totals (step 4) and at the update (step 5)."
        )
    return (
        f"{text}. Possible causes: targets other than 1.0 for the class and 0.0 for the "
        "others, features that are scaled or changed, a pattern that is left out or counted "
        "twice, or something that is added to the gradient."
    )


def outputs(own: Own, data: Training) -> list[Floats]:
    """The y of own ``ffnn`` for every pattern."""
    return [own.ffnn(x, data.W1, data.W2)["y"] for x in data.X]


def error(own: Own, data: Training, *, exchanged: bool = False) -> float:
    """The mean error of own ``ffnn``; with t and 1 - t ``exchanged``."""
    targets = 1 - data.targets() if exchanged else data.targets()
    pairs = zip(outputs(own, data), targets, strict=True)
    return float(np.mean([cross_entropy(y, target) for y, target in pairs]))


def _steps(own: Own, data: Training, count: int) -> Sequence[Floats]:
    """The weights after steps against the mean gradient of own ``backprop``."""
    for _ in range(count):
        found = [
            own.backprop(x, target, data.W1, data.W2)
            for x, target in zip(data.X, data.targets(), strict=True)
        ]
        first = data.W1 - ETA * np.mean([one["dE1"] for one in found], axis=0)
        second = data.W2 - ETA * np.mean([one["dE2"] for one in found], axis=0)
        data = replace(data, W1=first, W2=second)
    return data.W1, data.W2


def one_and_one_more(own: Own, output: str) -> str:
    """Two iterations are one and one more, and three are two and one more."""
    for before in (1, 2):
        part = after(own, before)
        more, whole = own.train(part, 1, BOLD), own.train(DATA, before + 1, BOLD)
        start = part.W1 if output == "W1tr" else part.W2
        where = apart(whole[output], more[output])
        if where is not None:
            a, b = show(whole[output][where], more[output][where])
            s = "s" if before > 1 else ""
            return (
                f"Training {before + 1} iterations must give the same weights as {before} "
                f"iteration{s} and then 1 more. Yours give {at(output, where)} = {a} and {b}. "
                + _cause(whole[output], more[output], start, initial(output), before)
            )
    return ""


def _cause(whole: Floats, more: Floats, start: Floats, begin: Floats, before: int) -> str:
    """What the last step has in common with the right one and with the step before it."""
    got, right, earlier = whole - start, more - start, start - begin
    if same(whole, start):
        return (
            "The last iteration changes nothing. Possible causes: training that stops early, or "
            "the best weights returned instead of the last."
        )
    if before == 1:
        where = np.unravel_index(int(np.argmax(np.abs(earlier))), earlier.shape)
        share = float((got - right)[where] / (earlier[where] or 1.0))
        if same(got - right, share * earlier):
            if not differ(share, 1.0):
                return "The first step is taken again: are the totals set to zero (step 3)?"
            if not differ(share, -1.0):
                return (
                    "The second update starts from the first weights: the weights that the first "
                    "one gave are lost."
                )
            return f"In the second step {share:.3g} times the first is added: is that momentum?"
        where = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
        share = float(got[where] / (right[where] or 1.0))
        if same(got, share * right):
            return f"The second step is {share:.4g} times the right one: does eta change?"
    return (
        "Possible causes: totals not set back to zero (step 3), momentum, gradients of other than "
        "the newest weights, or the best weights returned instead of the last."
    )


CALLS = probes("train_nn", ALL, two_calls)
_OF_MEANS = (other_order, every_pattern_twice, given_weights, each_fraction)
MEANS = (
    *probes("train_nn", WEIGHTS, each_feature, follow=ALL),
    *probes("train_nn", (*WEIGHTS, "E_total"), *_OF_MEANS, follow=ALL),
)
_OF_STEPS = (eta_zero, one_step, twice_eta, one_and_one_more)
PROBES = probes("train_nn", WEIGHTS, *_OF_STEPS, follow=ALL)
