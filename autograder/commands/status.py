"""``autograder status``: print what still needs a person, the most urgent first."""

import shlex
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from autograder.course.directory import Directory
from autograder.errors import ConfigError
from autograder.gradebook.attention import Attention
from autograder.gradebook.gradebook import Gradebook, without_outputs
from autograder.gradebook.status import Status, status
from autograder.gradebook.sync import sync_decisions
from autograder.record.course_file import course_of
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.reports.say import say, say_all
from autograder.reports.write_all import reports_in
from autograder.text import at_most, did_you_mean

MAX_NAMES = 10


def run(folder: Path, config: Path | None, section: str) -> int:
    """Print the status with today's decisions; returns 1 while something needs a person.

    Nothing is written: decisions are entered into a copy of the record.

    Raises:
        GraderError: where the folder, the course or a table does not fit.
    """
    settings = course_of(folder, config)
    with History.open(folder) as history:
        ended = history.is_finished
    with closing(Record.rehearsal(folder)) as record:
        changed, _ = sync_decisions(record, settings)
        gradebook, attention, grades = Gradebook(record, settings), Attention(), []
        _check_section(section, gradebook.directory)
        for grade in gradebook:
            attention.add(grade.result)
            grades.append(without_outputs(grade))
        found = status(
            gradebook,
            gradebook.rows(grades),
            attention,
            folder,
            reports=reports_in(folder),
            options=f"--config {shlex.quote(str(config))}" if config else "",
            section=section,
        )
    say_all(as_lines(found))
    if not ended:
        say("\nThe last grading did not end: run the same `autograder grade` once more.")
    elif changed:
        say("\nTables have changed since grades.csv was written: run `autograder export grades`.")
    return 1 if found.open or not ended else 0


def _check_section(section: str, directory: Directory) -> None:
    known = {directory.section(key) for key in (*directory.submissions, *directory.people)} - {""}
    if section and section not in known:
        raise ConfigError(
            f"there is no section “{section}”. {did_you_mean(section, known)}"
            f"Sections are {', '.join(sorted(known)) or 'named by a roster, which is missing'}."
        )


def as_lines(found: Status) -> Iterator[str]:
    """Yield the lines to print; lists are cut with the number of names that are left out."""
    yield found.headline
    for group in found.groups:
        yield ""
        yield f"{group.title}: {len(group.entries)}. {group.remedy}"
        yield f"  $ {group.command}"
        for why, entries in group.reasons.items():
            names = [entry.label for entry in entries]
            if why and len(names) > 1:
                yield f"  {why.removesuffix('.')}:"
            one = f": {why}" if why and len(names) == 1 else ""
            yield f"    {'; '.join(at_most(MAX_NAMES, names))}{one}"
