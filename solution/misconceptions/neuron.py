"""Mistakes in 1.2: perceptron."""

from solution.misconceptions.entry import Misconception

_ACTIVE = (
    "perceptron-handout:activation",
    "perceptron-second:activation",
    "perceptron-five:activation",
)
_SUM = "weighted_sum = np.sum(x * w.T, axis=-1)"
_ACTIVATION = "activation = sigmoid(weighted_sum)"
_BOTH = "return weighted_sum, activation"

ENTRIES = (
    Misconception(
        "perceptron-one-result",
        "perceptron",
        ((_BOTH, "return activation"),),
        "Handout 1.2 asks for two results: the weighted sum and its activation, in this order.",
        ("sum", "activation"),
    ),
    Misconception(
        "perceptron-order",
        "perceptron",
        ((_BOTH, "return activation, weighted_sum"),),
        "The two results are exchanged: handout 1.2 returns the weighted sum first, then its "
        "activation.",
        ("sum", "activation"),
    ),
    Misconception(
        "perceptron-mean",
        "perceptron",
        ((_SUM, _SUM.replace("sum(", "mean(")),),
        "This is the mean of the products; handout 1.2 asks for their sum.",
        ("sum", *_ACTIVE),
    ),
    Misconception(
        "perceptron-extra-bias",
        "perceptron",
        ((_SUM, _SUM + " + 1.0"),),
        "The sum is 1 too large: in handout 1.2 the perceptron adds no bias, since the caller has "
        "put it into `x` and `w`.",
        ("sum", *_ACTIVE),
    ),
    Misconception(
        "perceptron-first-input-ignored",
        "perceptron",
        ((_SUM, "weighted_sum = w[0] + np.sum(x[1:] * w[1:].T, axis=-1)"),),
        "The first weight is added without its input, as if that were always 1: in handout 1.2 "
        "every weight is multiplied by its input.",
        ("perceptron-second:activation", "perceptron-five:*", "perceptron-saturated:sum"),
    ),
    Misconception(
        "perceptron-not-summed",
        "perceptron",
        ((_SUM, "weighted_sum = x * w.T"),),
        "One number for each input comes back: add the products of inputs and weights up before "
        "the sigmoid (handout 1.2).",
        ("sum", "activation"),
    ),
    Misconception(
        "perceptron-sums-multiplied",
        "perceptron",
        ((_SUM, "weighted_sum = np.sum(x) * np.sum(w, axis=0)"),),
        "This is the sum of the inputs times the sum of the weights: each input belongs to a "
        "weight of its own, and the products are added (handout 1.2).",
        ("sum", *_ACTIVE),
    ),
    Misconception(
        "perceptron-plain-sum",
        "perceptron",
        ((_SUM, "weighted_sum = np.sum(x + w.T, axis=-1)"),),
        "Inputs and weights are added here; handout 1.2 multiplies each input by its weight first.",
        ("sum", "activation"),
    ),
    Misconception(
        "perceptron-sum-of-activations",
        "perceptron",
        ((_ACTIVATION, "activation = np.sum(sigmoid(x * w.T), axis=-1)"),),
        "This is a sum of sigmoids; handout 1.2 takes the sigmoid of the sum.",
        ("activation",),
    ),
    Misconception(
        "perceptron-no-activation",
        "perceptron",
        ((_ACTIVATION, "activation = weighted_sum"),),
        "The second result is the weighted sum again: take its sigmoid (handout 1.2).",
        ("activation",),
    ),
    Misconception(
        "perceptron-activation-twice",
        "perceptron",
        ((_ACTIVATION, "activation = sigmoid(sigmoid(weighted_sum))"),),
        "The sum has been through the sigmoid twice; handout 1.2 takes it once.",
        ("activation",),
    ),
    Misconception(
        "perceptron-activation-slope",
        "perceptron",
        ((_ACTIVATION, "activation = d_sigmoid(weighted_sum)"),),
        "The second result is the derivative of the sigmoid at the sum; handout 1.2 asks for the "
        "sigmoid itself.",
        ("activation",),
    ),
    Misconception(
        "perceptron-activation-tanh",
        "perceptron",
        ((_ACTIVATION, "activation = np.tanh(weighted_sum)"),),
        "The activation is a hyperbolic tangent; handout 1.2 uses the sigmoid of 1.1.",
        ("activation",),
    ),
    Misconception(
        "perceptron-own-exponential",
        "perceptron",
        (
            (
                _ACTIVATION,
                "import math\n\n"
                "    activation = 1.0 / (1.0 + np.vectorize(math.exp)(-weighted_sum))",
            ),
        ),
        "An exponential overflows for a very negative sum: call your `sigmoid` for the "
        "activation, which is safe there (handout 1.1).",
        ("perceptron-far:*", "perceptron-saturated:*"),
    ),
)
