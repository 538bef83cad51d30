"""Mistakes in 1.1: sigmoid and d_sigmoid."""

from solution.misconceptions.entry import Misconception

# Where the sigmoid is neither 0 nor 1, and where a careless one overflows.
_ORDINARY = ("sigmoid-handout:value", "sigmoid-positive:value", "sigmoid-negative:value")
_FAR = ("sigmoid-overflow:value", "sigmoid-underflow:value")
_SLOPE_ORDINARY = tuple(f"d_{place}" for place in _ORDINARY)
_SLOPE_FAR = tuple(f"d_{place}" for place in _FAR)

_LOGISTIC = "value = 1.0 / (1.0 + np.exp(-a_safe))"

_SIGMOID = (
    Misconception(
        "sigmoid-mirrored",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / (1.0 + np.exp(a_safe))"),),
        "This is the sigmoid of -x, which falls where it should rise: compare the sign of the "
        "exponent with the formula of handout 1.1.",
        (*_ORDINARY, "sigmoid-overflow:value"),
    ),
    Misconception(
        "sigmoid-parentheses",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / 1.0 + np.exp(-a_safe)"),),
        "This is 1 plus the exponential: 1 is divided by the whole sum in handout 1.1, so the sum "
        "needs parentheses.",
        _ORDINARY,
    ),
    Misconception(
        "sigmoid-minus-below",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / (1.0 - np.exp(-a_safe))"),),
        "In the formula of handout 1.1 the exponential is added to 1, not subtracted from it.",
        _ORDINARY,
    ),
    Misconception(
        "sigmoid-tanh",
        "sigmoid",
        ((_LOGISTIC, "value = np.tanh(a_safe)"),),
        "This is the hyperbolic tangent, which lies between -1 and 1; handout 1.1 asks for the "
        "logistic sigmoid, which lies between 0 and 1.",
        _ORDINARY,
    ),
    Misconception(
        "sigmoid-step",
        "sigmoid",
        ((_LOGISTIC, "value = np.where(a > 0.0, 1.0, 0.0)"),),
        "Only 0 and 1 come out: the sigmoid of handout 1.1 is a smooth curve between them, "
        "neither a step nor rounded.",
        _ORDINARY,
    ),
    Misconception(
        "sigmoid-slope",
        "sigmoid",
        ((_LOGISTIC, _LOGISTIC + "\n    value = value * (1.0 - value)"),),
        "This is the derivative of the sigmoid; the sigmoid itself is the first of the two "
        "formulas in handout 1.1.",
        (*_ORDINARY, "sigmoid-overflow:value"),
    ),
    Misconception(
        "sigmoid-short-e",
        "sigmoid",
        ((_LOGISTIC, "value = 1.0 / (1.0 + 2.718 ** (-a_safe))"),),
        "This is what 2.718 gives in place of e: the exponential in handout 1.1 needs all digits "
        "of e.",
        _ORDINARY,
    ),
    Misconception(
        "sigmoid-guard-catches-all",
        "sigmoid",
        (("np.where(a < -100.0, 0.0, value)", "np.where(a < 100.0, 0.0, value)"),),
        "An ordinary x gives 0.0; handout 1.1 wants that value for x below -100 only, so look at "
        "the condition that returns it.",
        _ORDINARY,
    ),
    Misconception(
        "sigmoid-guard-half",
        "sigmoid",
        (("np.where(a < -100.0, 0.0, value)", "np.where(a < -100.0, 0.5, value)"),),
        "For x below -100 handout 1.1 asks for 0.0, and 0.5 comes out, the sigmoid of 0: return "
        "the 0.0 itself, do not put it in place of x.",
        _FAR,
    ),
    Misconception(
        "sigmoid-guard-one",
        "sigmoid",
        (("np.where(a < -100.0, 0.0, value)", "np.where(a < -100.0, 1.0, value)"),),
        "For x below -100 handout 1.1 asks for 0.0, and 1.0 comes out.",
        _FAR,
    ),
    Misconception(
        "sigmoid-overflow",
        "sigmoid",
        (
            ("a_safe = np.maximum(a, -100.0)", "import math"),
            ("np.exp(-a_safe)", "np.vectorize(math.exp, otypes=[float])(-a)"),
        ),
        "The exponential is too large for a float here: check for x below -100 (handout 1.1) "
        "before you take the exponential.",
        _FAR,
    ),
    Misconception(
        "sigmoid-nothing-returned",
        "sigmoid",
        (("return value if value.ndim else float(value)", "result = value"),),
        "`sigmoid` returns nothing: a value that is only printed or stored is lost to the "
        "functions that call it (handout 1.1).",
        ("value",),
    ),
)

