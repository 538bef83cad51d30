"""Grade one submission by itself, as Gradescope and otter do."""

from __future__ import annotations

from autograder.cases.answers import Answers
from autograder.course.settings import Course
from autograder.gradebook.policy import grade_by_course
from autograder.grading import outcomes
from autograder.grading.pool import LocalPool
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Limits

SAFE_LEVEL = 2
TICK = 1.0


def grade_one(submission: Submission, course: Course, limits: Limits) -> SubmissionResult:
    """The result of a submission, with the course's points; afterwards no worker is left.

    It may be refused, and ``not_judged`` through a fault that is not the student's: then it was
    tried twice.

    Raises:
        SandboxError: where students' code cannot be confined, or no worker can be started.
    """
    if submission.source is None:
        return outcomes.refused(submission)
    pool = LocalPool(Answers(course.hidden_seed, course.course_points()), limits, 1, SAFE_LEVEL)
    try:
        pool.submit(submission)
        while not (done := pool.wait(TICK)):
            continue
    finally:
        pool.close()
    ((_, result),) = done
    return grade_by_course(course, result)
