"""Mistakes in the bonus, B.1 to B.5; each is an edit of ``solution/bonus.py``."""

from solution.misconceptions.entry import Misconception

_BY_BATCH = "    _, dw = mlp_gradient(X, T, sizes, w, hidden, output)\n    w = w - eta * dw\n"
_BY_PATTERN = (
    "    for n in range(len(X)):\n"
    "        _, dw = mlp_gradient(X[n : n + 1], T[n : n + 1], sizes, w, hidden, output)\n"
    "        w = w - eta * dw\n"
)
_ERROR_BELOW = "below = mlp_forward(X, sizes, w - nudge, hidden, output)"
_BOTH_LENGTHS = "np.linalg.norm(one) + np.linalg.norm(other)"

ENTRIES = (
    Misconception(
        "bonus-step-at-zero",
        "step",
        (("a > 0", "a >= 0"),),
        "A weighted sum of exactly 0 gives 1 here: in handout B.1 the step is 1 only above 0.",
        ("value",),
    ),
    Misconception(
        "bonus-step-minus-one",
        "step",
        (("else 0", "else -1"),),
        "Bishop's step gives 1 or -1; the step of handout B.1 gives 1 or 0.",
        ("value",),
    ),
    Misconception(
        "bonus-pass-sign",
        "perceptron_pass",
        (("w += alpha * miss", "w -= alpha * miss"), ("b += alpha", "b -= alpha")),
        "Each update goes the wrong way: handout B.1 adds the target minus the guess, and not the "
        "guess minus the target.",
        ("w", "b"),
    ),
    Misconception(
        "bonus-pass-no-alpha",
        "perceptron_pass",
        (("w += alpha * miss", "w += miss"), ("b += alpha * miss", "b += miss")),
        "The learning rate has no effect: both updates of handout B.1 are multiplied by alpha.",
        ("w", "b"),
    ),
    Misconception(
        "bonus-pass-no-bias",
        "perceptron_pass",
        (("        b += alpha * miss\n", ""),),
        "The bias never changes: handout B.1 has an update for it, too.",
        ("w", "b"),
    ),
    Misconception(
        "bonus-learn-last-pass",
        "learn_perceptron",
        (
            (
                "        errors.append",
                "        if count == 0:\n            break\n        errors.append",
            ),
        ),
        "The pass without an error is missing: it is a pass of handout B.1 like all others and "
        "counts 0 errors.",
        ("bonus-learn-and:errors",),
    ),
    Misconception(
        "bonus-learn-to-the-limit",
        "learn_perceptron",
        ((" and (not errors or errors[-1] > 0)", ""),),
        "Learning goes on to the limit: in handout B.1 it ends after a pass without an error.",
        ("bonus-learn-and:errors",),
    ),
    Misconception(
        "bonus-relu-largest",
        "activation",
        (("np.maximum(a, 0.0)", "np.max(a, 0)"),),
        "This is the largest of all sums; relu compares each sum with 0 by itself (handout B.2).",
        ("bonus-activation-relu:value",),
    ),
    Misconception(
        "bonus-derivative-of-sums",
        "d_activation",
        (("1.0 - y**2", "1.0 - np.tanh(y) ** 2"),),
        "The activation function is applied once more: handout B.2 gives you the outputs already.",
        ("value",),
    ),
    Misconception(
        "bonus-derivative-relu-at-zero",
        "d_activation",
        (("y > 0", "y >= 0"),),
        "The derivative of relu is 1 here where its output is 0; handout B.2 has 0 there.",
        ("value",),
    ),
    Misconception(
        "bonus-forward-no-bias",
        "layer_forward",
        (("with_bias @ W", "X @ W[1:]"),),
        "The bias weights have no effect: handout B.3 puts a column of ones in front of X.",
        ("Y",),
    ),
    Misconception(
        "bonus-forward-bias-last",
        "layer_forward",
        (("[np.ones((len(X), 1)), X]", "[X, np.ones((len(X), 1))]"),),
        "The ones come last here, and so the last row of W is taken for the bias; in handout B.3 "
        "they come first.",
        ("Y",),
    ),
    Misconception(
        "bonus-backward-no-derivative",
        "layer_backward",
        (("d_activation(name, Y) * dY", "dY"),),
        "The derivative of the activation function is missing: begin with the delta of handout "
        "B.3.",
        ("dX", "dW"),
    ),
    Misconception(
        "bonus-backward-dX-bias",
        "layer_backward",
        (("W[1:].T", "W.T"),),
        "dX has a column too many, for the bias, which is no input: handout B.3 takes the weights "
        "without their bias row.",
        ("dX",),
    ),
    Misconception(
        "bonus-backward-dW-no-bias",
        "layer_backward",
        (("with_bias.T @ delta", "X.T @ delta"),),
        "dW has no row for the bias: handout B.3 takes the inputs with their column of ones.",
        ("dW",),
    ),
    Misconception(
        "bonus-network-hidden-everywhere",
        "mlp_forward",
        (("hidden, output)[-1]", "hidden, hidden)[-1]"),),
        "The last layer has the hidden layers' activation function here; in handout B.3 it has its "
        "own.",
        ("Y",),
    ),
    Misconception(
        "bonus-gradient-sign",
        "mlp_gradient",
        (("layers[-1] - T", "T - layers[-1]"),),
        "The gradient has the wrong sign: dY of the last layer is the outputs minus the targets "
        "(handout B.3).",
        ("dw",),
    ),
    Misconception(
        "bonus-gradient-without-half",
        "mlp_gradient",
        (("0.5 * float", "float"), ("    gradients:", "    dY = 2 * dY\n    gradients:")),
        "Error and gradient are twice too large: the error of handout B.3 is half the sum of the "
        "squares.",
        ("dw",),
    ),
    Misconception(
        "bonus-epoch-batch",
        "mlp_epoch",
        ((_BY_PATTERN, _BY_BATCH),),
        "The weights change once, after all patterns; in this function of handout B.3 each pattern "
        "changes them at once.",
        ("w",),
    ),
    Misconception(
        "bonus-differences-one-sided",
        "numerical_gradient",
        ((_ERROR_BELOW, _ERROR_BELOW.replace(" - nudge", "")), ("(2 * epsilon)", "epsilon")),
        "Each weight is moved up only: handout B.4 takes the error on both sides.",
        ("dw",),
    ),
    Misconception(
        "bonus-differences-by-epsilon",
        "numerical_gradient",
        (("(2 * epsilon)", "epsilon"),),
        "All derivatives are twice too large: the two errors of handout B.4 are 2 epsilon apart.",
        ("dw",),
    ),
    Misconception(
        "bonus-relative-one-length",
        "relative_error",
        ((_BOTH_LENGTHS, "np.linalg.norm(one)"),),
        "The difference is divided by the length of the first vector alone; handout B.4 divides it "
        "by the sum of both lengths.",
        ("value",),
    ),
    Misconception(
        "bonus-still-no-root",
        "train_until_still",
        (("np.sqrt(np.mean((Y - T) ** 2))", "np.mean((Y - T) ** 2)"),),
        "The curve has mean squares; handout B.5 takes their roots.",
        ("rmse",),
    ),
    Misconception(
        "bonus-still-error-itself",
        "train_until_still",
        (("abs(curve[-1] - curve[-2])", "curve[-1]"),),
        "The error itself is compared with the given number: handout B.5 compares its change in "
        "one update.",
        ("rmse",),
    ),
    Misconception(
        "bonus-still-gradient-summed",
        "train_until_still",
        ((" / len(X)", ""),),
        "The steps are N times too large: handout B.5 goes against the mean gradient.",
        ("rmse", "w"),
    ),
)