_SLOPE = "return value * (1.0 - value)"

_D_SIGMOID = (
    Misconception(
        "d-sigmoid-is-sigmoid",
        "d_sigmoid",
        ((_SLOPE, "return value"),),
        "This is the sigmoid itself; the derivative in handout 1.1 has a second factor.",
        (*_SLOPE_ORDINARY, "d_sigmoid-overflow:value"),
    ),
    Misconception(
        "d-sigmoid-one-factor",
        "d_sigmoid",
        ((_SLOPE, "return 1.0 - value"),),
        "This is 1 - sigma(x): a factor of the derivative in handout 1.1 is missing (in its other "
        "form, the square).",
        ("value",),
    ),
    Misconception(
        "d-sigmoid-square",
        "d_sigmoid",
        ((_SLOPE, "return value * value"),),
        "This is sigma(x) times itself; the second factor of the derivative in handout 1.1 is "
        "another one.",
        (*_SLOPE_ORDINARY, "d_sigmoid-overflow:value"),
    ),
    Misconception(
        "d-sigmoid-plus",
        "d_sigmoid",
        ((_SLOPE, "return value * (1.0 + value)"),),
        "In the second factor of the derivative in handout 1.1, sigma(x) is subtracted from 1, "
        "not added to it.",
        (*_SLOPE_ORDINARY, "d_sigmoid-overflow:value"),
    ),
    Misconception(
        "d-sigmoid-negative",
        "d_sigmoid",
        ((_SLOPE, "return value * (value - 1.0)"),),
        "The sigmoid rises everywhere, so its derivative is positive: look at the order of the "
        "subtraction in the second factor (handout 1.1).",
        _SLOPE_ORDINARY,
    ),
    Misconception(
        "d-sigmoid-of-output",
        "d_sigmoid",
        (("value = sigmoid(x)", "value = x"),),
        "This takes x as if it were sigma(x) already; `d_sigmoid` is given x itself, so take the "
        "sigmoid of it first (handout 1.1).",
        ("value",),
    ),
    Misconception(
        "d-sigmoid-twice",
        "d_sigmoid",
        (("value = sigmoid(x)", "value = sigmoid(sigmoid(x))"),),
        "This is the derivative at sigma(x) rather than at x: the sigmoid is taken once too often "
        "(handout 1.1).",
        ("value",),
    ),
    Misconception(
        "d-sigmoid-exponential-nan",
        "d_sigmoid",
        (
            ("value = sigmoid(x)", "e = np.exp(-np.asarray(x, dtype=float))"),
            (_SLOPE, "return e / (1.0 + e) ** 2"),
        ),
        "Infinity divided by infinity is nan: for a very negative x the exponential overflows. "
        "The second form of the derivative in handout 1.1 needs no exponential of its own.",
        _SLOPE_FAR,
    ),
    Misconception(
        "d-sigmoid-exponential-error",
        "d_sigmoid",
        (
            ("value = sigmoid(x)", "import math\n\n    e = math.exp(-x)"),
            (_SLOPE, "return e / (1.0 + e) ** 2"),
        ),
        "For a very negative x the exponential is too large for a float: the second form of the "
        "derivative in handout 1.1 needs no exponential of its own.",
        _SLOPE_FAR,
    ),
)

ENTRIES = (*_SIGMOID, *_D_SIGMOID)
