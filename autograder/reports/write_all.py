"""Write the tables, the feedback and the class page of a run.

``autograder grade`` ends with this, and ``autograder export grades`` does nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.files import remove, replacing
from autograder.gradebook.gradebook import Gradebook, GradebookRow, as_published, without_outputs
from autograder.gradebook.policy import Grade
from autograder.record import decision_log
from autograder.record.decision_log import Published
from autograder.record.writer import Record
from autograder.reports.class_page.statistics import Statistics
from autograder.reports.tables import write_csv, write_grades
from autograder.results import SubmissionResult


def write(record: Record, gradebook: Gradebook, out: Path, answers: Answers) -> list[GradebookRow]:
    """Write everything of a run into ``out``; returns the lines of ``grades.csv``.

    The record notes what was exported, so that a later run can say what has changed.

    Raises:
        StoreError: if the disk fails.
    """
    # Imported late: the first submission must not wait for jinja2.
    from autograder.reports.feedback import write_feedback

    statistics = Statistics(gradebook.policy.course_points)
    grades: list[Grade] = []
    published: list[Published] = []

    def results() -> Iterator[SubmissionResult]:
        for grade in gradebook:
            write_feedback(grade, out / "feedback", answers.public, gradebook.course)
            # All outputs of a large class would fill the memory; the rows need the grade only.
            grades.append(without_outputs(grade))
            published.append(as_published(grade))
            yield grade.result

    write_csv(statistics.watching(results()), out / "results.csv", gradebook.policy.course_points)
    rows = gradebook.rows(grades)
    write_grades(rows, out / "grades.csv")
    page = out / "class.html"
    if len(statistics.rows) > 1:
        # Imported late, as jinja2 above.
        from autograder.reports.class_page.page import class_page

        with replacing(page) as file:
            file.write(class_page(statistics, gradebook.course.name).encode())
    else:
        remove(page)
    here = {grade.submission for grade in published}
    for gone in set(record.all_submissions()) - here:
        for suffix in (".html", ".json"):
            remove(out / "feedback" / f"{gone}{suffix}")
    decision_log.publish(record, gradebook.run, published)
    return rows
