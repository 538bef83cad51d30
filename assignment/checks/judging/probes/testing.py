"""Probes of ``test_nn``."""

import numpy as np

from .own import Own, probes
from .training import DATA
from .words import changed, same

X = DATA.X
W1 = np.array([[0.9, 0.5, 0.1, -0.2], [-1.3, 1.2, -1.1, -1.0], [-0.7, -0.2, -1.1, 0.5]])
W2 = np.array(
    [[-1.4, -0.9, -0.7], [0.2, 0.7, -0.9], [0.3, 0.6, 0.9], [1.4, -1.3, -1.0], [1.3, 1.0, 0.7]]
)


def highest_bias(own: Own, output: str) -> str:
    """A large bias of output k makes every guess k."""
    for k in range(W2.shape[1]):
        for n, guess in enumerate(own.test(X, W1, changed(W2, (0, k), 20))):
            if guess != k:
                return (
                    f"We set W2[0, {k}] = 20, so that output {k} is the highest and every guess "
                    f"must be {k}, but your `guesses[{n}]` is {guess:g}. Possible causes: classes "
                    "counted from 1, an output that is skipped, or the lowest instead of the "
                    "highest."
                )
    return ""


def alone(own: Own, output: str) -> str:
    """A pattern alone is guessed as among others."""
    together = own.test(X, W1, W2)
    for n in range(len(X)):
        guess = own.test(X[n : n + 1], W1, W2)[0]
        if guess != together[n]:
            return (
                f"Your `test_nn` guesses {guess:g} for a pattern that is alone in X_test, and "
                f"{together[n]:g} for the same pattern as row {n} of 5. Possible causes: X_test is "
                "scaled, or something is kept from one pattern to the next."
            )
    return ""


def other_order(own: Own, output: str) -> str:
    """Another order of the rows gives the same guesses in that order."""
    one, other = own.test(X, W1, W2), own.test(X[::-1], W1, W2)
    if same(other, one[::-1]):
        return ""
    n = int(np.argmax(other != one[::-1]))
    return (
        "With the rows of X_test in the opposite order the guesses must be in that order, too. "
        f"Your `guesses[{n}]` is {other[n]:g} there, and {one[::-1][n]:g} for the same pattern in "
        "the first order."
    )


def highest_output(own: Own, output: str) -> str:
    """Each guess is the highest output of own ``ffnn``."""
    patterns = np.concatenate((X, X[:, ::-1] / 2, -X))
    for n, guess in enumerate(own.test(patterns, W1, W2)):
        y = own.ffnn(patterns[n], W1, W2)["y"]
        if guess != np.argmax(y):
            shown = " ".join(f"{value:.3f}" for value in y)
            return (
                f"For row {n} of X_test your `ffnn` gives y = [{shown}]: the highest is output "
                f"{np.argmax(y)}, so `guesses[{n}]` must be {np.argmax(y)}. Yours is {guess:g}. "
                "Possible causes: X_test or the weights are changed before `ffnn` gets them."
            )
    return ""


PROBES = probes("test_nn", ("guesses",), highest_bias, alone, other_order, highest_output)
