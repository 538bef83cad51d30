"""The status of a class: who needs a person, why, and what to do next."""

import subprocess
import sys
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
from autograder.paths import ROOT
from autograder.record import decision_log
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from tests.builders.courses import course_in
from tests.builders.records import the_conditions
from tests.builders.results import a_result, an_output, verdict

COURSE = 'name = "NN"\ndue = 2026-11-30T23:59:00+01:00\n[late]\n'
SYNTAX = "Syntax error in line 3: invalid syntax (“def (”)."
PEOPLE = {
    "ann": "A", "bob": "A", "cid": "A", "dan": "A", "eva": "A", "fay": "B", "gus": "B",
    "hal": "B", "ida": "B", "jon": "B", "kim": "B",
}  # fmt: skip
ROSTER = "id,name,section\n" + "".join(
    f'{one},"Doe, {one.title()}",{section}\n' for one, section in PEOPLE.items()
)
DUE = datetime(2026, 11, 30, 20, tzinfo=UTC)


def broken(submission: str, message: str = SYNTAX, status: str = "error") -> SubmissionResult:
    """A file that cannot be loaded: every output has the same status."""
    outputs = [an_output(output.case, output.output, status=status) for output in verdict().outputs]
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
        broken("fay", f"Syntax error in line 3, {NEWER} (3.14 or later)."),
        a_result(unnamed, submission="gus"),
        verdict("hal"),
        verdict("ida"),
        verdict("jon"),
        verdict("stranger"),
    ]


def record(folder: Path, *results: SubmissionResult, source: bytes = b"source") -> None:
    """A run into ``out`` with these results only, at known times but for ida's."""
    with Record.writing(folder / "out") as made:
        made.begin(the_conditions(), empty=True)
        for result in results:
            made.add(result, result.submission.encode() + source, source)
        decision_log.save_submission_info(
            made,
            [
                SubmissionInfo(
                    r.submission, Person(r.submission), "", None if r.submission == "ida" else DUE
                )
                for r in results
            ],
        )
        made.finish()


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


def status_of(folder: Path, reports: frozenset[str] | None = None, section: str = "") -> Status:
    course = load(folder / "course.toml")
    with Record.rehearsal(folder / "out") as made:
        sync_decisions(made, course)
        gradebook, attention, grades = Gradebook(made, course), Attention(), []
        for grade in gradebook:
            attention.add(grade.result)
            grades.append(without_outputs(grade))
        rows = gradebook.rows(grades)
        return status(gradebook, rows, attention, Path("out"), reports=reports, section=section)


def names(status: Status) -> dict[str, list[str]]:
    return {group.title: [one.submission for one in group.entries] for group in status.groups}


def test_groups_come_in_the_order_of_urgency(folder: Path) -> None:
    """Everybody who needs a person is named with the reason; the first line counts them."""
    everybody = ("ann", "bob", "cid", "dan", "eva", "fay", "gus", "hal", "ida", "stranger")
    marked(folder, *everybody)
    found = status_of(folder, frozenset(everybody) - {"jon"})
    assert list(names(found).items()) == [
        ("Not judged", ["ann"]),
        ("Identity unclear", ["stranger"]),
        ("Nothing could be run, 0 points", ["bob", "cid"]),
        ("Hung or crashed", ["dan"]),
        ("Functions that do not work together", ["eva"]),
        ("Newer Python", ["fay"]),
        ("No report", ["jon"]),
        ("Late, with unknown time", ["ida"]),
        ("Nothing submitted", ["kim"]),
        ("Lost points without a hint", ["gus"]),
    ]
    assert (
        found.headline == "11 on the roster: 2 final, 8 need you, 1 not submitted, 1 more not on it"
    )
    reasons = {one.submission: one.why for group in found.groups for one in group.entries}
    assert reasons["cid"] == SYNTAX
    assert reasons["ann"] == "The disk was full."
    assert reasons["eva"] == "`train_nn` and `ffnn`"
    assert reasons["gus"] == "`ffnn` −2"
    assert found.groups[0].entries[0].label == "Doe, Ann (ann, section A)"
    assert found.open


def test_reports_are_counted_by_grader(folder: Path) -> None:
    """Unmarked reports are listed, and one that a grader has begun says by whom."""
    marked(folder, "hal", "ida")
    with (folder / "manual.csv").open("a") as file:
        file.write("jon,discussion,5,,Lee\n")
    (group,) = (g for g in status_of(folder).groups if g.title == "Report not marked")
    assert group.remedy.startswith("Marked by Lee 3. Mark the others")
    reasons = {one.submission: one.why for one in group.entries}
    assert reasons["jon"].startswith("Lee has begun; the report is not marked in full: accuracy")
    assert reasons["gus"] == ""
    assert "hal" not in reasons


def test_a_section_alone(folder: Path) -> None:
    """With a section only its students are listed and counted."""
    found = status_of(folder, section="A")
    assert found.headline == "5 on the roster in section A: 0 final, 5 need you"
    assert "Newer Python" not in names(found)


def test_decisions_close_what_is_open(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With decisions, marks and times nothing is open: exit code 0, before that 1."""
    out, config = folder / "out", folder / "course.toml"
    assert command.run(out, config, "") == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].startswith("11 on the roster: 0 final, 10 need you, 1 not")
    assert f"  $ autograder explain {out} WHO --config {config}" in printed
    record(folder, verdict("ann"), *a_class()[1:-1])
    marked(folder, "ann", "bob", "cid", "dan", "eva", "fay", "gus", "hal", "ida", "jon")
    lines = [f"{one},1.1,to 0,Seen,Kim,2026-12-03\n" for one in ("bob", "cid", "dan", "eva", "fay")]
    (folder / "adjustments.csv").write_text(
        f"submission,question,points,reason,by,date\n{''.join(lines)}"
    )
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
    with pytest.raises(ConfigError, match=r"there is no section “C”. .*Sections are A, B"):
        command.run(out, config, "C")


def test_a_decision_for_an_older_file_is_listed(folder: Path) -> None:
    """An adjustment that was entered for another file of the student is one to look at."""
    line = "hal,1.3,-1,Seen,Kim,2026-12-03\n"
    (folder / "adjustments.csv").write_text(f"submission,question,points,reason,by,date\n{line}")
    publish.run(folder / "out", folder / "course.toml")
    title = "Marks or decisions for an older file"
    assert title not in names(status_of(folder))
    record(folder, *a_class(), source=b"another")
    (group,) = (g for g in status_of(folder).groups if g.title == title)
    (entry,) = group.entries
    assert (entry.submission, entry.why) == ("hal", "adjusted points by Kim")


def test_a_class_without_a_course(tmp_path: Path) -> None:
    """Without a roster submissions are counted, and without a course no report is missing."""
    record(tmp_path, verdict("ann"), broken("cid"))
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "status", tmp_path / "out"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "2 submissions: 1 graded, 1 needs you"
    assert f"    cid: {SYNTAX}" in done.stdout.splitlines()
    assert "report" not in done.stdout
