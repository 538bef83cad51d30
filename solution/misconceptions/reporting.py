"""Mistakes in 2.1 that learn rightly and report wrongly: error, rate, guesses."""

from solution.misconceptions.entry import Misconception

# Where there is more than one point, so that a sum is not a mean.
_MEAN_ERROR = ("train-handout:E_total", "train-small:E_total", "train-absent-class:E_total")
_SHARE = ("train-handout:misclassification_rate", "train-absent-class:misclassification_rate")

_SUM = "return -float(np.sum(where_on + where_off))"
_ON = "where_on = target_y * np.log("
_OFF = "where_off = (1.0 - target_y) * np.log("
_OUTER = "    for i in range(iterations):\n"
_BEGIN = "        error = 0.0\n"
_ADD = "error += cross_entropy(y, target_y)"
_GUESS = "guesses[n] = np.argmax(y)"
_ERROR = "E_total[i] = error / N"
_RATE = "misclassification_rate[i] = np.mean(guesses != t_train)"
_RETURN = "return W1tr, W2tr, E_total, misclassification_rate, guesses"
_AGAIN = """
        error = 0.0
        for n in range(N):
            target_y = np.zeros(K)
            target_y[t_train[n]] = 1.0
            y = backprop(X_train[n], target_y, M, K, W1tr, W2tr)[0]
            error += cross_entropy(y, target_y)
            guesses[n] = np.argmax(y)
        # 6."""

