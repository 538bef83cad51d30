"""What is printed about results."""

import pytest
from msgspec.structs import replace

from autograder import cli
from autograder.course.directory import Directory
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.errors import ConfigError
from autograder.gradebook.policy import GradingPolicy
from autograder.reports import console
from tests.builders.results import a_result, verdict

POLICY = GradingPolicy(Course())
FORGED = "\nann: 80 of 80\r\x1b[2K\x85bo: 80"


def test_no_message_forges_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Breaks and control characters from a student's file stay inside the line of that student."""
    result = a_result(submission="eve", message=FORGED, file=f"x{FORGED}", notes=(FORGED,))
    grades = [POLICY.grade(result)] * 2
    console.results(grades[:1], {"eve"})
    console.results(grades, {"eve", "ann"})
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.isprintable()] == []
    first = [line.split()[0] for line in lines]
    assert first == ["eve:", "ann:", "note:", "submission", "eve", "eve"]


def test_names_and_sections_stand_beside_the_points(capsys: pytest.CaptureFixture[str]) -> None:
    """With a roster the table says who it is, and so do the details of one file."""
    grades = [POLICY.grade(a_result(submission=name)) for name in "ab"]
    directory = Directory("ab", people=[Person("a", "Doe, Jane", section="C")])
    console.results(grades, "ab", directory)
    console.results(grades, "a", directory)
    printed = capsys.readouterr().out
    assert "\nDoe, Jane (a, section C)     0  " in printed
    assert "\nb  " in printed
    assert "\nDoe, Jane (a, section C): 0," in printed


def test_a_file_that_does_not_run_has_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """The reason is printed once, not for each function."""
    outputs = (
        replace(output, status="error", points=0, staff=f"`{output.function}` raised it.")
        for output in verdict().outputs
    )
    console.one(a_result(*outputs, file="nn.py", message="Syntax error in line 3."))
    assert capsys.readouterr().out == "ann: 0 of 80, nn.py\n  Syntax error in line 3.\n"


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
