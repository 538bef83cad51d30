"""Publishing a run: decisions survive regrades, and changes are printed first."""

import json
from pathlib import Path

import pytest

from autograder.commands import publish
from autograder.errors import StoreError, TableError
from autograder.gradebook import changes
from autograder.gradebook.gradebook import Gradebook
from autograder.record import decision_log
from autograder.record.reader import History
from tests.builders.commands import table
from tests.builders.courses import course_in
from tests.builders.records import run
from tests.builders.results import verdict

COURSE = """
name = "Neural Networks 101"
due = 2026-11-30T23:59:00+01:00
[excused]
"perceptron-five" = "a misprint"
[late]
"""
TABLES = {
    "adjustments": "submission,question,points,reason,by,date\n"
    "bo,1.3,2,Seen again,Kim,2026-12-03\n",
    "times": "submission,submitted_at\nbo,2026-12-01 02:00\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course's folder with its tables, and two graded submissions in ``out``."""
    course_in(tmp_path, COURSE, **TABLES)
    run(tmp_path / "out", verdict("anna"), verdict("bo", wrong=["perceptron-five", "ffnn-handout"]))
    return tmp_path


def export(folder: Path) -> dict[str, dict[str, str]]:
    """``autograder export grades``; the lines of grades.csv by id."""
    assert publish.run(folder / "out", folder / "course.toml") == 0
    return table(folder / "out")


def test_all_files_say_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables, JSON and pages have the points of excused cases, adjustments and lateness.

    The last line that is printed counts who needs a person, and says where the names are.
    """
    row = export(folder)["bo"]
    end = f"What needs you: autograder status {folder / 'out'}\n"
    assert f"2 submissions: 0 final, 2 need you. {end}" in capsys.readouterr().out
    assert row == {
        "id": "bo", "name": "", "automatic": "74", "report": "", "bonus": "0", "late": "-8",
        "adjustment": "2", "final": "", "submission": "bo", "status": "judged",
        "note": "the report is not marked yet",
    }  # fmt: skip
    assert table(folder / "out", "results", "submission")["bo"]["score"] == "74"
    feedback = json.loads((folder / "out" / "feedback" / "bo.json").read_text("utf-8"))
    assert feedback["score"] == 74
    assert feedback["grade"] == {
        "automatic": 74, "report": None, "bonus": 0, "late": -8, "adjustment": 2, "final": None
    }  # fmt: skip
    page = (folder / "out" / "feedback" / "bo.html").read_text("utf-8")
    for sentence in (*feedback["decisions"], "Everybody has the points of this case: a misprint"):
        assert sentence in page
    assert "<b>68</b> of 80: code 74, adjusted 2, late −8. The report, worth 20, is not" in page
    assert "74</td>" in (folder / "out" / "class.html").read_text("utf-8")
    assert "Kim" not in page + json.dumps(feedback)


def test_decisions_survive_a_regrade(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All verdicts change, and the adjustment and the excused case count as before."""
    export(folder)
    run(folder / "out", verdict("anna"), verdict("bo", wrong=["perceptron-five", "ffnn-small"]))
    capsys.readouterr()
    row = export(folder)["bo"]
    assert (row["automatic"], row["adjustment"]) == ("78", "2")
    printed = capsys.readouterr().out
    assert "changed (1):\n  bo: 68 -> 72 (1.3 10 -> 14)\n" in printed


def test_changes_are_printed_before_anything_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the withdrawn decision and the grade that it changes, then the files."""
    export(folder)
    (folder / "adjustments.csv").write_text(TABLES["adjustments"].splitlines()[0], "utf-8")
    capsys.readouterr()
    seen = []
    grade_changes = changes.grade_changes

    def compared(gradebook: Gradebook) -> list[str]:
        seen.append(table(folder / "out")["bo"]["adjustment"])
        return grade_changes(gradebook)

    monkeypatch.setattr(changes, "grade_changes", compared)
    row = export(folder)["bo"]
    assert (seen, row["adjustment"]) == (["2"], "0")
    printed = capsys.readouterr().out
    assert "adjustments.csv: 1 withdrawn" in printed
    assert "lower (1):\n  bo: 68 -> 67 (late -8 -> -7, adjustment 2 -> 0)\n" in printed
    export(folder)
    assert "lower" not in capsys.readouterr().out


def test_nothing_runs_and_no_verdict_changes(folder: Path) -> None:
    """An export leaves runs, gradings and outputs as they are."""
    found = []
    for _ in range(2):
        with History.open(folder / "out") as record:
            tables = ("runs", "gradings", "outputs", "submissions")
            found.append([record.rows(f"SELECT * FROM {name}") for name in tables])
        export(folder)
    assert found[0] == found[1]


def test_a_deleted_table_withdraws_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lost file is not a decision; the message says how to withdraw the decisions."""
    export(folder)
    (folder / "adjustments.csv").unlink()
    assert export(folder)["bo"]["adjustment"] == "2"
    printed = " ".join(capsys.readouterr().out.split())
    assert "adjustments.csv (1). To withdraw them, put the table back" in printed


def test_a_table_that_cannot_be_read_changes_nothing(folder: Path) -> None:
    """Neither record nor files change; the message says that all grading is kept."""
    export(folder)
    before = (folder / "out" / "grades.csv").read_bytes()
    wrong = TABLES["adjustments"].replace("reason", "why")
    (folder / "adjustments.csv").write_text(wrong, "utf-8")
    with pytest.raises(TableError, match=r"column “reason” is(.|\n)*Everything that was graded"):
        export(folder)
    assert (folder / "out" / "grades.csv").read_bytes() == before
    with History.open(folder / "out") as record:
        assert len(decision_log.current(record).adjustments or ()) == 1


def test_a_run_that_did_not_end_is_not_exported(folder: Path) -> None:
    """Half a class would look like the whole class."""
    run(folder / "out", verdict("anna"), state="stopped")
    with pytest.raises(StoreError, match="did not end"):
        export(folder)
