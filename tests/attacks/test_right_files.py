"""What the sandbox refuses, no honest file needs: right files get full points at every level."""

import os
from collections.abc import Iterator

import pytest

from autograder.cases.answers import Answers
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import MAX_SCORE
from autograder.sandbox import Sandbox
from tests.builders.right_files import right_files

LEVELS = {"level 3": (), "level 2": ("namespaces", "uid")}
FILES = right_files(every=os.environ.get("ATTACKS") == "all")
"""`make attacks` tries each extra in each solution, otherwise one of each."""


@pytest.fixture(scope="module", params=LEVELS)
def grader(request: pytest.FixtureRequest) -> Iterator[Grader]:
    """A grader at each level that students' files are graded at."""
    with Sandbox(forbid=frozenset(LEVELS[request.param])) as sandbox:
        yield Grader(Answers(), sandbox)


@pytest.mark.parametrize("name", FILES)
def test_a_right_file_gets_every_point(grader: Grader, name: str) -> None:
    """Threads, scipy, clocks, logging and the like work, and the file scores as without them."""
    result = grader.grade(Submission(name, FILES[name]))
    wrong = {output.message for output in result.outputs if output.status != "passed"}
    assert (result.score, wrong) == (MAX_SCORE, set())
