"""Points of a course: how they are shared out, and that no result keeps points of another one."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignment.checks.model.questions import NUMBERS, by_function
from autograder.cases.answers import Answers
from autograder.cases.graded import all_cases, graded
from autograder.cases.points import (
    apportioned,
    course_points,
    kit_points,
    kit_sections,
    least,
    pointed,
)
from autograder.commands import verify
from autograder.commands.verify import PUBLIC_SHARE
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Sandbox
from tests.builders.pools import FakePool, batch, recorded
from tests.builders.sources import edited

GRADED = graded(all_cases())
OTHER = {**kit_sections(), "1.3": 20, "2.2": 4}
BROKEN = edited("ffnn", ("z1 = np.ones(M + 1)", "z1 = np.zeros(M + 1)")).encode()


def test_the_kits_points_are_what_the_cases_say() -> None:
    """In a course without points of its own, every output has the kit's points."""
    assert pointed(GRADED, kit_points()) == GRADED
    assert (kit_points().automatic, kit_points().report, kit_points().key) == (80, 20, "")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_section_has_its_points(number: str) -> None:
    """For every number of points: all are given, at least 1 each, and enough of them in public."""
    low, high = PUBLIC_SHARE
    for points in range(least(number), 101):
        given_ = course_points({**kit_sections(), number: points})
        mine = [c for c in pointed(GRADED, given_) if by_function(c.function).number == number]
        given_public = sum(sum(case.points.values()) for case in mine if case.public)
        assert sum(sum(case.points.values()) for case in mine) == points
        assert low <= given_public / points <= high
        assert min(given_.outputs.values()) >= 1


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 3)), min_size=1, max_size=8),
    st.integers(0, 60),
)
def test_sharing_out_is_fair(shares: list[tuple[int, int]], more: int) -> None:
    """The parts add up, none is below its least, and more weight never means less."""
    weights, leasts = [w for w, _ in shares], [n for _, n in shares]
    total = sum(leasts) + more
    parts = apportioned(total, weights, leasts)
    assert sum(parts) == total
    assert all(part >= few for part, few in zip(parts, leasts, strict=True))
    for a, (heavy, few) in zip(parts, shares, strict=True):
        for b, (light, fewer) in zip(parts, shares, strict=True):
            assert a >= b or heavy <= light or few < fewer


@pytest.mark.parametrize(
    ("points", "share", "has"),
    [(3, 0.5, 2), (1, 0.5, 1), (5, 0.3, 2), (5, 0.1, 1), (4, 0.1, 0), (3, 1.0, 3), (3, 0.0, 0)],
)
def test_dependency_credit_rounds_half_up(points: int, share: float, has: int) -> None:
    """Shares are rounded as their decimals say, not as binary fractions do."""
    assert course_points(kit_sections(), share).credited_points(points) == has


def test_the_key_differs_for_different_points() -> None:
    """The points and the dependency credit both count."""
    given_ = itertools.product((kit_sections(), OTHER), (1.0, 0.5))
    assert len({course_points(points, share).key for points, share in given_}) == 4


@pytest.fixture(scope="module")
def judged() -> dict[float, SubmissionResult]:
    """A file with a mistake in ffnn, graded natively with the full weight and with half."""
    found = {}
    with Sandbox() as sandbox:
        for share in (1.0, 0.5):
            grader = Grader(Answers(course_points=course_points(OTHER, share)), sandbox)
            found[share] = grader.grade(Submission("ann", BROKEN))
    return found


FIX_FFNN = "Correct when tested with our `ffnn`: {} here, fix `ffnn` itself."


def test_a_lower_dependency_credit_is_announced(judged: dict[float, SubmissionResult]) -> None:
    """What is right only with our ffnn has half its points, and the message says so."""
    full, half = judged[1.0], judged[0.5]
    credited = [o for o in half.outputs if o.status == "passed" and not o.own_chain]
    assert {output.function for output in credited} >= {"backprop", "train_nn", "test_nn"}
    for output in credited:
        assert output.points == (output.max_points + 1) // 2
        assert output.message == FIX_FFNN.format("50 % of the points (rounded)")
    messages = {o.message for o in full.outputs if o.points}
    assert messages == {"", FIX_FFNN.format("full points")}
    assert half.score < full.score


def test_points_can_be_applied_again(judged: dict[float, SubmissionResult]) -> None:
    """Any course's points become any other's, with the messages, without judging again."""
    full, half = judged[1.0], judged[0.5]
    assert course_points(OTHER, 0.5).applied(full).outputs == half.outputs
    assert course_points(OTHER).applied(half).outputs == full.outputs
    assert course_points(OTHER).applied(full) is full


def test_other_points_run_nothing_again(
    tmp_path: Path, judged: dict[float, SubmissionResult]
) -> None:
    """The record has the new points and the change, and no code was run for it."""
    pool = FakePool(lambda _: course_points(kit_sections()).applied(judged[1.0]))
    seen = []
    for points in (kit_sections(), OTHER, OTHER, kit_sections()):
        mine = course_points(points)
        summary = batch(tmp_path, [Submission("ann", BROKEN)], pool, course_points=mine)
        result = recorded(tmp_path)["ann"]
        seen.append((summary.unchanged, [result.question_score(one) for one in NUMBERS]))
        most = sum(output.max_points for output in result.outputs)
        assert most == sum(points[number] for number in NUMBERS)
        assert mine.applied(result) is result
    assert len(pool.submitted) == 1
    assert [unchanged for unchanged, _ in seen] == [0, 1, 1, 1]
    (_, kit), (_, other), *again = seen
    assert kit != other
    assert [scores for _, scores in again] == [other, kit]


def test_verify_proves_a_courses_points() -> None:
    """A line for each section, with the course's numbers; none where the points are the kit's."""
    claims = list(verify._course_points(Answers(course_points=course_points(OTHER))))
    assert [p.claim for p in claims] == [f"points of {n} in this course" for n in NUMBERS]
    assert all(proof.holds for proof in claims)
    assert claims[2].detail.startswith("20 of 20, ")
    assert list(verify._course_points(Answers())) == []