ENTRIES = (
    Misconception(
        "error-half-the-formula",
        "train_nn",
        ((_SUM, _SUM.replace(" + where_off", "")),),
        "Only one half of the cross-entropy is there: the formula in step 6 of handout 2.1 has a "
        "second term, for the outputs whose target is 0.",
        ("E_total",),
    ),
    Misconception(
        "error-sign",
        "train_nn",
        ((_SUM, _SUM.replace("-float", "float")),),
        "The error is negative: the formula in step 6 of handout 2.1 begins with a minus, because "
        "logarithms of numbers below 1 are negative.",
        ("E_total",),
    ),
    Misconception(
        "error-summed",
        "train_nn",
        ((_ERROR, _ERROR.replace(" / N", "")),),
        "E_total is the sum over the patterns; step 6 of handout 2.1 averages over all N of them.",
        _MEAN_ERROR,
    ),
    Misconception(
        "error-by-K",
        "train_nn",
        ((_ERROR, _ERROR.replace("/ N", "/ (N * K)")),),
        "The error is averaged over the K outputs, too: step 6 of handout 2.1 sums over the "
        "outputs and averages over the patterns.",
        ("E_total",),
    ),
    Misconception(
        "error-squared",
        "train_nn",
        ((_SUM, "return float(np.sum((y - target_y) ** 2))"),),
        "This is a sum of squares; step 6 of handout 2.1 asks for the cross-entropy.",
        ("E_total",),
    ),
    Misconception(
        "error-half-squared",
        "train_nn",
        ((_SUM, "return 0.5 * float(np.sum((y - target_y) ** 2))"),),
        "This is half the sum of squares; step 6 of handout 2.1 asks for the cross-entropy.",
        ("E_total",),
    ),
    Misconception(
        "error-absolute",
        "train_nn",
        ((_SUM, "return float(np.sum(np.abs(y - target_y)))"),),
        "This is a sum of distances between output and target; step 6 of handout 2.1 asks for the "
        "cross-entropy.",
        ("E_total",),
    ),
    Misconception(
        "error-log10",
        "train_nn",
        ((_ON, _ON.replace("log", "log10")), (_OFF, _OFF.replace("log", "log10"))),
        "The logarithm is the one to base 10; step 6 of handout 2.1 takes the natural one.",
        ("E_total",),
    ),
    Misconception(
        "error-log2",
        "train_nn",
        ((_ON, _ON.replace("log", "log2")), (_OFF, _OFF.replace("log", "log2"))),
        "The logarithm is the one to base 2; step 6 of handout 2.1 takes the natural one.",
        ("E_total",),
    ),
    Misconception(
        "error-after-update",
        "train_nn",
        (("\n        # 6.", _AGAIN),),
        "These values belong to the weights after the update; step 6 of handout 2.1 takes the "
        "outputs of step 4, from before it.",
        ("E_total", "misclassification_rate"),
    ),
    Misconception(
        "error-not-reset",
        "train_nn",
        ((_BEGIN, ""), (_OUTER, f"    error = 0.0\n{_OUTER}")),
        "The errors of earlier iterations are still in the sum: set it to 0 at the start of each "
        "iteration, like the totals in step 3 of handout 2.1.",
        ("E_total",),
    ),
    Misconception(
        "error-of-last-point",
        "train_nn",
        ((_ADD, _ADD.replace("+=", "=")),),
        "Only the last pattern counts in E_total: add up the errors of all patterns before you "
        "divide by N (step 6 of handout 2.1).",
        _MEAN_ERROR,
    ),
    Misconception(
        "error-last-iteration-only",
        "train_nn",
        ((_RETURN, _RETURN.replace("E_total", "E_total[-1]")),),
        "One error comes back; E_total in handout 2.1 is an array with one error for each "
        "iteration.",
        ("E_total",),
    ),
    Misconception(
        "error-and-rate-exchanged",
        "train_nn",
        ((_RETURN, "return W1tr, W2tr, misclassification_rate, E_total, guesses"),),
        "E_total and misclassification_rate are exchanged: handout 2.1 returns W1tr, W2tr, "
        "E_total, misclassification_rate, guesses.",
        ("E_total", "misclassification_rate"),
    ),
    Misconception(
        "rate-count",
        "train_nn",
        ((_RATE, _RATE.replace("mean", "sum")),),
        "This is the number of wrong guesses; handout 2.1 asks for their share of all N patterns.",
        _SHARE,
    ),
    Misconception(
        "rate-percent",
        "train_nn",
        ((_RATE, _RATE.replace("np", "100.0 * np")),),
        "This is in percent; the rate in handout 2.1 is a share from 0 to 1.",
        ("misclassification_rate",),
    ),
    Misconception(
        "rate-accuracy",
        "train_nn",
        ((_RATE, _RATE.replace("!=", "==")),),
        "This is the share of right guesses; handout 2.1 asks for the share of wrong ones.",
        ("misclassification_rate",),
    ),
    Misconception(
        "rate-not-reset",
        "train_nn",
        (
            (_OUTER, f"    misses = 0\n{_OUTER}"),
            (_RATE, "misses += np.sum(guesses != t_train)\n"
                    "        misclassification_rate[i] = misses / N"),
        ),
        "The wrong guesses of earlier iterations are counted again: start the count at 0 in each "
        "iteration (handout 2.1).",
        ("misclassification_rate",),
    ),
    Misconception(
        "rate-of-last-point",
        "train_nn",
        ((_RATE, "misclassification_rate[i] = float(guesses[-1] != t_train[-1])"),),
        "Only the last pattern decides this rate: handout 2.1 counts the wrong guesses among all "
        "patterns.",
        _SHARE,
    ),
    Misconception(
        "guesses-from-one",
        "train_nn",
        ((_GUESS, f"{_GUESS} + 1"),),
        "The guesses count the classes from 1; in handout 2.1 they go from 0 to K-1.",
        ("misclassification_rate", "guesses"),
    ),
    Misconception(
        "guesses-lowest",
        "train_nn",
        ((_GUESS, _GUESS.replace("max", "min")),),
        "The guess is the class of the lowest output; step 4 of handout 2.1 takes the highest.",
        ("misclassification_rate", "guesses"),
    ),
    Misconception(
        "guesses-scores",
        "train_nn",
        (
            (_OUTER, f"    scores = np.zeros((N, K))\n{_OUTER}"),
            (_GUESS, f"{_GUESS}\n            scores[n] = y"),
            (_RETURN, _RETURN.replace("guesses", "scores")),
        ),
        "The outputs of the network come back in place of guesses: handout 2.1 asks for one class "
        "for each pattern, the number of the highest output.",
        ("guesses",),
    ),
    Misconception(
        "guesses-of-every-iteration",
        "train_nn",
        (
            (_OUTER, f"    every: list[int] = []\n{_OUTER}"),
            (_RATE, f"{_RATE}\n        every.extend(int(guess) for guess in guesses)"),
            (_RETURN, _RETURN.replace("guesses", "every")),
        ),
        "The guesses of all iterations come back, one after the other; handout 2.1 asks for those "
        "of the last iteration only.",
        ("guesses",),
    ),
    Misconception(
        "guesses-of-last-point",
        "train_nn",
        ((_RETURN, _RETURN.replace("guesses", "int(guesses[-1])")),),
        "One guess comes back; handout 2.1 asks for one for each pattern of X_train.",
        ("guesses",),
    ),
)  # fmt: skip
