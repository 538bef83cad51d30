"""Mistakes in 1.1 and 1.2: sigmoid, d_sigmoid, perceptron."""

from __future__ import annotations

from solution.misconceptions.entry import Misconception

_LOGISTIC = "value = 1.0 / (1.0 + np.exp(-a_safe))"

_SIGMOID = (
    Misconception(
        "sigmoid-mirrored",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / (1.0 + np.exp(a_safe))"),),
        "This is the sigmoid of -x, which falls where it should rise: compare the sign of the "
        "exponent with the formula of handout 1.1.",
    ),
    Misconception(
        "sigmoid-parentheses",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / 1.0 + np.exp(-a_safe)"),),
        "This is 1 plus the exponential: the whole sum belongs under the fraction line of "
        "handout 1.1, so it needs its parentheses.",
    ),
    Misconception(
        "sigmoid-minus-below",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / (1.0 - np.exp(-a_safe))"),),
        "Below the fraction line of handout 1.1 the exponential is added to 1, not subtracted.",
    ),
    Misconception(
        "sigmoid-tanh",
        "sigmoid",
        ((_LOGISTIC, "value = np.tanh(a_safe)"),),
        "This is the hyperbolic tangent, which lies between -1 and 1; handout 1.1 asks for the "
        "logistic sigmoid, which lies between 0 and 1.",
    ),
    Misconception(
        "sigmoid-step",
        "sigmoid",
        ((_LOGISTIC, "value = np.where(a > 0.0, 1.0, 0.0)"),),
        "Only 0 and 1 come out: the sigmoid of handout 1.1 is a smooth curve between them, not a "
        "step (and not rounded).",
    ),
    Misconception(
        "sigmoid-slope",
        "sigmoid",
        ((_LOGISTIC, _LOGISTIC + "\n    value = value * (1.0 - value)"),),
        "This is the derivative of the sigmoid; the sigmoid itself is the first of the two "
        "formulas in handout 1.1.",
    ),
    Misconception(
        "sigmoid-short-e",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / (1.0 + 2.718 ** (-a_safe))"),),
        "This is what 2.718 in place of e gives: take the exponential function, which knows all "
        "the digits of e.",
    ),
    Misconception(
        "sigmoid-guard-catches-all",
        "sigmoid",
        (("np.where(a < -100.0, 0.0, value)", "np.where(a < 100.0, 0.0, value)"),),
        "An ordinary x gives 0.0: the check of the note in handout 1.1 is for x below -100 only; "
        "look at its sign and its direction.",
    ),
    Misconception(
        "sigmoid-guard-half",
        "sigmoid",
        (("np.where(a < -100.0, 0.0, value)", "np.where(a < -100.0, 0.5, value)"),),
        "For x below -100 the answer is 0.0, but 0.5 comes out, the sigmoid of 0: return the 0.0, "
        "rather than putting it in place of x (note in handout 1.1).",
    ),
    Misconception(
        "sigmoid-guard-one",
        "sigmoid",
        (("np.where(a < -100.0, 0.0, value)", "np.where(a < -100.0, 1.0, value)"),),
        "Far to the left the sigmoid approaches 0, but 1.0 comes out (note in handout 1.1).",
    ),
    Misconception(
        "sigmoid-overflow",
        "sigmoid",
        (
            ("a_safe = np.maximum(a, -100.0)", "import math"),
            ("np.exp(-a_safe)", "np.vectorize(math.exp, otypes=[float])(-a)"),
        ),
        "The exponential is too large for a float here: the note in handout 1.1 says what to "
        "check, and it has to happen before the exponential is taken.",
    ),
    Misconception(
        "sigmoid-nothing-returned",
        "sigmoid",
        (("return value if value.ndim else float(value)", "result = value"),),
        "`sigmoid` gives nothing back: a value that is printed or stored is lost to the functions "
        "that build on it, unless it is returned too (handout 1.1).",
    ),
)

_SLOPE = "return value * (1.0 - value)"

