"""Write the tables, the feedback and the class page of a run.

``autograder grade`` ends with this, and ``autograder export grades`` does nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.cases.expected import Answers
from autograder.files import replacing
from autograder.gradebook import gradebook as grades
from autograder.gradebook.gradebook import Grades
from autograder.gradebook.policy import Standing
from autograder.record import decision_log
from autograder.record.writer import Record
from autograder.reports.class_page.statistics import Statistics
from autograder.reports.tables import write_csv, write_grades
from autograder.results import SubmissionResult


def write(record: Record, made: Grades, out: Path, answers: Answers) -> list[grades.Row]:
    """Write everything of a run into ``out``; returns the lines of ``grades.csv``.

    The record notes what was exported, so that a later run can say what has changed.

    Raises:
        StoreError: if the disk fails.
    """
    # Imported late: the first submission must not wait for jinja2.
    from autograder.reports.feedback import write_feedback

    statistics = Statistics(made.rules.course_points)
    standings: list[Standing] = []

    def results() -> Iterator[SubmissionResult]:
        for standing in made:
            write_feedback(standing, out / "feedback", answers.public, made.course)
            # All outputs of a large class would fill the memory; the rows need the grade only.
            standings.append(grades.without_outputs(standing))
            yield standing.result

    write_csv(statistics.watching(results()), out / "results.csv", made.rules.course_points)
    rows = made.rows(standings)
    write_grades(rows, out / "grades.csv")
    page = out / "class.html"
    if len(statistics.rows) > 1:
        # Imported late: a single file must not wait for matplotlib.
        from autograder.reports.class_page.page import class_page

        with replacing(page) as part:
            part.write_text(class_page(statistics, made.course.name), encoding="utf-8")
    else:
        page.unlink(missing_ok=True)  # an earlier run may have left one
    decision_log.publish(record, made.run, map(grades.publishable, standings))
    return rows
