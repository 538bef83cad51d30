"""The bonus, graded: 20 of 20 for the reference, 0 and no error for stubs, none lost by none."""

from pathlib import Path

import numpy as np
import pytest

from assignment.checks.judging.judge import agrees
from assignment.checks.model.questions import BONUS, BONUS_NUMBERS
from autograder.cases.answers import BonusAnswers
from autograder.cases.bonus_inputs import LEAST_SUM, learnable
from autograder.cases.expected import accepted, bonus_source, nudged
from autograder.course.settings import Course
from autograder.intake.submissions import one_submission
from autograder.paths import ROOT
from autograder.platforms.gradescope import results_json as entries
from autograder.results import MAX_SCORE, SubmissionResult, csv_row
from solution.misconceptions import BONUS_CATALOGUE, Misconception, source_of
from tests.builders.files import folder_of
from tests.builders.grading import Grade
from tests.builders.results import ANSWERS, feedback_page
from tests.builders.sources import RIGHT as RIGHT_SEVEN

SEVEN = RIGHT_SEVEN.encode()
RIGHT = bonus_source()
STUBS = (ROOT / "assignment/bonus.py").read_bytes()


@pytest.fixture
def right(grade: Grade) -> SubmissionResult:
    """The reference with its bonus."""
    return grade(RIGHT_SEVEN, bonus=RIGHT)


def wrong(result: SubmissionResult) -> set[str]:
    """The cases of the bonus with an output that is not right."""
    return {o.case for o in result.outputs if o.question in BONUS_NUMBERS and o.status != "passed"}


def test_the_reference_has_every_point(right: SubmissionResult) -> None:
    """80 and 20 on top; the points that the score is of stay 80."""
    assert (right.score, right.bonus, right.status) == (100, 20, "judged")
    row = csv_row(right)
    assert (row["score"], row["max_score"], row["bonus"]) == (100, MAX_SCORE, 20)


@pytest.mark.parametrize(
    ("bonus", "note"),
    [
        (b"", ""),
        (STUBS, "Nothing of bonus.py"),
        (b"def step(:\n", "was not judged and has no points"),
    ],
    ids=["none", "stubs", "a syntax error"],
)
def test_without_a_bonus_nothing_is_lost(grade: Grade, bonus: bytes, note: str) -> None:
    """No file, nothing written in it, or a file that cannot be read: 80 points, and a note."""
    result = grade(RIGHT_SEVEN, bonus=bonus)
    assert (result.score, result.bonus, result.status, result.message) == (80, 0, "judged", "")
    assert not wrong(result)
    assert note in " ".join(result.notes)


@pytest.mark.parametrize("entry", BONUS_CATALOGUE, ids=lambda entry: entry.id)
def test_a_misconception_costs_exactly_its_points(grade: Grade, entry: Misconception) -> None:
    """In the whole file, in public and hidden cases; each output that it breaks has its hint."""
    result = grade(RIGHT_SEVEN, bonus=source_of(entry).encode())
    lost = {(o.case, o.output): (o.misconception, o.hint) for o in result.outputs if not o.points}
    assert lost == dict.fromkeys(entry.broken(ANSWERS.bonus.graded), (entry.id, entry.hint))
    assert result.score == 100 - sum(o.max_points for o in result.outputs if not o.points)


def test_a_crash_in_the_bonus_costs_the_bonus_only(grade: Grade) -> None:
    """A function that kills its worker takes no point of the other file."""
    source = RIGHT.replace(b"    return 1 if a > 0 else 0", b"    import os\n    os._exit(3)")
    result = grade(RIGHT_SEVEN, bonus=source)
    assert result.score - result.bonus == 80
    assert "bonus-step-above" in wrong(result)
    assert result.bonus >= 15


def test_every_function_can_be_tried_at_home() -> None:
    """Each has a public case, with points or for practice."""
    tried = {case.function for case in ANSWERS.bonus.cases if case.public}
    assert tried == {question.function for question in BONUS}


@pytest.mark.parametrize("seed", [46, 1, 2, 20260131])
def test_rounding_decides_nothing(seed: int) -> None:
    """Answers move by less than a hundredth of the tolerance when the inputs move by rounding."""
    answers = BonusAnswers(seed)
    for case in answers.graded:
        moved = accepted(nudged(case))
        for output in case.points:
            right = answers.expected(case)[output]
            assert agrees(moved[output][0], right.accepted[0], 1e-8), (case.id, output)


def test_drawn_perceptrons_stay_clear_of_the_step() -> None:
    """Whatever the seed, no weighted sum is near 0."""
    for seed in range(20):
        drawn = learnable(np.random.default_rng(seed), N=6, D=3, passes=3)
        X, t, w, b, alpha = (np.array(drawn[name]) for name in ("X", "t", "w", "b", "alpha"))
        for n in [*range(6)] * 3:
            total = X[n] @ w + b
            assert abs(total) > LEAST_SUM
            miss = t[n] - (total > 0)
            w, b = w + alpha * miss * X[n], b + alpha * miss


NN = "neural_network.py"
ALONE = "The submission has bonus.py, but no neural_network.py."


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({NN: SEVEN, "bonus.py": RIGHT}, (SEVEN, RIGHT, (), "")),
        ({NN: SEVEN}, (SEVEN, b"", (), "")),
        ({NN: SEVEN, "old/bonus.py": RIGHT}, (SEVEN, b"", ("old/bonus.py",), "")),
        ({"bonus.py": RIGHT}, (None, RIGHT, ("bonus.py",), ALONE)),
        ({"work.py": SEVEN, "bonus.py": SEVEN + RIGHT}, (SEVEN, SEVEN + RIGHT, (), "")),
    ],
    ids=["both", "without", "elsewhere", "alone", "of another name"],
)
def test_bonus_is_found_beside_the_graded_file(
    tmp_path: Path, files: dict[str, bytes], expected: tuple[object, ...]
) -> None:
    """It is read and not called ignored, and never graded in place of the seven functions."""
    given = one_submission(folder_of(tmp_path, files))
    assert (given.source, given.bonus, given.ignored, given.refused) == expected


def test_the_page_shows_the_bonus(right: SubmissionResult) -> None:
    """Its sections are in the table, and the head says how many of the points are bonus."""
    page = feedback_page(right)
    assert "<b>100</b> of 80 points, 20 of them bonus" in page
    for question in BONUS:
        assert f"<code>{question.function}</code>" in page


def test_gradescope_counts_the_bonus_on_top(right: SubmissionResult) -> None:
    """Its entries are worth their points of 0, so that all others together stay 80."""
    document = entries.judged(right, Course())
    mine = [test for test in document["tests"] if test["name"].startswith("Bonus: ")]
    assert document["score"] == 100
    assert sum(test["score"] for test in mine) == 20
    assert {test["max_score"] for test in mine} == {0}
    assert sum(test["max_score"] for test in document["tests"]) == MAX_SCORE
    assert {test["number"][:3] for test in mine} == set(BONUS_NUMBERS)
