"""Which runs a source needs: public cases before hidden ones, and dependency credit."""

import random
from collections.abc import Iterator, Sequence

import pytest

from assignment.checks.model.case import Reply, every_call
from assignment.checks.model.questions import FUNCTIONS, below, not_above
from autograder.grading.credit import Credit
from autograder.grading.evaluate import Evaluation
from autograder.grading.reference_functions import as_arrays
from autograder.grading.verdicts import EvaluatedRun, Verdicts
from autograder.sandbox import Sandbox, Worker
from solution.misconceptions import CATALOGUE, source_of
from tests.builders.grading import judged
from tests.builders.results import ANSWERS
from tests.builders.sources import around, mistake, with_function

FFNN = mistake("ffnn-input-without-bias")
BOTH = mistake("ffnn-input-without-bias", "delta-sign")
MISTAKES = tuple(entry for entry in CATALOGUE if not entry.remark)
PUBLIC = {case.id for case in ANSWERS.graded if case.public}
BACKPROP = "def backprop(x, target_y, M, K, W1, W2):\n    "


def asked(one: EvaluatedRun) -> list[str]:
    """The functions that were asked in a run, each once."""
    functions = {call.id: call.function for call in every_call(ANSWERS.graded)}
    return list(dict.fromkeys(functions[case] for case in one.outcome.replies))


def credit_runs(evaluation: Evaluation) -> list[tuple[tuple[str, ...], list[str]]]:
    """The runs with reference functions in place of some: what was replaced, and asked."""
    everything = {not_above(name) for name in FUNCTIONS}
    return [
        (one.replaced, asked(one))
        for one in evaluation.runs
        if one.replaced and one.convention is as_arrays and one.replaced not in everything
    ]


def wrong_functions(verdicts: Verdicts) -> set[str]:
    """Functions of which an output is wrong in the end."""
    return {one.verdict.function for one in verdicts.values() if not one.verdict.passed}


def test_functions_above_a_wrong_one_share_a_run(sandbox: Sandbox) -> None:
    """Three functions are built on ffnn: if it alone is wrong, one more run asks them all."""
    evaluation, verdicts = judged(sandbox, FFNN)
    assert credit_runs(evaluation) == [(("ffnn",), ["backprop", "train_nn", "test_nn"])]
    assert wrong_functions(verdicts) == {"ffnn"}


@pytest.mark.parametrize("calls", [True, False])
def test_other_conventions_are_tried_where_a_reference_function_is_called(
    calls: bool, sandbox: Sandbox
) -> None:
    """Lists and rows from below make no difference to a wrong ffnn that calls nothing below."""
    body = "return [perceptron([1.0, 2.0], [3.0, 4.0])] * 5" if calls else "return [0.5] * 5"
    ffnn = f"def ffnn(x, M, K, W1, W2):\n    {body}\n"
    wrong_sigmoid = mistake("sigmoid-guard-half")
    evaluation, _ = judged(sandbox, with_function("ffnn", ffnn, wrong_sigmoid))
    tried = [one for one in evaluation.runs if one.convention is not as_arrays]
    assert any("ffnn" in asked(one) for one in tried) is calls


