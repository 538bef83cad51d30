"""``autograder export grades``: write the results of a finished run; ``grade`` ends with it.

Decisions are entered and changes are printed before anything is overwritten.
"""

import shlex
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.course.load import load
from autograder.course.settings import Course
from autograder.errors import StoreError, TableError
from autograder.gradebook import changes
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.sync import sync_decisions
from autograder.record.course_file import course_path, remember_course
from autograder.record.decision_log import TableChange
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.reports import console, write_all
from autograder.reports.say import say, say_all

KEPT = "Everything that was graded is kept: fix that, and run the same command again."


def run(folder: Path, config: Path | None) -> int:
    """Write all results of a graded folder again, with the current decisions; run no code.

    Returns 1 where a wrong line of a table leaves somebody incomplete.

    Raises:
        GraderError: where the folder, its last run, the course or a table does not fit; then
            nothing was written.
    """
    with History.open(folder) as history:
        config = course_path(history, folder, config)
        ended = history.is_finished
    settings = load(config)
    answers = Answers(settings.hidden_seed, settings.course_points())
    if not ended:
        raise StoreError(
            f"the last grading into {folder} did not end. Run `autograder grade` once more; it "
            "goes on where it stopped."
        )
    with closing(Record.writing(folder)) as record:
        complete = publish(record, settings, answers, folder)
        say_all(remember_course(record, folder, config))
    say(f"grades:   {folder / 'grades.csv'}")
    return 0 if complete else 1


def publish(
    record: Record,
    settings: Course,
    answers: Answers,
    out: Path | None,
    *,
    graded: Collection[str] = (),
    entered: Sequence[TableChange] = (),
) -> bool:
    """Enter decisions, print results and changes, and write everything into ``out``.

    The results of the submissions in ``graded`` are printed; ``entered`` are decisions that were
    entered before. Returns whether all lines of all tables could be read.

    Raises:
        TableError: where a table cannot be read; then nothing was written.
    """
    try:
        changed, missing = sync_decisions(record, settings)
        gradebook = Gradebook(record, settings)
    except TableError as problem:
        raise TableError(f"{problem}\n{KEPT}") from None
    console.results(gradebook, gradebook.submissions & set(graded), gradebook.directory)
    say_all(changes.table_changes([*entered, *changed]))
    say_all(changes.tables_missing(missing))
    say_all(changes.grade_changes(gradebook))
    say_all(changes.wrong_lines(gradebook))
    if out is not None:
        found = write_all.write(record, gradebook, out, answers)
        say(f"{found.headline}. What needs you: autograder status {shlex.quote(str(out))}")
    return not gradebook.problems
