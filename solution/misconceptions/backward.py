"""Mistakes in 1.4: backprop."""

from solution.misconceptions.entry import Misconception

_DELTA_K = "delta_k = y - target_y"
_DELTA_J = "delta_j = d_sigmoid(a1) * (W2[1:] @ delta_k)"
_DE1 = "dE1 = np.outer(z0, delta_j)"
_DE2 = "dE2 = np.outer(z1, delta_k)"
_RETURN = "return y, dE1, dE2"

ENTRIES = (
    Misconception(
        "delta-sign",
        "backprop",
        ((_DELTA_K, "delta_k = target_y - y"),),
        "All signs are reversed: step 2 of handout 1.4 subtracts the target from the output.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "delta-absolute",
        "backprop",
        ((_DELTA_K, "delta_k = np.abs(y - target_y)"),),
        "delta_k has lost its sign: step 2 of handout 1.4 takes a difference, not a distance.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "delta-squared",
        "backprop",
        ((_DELTA_K, "delta_k = (y - target_y) ** 2"),),
        "delta_k is squared here: step 2 of handout 1.4 takes the plain difference.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "delta-of-squared-error",
        "backprop",
        ((_DELTA_K, "delta_k = (y - target_y) * y * (1.0 - y)"),),
        "This delta_k is that of the squared error, with a derivative of the sigmoid in it; for "
        "the cross-entropy it is the difference alone (handout 1.4, step 2).",
        ("dE1", "dE2"),
    ),
    Misconception(
        "delta-averaged",
        "backprop",
        ((_DELTA_K, "delta_k = (y - target_y) / K"),),
        "The errors of the outputs are divided by K; step 2 of handout 1.4 does not divide.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "delta-of-sums",
        "backprop",
        (
            ("y, z0, z1, a1, _ = ffnn", "y, z0, z1, a1, a2 = ffnn"),
            (_DELTA_K, "delta_k = a2 - target_y"),
        ),
        "delta_k is made from a2; step 2 of handout 1.4 takes y, which is after the sigmoid.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "hidden-no-slope",
        "backprop",
        ((_DELTA_J, "delta_j = W2[1:] @ delta_k"),),
        "The derivative of the sigmoid is missing from delta_j (handout 1.4, step 3).",
        ("dE1",),
    ),
    Misconception(
        "hidden-slope-of-z",
        "backprop",
        ((_DELTA_J, _DELTA_J.replace("(a1)", "(z1[1:])")),),
        "The derivative in delta_j is taken at z1, the outputs of the hidden layer; step 3 of "
        "handout 1.4 takes it at the sums a1.",
        ("dE1",),
    ),
    Misconception(
        "hidden-slope-from-sums",
        "backprop",
        ((_DELTA_J, _DELTA_J.replace("d_sigmoid(a1)", "a1 * (1.0 - a1)")),),
        "a1 (1 - a1) would be the derivative if a1 had been through the sigmoid already; step 3 "
        "of handout 1.4 takes the derivative of the sigmoid at a1.",
        ("dE1",),
    ),
    Misconception(
        "hidden-sigmoid-for-slope",
        "backprop",
        ((_DELTA_J, _DELTA_J.replace("d_sigmoid", "sigmoid")),),
        "delta_j has the sigmoid of a1 in it where step 3 of handout 1.4 has its derivative.",
        ("dE1",),
    ),
    Misconception(
        "hidden-last-row-dropped",
        "backprop",
        ((_DELTA_J, _DELTA_J.replace("W2[1:]", "W2[:-1]")),),
        "delta_j is one row of W2 too early: row 0 holds the bias weights, so hidden neuron j has "
        "row j+1 (handout 1.4, step 3).",
        ("dE1",),
    ),
    Misconception(
        "hidden-bias-row-kept",
        "backprop",
        ((_DELTA_J, _DELTA_J.replace("W2[1:]", "W2")),),
        "One of these two has M elements and the other M+1: step 3 of handout 1.4 skips the bias "
        "row of W2, because no hidden neuron stands behind it.",
        ("y", "dE1", "dE2"),
    ),
    Misconception(
        "hidden-one-too-many",
        "backprop",
        ((_DELTA_J, "delta_j = z1 * (1.0 - z1) * (W2 @ delta_k)"),),
        "dE1 has one column too many: delta_j treats the bias as a hidden neuron. Step 3 of "
        "handout 1.4 skips the bias row of W2.",
        ("dE1",),
    ),
    Misconception(
        "hidden-only-last-output",
        "backprop",
        ((_DELTA_J, "delta_j = d_sigmoid(a1) * W2[1:, -1] * delta_k[-1]"),),
        "Only the last output counts in delta_j: step 3 of handout 1.4 adds up over all k, and a "
        "loop that assigns keeps only the last product.",
        ("dE1",),
    ),
    Misconception(
        "hidden-sum-over-all",
        "backprop",
        ((_DELTA_J, "delta_j = d_sigmoid(a1) * np.sum(W2[1:] * delta_k)"),),
        "The sum in delta_j runs over all hidden neurons, too: in step 3 of handout 1.4 each j "
        "has its own sum over k.",
        ("dE1",),
    ),
    Misconception(
        "hidden-sums-multiplied",
        "backprop",
        ((_DELTA_J, "delta_j = d_sigmoid(a1) * np.sum(W2[1:], axis=1) * np.sum(delta_k)"),),
        "In delta_j the weights and the errors are added up separately; step 3 of handout 1.4 adds "
        "up their products.",
        ("dE1",),
    ),
    Misconception(
        "hidden-no-weights",
        "backprop",
        ((_DELTA_J, "delta_j = d_sigmoid(a1) * np.sum(delta_k)"),),
        "The weights W2 are missing from delta_j: step 3 of handout 1.4 multiplies each delta_k "
        "by its weight.",
        ("dE1",),
    ),
    Misconception(
        "gradient-transposed",
        "backprop",
        (
            (_DE1, "dE1 = np.outer(delta_j, z0)"),
            (_DE2, "dE2 = np.outer(delta_k, z1)"),
        ),
        "Rows and columns are exchanged: dE1 and dE2 have the shapes of W1 and W2, with a row for "
        "each input of the layer and a column for each neuron (handout 1.4, step 5).",
        ("dE1", "dE2"),
    ),
    Misconception(
        "gradient-order",
        "backprop",
        ((_RETURN, "return y, dE2, dE1"),),
        "dE1 and dE2 are exchanged: handout 1.4 returns y, dE1, dE2.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "gradient-two-results",
        "backprop",
        ((_RETURN, "return dE1, dE2"),),
        "Two results come back; handout 1.4 asks for three: y, dE1 and dE2.",
        ("y", "dE1", "dE2"),
    ),
    Misconception(
        "gradient-bias-row-zero",
        "backprop",
        (
            (_DE1, _DE1 + "\n    dE1[0] = 0.0"),
            (_DE2, _DE2 + "\n    dE2[0] = 0.0"),
        ),
        "Row 0 is still zero, so the bias weights would never learn: step 5 of handout 1.4 fills "
        "it as well, with the 1.0 in front of z0 and z1.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "gradient-without-bias-row",
        "backprop",
        (
            (_DE1, "dE1 = np.outer(z0[1:], delta_j)"),
            (_DE2, "dE2 = np.outer(z1[1:], delta_k)"),
        ),
        "The row of the bias weights is missing: step 5 of handout 1.4 uses z0 and z1 with their "
        "1.0 in front.",
        ("dE1", "dE2"),
    ),
    Misconception(
        "gradient-of-sums",
        "backprop",
        ((_DE2, "dE2 = np.outer(np.insert(a1, 0, 1.0), delta_k)"),),
        "dE2 is made from a1; step 5 of handout 1.4 uses z1, which is after the sigmoid.",
        ("dE2",),
    ),
    Misconception(
        "gradient-dot",
        "backprop",
        (
            (_DE1, "dE1 = np.dot(z0, delta_j)"),
            (_DE2, "dE2 = np.dot(z1, delta_k)"),
        ),
        "A dot product adds all products up to one number; step 5 of handout 1.4 keeps every "
        "product of an input of the layer and a delta, in a matrix.",
        ("dE1", "dE2", "backprop-handout:y"),
    ),
    Misconception(
        "gradient-elementwise",
        "backprop",
        ((_DE1, "dE1 = z0 * delta_j"), (_DE2, "dE2 = z1 * delta_k")),
        "Two vectors are multiplied element by element; step 5 of handout 1.4 needs the product "
        "of every pair, a whole matrix.",
        ("dE1", "dE2", "backprop-handout:y"),
    ),
    Misconception(
        "gradient-fixed-K",
        "backprop",
        (
            (_DELTA_K, "delta_k = np.zeros(K)\n    for k in range(3):\n        "
             "delta_k[k] = y[k] - target_y[k]"),
        ),
        "The number of outputs is wrong: step 2 of handout 1.4 makes K deltas, not a fixed number "
        "such as the 3 of iris.",
        (
            "backprop-small:*",
            "backprop-two-classes:*",
            "backprop-five-classes:dE1",
            "backprop-five-classes:dE2",
        ),
    ),
    Misconception(
        "gradient-fixed-M",
        "backprop",
        (
            (_DELTA_J, "delta_j = np.zeros(6)\n    for j in range(6):\n        "
             "delta_j[j] = d_sigmoid(a1[j]) * (W2[j + 1] @ delta_k)"),
        ),
        "The number of hidden neurons is wrong: step 3 of handout 1.4 makes M deltas, not a fixed "
        "number such as the 6 of its example.",
        ("backprop-small:*", "backprop-five-classes:*", "backprop-two-classes:*"),
    ),
)  # fmt: skip
