"""Writing gradebooks and feedback zips, and what is refused."""

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.cases.expected import reference_source
from autograder.errors import ExportError, GraderError
from autograder.platforms.lms import export
from autograder.platforms.lms.export import GradebookRequest
from tests.builders.commands import CourseFolder
from tests.builders.downloads import Student, canvas_zip, roster_csv
from tests.builders.gradebooks import CANVAS_COLUMN, canvas_gradebook, column

RIGHT = {"neural_network.py": reference_source()}
BEGUN = {"neural_network.py": RIGHT["neural_network.py"].split(b"def ffnn(")[0]}
CLASS = [
    Student("s1", "Jane Doe", 501, "jane", "jane@example.org", files=RIGHT),
    Student("s2", "José Núñez", 502, "jose", "jose@example.org", files=BEGUN),
    Student("s3", "Zoë Müller", 503, "zoe", "zoe@example.org"),
]
COURSE = 'name = "Back-propagation"\n[[rubric]]\nname = "report"\npoints = 20\n'
MARKS = "submission,item,points\ns1,report,13.5\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three students from Canvas: one with every point, one without a mark, one with nothing."""
    course = CourseFolder(tmp_path_factory.mktemp("handback"))
    course.write("course.toml", COURSE)
    course.write("manual.csv", MARKS)
    course.write("roster.csv", roster_csv(CLASS))
    course.write("theirs.csv", canvas_gradebook(CLASS))
    download = course.write("submissions.zip", canvas_zip(CLASS))
    course.grade(download, "--config", course.config, "--unsafe")
    return course.folder


@pytest.fixture
def asked(graded: Path, tmp_path: Path) -> GradebookRequest:
    """A copy of it, with the options that fill in the gradebook."""
    folder = shutil.copytree(graded, tmp_path / "course")
    return GradebookRequest(
        "canvas", folder / "results", folder / "theirs.csv", config=folder / "course.toml"
    )


def refusal(asked: GradebookRequest) -> str:
    with pytest.raises(GraderError) as problem:
        export.fill_gradebook(asked)
    assert not asked.theirs.with_name("theirs.filled.csv").exists()
    return str(problem.value)


def pack(asked: GradebookRequest, download: str, out: Path | None = None) -> int:
    return export.pack_feedback("canvas", asked.folder, asked.theirs.with_name(download), out)


def test_automatic_points_need_no_report(
    asked: GradebookRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the reports are marked they can be given; another maximum in Canvas is reported."""
    assert export.fill_gradebook(replace(asked, points="automatic")) == 0
    _, filled = column(asked.theirs.with_name("theirs.filled.csv").read_bytes(), CANVAS_COLUMN)
    assert filled[3:6] == ["80", "18", ""]
    told = " ".join(capsys.readouterr().out.split())
    assert " 2 grades filled in" in told
    assert " Müller, Zoë (line 6)" in told
    assert "has 100 points for this column, and these grades are out of 80." in told


def test_moodles_worksheet_gets_grades_and_comments(
    asked: GradebookRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a title: the grade, and in the column that is named what makes it up."""
    rows = "".join(
        f"Participant {one.number},{one.name},{one.email},Submitted,,50.00,Yes,\n" for one in CLASS
    )
    asked.theirs.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        f"Feedback comments\n{rows}"
    )
    asked = replace(asked, platform="moodle", comments="Feedback comments")
    assert export.fill_gradebook(asked) == 1
    _, comments = column(asked.theirs.with_name("theirs.filled.csv").read_bytes(), asked.comments)
    sections = "1.1 10 of 10, 1.2 8 of 8, 1.3 16 of 16, 1.4 18 of 18, 2.1 20 of 20, 2.2 8 of 8"
    total = "93.5 of 100: code 80, report 13.5"
    assert comments[1:] == [f"Points by section: {sections}.<br>report: 13.5.<br>{total}", "", ""]
    told = " ".join(capsys.readouterr().out.split())
    assert "Column “Grade”; students found by Identifier, Email address." in told
    assert "1 comment filled in." in told
    assert "has 50 points for this column, and these grades are out of 100." in told


def test_theirs_is_never_overwritten(asked: GradebookRequest) -> None:
    """Neither by its name nor by a link to it."""
    link = asked.theirs.with_name("link.csv")
    link.symlink_to(asked.theirs)
    before = asked.theirs.read_bytes()
    for out in (asked.theirs, link):
        assert "never overwritten" in refusal(replace(asked, out=out))
    assert asked.theirs.read_bytes() == before


def test_another_course_is_refused(asked: GradebookRequest) -> None:
    """Without the course's file the grades would differ from those exported for the students."""
    other = asked.theirs.with_name("other") / "course.toml"
    other.parent.mkdir()
    other.write_text("")
    said = refusal(replace(asked, config=other))
    assert "s1: report 13.5 -> none, final 93.5 -> none" in said
    assert "--config" in said


def test_tables_that_were_not_read_yet_are_refused(asked: GradebookRequest) -> None:
    """Gradebook and feedback must have the same points."""
    manual = asked.theirs.with_name("manual.csv")
    manual.write_text(MARKS.replace("13.5", "14"))
    said = refusal(asked)
    assert said.startswith("manual.csv has changed since the grades were exported")
    assert f"`autograder export grades {asked.folder}`" in said


def test_a_stopped_run_is_refused(asked: GradebookRequest) -> None:
    """The rest of the class would seem to have no submission."""
    with closing(sqlite3.connect(asked.folder / "results.sqlite")) as record, record:
        record.execute("UPDATE runs SET state = 'stopped'")
    assert "was stopped" in refusal(asked)
    with pytest.raises(ExportError, match="was stopped"):
        pack(asked, "submissions.zip")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theirs": Path("nowhere.csv")}, "nowhere.csv does not exist"),
        ({"folder": Path("nowhere")}, "grade something"),
        ({"column": "Quiz"}, "no assignment called “Quiz”"),
        ({"id_column": "Matriculation"}, "no column called “Matriculation”"),
        ({"platform": "moodle"}, "but of Canvas: .*export canvas"),
    ],
)
def test_wrong_options_are_refused(
    asked: GradebookRequest, change: dict[str, Any], message: str
) -> None:
    """The message names what is missing and what to do, and nothing is written."""
    assert re.search(message, refusal(replace(asked, **change)))


def test_feedback_is_packed_beside_the_results(
    asked: GradebookRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """All pages have Canvas' names; a page that was deleted is reported."""
    assert pack(asked, "submissions.zip") == 0
    assert (asked.folder / "feedback-canvas.zip").exists()
    assert "2 pages with the names of submissions.zip" in capsys.readouterr().out
    (asked.folder / "feedback" / "s2.html").unlink()
    assert pack(asked, "submissions.zip") == 1
    assert "No page in feedback/: export the grades again (1):\n  s2" in capsys.readouterr().out


def test_a_download_of_other_students_is_refused(asked: GradebookRequest) -> None:
    """It may be of another assignment; and no download is overwritten."""
    others = [replace(one, number=one.number + 100, files=RIGHT) for one in CLASS]
    data = canvas_zip(others).replace(b"_7000", b"_7100")
    asked.theirs.with_name("other.zip").write_bytes(data)
    with pytest.raises(ExportError, match=r"no student in .*other\.zip has feedback"):
        pack(asked, "other.zip")
    with pytest.raises(ExportError, match="never overwritten"):
        pack(asked, "submissions.zip", asked.theirs.with_name("submissions.zip"))
