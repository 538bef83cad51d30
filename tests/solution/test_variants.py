"""The equally right solutions are right in every course; see also tests/grading/test_catalogue."""

import sys

import pytest

from assignment import iris
from assignment.checks.judging.judge import judge
from assignment.checks.model.case import every_call
from autograder.cases.answers import Answers
from autograder.cases.expected import call, module_of
from solution.variants import HERE, VARIANTS, Variant

OTHER_SEED = Answers(2)


def test_every_file_is_listed_and_there_are_enough() -> None:
    """The table and the folder agree, and no two variants are the same text."""
    files = {path.stem for path in HERE.glob("*.py")} - {"__init__"}
    assert {variant.id for variant in VARIANTS} == files
    assert len({variant.source for variant in VARIANTS}) == len(VARIANTS) >= 10


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_every_variant_is_right_with_other_numbers(
    variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hidden cases of another course are answered like those of the kit."""
    monkeypatch.setitem(sys.modules, "iris", iris)
    module = module_of(variant.source)
    for case in every_call(OTHER_SEED.graded):
        verdicts = judge(case, OTHER_SEED.expected(case), call(module, case))
        assert all(verdict.passed for verdict in verdicts), case.id
