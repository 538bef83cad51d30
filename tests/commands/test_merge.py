"""Stragglers: what is graded into a folder that has a class adds to it, file by file."""

import re
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.cases.expected import reference_source
from autograder.record.reader import DEMO, History
from autograder.record.writer import Record
from tests.builders.commands import CourseFolder, autograder
from tests.builders.downloads import DUE, pdf
from tests.builders.files import code, written
from tests.builders.records import a_result, run

RIGHT = reference_source()
MISTAKE = RIGHT.replace(b"tr - eta", b"tr + eta")
BROKEN = b"def sigmoid(x:\n    return 1\n"
COURSE = f"""\
name = "Back-propagation"
due = {DUE.isoformat()}
[late]
[[rubric]]
name = "text"
points = 20
"""
ADJUSTMENTS = "submission,question,points,reason,by,date\n"
MARKS = "submission,item,points,comment,grader\n"


class Course(CourseFolder):
    """The folder of a course whose students submit files one after the other."""

    def submit(self, *options: str, expect: int = 0, **students: dict[str, bytes]) -> str:
        """Grade these files of students."""
        given = Path(tempfile.mkdtemp(dir=self.folder))
        for student, files in students.items():
            for name, content in files.items():
                written(given / student / name, content)
        return self.grade(*([given] if students else []), *options, expect=expect)

    def report(self, student: str) -> bytes:
        return (self.out / f"staff/reports/{student}.pdf").read_bytes()


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six students on Sunday: all are right but for the mistake of s2 and the stub of s6."""
    course = Course(tmp_path_factory.mktemp("sunday"))
    course.write("course.toml", COURSE)
    people = "".join(f"s{n},Student {n},\n" for n in range(1, 10))
    course.write("roster.csv", f"id,name,withdrawn\n{people}")
    files = {f"s{n}": code(RIGHT, "first") for n in range(1, 6)}
    files["s2"] |= code(MISTAKE)
    printed = course.submit("--config", str(course.config), **files, s6=code(b"x = 1\n"))
    assert "6 new, 0 replaced, 0 kept, 0 removed" in printed.splitlines()
    return course.folder


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Course:
    """A copy of Sunday's folder."""
    return Course(shutil.copytree(graded, tmp_path / "course"))


def test_stragglers_add_to_the_class(course: Course) -> None:
    """Two new students and one replacement: nobody else changes, in any table or page."""
    before, results = course.table(), course.table("results", "submission")
    pages = {f"s{n}": course.page(f"s{n}") for n in (1, 3, 4, 5, 6)}
    printed = course.submit(s7=code(RIGHT), s8=code(MISTAKE, "first"), s2=code(RIGHT))
    assert "2 new, 1 replaced, 5 kept, 0 removed" in printed.splitlines()
    assert "3 judged" in printed
    assert "No submission from: Student 9 (s9)" in printed
    assert re.findall(r"^Student \d \((s\d)\) +\d", printed, re.MULTILINE) == ["s2", "s7", "s8"]
    assert "  s2: 60 -> 80 (2.1 0 -> 20)" in printed

    after = course.table()
    assert list(after) == [f"s{n}" for n in range(1, 10)]
    assert [after[f"s{n}"]["automatic"] for n in (2, 7, 8, 9)] == ["80", "80", "60", ""]
    assert {one: after[one] for one in pages} == {one: before[one] for one in pages}
    rows = course.table("results", "submission")
    assert list(rows) == [f"s{n}" for n in range(1, 9)]
    assert {one: rows[one] for one in pages} == {one: results[one] for one in pages}
    assert {one: course.page(one) for one in pages} == pages
    assert "8 submissions" in re.sub("<.*?>", "", (course.out / "class.html").read_text("utf-8"))
    assert course.report("s2") == pdf("first")
    # What was told is not told again.
    assert "->" not in course.export()


def test_attempts_are_per_file(course: Course) -> None:
    """A new report keeps the code, new code keeps the report, and broken code replaces nothing."""
    second, sorry = {"report.pdf": pdf("second")}, {"notes.txt": b"I am sorry"}
    printed = course.submit(s1=second, s2=code(RIGHT), s3=sorry, s4=code(BROKEN), s6=code(BROKEN))
    rows = course.table()
    assert [rows[f"s{n}"]["automatic"] for n in (1, 2, 3, 4, 6)] == ["80", "80", "80", "80", "0"]
    assert course.report("s1") == pdf("second")
    assert course.report("s2") == pdf("first")
    assert "0 new, 3 replaced, 3 kept, 0 removed" in printed.splitlines()
    kept = "so the code of the earlier one counts."
    told = [line[:2] for line in printed.splitlines() if line.endswith(kept)]
    assert told == ["s1", "s3", "s4"]
    assert "s4: The latest attempt does not run (Syntax error in line 1" in printed
    assert "The latest attempt does not run (Syntax error in line 1" in course.page("s4")
    assert kept not in course.page("s2")
    # A run of all leaves it as it is, until there is code that runs.
    course.submit("--regrade-all", "--fresh")
    assert "The latest attempt does not run (Syntax error in line 1" in course.page("s4")
    assert course.table()["s4"]["automatic"] == "80"
    course.submit(s4=code(MISTAKE))
    assert kept not in course.page("s4")
    assert course.table()["s4"]["automatic"] == "60"


