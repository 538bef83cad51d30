"""A mistake costs once: two misconceptions in one file cost what each of them costs."""

from functools import cache

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from autograder.sandbox import Sandbox
from solution.misconceptions import CATALOGUE, DoesNotApply, Misconception, source_of
from tests.builders.grading import judged

Place = tuple[str, str]
entries = st.sampled_from(CATALOGUE)


@cache
def lost_by(source: str, sandbox: Sandbox) -> tuple[frozenset[Place], frozenset[Place]]:
    """The outputs without points, and those that the student's own functions get right."""
    _, verdicts = judged(sandbox, source)
    lost = frozenset(place for place, one in verdicts.items() if not one.verdict.points)
    return lost, frozenset(p for p, one in verdicts.items() if p not in lost and not one.replaced)


# Each example judges up to three files in workers, and shrinking would judge hundreds.
@given(entries, entries)
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
def test_two_mistakes_cost_what_each_of_them_costs(
    sandbox: Sandbox, one: Misconception, two: Misconception
) -> None:
    """What a file with two mistakes loses, one of them alone loses as well; the rest is right.

    Two mistakes may make up for each other, where the file's own answer is right.
    """
    assume(one.function != two.function)
    try:
        source = source_of(one, two)
    except DoesNotApply:
        assume(False)
    alone = lost_by(source_of(one), sandbox)[0] | lost_by(source_of(two), sandbox)[0]
    lost, own = lost_by(source, sandbox)
    assert lost <= alone
    assert alone - lost <= own
