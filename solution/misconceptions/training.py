"""Mistakes in 2.1 that change what is learnt: targets, gradients, updates, weights."""

from solution.misconceptions.entry import Misconception

_LEARNT = ("W1tr", "W2tr", "E_total")
_EVERYTHING = (*_LEARNT, "misclassification_rate", "guesses")
# Rates where there is more than one point; a single point is guessed right or wrong by luck.
_RATES = ("train-handout:misclassification_rate", "train-absent-class:misclassification_rate")
_SEVERAL_POINTS = ("train-handout:*", "train-small:*", "train-absent-class:*")
_SEVERAL_LEARNT = tuple(place.replace("*", name) for place in _SEVERAL_POINTS for name in _LEARNT)
# Where eta, N and K are other numbers than in the handout's example.
_OTHER_SETTINGS = ("train-small:*", "train-absent-class:*", "train-one-point:*")

_COPY_1 = "W1tr = np.array(W1, dtype=float)"
_COPY_2 = "W2tr = np.array(W2, dtype=float)"
_OUTER = "    for i in range(iterations):\n"
_RESET_1 = "        dE1_total = np.zeros_like(W1tr)\n"
_RESET_2 = "        dE2_total = np.zeros_like(W2tr)\n"
_RESET = f"{_RESET_1}{_RESET_2}"
_NO_TARGET = "            target_y = np.zeros(K)\n"
_TARGET = "target_y[t_train[n]] = 1.0"
_CALL = "backprop(X_train[n], target_y, M, K, W1tr, W2tr)"
_ADD_1 = "dE1_total += dE1"
_ADD_2 = "dE2_total += dE2"
_GUESS = "guesses[n] = np.argmax(y)\n"
_STEP_1 = "W1tr = W1tr - eta * dE1_total / N"
_STEP_2 = "W2tr = W2tr - eta * dE2_total / N"
_RATE = "misclassification_rate[i] = np.mean(guesses != t_train)"
_RETURN = "return W1tr, W2tr, E_total, misclassification_rate, guesses"


