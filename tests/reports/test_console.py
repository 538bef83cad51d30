"""What is printed about results."""

import pytest

from autograder import cli
from autograder.course.settings import Course
from autograder.errors import ConfigError
from autograder.gradebook.policy import GradingPolicy, SubmissionDecisions
from autograder.reports import console
from autograder.results import SubmissionResult

FORGED = "\nann: 80 of 80\r\x1b[2K\x85bo: 80"


def test_no_message_forges_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Breaks and control characters from a student's file stay inside the line of that student."""
    result = SubmissionResult(
        submission="eve", status="judged", message=FORGED, file=f"x{FORGED}", notes=(FORGED,)
    )
    policy = GradingPolicy(Course())
    grades = [policy.grade(result, SubmissionDecisions())] * 2
    console.results(grades[:1], 1)
    console.results(grades, 2)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.isprintable()] == []
    first = [line.split()[0] for line in lines]
    assert first == ["eve:", "ann:", "note:", "submission", "eve", "eve"]


def test_an_error_names_no_control_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list of faults keeps its lines; names in it cannot command the terminal."""

    def fails(**_: object) -> None:
        raise ConfigError("two faults:\n  \x1b[2Jx\n  y\rz")

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().err == "autograder: two faults:\n  �[2Jx\n  y z\n"
