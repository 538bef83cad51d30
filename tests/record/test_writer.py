"""The record: everything written to it stays, and is read back unchanged."""

from pathlib import Path

import msgspec
import pytest

from autograder.record.reader import NAME, History
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from tests.builders.records import SOURCE, a_result, an_output, run, the_conditions


def test_a_result_is_read_back_unchanged(tmp_path: Path) -> None:
    """Every field of every output and of the submission survives, and so does the source."""
    result = a_result()
    run(tmp_path, result)
    with History.open(tmp_path) as history:
        assert list(history.results()) == [result]
        assert history.result("alice") == result
        assert history.result("bob") is None
        assert history.source("alice") == SOURCE
        assert history.source("bob") is None
        assert len(history.submissions()) == 1


@pytest.mark.parametrize(
    "result",
    [
        *(a_result("alice", an_output(one)) for one in ("timeout", "killed", "not_judged")),
        a_result("alice", status="not_judged", outputs=()),
    ],
)
def test_a_fault_that_may_pass_is_run_again(tmp_path: Path, result: SubmissionResult) -> None:
    """A timeout, a kill or an error of the grader is never taken from the record."""
    run(tmp_path, result)
    with Record.writing(tmp_path) as record:
        assert record.unchanged("alice", b"f", {3}) is None


def test_a_run_begins_with_what_the_run_before_had(tmp_path: Path) -> None:
    """Also with what a run had that was stopped; only a run that begins empty does not."""
    first = run(tmp_path, a_result("alice"), a_result("bob"))
    run(tmp_path, a_result("bob"), state="stopped")
    run(tmp_path, a_result("carol"))
    with Record.writing(tmp_path) as record:
        assert [result.submission for result in record.results()] == ["alice", "bob", "carol"]
        assert [result.submission for result in record.results(first)] == ["alice", "bob"]
        states = record.rows("SELECT state FROM runs ORDER BY id")
        assert states == [("finished",), ("stopped",), ("finished",)]
        assert record.last("stopped") == 2
        record.begin(the_conditions(), empty=True)
        assert len(record.submissions()) == 0


def test_only_a_finished_run_drops_submissions(tmp_path: Path) -> None:
    """A run that was stopped has everybody; what is dropped stays in the earlier runs."""
    run(tmp_path, a_result("alice"), a_result("bob"))
    with Record.writing(tmp_path) as record:
        record.begin(the_conditions())
        record.save_reports({"alice": "aa", "bob": "bb"})
        record.finish("stopped", only=["bob"])
        assert len(record.submissions()) == 2
        record.begin(the_conditions())
        record.finish(only=["bob"])
        assert list(record.attempts()) == ["bob"]
        assert record.reports() == {"bob": "bb"}
        assert record.all_submissions() == ["alice", "bob"]


def test_withdrawn_submissions_stay_out_of_sight(tmp_path: Path) -> None:
    """Later runs carry the mark; without it they are back."""
    run(tmp_path, a_result("alice"), a_result("bob"))
    with Record.writing(tmp_path) as record:
        record.withdraw({"alice"})
        record.begin(the_conditions())
        assert [result.submission for result in record.results()] == ["bob"]
        assert (len(record.submissions()), record.attempts()["alice"].withdrawn) == (1, True)
        record.withdraw(())
        assert len(record.submissions()) == 2


def test_kept_results_count_in_the_new_run(tmp_path: Path) -> None:
    """An unchanged submission has its old result in the new run, also with nothing added."""
    run(tmp_path, a_result("alice"))
    with Record.writing(tmp_path) as record:
        record.begin(the_conditions(), empty=True)
        grading = record.unchanged("alice", b"f", {3})
        assert grading is not None
        record.keep("alice", grading)
    with History.open(tmp_path) as history:
        assert list(history.results()) == [a_result("alice")]


def test_what_was_judged_before_is_found(tmp_path: Path) -> None:
    """Past results that could not be judged, but not past a run without the submission."""
    run(tmp_path, a_result("alice"))
    run(tmp_path, a_result("alice", status="not_judged", outputs=()))
    with Record.writing(tmp_path) as record:
        assert record.judged_before("alice", record.begin(the_conditions())) == 1
        record.begin(the_conditions(), empty=True)
        assert record.judged_before("alice", record.begin(the_conditions())) is None


def test_a_rehearsal_writes_nothing(tmp_path: Path) -> None:
    """A dry run reads the record, adds to a copy, and changes no byte of the folder."""
    run(tmp_path, a_result("alice"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with Record.rehearsal(tmp_path) as record:
        record.begin(the_conditions())
        assert record.unchanged("alice", b"f", {3}) is not None
        record.add(a_result("alice", an_output()), b"g", SOURCE)
        record.finish()
        assert record.result("alice") == a_result("alice", an_output())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_rehearsal_needs_no_folder(tmp_path: Path) -> None:
    """A folder that does not exist is not created."""
    with Record.rehearsal(tmp_path / "results") as record:
        record.begin(the_conditions())
        record.add(a_result(), b"f", SOURCE)
        assert len(record.submissions()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_student_cannot_fill_the_record(tmp_path: Path) -> None:
    """Prints, messages and left-out lines are cut; half characters do not stop it."""
    flood = "x" * 10_000_000
    outputs = [an_output("failed", staff=flood, message=flood) for _ in range(100)]
    left_out = ((1, flood),) * 5000
    run(tmp_path, a_result("alice", *outputs, printed="\ud800" + flood, left_out=left_out))
    with History.open(tmp_path) as history:
        result = history.result("alice")
    assert result is not None
    assert len(msgspec.json.encode(result)) < 6_000_000
    assert result.printed.startswith("?xxx")
    assert (tmp_path / NAME).stat().st_size < 1_000_000
