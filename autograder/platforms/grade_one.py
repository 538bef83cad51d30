"""Grade one submission by itself, as Gradescope and otter do."""

from pathlib import Path

from autograder import sandbox
from autograder.cases.answers import Answers
from autograder.cases.points import REPORT
from autograder.course.settings import Course
from autograder.gradebook.policy import grade_by_course
from autograder.grading import outcomes
from autograder.grading.pool import LocalPool
from autograder.intake.submissions import one_submission
from autograder.results import SubmissionResult
from autograder.sandbox import Limits


def grade_one(folder: Path, course: Course, limits: Limits) -> SubmissionResult:
    """The result of the submission in ``folder``, with the course's points; no worker is left.

    The status may be ``refused``, or ``not_judged`` through a fault that is not the student's, and
    then after two tries.

    Raises:
        SandboxError: where students' code cannot be confined, or no worker can be started.
    """
    submission = one_submission(folder, report=bool(course.points[REPORT]))
    if submission.source is None:
        return outcomes.without_source(submission)
    answers = Answers(course.hidden_seed, course.course_points())
    pool = LocalPool(answers, limits, 1, sandbox.SAFE_LEVEL)
    try:
        pool.submit(submission)
        while not (done := pool.wait(1.0)):
            continue
    finally:
        pool.close()
    ((_, result),) = done
    return grade_by_course(course, result)
