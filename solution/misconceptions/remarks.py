"""What costs no points and is worth a word, and what shows only when a case is asked again."""

from solution.misconceptions.entry import Misconception

REMARKS = (
    Misconception(
        "sigmoid-overflow-warning",
        "sigmoid",
        (
            ("a_safe = np.maximum(a, -100.0)", "a_safe = a"),
            ("    value = np.where(a < -100.0, 0.0, value)\n", ""),
        ),
        "The values are right, but the exponential overflows with a warning where x is very "
        "negative: the check for x below -100 in handout 1.1 avoids that.",
        remark=True,
    ),
    Misconception(
        "sigmoid-changes-argument",
        "sigmoid",
        (("a_safe = np.maximum(a, -100.0)", "a_safe = np.maximum(a, -100.0, out=a)"),),
        "`sigmoid` writes into the array that it is given, so the caller's numbers change: work "
        "on a copy.",
        remark=True,
    ),
    Misconception(
        "train-in-place",
        "train_nn",
        (
            ("W1tr = np.array(W1, dtype=float)", "W1tr = W1"),
            ("W2tr = np.array(W2, dtype=float)", "W2tr = W2"),
            ("W1tr = W1tr - eta * dE1_total / N", "W1tr -= eta * dE1_total / N"),
            ("W2tr = W2tr - eta * dE2_total / N", "W2tr -= eta * dE2_total / N"),
        ),
        "`train_nn` changes the caller's W1 and W2, so a second training would go on where the "
        "first one ended: start from copies.",
        remark=True,
    ),
    Misconception(
        "train-prints",
        "train_nn",
        (
            (
                "E_total[i] = error / N",
                'E_total[i] = error / N\n        print("iteration", i, "error", E_total[i])',
            ),
        ),
        "`train_nn` prints in every iteration, which takes time: print every "
        "hundredth iteration, or after the training.",
        remark=True,
    ),
    Misconception(
        "train-plots",
        "train_nn",
        (
            (
                "    # 7. done\n",
                "    import matplotlib.pyplot as plt\n\n"
                "    plt.plot(E_total)\n    plt.show()\n    # 7. done\n",
            ),
        ),
        "`train_nn` plots each time it is called: draw the figures of handout 2.3 in a function "
        "of their own.",
        remark=True,
    ),
    Misconception(
        "file-trains-when-imported",
        "train_nn",
        (),
        "The file trains a network whenever it is imported: code that tries things out belongs in "
        "a function, or under a check of `__name__`.",
        remark=True,
        added="""

X = 6 * np.random.rand(20, 4)
t = np.random.randint(0, 3, 20)
W1 = 2 * np.random.rand(5, 6) - 1
W2 = 2 * np.random.rand(7, 3) - 1
W1tr, W2tr, E_total, misclassification_rate, guesses = train_nn(X, t, 6, 3, W1, W2, 20, 0.1)
print(E_total)
""",
    ),
)

REMEMBERED = (
    Misconception(
        "ffnn-remembers-input",
        "ffnn",
        (
            (
                "z0 = np.ones(len(x) + 1)\n    z0[1:] = x",
                'if not hasattr(ffnn, "z0"):\n'
                "        ffnn.z0 = np.concatenate([[1.0], x])\n"
                "    z0 = ffnn.z0",
            ),
        ),
        "`ffnn` still works with the x of an earlier call: make z0 anew from the x of each call "
        "(handout 1.3).",
        ("ffnn-small:*", "ffnn-two-classes:*", "ffnn-one-neuron:*"),
        remembers=True,
    ),
    Misconception(
        "gradient-remembered",
        "backprop",
        (
            (
                "dE1 = np.outer(z0, delta_j)",
                'totals = backprop.__dict__.setdefault("totals", {})\n'
                "    dE1, dE2 = totals.setdefault(\n"
                "        (len(z0), M, K), (np.zeros((len(z0), M)), np.zeros((M + 1, K)))\n"
                "    )\n"
                "    dE1 += np.outer(z0, delta_j)",
            ),
            ("dE2 = np.outer(z1, delta_k)", "dE2 += np.outer(z1, delta_k)"),
        ),
        "`backprop` adds to the gradients of earlier calls: step 4 of handout 1.4 starts with new "
        "matrices of zeros in each call.",
        (
            "backprop-handout:dE1",
            "backprop-handout:dE2",
            "backprop-small:*",
            "backprop-two-classes:*",
        ),
        remembers=True,
    ),
    Misconception(
        "error-remembered",
        "train_nn",
        (
            ("    eta: float,\n", "    eta: float,\n    E_total: list = [],\n"),
            ("    E_total = np.zeros(iterations)\n", ""),
            ("E_total[i] = error / N", "E_total.append(error / N)"),
        ),
        "E_total still holds the errors of an earlier training: a list that is the default value "
        "of a parameter is made only once. Make a new one in each call (step 1 of handout 2.1).",
        ("train-small:E_total", "train-absent-class:E_total", "train-one-point:E_total"),
        remembers=True,
    ),
)

ENTRIES = (*REMARKS, *REMEMBERED)
