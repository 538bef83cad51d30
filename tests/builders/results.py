"""Results of made-up submissions, with outputs of the kit's own cases."""

from __future__ import annotations

from assignment.checks.model.questions import QUESTIONS
from autograder.cases.answers import Answers
from autograder.results import OutputResult, SubmissionResult

ANSWERS = Answers()
HOSTILE = (
    "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&`<b>`\x00\u202e"
)
"""Text that would become markup if it were not escaped."""


def an_output(case: str, output: str, **changes: object) -> OutputResult:
    """A wrong output of one of the kit's cases."""
    (found,) = (one for one in ANSWERS.graded if one.id == case)
    number = next(q.number for q in QUESTIONS if q.function == found.function)
    fields: dict[str, object] = {
        "question": number,
        "function": found.function,
        "case": case,
        "title": found.title,
        "output": output,
        "public": found.public,
        "status": "failed",
        "points": 0,
        "max_points": found.points[output],
        **changes,
    }
    return OutputResult(**fields)  # type: ignore[arg-type]


def a_result(*outputs: OutputResult, **changes: object) -> SubmissionResult:
    """A judged submission."""
    fields: dict[str, object] = {"submission": "ann", "status": "judged", "isolation": 3, **changes}
    return SubmissionResult(**fields, outputs=outputs)  # type: ignore[arg-type]
