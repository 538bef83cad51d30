"""Tables and feedback: functions of results, written whole or not at all, safe to open."""

import csv
import json
from pathlib import Path

import pytest

from assignment.checks.model.questions import NUMBERS
from autograder.commands import grade
from autograder.errors import StoreError
from autograder.files import replacing
from autograder.platforms.gradescope.results_json import judged
from autograder.reports.tables import plain, write_csv
from autograder.results import MAX_SCORE
from tests.builders.courses import NO_REPORT, course_in
from tests.builders.files import folder_of
from tests.builders.results import a_result, an_output

PASSED = {"status": "passed", "points": 2}
RESULT = a_result(
    an_output("sigmoid-handout", "value", **PASSED),
    an_output("d_sigmoid-handout", "value", misconception="some-mistake"),
    an_output("ffnn-handout", "y", misconception="some-mistake"),
    an_output("ffnn-small", "y", own_chain=False, **PASSED),
    message="=cmd()",
    seconds=1.234,
)


def test_a_row_has_scores_by_question_and_misconceptions_once(tmp_path: Path) -> None:
    """The score is the sum of its questions; each misconception stands once."""
    write_csv([RESULT], tmp_path / "results.csv", MAX_SCORE)
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    before, after = "submission score max_score status message isolation seconds", "bonus"
    assert list(row) == [*before.split(), *NUMBERS, after, "misconceptions"]
    assert (row["score"], row["max_score"], row["1.1"], row["1.3"]) == ("4", "80", "2", "2")
    assert row["misconceptions"] == "some-mistake"
    assert row["seconds"] == "1.23"
    assert MAX_SCORE == 80


def test_a_link_or_a_rest_of_an_earlier_run_is_never_written_to(tmp_path: Path) -> None:
    """In a shared folder somebody may have put a link where the new file is written first."""
    other, path = tmp_path / "other", tmp_path / "results.csv"
    other.write_text("kept")
    for make in (lambda part: part.symlink_to(other), lambda part: part.write_text("half")):
        make(tmp_path / "results.csv.part")
        with replacing(path) as file:
            file.write(b"whole")
        assert (other.read_text(), path.read_text()) == ("kept", "whole")
        assert not path.is_symlink()
        assert set(tmp_path.iterdir()) == {other, path}
    (tmp_path / "results.csv.part").mkdir()
    with pytest.raises(StoreError, match="cannot be written"), replacing(path):
        pass


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+cmd", "-2", "@x", "\tx", "\rx", "\nx", "\n=1", " =1", "\u00a0=1", "\u3000＝1"),
        *("＝1", "＋1", "－1", "＠x", "\ufeff=1", "\u200b@x", "\x00=1", "﹦1"),
    ],
)
def test_text_is_no_formula(text: str) -> None:
    """A name that begins like a formula stays text in a spreadsheet; numbers stay numbers."""
    assert plain(text) == "'" + text
    assert plain(-2) == -2
    for harmless in ("ann", "", " ", "a=1", " a -1", "１", "'=1"):
        assert plain(harmless) == harmless


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """What fails half-way leaves the earlier file as it was and nothing beside it."""
    path = tmp_path / "results.csv"
    path.write_text("before")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left"):
        fail()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_course_without_a_report_says_nothing_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Console, tables, pages and what Gradescope shows do not have the word."""
    out, course = tmp_path / "out", course_in(tmp_path, NO_REPORT)
    source = "def sigmoid(x): return x\n"
    files = folder_of(tmp_path / "in", {"ann.py": source, "bob.py": source})
    options = grade.Options(out=out, config=tmp_path / "course.toml", unsafe=True, jobs=1)
    assert grade.grade([files], options) == 0
    printed = capsys.readouterr().out
    paths = [path for path in out.rglob("*") if path.suffix in {".csv", ".html"}]
    assert len(paths) == 2 + 1 + 2
    shown = json.dumps(judged(RESULT, course))
    for text in (printed, shown, *(path.read_text("utf-8") for path in paths)):
        assert "report" not in text.replace(str(tmp_path), "").lower()
