"""From a finished run to what is written of it; ``autograder export grades`` does this alone.

Decisions are read and entered, changes are told, and only then anything is written over.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.course.load import load
from autograder.course.settings import Course
from autograder.errors import ConfigError, StoreError, TableError
from autograder.gradebook import changes
from autograder.gradebook import sync as deciding
from autograder.gradebook.gradebook import Grades
from autograder.gradebook.policy import About, Rules
from autograder.record.fingerprint import cases_digest
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.reports import console as show
from autograder.reports import write_all as everything

KEPT = "Everything that was graded is kept: mend that, and run the same command again."


def export(folder: Path, config: Path | None) -> int:
    """Write all exports of a graded folder again, with the decisions as they are now; runs nothing.

    Raises:
        GraderError: where the folder, its last run, the course or a table does not fit; then
            nothing was written.
    """
    settings = load(config)
    answers = Answers(settings.hidden_seed, settings.course_points())
    with History.open(folder) as history:
        _check(history, folder, answers, config)
    with closing(Record.writing(folder)) as record:
        settle(record, settings, answers, folder, results=False)
    print(f"grades:   {folder / 'grades.csv'}")
    return 0


def settle(
    record: Record,
    settings: Course,
    answers: Answers,
    out: Path | None,
    *,
    results: bool = True,
) -> None:
    """Enter decisions, tell the results and what has changed, and write everything into ``out``.

    Raises:
        TableError: where a table does not fit, or leaves open which submission counts; then
            nothing was written.
    """
    try:
        decided = deciding.decide(record, settings)
        made = Grades(record, settings)
    except TableError as problem:
        raise TableError(f"{problem}\n{KEPT}") from None
    if results:
        show.results(made, record.count())
    for line in (
        *changes.entered(decided.changes),
        *changes.left_alone(decided.left),
        *changes.changed(made),
    ):
        print(line, flush=True)
    rows = everything.write(record, made, out, answers) if out else made.rows(made)
    for line in changes.missing(made, rows, reports=settings.folder is not None):
        print(line)


def stopped(record: Record, settings: Course) -> None:
    """Tell the results of a run that was stopped, as they were judged; nothing is written."""
    rules = Rules(settings)
    verdicts = (rules.standing(result, About()) for result in record.results())
    show.results(verdicts, record.count())


def _check(history: History, folder: Path, answers: Answers, config: Path | None) -> None:
    """Refuse a run that did not end, and one of another course."""
    last = history.runs()[-1:]
    if not last or last[0].state != "finished":
        raise StoreError(
            f"the last grading into {folder} did not end. Run `autograder grade` once more; it "
            "goes on where it stopped."
        )
    judged = last[0].conditions
    alike = (
        judged.cases == cases_digest(answers.cases)
        and judged.course_points == answers.course_points.key
    )
    if config is None and not alike:
        raise ConfigError(f"{folder} was graded with a course of its own. Give the same --config.")
    belongs(history, folder, config)


def belongs(history: History, folder: Path, config: Path | None) -> None:
    """Refuse to make grades without the course for which people have decided something.

    Raises:
        ConfigError: where no course is given and decisions hold.
    """
    holding = {} if config is not None else deciding.holding(history)
    if holding:
        told = ", ".join(f"{deciding.table(kind)} ({count})" for kind, count in holding.items())
        raise ConfigError(
            f"{folder} has decisions of people, from {told}, which hold under the rules of their "
            "course. Give the same --config."
        )
