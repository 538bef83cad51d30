"""Points given by hand: the content of manual.csv, and messages for wrong lines."""

from pathlib import Path

import msgspec
import pytest

from autograder.cases.points import REPORT, kit_sections
from autograder.course.directory import Directory, SubmissionInfo
from autograder.course.roster import Person
from autograder.course.settings import Course, Criterion
from autograder.errors import TableError
from autograder.gradebook import rubric
from autograder.record.decision_log import Problem
from autograder.record.decisions import Mark
from tests.builders.files import written

ANNA = Person("1234", "Anna Berg", "anna@x.edu", "aberg")
KNOWN = Directory(("anna", "björn", "chloé"), {"anna": SubmissionInfo("anna", ANNA)})
HEAD = "submission,item,points,comment,grader\n"
COURSE = Course(rubric=(Criterion("numbers", 8, ("Right.",)), Criterion("text", 12)))


def course_in(folder: Path) -> Course:
    return msgspec.structs.replace(COURSE, folder=folder)


def saved(folder: Path, *lines: str, name: str = "manual.csv", head: str = HEAD) -> Path:
    return written(folder / name, head + "\n".join(lines) + "\n")


def read(path: Path) -> tuple[list[Mark], list[str]]:
    """The marks of a file, and what is wrong with it."""
    problems: list[Problem] = []
    marks = rubric.read(course_in(path.parent), KNOWN, problems)
    return [*(marks or ())], [problem.text for problem in problems]


def test_marks_come_back_in_the_order_of_the_rubric(tmp_path: Path) -> None:
    """Rows may be in any order; half points, commas in numbers and line breaks are fine."""
    path = saved(
        tmp_path,
        "björn,text,12,,Bo",
        'anna,text,"7,25","Well said,\nand short.",Ann',
        "anna,numbers,8.0,Right.,Ann",
    )
    assert read(path)[0] == [
        Mark("anna", "numbers", 8.0, "Right.", "Ann"),
        Mark("anna", "text", 7.25, "Well said,\nand short.", "Ann"),
        Mark("björn", "text", 12.0, "", "Bo"),
    ]


def test_a_file_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """A byte-order mark, semicolons, capitals and columns in another order are read as well."""
    path = saved(tmp_path, "numbers;chloé;6,5", head="\ufeffItem;Submission;Points\n")
    assert read(path)[0] == [Mark("chloé", "numbers", 6.5)]


def test_a_part_without_points_is_missing_and_not_0(tmp_path: Path) -> None:
    """An empty cell is no mark, and a 0 is a mark."""
    path = saved(tmp_path, "anna,numbers,0,,Ann", "anna,text,,To be read again.,Ann")
    assert read(path)[0] == [Mark("anna", "numbers", 0.0, "", "Ann")]


@pytest.mark.parametrize("name", ["1234", "ABerg", "anna@x.edu"])
def test_a_submission_has_the_names_of_its_student(name: str, tmp_path: Path) -> None:
    """As in all tables of decisions: its id, or the id, login or e-mail address of the student."""
    path = saved(tmp_path, f"{name},numbers,8,,", "anna,text,3,,")
    assert read(path) == ([Mark("anna", "numbers", 8.0), Mark("anna", "text", 3.0)], [])


def test_wrong_lines_are_all_named(tmp_path: Path) -> None:
    """Each message has the line, the fault and the allowed values; right lines are read."""
    wrong = {
        "ana,text,3,,": "there is no submission “ana”. Did you mean `anna`?",
        "anna,txt,3,,": "the rubric has no part “txt”. Did you mean `text`?",
        "anna,text,13,,": "13 points for anna, text, which has at most 12.",
        "anna,text,-1,,": "“-1” points for anna, text: it must be a number from 0 to 12",
        "anna,text,nan,,": "“nan” points for anna, text",
        "anna,text,1e1,,": "“1e1” points for anna, text",
        "anna,text,1.125,,": "with at most 2 digits after the point",
        "anna,text,٣,,": "“٣” points for anna, text",
        "anna,text,.,,": "“.” points for anna, text",
    }
    marks, problems = read(saved(tmp_path, "anna,numbers,8,,", *wrong))
    assert marks == [Mark("anna", "numbers", 8.0)]
    for line, (message, text) in enumerate(zip(wrong.values(), problems, strict=True), 3):
        assert f"line {line}: " in text
        assert message in text


def test_a_misspelt_column_is_refused(tmp_path: Path) -> None:
    """It would be lost silently otherwise."""
    with pytest.raises(TableError, match="“coment”"):
        read(saved(tmp_path, "anna,text,3,fine", head="submission,item,points,coment\n"))


def test_two_graders_files_are_read_together(tmp_path: Path) -> None:
    """Equal points keep both comments and names; no other mark is chosen for the graders."""
    path = saved(tmp_path, "anna,numbers,8,Right.,Ann", "anna,text,9,,Ann")
    rows = ("anna,numbers,8,Neat.,Bo", "björn,text,3,,Bo", "anna,text,1,,Bo")
    saved(tmp_path, *rows, name="manual-bo.csv")
    marks, (message,) = read(path)
    assert marks == [
        Mark("anna", "numbers", 8.0, "Right.\nNeat.", "Ann, Bo"),
        Mark("anna", "text", 9.0, "", "Ann"),
        Mark("björn", "text", 3.0, "", "Bo"),
    ]
    assert "manual-bo.csv, line 4: anna, text, has 1 point by Bo here" in message
    assert "9 points by Ann in manual.csv, line 3. Agree on one" in message


def test_files_of_graders_are_found_without_manual_csv(tmp_path: Path) -> None:
    """manual-bo.csv alone is enough; without any, and without a course's folder, there is none."""
    assert rubric.read(COURSE, KNOWN, []) is None
    assert rubric.read(course_in(tmp_path), KNOWN, []) is None
    path = saved(tmp_path, "anna,text,1,,Bo", name="manual-bo.csv")
    assert read(path)[0] == [Mark("anna", "text", 1.0, "", "Bo")]


def test_every_course_has_a_rubric() -> None:
    """Its own, the kit's where the report has 20 points, one part where it has others."""
    assert rubric.criteria(COURSE) == COURSE.rubric
    assert rubric.criteria(Course()) == rubric.DEFAULT
    assert sum(part.points for part in rubric.DEFAULT) == kit_sections()[REPORT]
    other = Course(points={**kit_sections(), REPORT: 30})
    assert rubric.criteria(other) == (Criterion("report", 30),)
    assert rubric.criteria(Course(points={**kit_sections(), REPORT: 0})) == ()