_D_SIGMOID = (
    Misconception(
        "d-sigmoid-is-sigmoid",
        "d_sigmoid",
        ((_SLOPE, "return value"),),
        "This is the sigmoid itself; the derivative in handout 1.1 has a second factor.",
    ),
    Misconception(
        "d-sigmoid-one-factor",
        "d_sigmoid",
        ((_SLOPE, "return 1.0 - value"),),
        "This is 1 - sigma(x): a factor of the derivative in handout 1.1 is missing (in its other "
        "form, the square below the fraction line).",
    ),
    Misconception(
        "d-sigmoid-square",
        "d_sigmoid",
        ((_SLOPE, "return value * value"),),
        "This is sigma(x) times itself; the second factor of the derivative in handout 1.1 is "
        "another one.",
    ),
    Misconception(
        "d-sigmoid-plus",
        "d_sigmoid",
        ((_SLOPE, "return value * (1.0 + value)"),),
        "In the second factor of the derivative in handout 1.1, sigma(x) is subtracted from 1, "
        "not added to it.",
    ),
    Misconception(
        "d-sigmoid-negative",
        "d_sigmoid",
        ((_SLOPE, "return value * (value - 1.0)"),),
        "The sigmoid rises everywhere, so its derivative is positive: look at the order of the "
        "subtraction in the second factor (handout 1.1).",
    ),
    Misconception(
        "d-sigmoid-of-output",
        "d_sigmoid",
        (("value = sigmoid(x)", "value = x"),),
        "This takes x as if it were sigma(x) already; `d_sigmoid` is given x itself, so the "
        "sigmoid still has to be taken (handout 1.1).",
    ),
    Misconception(
        "d-sigmoid-twice",
        "d_sigmoid",
        (("value = sigmoid(x)", "value = sigmoid(sigmoid(x))"),),
        "This is the derivative at sigma(x) rather than at x: the sigmoid is taken once too often.",
    ),
    Misconception(
        "d-sigmoid-exponential-nan",
        "d_sigmoid",
        (
            ("value = sigmoid(x)", "e = np.exp(-np.asarray(x, dtype=float))"),
            (_SLOPE, "return e / (1.0 + e) ** 2"),
        ),
        "Infinity divided by infinity is nan: for a very negative x the exponential form of the "
        "derivative overflows. The other form in handout 1.1 does not.",
    ),
    Misconception(
        "d-sigmoid-exponential-error",
        "d_sigmoid",
        (
            ("value = sigmoid(x)", "import math\n\n    e = math.exp(-x)"),
            (_SLOPE, "return e / (1.0 + e) ** 2"),
        ),
        "For a very negative x the exponential is too large for a float: the form of the "
        "derivative that is made of sigmoids (handout 1.1) needs no exponential of its own.",
    ),
)

_SUM = "weighted_sum = np.sum(x * w.T, axis=-1)"
_ACTIVATION = "activation = sigmoid(weighted_sum)"
_BOTH = "return weighted_sum, activation"

_PERCEPTRON = (
    Misconception(
        "perceptron-one-result",
        "perceptron",
        ((_BOTH, "return activation"),),
        "Handout 1.2 asks for two results, the weighted sum and its activation, in this order.",
    ),
    Misconception(
        "perceptron-order",
        "perceptron",
        ((_BOTH, "return activation, weighted_sum"),),
        "The two results of handout 1.2 are exchanged: first the weighted sum, then its "
        "activation.",
    ),
    Misconception(
        "perceptron-mean",
        "perceptron",
        ((_SUM, _SUM.replace("sum(", "mean(")),),
        "This is the mean of the products; handout 1.2 asks for their sum.",
    ),
    Misconception(
        "perceptron-extra-bias",
        "perceptron",
        ((_SUM, _SUM + " + 1.0"),),
        "The sum is 1 too large: in handout 1.2 the perceptron adds nothing of its own; the bias "
        "comes in through the inputs in 1.3.",
    ),
    Misconception(
        "perceptron-first-input-ignored",
        "perceptron",
        ((_SUM, "weighted_sum = w[0] + np.sum(x[1:] * w[1:].T, axis=-1)"),),
        "The first weight stands alone in this sum, as if its input were always 1: in handout 1.2 "
        "every weight has an input.",
    ),
    Misconception(
        "perceptron-not-summed",
        "perceptron",
        ((_SUM, "weighted_sum = x * w.T"),),
        "One number for each input comes back: the products of inputs and weights still have to "
        "be added up before the activation (handout 1.2).",
    ),
    Misconception(
        "perceptron-sums-multiplied",
        "perceptron",
        ((_SUM, "weighted_sum = np.sum(x) * np.sum(w, axis=0)"),),
        "This is the sum of the inputs times the sum of the weights: each input belongs to a "
        "weight of its own, and the products are added (handout 1.2).",
    ),
    Misconception(
        "perceptron-plain-sum",
        "perceptron",
        ((_SUM, "weighted_sum = np.sum(x + w.T, axis=-1)"),),
        "Inputs and weights are added here; handout 1.2 multiplies each input by its weight first.",
    ),
    Misconception(
        "perceptron-sum-of-activations",
        "perceptron",
        ((_ACTIVATION, "activation = np.sum(sigmoid(x * w.T), axis=-1)"),),
        "This is a sum of sigmoids; handout 1.2 takes the sigmoid of the sum.",
    ),
    Misconception(
        "perceptron-no-activation",
        "perceptron",
        ((_ACTIVATION, "activation = weighted_sum"),),
        "The second result is the weighted sum again: it has not been through the sigmoid "
        "(handout 1.2).",
    ),
    Misconception(
        "perceptron-activation-twice",
        "perceptron",
        ((_ACTIVATION, "activation = sigmoid(sigmoid(weighted_sum))"),),
        "The sum has been through the sigmoid twice; handout 1.2 takes it once.",
    ),
    Misconception(
        "perceptron-activation-slope",
        "perceptron",
        ((_ACTIVATION, "activation = d_sigmoid(weighted_sum)"),),
        "The second result is the derivative of the sigmoid at the sum; handout 1.2 asks for the "
        "sigmoid itself.",
    ),
    Misconception(
        "perceptron-activation-tanh",
        "perceptron",
        ((_ACTIVATION, "activation = np.tanh(weighted_sum)"),),
        "The activation is a hyperbolic tangent; handout 1.2 uses the sigmoid of 1.1.",
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
        "An exponential overflows for a very negative sum: your `sigmoid` is there to look after "
        "that (handout 1.1), so let it make the activation.",
    ),
)

ENTRIES = (*_SIGMOID, *_D_SIGMOID, *_PERCEPTRON)