def test_whoever_loses_by_a_newer_attempt_is_named(course: Course) -> None:
    """Fewer points, or late now and not before; the latest attempt counts all the same."""
    late = (DUE + timedelta(hours=30)).isoformat()
    course.write("times.csv", f"submission,submitted_at\ns2,{late}\n")
    printed = course.submit(s1=code(MISTAKE), s2=code(RIGHT))
    assert (
        "\nlose by a newer attempt (2):\n  s1: 80 -> 60 (2.1 20 -> 0)\n"
        "  s2: 60 -> 64 (2.1 0 -> 20, late 0 -> -16), late now and not before\n"
    ) in printed
    assert course.table()["s1"]["automatic"] == "60"


def test_only_replace_drops_anybody(course: Course) -> None:
    """All who go are named before anything runs; their pages go too, and the record keeps them."""
    printed = course.submit("--replace", s1=code(RIGHT), s7=code(RIGHT))
    assert printed.startswith("2 students")
    assert printed.index("--replace removes 5: s2, s3, s4, s5, s6") < printed.index("\nsubmission ")
    assert "1 new, 0 replaced, 1 kept, 5 removed" in printed.splitlines()
    assert list(course.table("results", "submission")) == ["s1", "s7"]
    pages = (course.out / "feedback").glob("*.html")
    assert {path.name for path in pages} == {"s1.html", "s7.html"}
    with History.open(course.out) as record:
        assert len(record.all_submissions()) == 7
    # Who comes back begins anew: the report of the first time is nobody's.
    course.submit(s2=code(RIGHT))
    assert not (course.out / "staff" / "reports" / "s2.pdf").exists()


def test_who_has_withdrawn_is_in_no_table(course: Course) -> None:
    """Neither rows nor pages nor the list of the absent; without the mark they are back."""
    roster = (course.folder / "roster.csv").read_text()
    course.write("roster.csv", roster.replace("Student 2,", "Student 2,yes").replace("9,", "9,x"))
    printed = course.submit(s7=code(RIGHT), s2=code(RIGHT))
    assert "Withdrawn, so in no table: Student 2 (s2)" in printed
    assert "No submission from: Student 8 (s8)\n" in printed
    assert set(course.table()) == {f"s{n}" for n in (1, 3, 4, 5, 6, 7, 8)}
    assert set(course.table("results", "submission")) == {f"s{n}" for n in (1, 3, 4, 5, 6, 7)}
    assert not (course.out / "feedback" / "s2.html").exists()
    course.write("roster.csv", roster)
    course.export()
    assert course.table()["s2"]["automatic"] == "80"


def test_the_folder_remembers_its_course(course: Course) -> None:
    """Without --config ids and points stay; a course that has gone is asked for."""
    course.submit(s7=code(RIGHT))
    assert course.table()["s7"]["name"] == "Student 7"
    moved = course.folder / "elsewhere.toml"
    (course.folder / "course.toml").rename(moved)
    out = course.out
    grade = ("grade", course.folder, "--out", out)
    for command in (("export", "grades", out), ("manual", out), ("explain", out, "s1"), grade):
        message = autograder(*command, expect=2)
        assert "course.toml, which does not exist. Say with --config" in message
    printed = autograder("export", "grades", course.out, "--config", moved)
    assert f"from now on it is {moved}." in printed
    assert course.table()["s7"]["name"] == "Student 7"
    course.export()


def test_other_conditions_are_told_before_the_run(course: Course) -> None:
    """Others stay as they are, and --regrade-all runs all whose files the folder has."""
    course.write("course.toml", "hidden_seed = 20260131\n" + COURSE)
    before = course.table("results", "submission")
    printed = " ".join(course.submit(s2=code(MISTAKE)).split())
    others = "5 results of other submissions were made with other cases. They are kept;"
    assert printed.index(others) < printed.index("(s2): 60 of 80")
    assert "1 result of these submissions was made with other cases. It is run again." in printed
    assert course.table("results", "submission")["s1"] == before["s1"]
    printed = " ".join(course.submit("--regrade-all").split())
    assert (
        "5 results of other submissions were made with other cases. They are run again" in printed
    )
    assert "6 judged, 1 unchanged" in printed
    assert "0 new, 0 replaced, 6 kept, 0 removed" in printed
    assert "made with" not in course.submit("--regrade-all")


