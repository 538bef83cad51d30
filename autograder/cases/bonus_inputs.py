"""Draw the inputs for the cases of the bonus so that rounding decides nothing.

For a perceptron, inputs are drawn until every weighted sum is far from 0.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from autograder.cases.inputs import Floats, uniform

LEAST_SUM = 1e-3
"""How far from 0 the weighted sums of a drawn perceptron stay, in every step of its learning."""


def learnable(rng: np.random.Generator, *, N: int, D: int, passes: int) -> dict[str, object]:
    """N patterns of D numbers whose classes a hyperplane separates, with initial weights.

    In so many passes of learning no weighted sum comes close to 0, the bias changes, and the
    weights become others than with a bias that stays.
    """
    while True:
        X, across = uniform(rng, (N, D)), uniform(rng, D)
        t = (X @ across > 0).astype(int)
        w, b, alpha = uniform(rng, D), float(rng.uniform(-0.5, 0.5)), 0.2
        if 0 < t.sum() < N:
            least, learnt, bias = _learn(X, t, w, b, alpha, alpha, passes)
            _, without, _ = _learn(X, t, w, b, alpha, 0.0, passes)
            apart = min(abs(bias - b), np.max(np.abs(learnt - without)))
            if min(least, apart) > LEAST_SUM:
                return {"X": X, "t": t, "w": w, "b": b, "alpha": alpha}


def _learn(
    X: Floats, t: Floats, w: Floats, b: float, alpha: float, of_bias: float, passes: int
) -> tuple[float, Floats, float]:
    """The smallest absolute weighted sum in so many passes, and the weights and bias after them.

    ``of_bias`` is the learning rate of the bias.
    """
    least = np.inf
    for n in [*range(len(X))] * passes:
        total = float(X[n] @ w + b)
        least = min(least, abs(total))
        miss = t[n] - (total > 0)
        w, b = w + alpha * miss * X[n], b + of_bias * miss
    return least, w, b


def network(rng: np.random.Generator, *, N: int, sizes: Sequence[int]) -> dict[str, object]:
    """N patterns with targets, and the flat weights of layers of these sizes."""
    count = sum((before + 1) * after for before, after in pairwise(sizes))
    return {
        "X": uniform(rng, (N, sizes[0])),
        "T": uniform(rng, (N, sizes[-1]), 0.1, 0.9),
        "sizes": list(sizes),
        "w": uniform(rng, count),
    }


def rounded(rng: np.random.Generator, shape: tuple[int, int], high: float = 1.0) -> Floats:
    """A matrix of numbers with two decimals, up to ``high``."""
    return uniform(rng, shape, -high, high).round(2)
