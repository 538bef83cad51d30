"""Mistakes that the catalogue does not hold, and what the student reads of each in every case.

tests/checks/judging has a line for each pattern and each exception.
"""

from dataclasses import dataclass

import pytest

from autograder.grading import evaluate
from tests.builders.grading import Grade
from tests.builders.sources import SOLUTIONS


@dataclass(frozen=True)
class Way:
    """An edit of a right solution; ``hints`` by output: a part of what its hint must say.

    It must be shown at its output in every case that shows the mistake. ``aloud`` are parts that
    only public cases may tell, because they hold what was computed.
    """

    id: str
    file: str
    function: str
    old: str
    new: str
    hints: dict[str, str]
    aloud: bool = False

    @property
    def source(self) -> str:
        """The broken solution."""
        assert SOLUTIONS[self.file].count(self.old) == 1
        return SOLUTIONS[self.file].replace(self.old, self.new)


WAYS = (
    Way("two at once", "reference", "backprop",
        "delta_j = d_sigmoid(a1) * (W2[1:] @ delta_k)\n    # 4. and 5. every input of a layer "
        "times every error of that layer\n    dE1 = np.outer(z0, delta_j)\n    dE2 = "
        "np.outer(z1, delta_k)",
        "dE1 = np.outer(z0, W2[1:] @ delta_k)\n    dE2 = np.outer(z1, delta_k).T",
        {"dE1": "derivative of the sigmoid is missing", "dE2": "Rows and columns are exchanged"}),
    Way("bias of z0 is 0", "by_the_letter", "ffnn",
        "np.array([1.0]), x)", "np.array([0.0]), x)",
        {"z0": "bias element is 0.0", "z1": "from your `z0`", "y": "from your `z0`"}),
    Way("a loop that ends one early", "by_the_letter", "backprop",
        "for k in range(dE2.shape[1]):", "for k in range(dE2.shape[1] - 1):",
        {"dE2": "all other columns are right"}),
    Way("eta left out for W1", "reference", "train_nn",
        "W1tr = W1tr - eta * dE1_total / N", "W1tr = W1tr - dE1_total / N",
        {"W1tr": "update of the weights", "W2tr": "update of the weights",
         "E_total": "right in iteration 0"}),
    Way("an error before the first", "reference", "train_nn",
        "return W1tr, W2tr, E_total,", "return W1tr, W2tr, np.insert(E_total, 0, 0.0),",
        {"E_total": "one element too many, the first"}),
    Way("a name misspelt", "reference", "perceptron",
        "activation = sigmoid(weighted_sum)", "activation = sigmoid(weigthed_sum)",
        {"sum": "`weigthed_sum` is not known", "activation": "`weigthed_sum` is not known"},
        aloud=True),
    Way("the bias forgotten in a product", "reference", "ffnn",
        "a1[:], z1[1:] = perceptron(z0, W1)", "a1[:] = x @ W1\n    z1[1:] = sigmoid(a1)",
        {"y": "is the bias in one of them", "a1": "is the bias in one of them"}, aloud=True),
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_the_grader_explains_each_way(
    way: Way, grade_anew: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without probes the hints are the same in public and, without values, in hidden cases.

    Nothing else is wrong, and no misconception is named that was not made.
    """
    monkeypatch.setattr(evaluate, "probe", lambda *_, **__: {})
    wrong = [output for output in grade_anew(way.source).outputs if output.status != "passed"]
    assert {output.function for output in wrong} == {way.function}
    assert {output.output for output in wrong if output.public} >= way.hints.keys()
    for output in wrong:
        hint = way.hints.get(output.output, "")
        if "so is a constant" in output.message:
            continue
        # Two elements are too few for some hints.
        if output.public or not (way.aloud or output.case == "ffnn-one-neuron"):
            assert hint in output.hint, output.case
        if hint and not output.public and way.aloud:
            assert hint not in output.message + output.hint
        assert output.hint or not output.public or output.output == "guesses"
