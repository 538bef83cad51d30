"""Mistakes in 2.2: test_nn."""

from solution.misconceptions.entry import Misconception

_COUNT = "N = len(X_test)"
_EMPTY = "guesses = np.zeros(N, dtype=int)"
_LOOP = "for n in range(N):"
_FORWARD = "y, _, _, _, _ = ffnn(X_test[n], M, K, W1, W2)"
_GUESS = "guesses[n] = np.argmax(y)"
_RETURN = "    return guesses"

ENTRIES = (
    Misconception(
        "test-scores",
        "test_nn",
        ((_EMPTY, "guesses = np.zeros((N, K))"), (_GUESS, "guesses[n] = y")),
        "The outputs of the network come back; handout 2.2 asks for one class for each pattern, "
        "the number of the highest output.",
        ("guesses",),
    ),
    Misconception(
        "test-one-hot",
        "test_nn",
        ((_EMPTY, "guesses = np.zeros((N, K))"), (_GUESS, "guesses[n, np.argmax(y)] = 1.0")),
        "The guesses come back one-hot; handout 2.2 asks for one class for each pattern.",
        ("guesses",),
    ),
    Misconception(
        "test-highest-value",
        "test_nn",
        ((_EMPTY, "guesses = np.zeros(N)"), (_GUESS, "guesses[n] = np.max(y)")),
        "The value of the highest output comes back; handout 2.2 asks for its number, the class.",
        ("guesses",),
    ),
    Misconception(
        "test-lowest",
        "test_nn",
        ((_GUESS, _GUESS.replace("max", "min")),),
        "The guess is the class of the lowest output; handout 2.2 takes the highest.",
        ("guesses",),
    ),
    Misconception(
        "test-threshold",
        "test_nn",
        ((_GUESS, _GUESS.replace("(y)", "(y > 0.5)")),),
        "The guess is the first output above one half, or class 0 where there is none; handout "
        "2.2 takes the highest output, however low it is.",
        ("guesses",),
    ),
    Misconception(
        "test-from-one",
        "test_nn",
        ((_GUESS, f"{_GUESS} + 1"),),
        "The guesses count the classes from 1; the number of the highest output counts from 0 "
        "(handout 2.2).",
        ("guesses",),
    ),
    Misconception(
        "test-all-zero",
        "test_nn",
        ((f"        {_GUESS}\n", ""),),
        "Every guess is 0: look whether the guesses are filled in, and from y, the first result "
        "of `ffnn` (handout 2.2).",
        ("guesses",),
    ),
    Misconception(
        "test-last-only",
        "test_nn",
        ((_GUESS, "guesses = int(np.argmax(y))"),),
        "One guess comes back; handout 2.2 asks for one for each pattern.",
        ("guesses",),
    ),
    Misconception(
        "test-returns-in-loop",
        "test_nn",
        ((_GUESS, f"{_GUESS}\n        return guesses"), (f"\n{_RETURN}", "")),
        "Only the first pattern has its guess, the others are still 0: look whether the `return` "
        "is inside the loop over the patterns (handout 2.2).",
        ("guesses",),
    ),
    Misconception(
        "test-last-row-missing",
        "test_nn",
        ((_COUNT, f"{_COUNT} - 1"),),
        "The guess for the last pattern is missing: N is the number of rows of X_test (handout "
        "2.2).",
        ("guesses",),
    ),
    Misconception(
        "test-fixed-N",
        "test_nn",
        ((_COUNT, "N = 30"),),
        "The loop runs past the last pattern: N is the number of rows of X_test, not a fixed "
        "number such as the 30 of iris (handout 2.2).",
        ("test-small:guesses", "test-five-classes:guesses", "test-two-classes:guesses"),
    ),
    Misconception(
        "test-fixed-K",
        "test_nn",
        ((_GUESS, _GUESS.replace("(y)", "(y[:3])")),),
        "Only the first three outputs are looked at: there are K of them (handout 2.2).",
        ("test-small:guesses", "test-five-classes:guesses"),
    ),
    Misconception(
        "test-bias-twice",
        "test_nn",
        ((_FORWARD, _FORWARD.replace("X_test[n]", "np.insert(X_test[n], 0, 1.0)")),),
        "One input too many reaches the first layer: `ffnn` puts the 1.0 of the bias in front "
        "itself (handout 1.3).",
        ("guesses",),
    ),
    Misconception(
        "test-unpacks-three",
        "test_nn",
        ((_FORWARD, _FORWARD.replace("y, _, _, _, _", "y, _, _")),),
        "`ffnn` returns five results, y, z0, z1, a1 and a2: take all five, or the first by [0] "
        "(handout 1.3).",
        ("guesses",),
    ),
    Misconception(
        "test-takes-all-five",
        "test_nn",
        ((_FORWARD, _FORWARD.replace("y, _, _, _, _", "y")),),
        "`ffnn` returns five results of different lengths, and the guess is made from the first "
        "alone, y (handout 2.2).",
        ("guesses",),
    ),
    Misconception(
        "test-nothing-returned",
        "test_nn",
        ((f"\n{_RETURN}", ""),),
        "`test_nn` returns nothing: return the guesses (handout 2.2).",
        ("guesses",),
    ),
)
