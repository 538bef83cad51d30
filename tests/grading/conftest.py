"""One sandbox for the whole room, and each file is graded once, however many tests read it."""

from collections.abc import Iterator
from functools import cache

import pytest

from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Limits, Sandbox
from tests.builders.grading import Grade
from tests.builders.results import ANSWERS


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One fork server, impatient, so that hangs are cheap."""
    with Sandbox(Limits(call_seconds=2.0)) as warm:
        yield warm


@pytest.fixture(scope="session")
def grade_anew(sandbox: Sandbox) -> Grade:
    """Grade a source, with its name or its bonus, for tests that change the grader."""
    grader = Grader(ANSWERS, sandbox)

    def grade(source: str, file: str = "neural_network.py", bonus: bytes = b"") -> SubmissionResult:
        return grader.grade(Submission("someone", source.encode(), file, bonus=bonus))

    return grade


@pytest.fixture(scope="session")
def grade(grade_anew: Grade) -> Grade:
    """Grade a source, or return its earlier result."""
    return cache(grade_anew)
