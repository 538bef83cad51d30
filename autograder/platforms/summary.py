"""Summarise a result for its student, on Gradescope and in otter, without hidden cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assignment.checks.model.questions import NUMBERS
from autograder.grading.messages import troubles
from autograder.results import OutputResult, SubmissionResult, left_out_words

MAX_NOTES = 20
MAX_MESSAGE = 2_000
"""Characters of one message; the complete message is in the native grader's feedback."""
LATER = {
    "hidden": "are shown to your teachers only",
    "after_due_date": "are shown after the due date",
    "after_published": "are shown when the grades are published",
    "visible": "are shown below",
}
"""When hidden cases are shown, by the course's setting."""


@dataclass(frozen=True)
class PublicSummary:
    """The outputs of public cases, the points of hidden ones, and the message on the whole file.

    ``public`` and ``hidden`` are of the seven questions, ``bonus`` are the public outputs of the
    optional exercises.
    """

    public: Sequence[OutputResult]
    bonus: Sequence[OutputResult]
    hidden: int
    message: str


def public_summary(result: SubmissionResult) -> PublicSummary:
    """Summarise a judged result for its student."""
    asked = [output for output in result.outputs if output.question in NUMBERS]
    public = [output for output in asked if output.public]
    message = result.message
    if message == troubles(asked):
        # Some functions may have hung or crashed in hidden cases only.
        message = troubles(public)
    return PublicSummary(
        public=public,
        bonus=[o for o in result.outputs if o.public and o.question not in NUMBERS],
        hidden=sum(output.max_points for output in asked if not output.public),
        message=message,
    )


def submission_lines(result: SubmissionResult) -> Iterator[str]:
    """Lines on the file that was graded, the other files, and notes."""
    refused = result.status == "refused"
    if not refused:
        yield f"Graded: {result.file}, digest {result.digest} (`check.py --submit` shows yours)."
    if result.ignored:
        yield f"{'Found' if refused else 'Not graded'}: {', '.join(result.ignored)}."
    yield from (*result.notes, *left_out_words(result.left_out), *result.remarks)[:MAX_NOTES]


def points_of(outputs: Sequence[OutputResult]) -> tuple[int, int]:
    """The points of these outputs, and their maximum."""
    return sum(output.points for output in outputs), sum(output.max_points for output in outputs)


def shortened(message: str) -> str:
    """Cut a message to the maximum length, and replace characters that no file can hold."""
    if len(message) > MAX_MESSAGE:
        message = message[: MAX_MESSAGE - 1] + "…"
    return message.encode("utf-8", "replace").decode()