def _step(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """The same change in the updates of both matrices."""
    return (_STEP_1, _STEP_1.replace(old, new)), (_STEP_2, _STEP_2.replace(old, new))


ENTRIES = (
    Misconception(
        "train-plus-eta",
        "train_nn",
        _step("- eta", "+ eta"),
        "The weights climb the error instead of descending: step 5 of handout 2.1 goes against "
        "the gradient, so it is minus eta.",
        _EVERYTHING,
    ),
    Misconception(
        "train-gradient-summed",
        "train_nn",
        _step(" / N", ""),
        "The step is N times too large: step 5 of handout 2.1 divides the total gradient by N.",
        _SEVERAL_POINTS,
    ),
    Misconception(
        "train-gradient-by-K",
        "train_nn",
        _step(" / N", " / K"),
        "The total gradient is divided by K, the number of classes; step 5 of handout 2.1 divides "
        "it by N, the number of patterns.",
        (*_LEARNT, *_RATES, "train-absent-class:guesses"),
    ),
    Misconception(
        "train-gradient-averaged-twice",
        "train_nn",
        _step(" / N", " / N / N"),
        "The total gradient is divided by N twice; step 5 of handout 2.1 does so once.",
        _SEVERAL_POINTS,
    ),
    Misconception(
        "train-no-eta",
        "train_nn",
        _step("eta * ", ""),
        "The learning rate has no effect: step 5 of handout 2.1 multiplies the gradient by eta.",
        (*_LEARNT, *_RATES, "train-absent-class:guesses"),
    ),
    Misconception(
        "train-fixed-eta",
        "train_nn",
        _step("eta", "0.1"),
        "This is what a learning rate of 0.1 gives, whatever is asked for: step 5 of handout "
        "2.1 uses the eta that is passed in.",
        _OTHER_SETTINGS,
    ),
    Misconception(
        "train-after-each-point",
        "train_nn",
        (
            (
                _GUESS,
                _GUESS
                + "            W1tr = W1tr - eta * dE1\n            W2tr = W2tr - eta * dE2\n",
            ),
            (f"        {_STEP_1}\n        {_STEP_2}\n", ""),
        ),
        "The weights change after each single pattern; step 5 of handout 2.1 comes once in an "
        "iteration, when all patterns are through.",
        _SEVERAL_POINTS,
    ),
    Misconception(
        "train-update-in-inner-loop",
        "train_nn",
        (
            (_GUESS, f"{_GUESS}            {_STEP_1}\n            {_STEP_2}\n"),
            (f"        # 5. one step against the mean gradient\n        {_STEP_1}\n"
             f"        {_STEP_2}\n", ""),
        ),
        "The update is inside the loop over the patterns, so it is made with half-finished "
        "totals, N times in an iteration: step 5 of handout 2.1 comes after that loop.",
        (*_SEVERAL_LEARNT, *_RATES, "train-absent-class:guesses"),
    ),
    Misconception(
        "train-gradient-not-reset",
        "train_nn",
        ((_RESET, ""), (_OUTER, "".join(line[4:] + "\n" for line in _RESET.splitlines()) + _OUTER)),
        "The gradients of earlier iterations are still in the totals: step 3 of handout 2.1 sets "
        "them to zero at the start of each iteration.",
        (*_LEARNT, *_RATES, "guesses"),
    ),
    Misconception(
        "train-gradient-of-last-point",
        "train_nn",
        ((_ADD_1, "dE1_total = dE1"), (_ADD_2, "dE2_total = dE2")),
        "Only the last pattern counts in the totals: step 4 of handout 2.1 adds the gradients of "
        "all patterns.",
        _SEVERAL_POINTS,
    ),
    Misconception(
        "train-gradient-of-first-weights",
        "train_nn",
        ((_CALL, _CALL.replace("W1tr, W2tr", "W1, W2")),),
        "The gradient is always taken at the first weights: call `backprop` with the weights as "
        "the last update left them (handout 2.1, step 4).",
        _EVERYTHING,
    ),
    Misconception(
        "train-weights-not-returned",
        "train_nn",
        ((_RETURN, _RETURN.replace("W1tr, W2tr", "W1, W2")),),
        "These are the weights that were passed in; handout 2.1 returns those after the last "
        "update.",
        ("W1tr", "W2tr"),
    ),
    Misconception(
        "train-second-layer-idle",
        "train_nn",
        ((f"        {_STEP_2}\n", ""),),
        "W1 is trained while W2 stays as it was: step 5 of handout 2.1 updates both.",
        (*_LEARNT, *_RATES, "guesses"),
    ),
    Misconception(
        "train-starts-at-zero",
        "train_nn",
        (
            (_COPY_1, _COPY_1.replace("array(W1, dtype=float", "zeros_like(W1")),
            (_COPY_2, _COPY_2.replace("array(W2, dtype=float", "zeros_like(W2")),
        ),
        "Training starts from weights of zero here; in handout 2.1 it starts from the W1 and W2 "
        "that are passed in.",
        (*_LEARNT, *_RATES, "guesses"),
    ),
    Misconception(
        "train-label-as-target",
        "train_nn",
        (
            (f"{_NO_TARGET}            {_TARGET}\n", ""),
            ("y, dE1, dE2 =", "target_y = t_train[n]\n            y, dE1, dE2 ="),
        ),
        "The class, a number such as 2, is used as the target, where a one-hot vector of K "
        "elements belongs (one-hot encoding, handout 1.4).",
        _EVERYTHING,
    ),
    Misconception(
        "train-target-all-zero",
        "train_nn",
        ((f"            {_TARGET}\n", ""),),
        "Every target is zero in all its elements: the element of the pattern's own class is 1.0 "
        "(one-hot encoding, handout 1.4).",
        _EVERYTHING,
    ),
    Misconception(
        "train-target-one-off",
        "train_nn",
        ((_TARGET, _TARGET.replace("n]]", "n] - 1]")),),
        "The 1.0 of each target stands one place too early: class 0 has its 1.0 in element 0 "
        "(one-hot encoding, handout 1.4).",
        _EVERYTHING,
    ),
    Misconception(
        "train-target-not-reset",
        "train_nn",
        ((_NO_TARGET, ""), (_OUTER, "    target_y = np.zeros(K)\n" + _OUTER)),
        "The 1.0 of earlier patterns stays in the target: start each pattern with a new vector of "
        "zeros (step 4 of handout 2.1).",
        _SEVERAL_POINTS,
    ),
    Misconception(
        "train-fixed-K",
        "train_nn",
        ((_NO_TARGET, _NO_TARGET.replace("(K)", "(3)")),),
        "Target and output differ in length: both have K elements, not a fixed number such as the "
        "3 of iris (handout 2.1).",
        _OTHER_SETTINGS,
    ),
    Misconception(
        "train-fixed-N",
        "train_nn",
        (("N = len(t_train)", "N = 20"),),
        "The loop runs past the last pattern: N is the number of rows of X_train, not a fixed "
        "number such as the 20 of the example (handout 2.1).",
        _OTHER_SETTINGS,
    ),
    Misconception(
        "train-iteration-missing",
        "train_nn",
        ((_OUTER, _OUTER.replace("iterations)", "iterations - 1)")),),
        "There is one update too few: step 2 of handout 2.1 repeats the loop `iterations` times.",
        (*_LEARNT, *_RATES, "train-handout:guesses"),
    ),
    Misconception(
        "train-returns-in-loop",
        "train_nn",
        ((_RATE, f"{_RATE}\n        {_RETURN}"), (f"    # 7. done\n    {_RETURN}", "")),
        "Training ends after its first iteration: is the `return` of step 7 inside the loop? It "
        "comes after the last iteration (handout 2.1).",
        (*_LEARNT, *_RATES, "guesses"),
    ),
    Misconception(
        "train-two-results",
        "train_nn",
        ((_RETURN, "return W1tr, W2tr"),),
        "Only two results come back; handout 2.1 asks for five: W1tr, W2tr, E_total, "
        "misclassification_rate and guesses.",
        _EVERYTHING,
    ),
    Misconception(
        "train-nothing-returned",
        "train_nn",
        ((f"    {_RETURN}", ""),),
        "`train_nn` returns nothing: step 7 of handout 2.1 returns five results.",
        _EVERYTHING,
    ),
)  # fmt: skip
