"""Mistakes in 1.3: ffnn."""

from solution.misconceptions.entry import Misconception

_OTHER_SIZES = ("ffnn-small:*", "ffnn-two-classes:*", "ffnn-one-neuron:*")

_Z0 = "z0 = np.ones(len(x) + 1)"
_FILL_Z0 = "z0[1:] = x"
_A1 = "a1 = np.zeros(M)"
_Z1 = "z1 = np.ones(M + 1)"
_HIDDEN = "a1[:], z1[1:] = perceptron(z0, W1)"
_A2_Y = "a2 = np.zeros(K)\n    y = np.zeros(K)"
_OUTPUT = "a2[:], y[:] = perceptron(z1, W2)"
_RETURN = "return y, z0, z1, a1, a2"


def _then(line: str, *more: str) -> tuple[str, str]:
    """The edit that adds lines after a line of ``ffnn``."""
    return line, "\n    ".join((line, *more))


ENTRIES = (
    Misconception(
        "ffnn-input-without-bias",
        "ffnn",
        (
            (f"{_Z0}\n    {_FILL_Z0}", "z0 = np.array(x, dtype=float)"),
            (_HIDDEN, "a1[:], z1[1:] = perceptron(z0, W1[1:])"),
        ),
        "z0 needs 1.0 in front of x: it belongs to the bias weights in row 0 of W1 (handout 1.3).",
        ("y", "z0", "z1", "a1", "a2"),
    ),
    Misconception(
        "ffnn-hidden-without-bias",
        "ffnn",
        (
            (_Z1, "z1 = np.ones(M)"),
            (_HIDDEN, "a1[:], z1[:] = perceptron(z0, W1)"),
            (_OUTPUT, "a2[:], y[:] = perceptron(z1, W2[1:])"),
        ),
        "z1 needs 1.0 in front of the hidden outputs, as z0 has it in front of x: it belongs to "
        "the bias weights in row 0 of W2 (handout 1.3).",
        ("y", "z1", "a2"),
    ),
    Misconception(
        "ffnn-bias-last",
        "ffnn",
        ((_FILL_Z0, "z0[:-1] = x"), ("z1[1:]", "z1[:-1]")),
        "The 1.0 for the bias comes last in z0 and z1; handout 1.3 puts it in front, where row 0 "
        "of the weights is.",
        ("y", "z0", "z1", "a1", "a2"),
    ),
    Misconception(
        "ffnn-hidden-bias-last",
        "ffnn",
        (("z1[1:]", "z1[:-1]"),),
        "The 1.0 for the bias comes last in z1; handout 1.3 puts it in front, as in z0.",
        ("y", "z1", "a2"),
    ),
    Misconception(
        "ffnn-bias-zero",
        "ffnn",
        ((_Z0, _Z0.replace("ones", "zeros")), (_Z1, _Z1.replace("ones", "zeros"))),
        "The bias element is 0.0 here, so the bias weights have no effect; handout 1.3 puts 1.0 "
        "in front.",
        ("y", "z0", "z1", "a1", "a2"),
    ),
    Misconception(
        "ffnn-hidden-linear",
        "ffnn",
        (_then(_HIDDEN, "z1[1:] = a1"),),
        "The hidden layer passes on a1 itself; in handout 1.3 it passes on the sigmoid of a1.",
        ("y", "z1", "a2"),
    ),
    Misconception(
        "ffnn-hidden-tanh",
        "ffnn",
        (_then(_HIDDEN, "z1[1:] = np.tanh(a1)"),),
        "The hidden activation is a hyperbolic tangent; handout 1.3 uses the sigmoid of 1.1.",
        ("y", "z1", "a2"),
    ),
    Misconception(
        "ffnn-sigmoid-twice",
        "ffnn",
        (_then(_HIDDEN, "z1[1:] = sigmoid(z1[1:])"), _then(_OUTPUT, "y = sigmoid(y)")),
        "The sigmoid is taken twice in each layer: the second result of `perceptron` has been "
        "through it already (handout 1.2).",
        ("y", "z1", "a2"),
    ),
    Misconception(
        "ffnn-output-twice",
        "ffnn",
        (_then(_OUTPUT, "y = sigmoid(y)"),),
        "y has been through the sigmoid twice; the second result of `perceptron` is y already "
        "(handout 1.3).",
        ("y",),
    ),
    Misconception(
        "ffnn-output-linear",
        "ffnn",
        (_then(_OUTPUT, "y = a2.copy()"),),
        "y is a2 here; in handout 1.3 the outputs go through the sigmoid too.",
        ("y",),
    ),
    Misconception(
        "ffnn-output-softmax",
        "ffnn",
        (_then(_OUTPUT, "y = np.exp(a2) / np.sum(np.exp(a2))"),),
        "This y is a softmax of a2; in handout 1.3 each output is the sigmoid of its own sum, so "
        "the outputs need not add up to 1.",
        ("y",),
    ),
    Misconception(
        "ffnn-output-normalised",
        "ffnn",
        (_then(_OUTPUT, "y = y / np.sum(y)"),),
        "y has been divided by its sum; the outputs of handout 1.3 need not add up to 1.",
        ("y",),
    ),
    Misconception(
        "ffnn-output-decided",
        "ffnn",
        (_then(_OUTPUT, "y = np.where(y == np.max(y), 1.0, 0.0)"),),
        "y holds only a decision, 1 for the highest output and 0 elsewhere; handout 1.3 asks for "
        "the outputs themselves.",
        ("y",),
    ),
    Misconception(
        "ffnn-order",
        "ffnn",
        ((_RETURN, "return z0, z1, a1, a2, y"),),
        "The results come back in another order than handout 1.3 asks for: y, z0, z1, a1, a2.",
        ("y", "z0", "z1", "a1", "a2"),
    ),
    Misconception(
        "ffnn-activated-sums",
        "ffnn",
        ((_RETURN, "return y, z0, z1, z1[1:], y"),),
        "a1 and a2 are the weighted sums, before the sigmoid; here they have been through it "
        "(handout 1.3).",
        ("a1", "a2"),
    ),
    Misconception(
        "ffnn-only-y",
        "ffnn",
        ((_RETURN, "return y"),),
        "Handout 1.3 asks for five results, y, z0, z1, a1 and a2 in this order: `backprop` needs "
        "more than y.",
        ("y", "z0", "z1", "a1", "a2"),
    ),
    Misconception(
        "ffnn-weights-by-row",
        "ffnn",
        (
            (_HIDDEN, "a1[:] = np.dot(W1, z0)\n    z1[1:] = sigmoid(a1)"),
            (_OUTPUT, "a2[:] = np.dot(W2, z1)\n    y[:] = sigmoid(a2)"),
        ),
        "The weights of one neuron are in a column of W1 and W2 (handout 1.3); here they are "
        "taken from a row.",
        ("y", "z0", "z1", "a1", "a2"),
    ),
    Misconception(
        "ffnn-fixed-D",
        "ffnn",
        ((_Z0, "z0 = np.ones(5)"),),
        "The number of inputs is wrong: it is the length of x, not a fixed number such as the 4 "
        "of iris (handout 1.3).",
        _OTHER_SIZES,
    ),
    Misconception(
        "ffnn-fixed-M",
        "ffnn",
        (
            (_A1, "M = 10\n    a1 = np.zeros(M)"),
            (_HIDDEN, "for j in range(M):\n        a1[j], z1[j + 1] = perceptron(z0, W1[:, j])"),
        ),
        "The number of hidden neurons is wrong: handout 1.3 has M of them, not a fixed number "
        "such as the 10 of its example.",
        _OTHER_SIZES,
    ),
    Misconception(
        "ffnn-fixed-K",
        "ffnn",
        (
            (_A2_Y, "a2 = np.zeros(3)\n    y = np.zeros(3)"),
            (_OUTPUT, "for k in range(3):\n        a2[k], y[k] = perceptron(z1, W2[:, k])"),
        ),
        "The number of outputs is wrong: handout 1.3 has K of them, not a fixed number such as "
        "the 3 of iris.",
        ("ffnn-two-classes:*", "ffnn-small:y", "ffnn-one-neuron:y", "ffnn-one-neuron:a2"),
    ),
)
