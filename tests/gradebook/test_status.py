"""The status of a class: who needs a person, why, and what to do next."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assignment.checks.loading.syntax import NEWER
from autograder.commands import publish
from autograder.commands import status as command
from autograder.course.directory import SubmissionInfo
from autograder.course.load import load
from autograder.course.roster import Person
from autograder.errors import ConfigError
from autograder.gradebook import rubric
from autograder.gradebook.attention import Attention
from autograder.gradebook.gradebook import Gradebook, without_outputs
from autograder.gradebook.status import Status, status
from autograder.gradebook.sync import sync_decisions
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from tests.builders.courses import course_in
from tests.builders.records import run
from tests.builders.results import a_result, an_output, verdict

COURSE = 'name = "NN"\ndue = 2026-11-30T23:59:00+01:00\n[late]\n'
SYNTAX = "Syntax error in line 3: invalid syntax (“def (”)."
NEW = f"Syntax error in line 3, {NEWER} (3.14 or later)."
SECTIONS = {
    "A": ("ann", "bob", "cid", "dan", "eva"),
    "B": ("fay", "gus", "hal", "ida", "jon", "kim"),
}
PEOPLE = {one: section for section, people in SECTIONS.items() for one in people}
ROSTER = "id,name,section\n" + "".join(
    f'{one},"Doe, {one.title()}",{section}\n' for one, section in PEOPLE.items()
)
DUE = datetime(2026, 11, 30, 20, tzinfo=UTC)


def broken(submission: str, message: str = SYNTAX) -> SubmissionResult:
    """A file that cannot be loaded."""
    outputs = [an_output(one.case, one.output, status="error") for one in verdict().outputs]
    return a_result(*outputs, submission=submission, message=message)


def a_class() -> list[SubmissionResult]:
    hung = an_output("ffnn-handout", "y", status="timeout")
    apart = an_output("train-small", "E_total", misconception="train_nn-with-ffnn", hint="Look.")
    unnamed = an_output("ffnn-handout", "y")
    return [
        a_result(submission="ann", status="not_judged", message="The disk was full."),
        a_result(submission="bob", status="refused", message="No file."),
        broken("cid"),
        a_result(hung, submission="dan", message="No answer in time: ffnn."),
        a_result(apart, submission="eva"),
        broken("fay", NEW),
        a_result(unnamed, submission="gus"),
        *(verdict(name) for name in ("hal", "ida", "jon", "stranger")),
    ]


def record(folder: Path, *results: SubmissionResult, source: bytes = b"source") -> None:
    """A run into ``out`` with these results only, at known times but for ida's."""
    names = [result.submission for result in results]
    times = dict.fromkeys(names, DUE) | {"ida": None}
    people = [SubmissionInfo(name, Person(name), "", times[name]) for name in names]
    run(folder / "out", *results, source=source, people=people, empty=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with eleven students, of whom ten have submitted, and one stranger."""
    course_in(tmp_path, COURSE, roster=ROSTER)
    record(tmp_path, *a_class())
    return tmp_path


def marked(folder: Path, *submissions: str) -> None:
    """Write full marks for their reports."""
    parts = rubric.criteria(load(folder / "course.toml"))
    lines = [f"{one},{part.name},{part.points},,Lee\n" for one in submissions for part in parts]
    (folder / "manual.csv").write_text(f"submission,item,points,comment,grader\n{''.join(lines)}")


def status_of(folder: Path, reports: Collection[str] | None = None, section: str = "") -> Status:
    course = load(folder / "course.toml")
    with Record.rehearsal(folder / "out") as made:
        sync_decisions(made, course)
        gradebook, attention, grades = Gradebook(made, course), Attention(), []
        for grade in gradebook:
            attention.add(grade.result)
            grades.append(without_outputs(grade))
        rows = gradebook.rows(grades)
        return status(gradebook, rows, attention, Path("out"), reports=reports, section=section)


def reasons(status: Status) -> dict[str, dict[str, str]]:
    """Why each submission is listed, by group."""
    return {g.title: {one.submission: one.why for one in g.entries} for g in status.groups}


def test_groups_come_in_the_order_of_urgency(folder: Path) -> None:
    """Everybody who needs a person is named with the reason; the first line counts them."""
    everybody = {*PEOPLE, "stranger"} - {"jon", "kim"}
    marked(folder, *everybody)
    found = status_of(folder, everybody)
    assert list(reasons(found).items()) == [
        ("Not judged", {"ann": "The disk was full."}),
        ("Identity unclear", {"stranger": "not on the roster"}),
        ("Nothing could be run, 0 points", {"bob": "No file.", "cid": SYNTAX}),
        ("Hung or crashed", {"dan": "No answer in time: ffnn."}),
        ("Functions that do not work together", {"eva": "`train_nn` and `ffnn`"}),
        ("Newer Python", {"fay": NEW}),
        ("No report", {"jon": ""}),
        ("Late, with unknown time", {"ida": "treated as on time"}),
        ("Nothing submitted", {"kim": ""}),
        ("Lost points without a hint", {"gus": "`ffnn` −2"}),
    ]
    assert (
        found.headline == "11 on the roster: 2 final, 8 need you, 1 not submitted, 1 more not on it"
    )
    assert found.groups[0].entries[0].label == "Doe, Ann (ann, section A)"
    assert found.open


def test_reports_are_counted_by_grader(folder: Path) -> None:
    """Unmarked reports are listed, and one that a grader has begun says by whom."""
    marked(folder, "hal", "ida")
    with (folder / "manual.csv").open("a") as file:
        file.write("jon,discussion,5,,Lee\n")
    found = status_of(folder)
    (group,) = (group for group in found.groups if group.title == "Report not marked")
    assert group.remedy.startswith("Marked by Lee 3. Mark the others")
    why = reasons(found)["Report not marked"]
    assert why["jon"].startswith("Lee has begun; the report is not marked in full: accuracy")
    assert (why["gus"], "hal" in why) == ("", False)


def test_a_section_alone(folder: Path) -> None:
    """With a section only its students are listed and counted."""
    found = status_of(folder, section="A")
    assert found.headline == "5 on the roster in section A: 0 final, 5 need you"
    assert "Newer Python" not in reasons(found)
    with pytest.raises(ConfigError, match=r"there is no section “C”. .*Sections are A, B"):
        command.run(folder / "out", folder / "course.toml", "C")


def adjusted(folder: Path, *lines: str) -> None:
    """Write adjustments that Kim has made."""
    rows = "".join(f"{line},Seen,Kim,2026-12-03\n" for line in lines)
    (folder / "adjustments.csv").write_text(f"submission,question,points,reason,by,date\n{rows}")


def test_decisions_close_what_is_open(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With decisions, marks and times nothing is open: exit code 0, before that 1."""
    out, config = folder / "out", folder / "course.toml"
    assert command.run(out, config, "") == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].startswith("11 on the roster: 0 final, 10 need you, 1 not")
    assert f"  $ autograder explain {out} WHO --config {config}" in printed
    record(folder, verdict("ann"), *a_class()[1:-1])
    marked(folder, *list(PEOPLE)[:-1])
    adjusted(folder, *(f"{one},1.1,to 0" for one in ("bob", "cid", "dan", "eva", "fay")))
    (folder / "times.csv").write_text("submission,submitted_at\nida,2026-11-30 20:00\n")
    before = (out / "results.sqlite").read_bytes()
    assert command.run(out, config, "") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("11 on the roster: 10 final, 0 need you, 1 not submitted\n")
    assert "Tables have changed since grades.csv was written" in printed
    assert (out / "results.sqlite").read_bytes() == before
    publish.run(out, config)
    capsys.readouterr()
    command.run(out, config, "")
    assert "Tables have changed" not in capsys.readouterr().out


def test_a_decision_for_an_older_file_is_listed(folder: Path) -> None:
    """An adjustment that was entered for another file of the student is one to look at."""
    adjusted(folder, "hal,1.3,-1")
    publish.run(folder / "out", folder / "course.toml")
    title = "Marks or decisions for an older file"
    assert title not in reasons(status_of(folder))
    record(folder, *a_class(), source=b"another")
    assert reasons(status_of(folder))[title] == {"hal": "adjusted points by Kim"}


def test_a_class_without_a_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a roster submissions are counted, and without a course no report is missing."""
    record(tmp_path, verdict("ann"), broken("cid"))
    assert command.run(tmp_path / "out", None, "") == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[0] == "2 submissions: 1 graded, 1 needs you"
    assert f"    cid: {SYNTAX}" in printed.splitlines()
    assert "report" not in printed.replace(str(tmp_path), "")