def test_a_wrong_line_is_one_students_problem(course: Course) -> None:
    """Bad lines and double marks leave their students incomplete, exit 1, and nobody else."""
    marks = "".join(f"s{n},text,10,,Kim\n" for n in range(1, 7))
    course.write("manual.csv", MARKS + marks)
    course.write("manual-bo.csv", f"{MARKS}s2,text,9,,Bo\n")
    course.write(
        "adjustments.csv",
        f"{ADJUSTMENTS}s3,2.1,two,Seen again,Kim,2026-12-03\ns4,2.1,-2,Yes,Kim,2026-12-03\n"
        "s5,2.1,-2,A, comma,Kim,2026-12-03\nnobody,2.1,-2,Yes,Kim,2026-12-03\n",
    )
    printed = course.export(expect=1)
    assert "Wrong lines (4); each leaves its student incomplete:" in printed
    wrong = "Wrong lines in the tables: 4. Each leaves its student without a final grade."
    assert wrong in (found := course.status())
    assert "    Student 3 (s3): adjustments.csv, line 2: “two” is not a number" in found
    assert "    no known student: adjustments.csv, line 5: " in found
    rows = course.table()
    assert [rows[f"s{n}"]["final"] for n in range(1, 7)] == ["90", "", "", "88", "", "10"]
    assert "adjustments.csv, line 2: “two” is not a number" in rows["s3"]["note"]
    assert "manual-bo.csv, line 2" not in rows["s1"]["note"]
    course.submit(s7=code(RIGHT), expect=1)
    assert course.table()["s7"]["automatic"] == "80"


def test_moving_points_is_one_line(course: Course) -> None:
    """Grades whose total stays are counted; a fall and a decision come before that."""
    course.write("adjustments.csv", f"{ADJUSTMENTS}s2,2.1,3,Seen again,Kim,2026-12-03\n")
    points = '"1.1"=11,"1.2"=8,"1.3"=16,"1.4"=18,"2.1"=19,"2.2"=8,"2.3"=20'
    course.write("course.toml", f"points = {{{points}}}\n{COURSE}")
    lines = course.export().splitlines()
    assert lines.index("4 redistributed, total unchanged") > lines.index("decided (1):")
    assert "  s2: 60 -> 64 (1.1 10 -> 11, adjustment 0 -> 3)" in lines
    assert not [line for line in course.export().splitlines() if "redistributed" in line]


def files_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_shows_what_would_merge(course: Course) -> None:
    """It changes no file: neither record nor row, page or report."""
    before = files_in(course.out)
    course.write("adjustments.csv", f"{ADJUSTMENTS}s1,2.1,-1,Seen,Kim,2026-12-03\n")
    printed = course.submit("--dry-run", s2=code(RIGHT, "second"), s7=code(RIGHT))
    assert "  s2: 60 -> 80 (2.1 0 -> 20)" in printed
    assert "1 new, 1 replaced, 5 kept, 0 removed" in printed.splitlines()
    assert "adjustments.csv: 1 new" in printed
    assert "Nothing was written" in printed
    assert files_in(course.out) == before


def test_the_demo_class_gives_way(tmp_path: Path) -> None:
    """It is no class of students; it never comes into a folder that has one."""
    out, path = tmp_path / "out", written(tmp_path / "ann.py", b"x = 1\n")
    run(out, a_result("made-up"))
    with Record.writing(out) as record:
        record.remember(DEMO, "yes")
    printed = autograder("grade", path, "--out", out)
    assert "The demo class in the folder is removed." in printed
    assert "1 new, 0 replaced, 0 kept, 0 removed" in printed.splitlines()
    with History.open(out) as record:
        assert record.fact(DEMO) == ""
    assert "Give another folder for the demo class" in autograder(
        "grade", "--demo", "--out", out, expect=2
    )


def test_a_time_in_a_table_is_not_that_of_a_newer_file(course: Course) -> None:
    """It is not used and listed, until the table has the new one; both may come together."""
    head = "submission,submitted_at\n"
    late = [(DUE + timedelta(hours=hours)).isoformat() for hours in (30, 60)]
    course.write("times.csv", f"{head}s1,{late[0]}\ns2,{late[0]}\n")
    course.export()
    assert [course.table()[one]["late"] for one in ("s1", "s2")] == ["-16", "-12"]
    course.submit(s2=code(RIGHT))
    unused = "Student 2 (s2): a submission time, which is not used\n"
    assert unused in course.status()
    assert [course.table()[one]["late"] for one in ("s1", "s2")] == ["-16", "0"]
    course.write("times.csv", f"{head}s1,{late[1]}\ns2,{late[1]}\n")
    course.submit(s1=code(MISTAKE))
    assert unused not in course.status()
    assert [course.table()[one]["late"] for one in ("s1", "s2")] == ["-18", "-24"]