def test_no_failure_in_a_public_case_is_told_after_a_hidden_input_was_heard(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a worker answers once some worker has a hidden input explains no public failure."""
    hidden = [set(map(id, c.inputs.values())) for c in every_call(ANSWERS.graded) if not c.public]
    before: list[Reply] = []
    heard: list[list[object]] = []
    real = Worker.call_all

    def call_all(worker: Worker, calls: Sequence[tuple[str, list[object]]]) -> Iterator[Reply]:
        # a probe is not a case
        heard.extend(given for _, given in calls if set(map(id, given)) in hidden)
        for reply in real(worker, calls):
            if not heard:
                before.append(reply)
            yield reply

    monkeypatch.setattr(Worker, "call_all", call_all)
    evaluation, verdicts = judged(sandbox, BOTH)
    told = [
        evaluation._runs._counts[place].outcome.replies[one.verdict.case]
        for place, one in verdicts.items()
        if place[0] in PUBLIC and not one.verdict.passed
    ]
    assert heard
    assert told
    assert all(any(reply is early for early in before) for reply in told)


def test_a_function_above_a_second_mistake_is_asked_later(sandbox: Sandbox) -> None:
    """train_nn would fail again while backprop is wrong, so it is asked when that is replaced."""
    evaluation, verdicts = judged(sandbox, BOTH)
    assert credit_runs(evaluation) == [
        (("ffnn",), ["backprop", "test_nn"]),
        (("ffnn", "backprop"), ["train_nn"]),
    ]
    assert wrong_functions(verdicts) == {"ffnn", "backprop"}


def test_a_second_mistake_that_only_hidden_cases_show_costs_nothing_above(sandbox: Sandbox) -> None:
    """train_nn is asked in public cases first, and then in all with our backprop."""
    shapes = {True: set[object](), False: set[object]()}
    for case in every_call(ANSWERS.graded):
        if case.function in ("backprop", "train_nn"):
            shapes[case.public].add((case.inputs["M"], case.inputs["K"]))
    assert shapes[False] - shapes[True]
    sign = f"(-1) ** ((M, K) not in {shapes[True]!r})"
    wrong = (
        f"y, dE1, dE2 = before(x, target_y, M, K, W1, W2)\n    return y, {sign} * dE1, {sign} * dE2"
    )
    evaluation, verdicts = judged(sandbox, around("backprop", BACKPROP + wrong, FFNN))
    assert credit_runs(evaluation)[0] == (("ffnn",), ["backprop", "train_nn", "test_nn"])
    assert (("ffnn", "backprop"), ["train_nn"]) in credit_runs(evaluation)
    assert wrong_functions(verdicts) == {"ffnn", "backprop"}
    train = {place: one for place, one in verdicts.items() if one.verdict.function == "train_nn"}
    used = {(case in PUBLIC, one.replaced) for (case, _), one in train.items()}
    assert used == {(True, ("ffnn",)), (False, ("ffnn", "backprop"))}


def test_a_hang_in_a_shared_run_costs_only_the_function_that_hangs(sandbox: Sandbox) -> None:
    """After backprop hangs with our ffnn, test_nn is asked in a fresh worker and is right."""
    hangs = BACKPROP + "__import__('time').sleep(60)\n"
    evaluation, verdicts = judged(sandbox, with_function("backprop", hangs, FFNN))
    assert wrong_functions(verdicts) == {"ffnn", "backprop"}
    assert (("ffnn",), ["backprop", "test_nn"]) in credit_runs(evaluation)


def test_a_function_that_spoils_a_shared_run_costs_the_others_nothing(sandbox: Sandbox) -> None:
    """backprop leaves something behind that breaks test_nn; alone, test_nn is right."""
    spoils = "SPOILED.append(x)\n    return before(x, target_y, M, K, W1, W2)"
    test = (
        "def test_nn(X, M, K, W1, W2):\n    assert not SPOILED\n    return before(X, M, K, W1, W2)"
    )
    source = around("backprop", BACKPROP + spoils, around("test_nn", test, FFNN))
    evaluation, verdicts = judged(sandbox, f"{source}\nSPOILED = []\n")
    assert credit_runs(evaluation) == [
        (("ffnn",), ["backprop", "train_nn", "test_nn"]),
        (("ffnn",), ["test_nn"]),
    ]
    assert wrong_functions(verdicts) == {"ffnn"}


ABOVE = {name: [one for one in MISTAKES if name in below(one.function)] for name in FUNCTIONS}
LOWER = [one for one in MISTAKES if ABOVE[one.function]][::5]
PAIRS = [(one, random.Random(one.id).choice(ABOVE[one.function])) for one in LOWER]
SOURCES = {one.id: source_of(one) for one in LOWER[1::2]}
SOURCES |= {f"{one.id}+{two.id}": source_of(one, two) for one, two in PAIRS[::2]}
"""Mistakes below another function, in turn alone and with a mistake above them."""


def asked_alone(credit: Credit, name: str, replaced: tuple[str, ...]) -> EvaluatedRun:
    """Ask each function in a worker of its own."""
    run = credit._run(name, replaced, as_arrays)
    credit._runs.ask(run, credit._of(name))
    return run


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_shared_run_changes_no_verdict(
    source: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every verdict is the same as when each function is asked in a run of its own."""
    _, together = judged(sandbox, source)
    monkeypatch.setattr(Credit, "_asked", asked_alone)
    evaluation, alone = judged(sandbox, source)
    assert all(len(functions) == 1 for _, functions in credit_runs(evaluation))
    assert summary(together) == summary(alone)


def summary(verdicts: Verdicts) -> dict[tuple[str, str], tuple[object, ...]]:
    """Each verdict without its message and times."""
    return {
        place: (one.replaced, one.verdict.status, one.verdict.points, one.verdict.misconception)
        for place, one in verdicts.items()
    }
