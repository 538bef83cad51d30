"""``autograder export grades``: write the results of a finished run; ``grade`` ends with it.

Decisions are entered and changes are printed before anything is overwritten.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.course.load import load
from autograder.course.settings import Course
from autograder.errors import ConfigError, StoreError, TableError
from autograder.gradebook import changes
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.policy import GradingPolicy
from autograder.gradebook.sync import count_decisions, sync_decisions, table_name
from autograder.record.fingerprint import cases_digest
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.reports import console, write_all

KEPT = "Everything that was graded is kept: fix that, and run the same command again."


def run(folder: Path, config: Path | None) -> int:
    """Write all results of a graded folder again, with the current decisions; run no code.

    Raises:
        GraderError: where the folder, its last run, the course or a table does not fit; then
            nothing was written.
    """
    settings = load(config)
    answers = Answers(settings.hidden_seed, settings.course_points())
    with History.open(folder) as history:
        _check(history, folder, answers, config)
    with closing(Record.writing(folder)) as record:
        publish(record, settings, answers, folder, results=False)
    print(f"grades:   {folder / 'grades.csv'}")
    return 0


def publish(
    record: Record,
    settings: Course,
    answers: Answers,
    out: Path | None,
    *,
    results: bool = True,
) -> None:
    """Enter decisions, print results and changes, and write everything into ``out``.

    Raises:
        TableError: where a table does not fit, or leaves open which submission counts; then
            nothing was written.
    """
    try:
        decisions = sync_decisions(record, settings)
        gradebook = Gradebook(record, settings)
    except TableError as problem:
        raise TableError(f"{problem}\n{KEPT}") from None
    if results:
        console.results(gradebook, record.count(), gradebook.directory)
    for line in (
        *changes.table_changes(decisions.changes),
        *changes.tables_missing(decisions.without_table),
        *changes.grade_changes(gradebook),
    ):
        print(line, flush=True)
    if out is None:
        rows = gradebook.rows(gradebook)
    else:
        rows = write_all.write(record, gradebook, out, answers)
    for line in changes.incomplete(gradebook, rows, reports=settings.folder is not None):
        print(line)


def print_stopped(record: Record, settings: Course) -> None:
    """Print the results of a run that was stopped, without decisions; write nothing."""
    policy = GradingPolicy(settings)
    console.results(map(policy.grade, record.results()), record.count())


def _check(history: History, folder: Path, answers: Answers, config: Path | None) -> None:
    """Refuse a run that did not finish, and one of another course."""
    last = history.runs()[-1:]
    if not last or last[0].state != "finished":
        raise StoreError(
            f"the last grading into {folder} did not end. Run `autograder grade` once more; it "
            "goes on where it stopped."
        )
    conditions = last[0].conditions
    same = (
        conditions.cases == cases_digest(answers.cases)
        and conditions.course_points == answers.course_points.key
    )
    if config is None and not same:
        raise ConfigError(f"{folder} was graded with another course.toml. Give it with --config.")
    check_course_given(history, folder, config)


def check_course_given(history: History, folder: Path, config: Path | None) -> None:
    """Refuse to grade without a course if the record has decisions made under one.

    Raises:
        ConfigError: where no course is given and decisions hold.
    """
    counts = {} if config is not None else count_decisions(history)
    if counts:
        tables = ", ".join(f"{table_name(kind)} ({count})" for kind, count in counts.items())
        raise ConfigError(
            f"{folder} has decisions from {tables}, made with a course.toml. Give the same "
            "--config."
        )
