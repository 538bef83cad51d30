"""What a student reads first of a result on Gradescope and in otter; nothing of hidden cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assignment.checks.model.questions import NUMBERS
from autograder.grading.messages import troubles
from autograder.results import OutputResult, SubmissionResult, left_out_words

MAX_NOTES = 20
LATER = {
    "hidden": "are kept for your teachers",
    "after_due_date": "are shown after the due date",
    "after_published": "are shown when the grades are published",
    "visible": "are shown below",
}
"""When points of hidden cases are shown, by the course's setting."""


@dataclass(frozen=True)
class PublicSummary:
    """The outputs of public cases, the points of hidden ones, and what is said of the whole file.

    ``public`` and ``hidden`` are of the seven questions, ``bonus`` are the public outputs of the
    optional exercises.
    """

    public: Sequence[OutputResult]
    bonus: Sequence[OutputResult]
    hidden: int
    message: str
    notes: Sequence[str]


def public_summary(result: SubmissionResult) -> PublicSummary:
    """Summarise a judged result for its student."""
    asked = [output for output in result.outputs if output.question in NUMBERS]
    public = [output for output in asked if output.public]
    message = result.message
    if message == troubles(asked):
        # Which functions hung or crashed may be known from hidden cases only.
        message = troubles(public)
    notes = (*result.notes, *left_out_words(result.left_out), *result.remarks)
    return PublicSummary(
        public=public,
        bonus=[o for o in result.outputs if o.public and o.question not in NUMBERS],
        hidden=sum(output.max_points for output in asked if not output.public),
        message=message,
        notes=notes[:MAX_NOTES],
    )


def points_of(outputs: Sequence[OutputResult]) -> tuple[int, int]:
    """The points of these outputs, and the most that they could have."""
    return sum(output.points for output in outputs), sum(output.max_points for output in outputs)
