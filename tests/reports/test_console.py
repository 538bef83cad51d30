"""What is printed about results."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from autograder.course.directory import Directory
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.gradebook.policy import GradingPolicy
from autograder.reports import console
from tests.builders.commands import autograder
from tests.builders.courses import course_in
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


def test_an_error_names_no_control_characters(tmp_path: Path) -> None:
    """A list of faults keeps its lines; names in it cannot command the terminal."""
    course_in(tmp_path, roster="id,name\n" + "x\x1b[2J,Ann\n" * 3)
    config = tmp_path / "course.toml"
    printed = autograder("grade", config, "--out", tmp_path, "--config", config, expect=2)
    faults = [line.partition("[2J")[0] for line in printed.splitlines()[1:]]
    assert faults == ["  line 3: the id “x\ufffd", "  line 4: the id “x\ufffd"]
