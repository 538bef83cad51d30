"""Results of made-up submissions, with outputs of the kit's own cases."""

from collections.abc import Collection

from msgspec.structs import replace

from assignment.checks.html.feedback import feedback_html
from assignment.checks.model.questions import by_function
from autograder.cases.answers import Answers
from autograder.course.settings import Course
from autograder.gradebook.policy import GradingPolicy
from autograder.reports.feedback_page import ExpectedOf, as_feedback
from autograder.results import OutputResult, SubmissionResult

ANSWERS = Answers()
HOSTILE = (
    "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&`<b>`\x00\u202e"
)
"""Text that would become markup if it were not escaped."""


def an_output(case: str, output: str, **changes: object) -> OutputResult:
    """An output of one of the kit's cases, wrong if the changes do not say that it has passed."""
    graded = (*ANSWERS.graded, *ANSWERS.bonus.graded)
    (found,) = (one for one in graded if one.id == case)
    points = found.points[output]
    made = OutputResult(
        question=by_function(found.function).number,
        function=found.function,
        case=case,
        title=found.title,
        output=output,
        public=found.public,
        status="failed",
        points=points if changes.get("status") == "passed" else 0,
        max_points=points,
    )
    return replace(made, **changes)


def a_result(*outputs: OutputResult, **changes: object) -> SubmissionResult:
    """A judged submission."""
    made = SubmissionResult(submission="ann", status="judged", isolation=3, outputs=outputs)
    return replace(made, **changes)


def verdict(
    submission: str = "anna", wrong: Collection[str] = (), **changes: object
) -> SubmissionResult:
    """A result in which the outputs of these cases, or ``case/output``, are wrong."""
    outputs = (
        an_output(case.id, name, message="It is not right.")
        if {case.id, f"{case.id}/{name}"} & {*wrong}
        else an_output(case.id, name, status="passed")
        for case in ANSWERS.graded
        for name in case.points
    )
    made = a_result(*outputs, submission=submission, sha256=submission, isolation=0)
    return replace(made, **changes)


def feedback_page(result: SubmissionResult, expected: ExpectedOf = ANSWERS.public) -> str:
    """The page of a result about which nobody has decided anything."""
    course = Course()
    return feedback_html(as_feedback(GradingPolicy(course).grade(result), expected, course))
