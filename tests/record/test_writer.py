"""The record: everything written to it stays, and is read back unchanged."""

from pathlib import Path

import msgspec
import pytest

from autograder.record.reader import NAME, History
from autograder.record.writer import Record
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
        assert history.count() == 1


def test_unchanged_is_found_by_fingerprint_and_level(tmp_path: Path) -> None:
    """The same fingerprint at a level of this run holds; another one, level or id does not."""
    run(tmp_path, a_result())
    with Record.writing(tmp_path) as record:
        assert record.unchanged("alice", b"f", {3}) is not None
        assert record.unchanged("alice", b"f", {2}) is None
        assert record.unchanged("alice", b"g", {3}) is None
        assert record.unchanged("bob", b"f", {3}) is None


@pytest.mark.parametrize("status", ["timeout", "killed", "not_judged"])
def test_a_fault_that_may_pass_is_run_again(tmp_path: Path, status: str) -> None:
    """A timeout, a kill or an error of the grader is never taken from the record."""
    run(tmp_path, a_result("alice", an_output(), an_output(status)))
    with Record.writing(tmp_path) as record:
        assert record.unchanged("alice", b"f", {3}) is None


def test_a_not_judged_submission_is_run_again(tmp_path: Path) -> None:
    """Also where it has no outputs at all."""
    run(tmp_path, msgspec.structs.replace(a_result(), status="not_judged", outputs=()))
    with Record.writing(tmp_path) as record:
        assert record.unchanged("alice", b"f", {3}) is None


def test_a_run_has_the_submissions_that_it_was_given(tmp_path: Path) -> None:
    """A submission that is missing now stays in the record, but not in the new run."""
    first = run(tmp_path, a_result("alice"), a_result("bob"))
    run(tmp_path, a_result("bob"))
    with History.open(tmp_path) as history:
        assert [result.submission for result in history.results()] == ["bob"]
        assert list(history.gone()) == ["alice"]
        assert [result.submission for result in history.results(first)] == ["alice", "bob"]
        assert [info.state for info in history.runs()] == ["finished", "finished"]
        assert history.last("stopped") is None


def test_kept_results_count_in_the_new_run(tmp_path: Path) -> None:
    """An unchanged submission has its old result in the new run, also with nothing added."""
    run(tmp_path, a_result("alice"))
    with Record.writing(tmp_path) as record:
        record.begin(the_conditions())
        grading = record.unchanged("alice", b"f", {3})
        assert grading is not None
        record.keep("alice", grading)
    with History.open(tmp_path) as history:
        assert list(history.results()) == [a_result("alice")]
        assert list(history.changes()) == []


def test_changes_have_both_scores(tmp_path: Path) -> None:
    """Only submissions with another score or status, with the questions that changed."""
    run(tmp_path, a_result("alice"), a_result("bob"), a_result("carol"))
    better = a_result("alice", an_output(), an_output(question="1.2"))
    refused = a_result("bob", status="refused", outputs=())
    run(tmp_path, better, refused, a_result("carol", seconds=9.0), a_result("dave"))
    with History.open(tmp_path) as history:
        assert [str(change) for change in history.changes()] == [
            "alice: 2 -> 4 (1.2 0 -> 2)",
            "bob: 2 -> 0, judged -> refused (1.1 2 -> 0)",
        ]


def test_changes_are_since_the_last_finished_run(tmp_path: Path) -> None:
    """A run that was stopped does not count, because nobody has seen its results."""
    run(tmp_path, a_result("alice"))
    better = a_result("alice", an_output(), an_output(question="1.2"))
    run(tmp_path, better, state="stopped")
    run(tmp_path, better)
    with History.open(tmp_path) as history:
        assert [str(change) for change in history.changes()] == ["alice: 2 -> 4 (1.2 0 -> 2)"]


def test_a_rehearsal_writes_nothing(tmp_path: Path) -> None:
    """A dry run reads the record, adds to a copy, and changes no byte of the folder."""
    run(tmp_path, a_result("alice"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with Record.rehearsal(tmp_path) as record:
        record.begin(the_conditions())
        assert record.unchanged("alice", b"f", {3}) is not None
        record.add(a_result("alice", an_output()), b"g", SOURCE)
        record.finish()
        assert len(list(record.changes())) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_rehearsal_needs_no_folder(tmp_path: Path) -> None:
    """A folder that does not exist is not created."""
    with Record.rehearsal(tmp_path / "results") as record:
        record.begin(the_conditions())
        record.add(a_result(), b"f", SOURCE)
        assert record.count() == 1
    assert list(tmp_path.iterdir()) == []


def test_a_student_cannot_fill_the_record(tmp_path: Path) -> None:
    """Prints, messages and left-out lines are cut; half characters do not stop it."""
    flood = "x" * 10_000_000
    outputs = [an_output("failed", staff=flood, message=flood) for _ in range(100)]
    run(
        tmp_path,
        a_result("alice", *outputs, printed="\ud800" + flood, left_out=((1, flood),) * 5000),
    )
    with History.open(tmp_path) as history:
        result = history.result("alice")
    assert result is not None
    assert len(msgspec.json.encode(result)) < 6_000_000
    assert result.printed.startswith("?xxx")
    assert (tmp_path / NAME).stat().st_size < 1_000_000
