"""Probes: never on a right function, and a fact for mistakes that have no name."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignment.checks.judging.probes.find import PROBES, explained, facts, unexplained
from assignment.checks.judging.probes.own import Own, Silent
from assignment.checks.model.case import Case, Reply, Verdict
from assignment.checks.model.questions import QUESTIONS
from autograder.cases.expected import reference_source
from autograder.grading.reference_functions import OTHERS, as_arrays
from solution.variants import VARIANTS, Variant
from tests.builders.mistakes import MISTAKES, asking, source_of

EVERY = [(question.function, output) for question in QUESTIONS for output in question.outputs]
LATE = "return W1tr, W2tr, E_total, misclassification_rate, guesses"
SAYS = {
    "2s - 1": "`sigmoid(0)` returns 0;",
    "ReLU": "`sigmoid(0)` returns 0;",
    "guard at -10": "`sigmoid(-12)` returns 0;",
    "s (1 - x)": "a slope of 0.222. Your `d_sigmoid(0.7)` returns 0.2.",
    "last input dropped": "x[3], the last input,",
    "output bias ignored": "adding 1 to the bias `W2[0, 0]` must add 1 to `a2[0]`",
    "hidden neuron skipped": "`W2[4, 0]` must add",
    "a2 from a1": "your `z1[1]` to `a2[0]`; in your `ffnn` it adds",
    "derivative by y": "That is the derivative by y",
    "W2 updated first": "W2 is changed before delta_j",
    "targets of 0.1 and 0.9": "as if t were 0.9 for the class and 0.1 otherwise",
    "an update too many": "where two updates lead",
    "weights drawn anew": "Two equal calls",
    "weights drawn with a seed": "Does training begin with the W1 that is passed in?",
    "features scaled": "We added 0.4 to every number",
    "features over ten": "features that are scaled",
    "features cast": "cast to whole numbers",
    "last pattern dropped": "`X_train[4, 0]`, of the last pattern, changes nothing",
    "from the first weights": "The second update starts from the first weights",
    "momentum": "0.9 times the first is added",
    "totals not cleared": "are the totals set to zero",
    "targets not cleared": "a target that keeps the 1.0",
    "best weights": "the best weights returned",
    "early stop": "training that stops early",
    "first guesses kept": "Yours are those of the weights that are passed in",
    "t and 1 - t exchanged": "t and 1 - t are exchanged",
    "epsilon of 1e-3": "a large epsilon",
    "outputs clipped": "clipped",
    "a default list": "a list that is a default value",
    "eta decays": "does eta change?",
    "output 0 skipped": "We set W2[0, 0] = 20",
}
"""Words of the fact for mistakes of which more than any fact is expected."""


def about(source: str, function: str) -> dict[str, str]:
    """The facts about the outputs of one function."""
    outputs = [place for place in EVERY if place[0] == function]
    return {output: fact for (_, output), fact in facts(outputs, asking(source), outputs).items()}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_no_probe_says_anything_about_a_right_file(variant: Variant) -> None:
    """Whatever its style, a right solution has every property."""
    assert facts(EVERY, asking(variant.source)) == {}


@settings(max_examples=15)
@given(
    smallest=st.sampled_from(["1e-300", "1e-12", "1e-8"]),
    added=st.floats(0, 1e-8),
    late=st.booleans(),
    returns=st.tuples(*(st.sampled_from([as_arrays, *OTHERS]) for _ in QUESTIONS)),
)
def test_no_probe_minds_a_convention(
    smallest: str, added: float, late: bool, returns: tuple[object, ...]
) -> None:
    """Lists or rows, a clipped logarithm or an epsilon in it, guesses after the last update."""
    source = reference_source().decode().replace("SMALLEST = 1e-300", f"SMALLEST = {smallest}")
    source = source.replace("SMALLEST))", f"SMALLEST) + {added!r})")
    if late:
        source = source.replace(LATE, LATE.replace("guesses", "test_nn(X_train, M, K, W1tr, W2tr)"))
    call = asking(source)
    how = dict(zip((question.function for question in QUESTIONS), returns, strict=True))

    def ask(case: Case) -> Reply:
        reply = call(case)
        return replace(reply, value=how[case.function](reply.value))  # type: ignore[operator]

    assert facts(EVERY, ask) == {}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake[1]}: {mistake[0]}")
def test_a_mistake_without_a_name_gets_a_fact(mistake: tuple[str, ...]) -> None:
    """A property that the function lacks is found, and it is the one that tells most."""
    found = about(source_of(mistake), mistake[1])
    assert any(SAYS.get(mistake[0], "") in fact for fact in found.values()), found


def test_every_probe_finds_a_mistake() -> None:
    """There are at least thirty properties, and none is there for nothing."""
    silent = {id(probe): probe for probe in PROBES}
    for mistake in MISTAKES:
        own = Own(asking(source_of(mistake)))
        for probe in [one for one in silent.values() if one.function == mistake[1]]:
            for output in probe.explains:
                with suppress(Silent):
                    if probe.says(own, output):
                        silent.pop(id(probe), None)
    assert [(probe.function, probe.says.__name__) for probe in silent.values()] == []
    assert len({(probe.function, probe.says) for probe in PROBES}) >= 30
    assert {probe.function for probe in PROBES} == {q.function for q in QUESTIONS}


def test_what_follows_points_to_the_output_that_is_wrong() -> None:
    """The fact stands where the mistake is; the outputs made from it name that output."""
    mistake = next(one for one in MISTAKES if one[0] == "hidden bias ignored")
    found = about(source_of(mistake), "ffnn")
    assert "must add 1 to `a1[0]`" in found["a1"]
    after = "This follows from your `a1`, which is wrong. Fix `a1` first."
    assert {output: fact for output, fact in found.items() if output != "a1"} == dict.fromkeys(
        ("y", "z1", "a2"), after
    )


@pytest.mark.parametrize("status", ["error", "timeout", "killed", "bad_answer", "not_judged"])
def test_a_call_that_fails_says_nothing(status: str) -> None:
    """Neither does one that returns text, None or another shape; a hang is not repeated."""
    calls: list[Case] = []

    def ask(case: Case) -> Reply:
        calls.append(case)
        return Reply(status)  # type: ignore[arg-type]

    assert facts(EVERY, ask) == {}
    assert len(calls) == 1 or status in ("error", "bad_answer")
    for value in (None, "text", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], {}):
        assert facts(EVERY, lambda _, value=value: Reply("returned", value)) == {}


def test_only_outputs_without_a_name_are_probed() -> None:
    """Not where a misconception is named, a lower one is wrong, or the answer was no numbers.

    Scores instead of guesses are no consequence of wrong weights, so no probe explains them.
    """
    right = np.zeros(3)
    y = Verdict("ffnn", "ffnn", "y", "failed", 0, 1, got=right + 1, expected=right)
    others = [
        replace(y, output="z1", misconception="known"),
        replace(y, output="a1", status="error"),
        replace(y, output="a2", got=None),
        replace(y, output="z0", got=np.zeros((3, 3))),
    ]
    again = replace(y, output="z1")  # named in another case
    assert unexplained([y, *others, again], {"ffnn", "backprop"}) == [("ffnn", "y")]
    assert unexplained([y, *others], {"ffnn", "sigmoid"}) == []
    facts_ = dict.fromkeys(EVERY, "A fact.")
    assert [explained(one, facts_).hint for one in (y, *others)] == ["A fact.", "", "", "", ""]
