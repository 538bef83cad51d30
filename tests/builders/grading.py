"""What tests of the grading ask about a result, and a judge without the rest of the grader."""

from collections.abc import Callable

from autograder.grading.evaluate import Evaluation
from autograder.grading.verdicts import Verdicts
from autograder.results import SubmissionResult
from autograder.sandbox import Sandbox
from tests.builders.results import ANSWERS

Grade = Callable[..., SubmissionResult]


def lost(result: SubmissionResult) -> dict[str, int]:
    """Points lost, by function."""
    found: dict[str, int] = {}
    for output in result.outputs:
        if output.points < output.max_points:
            less = output.max_points - output.points
            found[output.function] = found.get(output.function, 0) + less
    return found


def judged(sandbox: Sandbox, source: str) -> tuple[Evaluation, Verdicts]:
    """A source judged, and the verdicts."""
    evaluation = Evaluation(ANSWERS, sandbox, source.encode(), "neural_network.py")
    return evaluation, evaluation.judge()
