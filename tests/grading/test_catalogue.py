"""The catalogue and the variants in the real sandbox: what each loses, and what check.py says."""

from collections.abc import Collection
from pathlib import Path

import pytest

from assignment.checks.judging.judge import REMEMBERED
from assignment.checks.judging.saturated import is_saturated
from assignment.checks.model.questions import FUNCTIONS
from autograder.grading.runs import Place
from solution.misconceptions import CATALOGUE, Misconception, source_of
from solution.variants import VARIANTS, Variant
from tests.builders.grading import Grade
from tests.builders.local_checks import told
from tests.builders.results import ANSWERS


def saturated_beside(broken: Collection[Place], function: str) -> set[Place]:
    """Answers of 0 or 1 of which no ordinary one is right."""
    expected = {
        (case.id, output): ANSWERS.expected(case)[output]
        for case in ANSWERS.graded
        if case.function == function
        for output in case.points
    }
    regular = {place for place, one in expected.items() if not is_saturated(one)}
    right = {output for case, output in regular.difference(broken)}
    return {place for place in expected.keys() - regular if place[1] not in right}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_every_right_solution_has_every_point(variant: Variant, grade: Grade) -> None:
    """All styles of right code get 80 of 80 with their own functions."""
    result = grade(variant.source)
    assert (result.score, result.status) == (80, "judged")
    assert all(output.own_chain for output in result.outputs)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_every_misconception_loses_exactly_its_outputs(entry: Misconception, grade: Grade) -> None:
    """It loses all its outputs and nothing above, a remark nothing; no other one is named."""
    result = grade(source_of(entry))
    assert (result.score == 80) is entry.remark
    wrong = {(o.case, o.output) for o in result.outputs if o.status != "passed"}
    broken = entry.broken(ANSWERS.graded)
    assert wrong == broken | saturated_beside(broken, entry.function)
    own = REMEMBERED if entry.remembers else entry.id
    assert {o.misconception for o in result.outputs} <= {own, ""}


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_check_says_the_same_as_the_grader(
    entry: Misconception, grade: Grade, tmp_path: Path
) -> None:
    """At home a student reads of each public output what the result will say of it."""
    # What a function remembers comes from calls by others, too.
    asked = FUNCTIONS if entry.remembers else [entry.function]
    here = told(tmp_path, source_of(entry), asked)
    graded = {
        (o.case, o.output): (o.status, o.message, o.hint)
        for o in grade(source_of(entry)).outputs
        if o.public and o.own_chain and (o.case, o.output) in here
    }
    assert graded == {place: here[place] for place in graded}
    assert any(status != "passed" for status, *_ in graded.values()) or entry.remark
