"""Write the tables, the feedback and the class page of a run.

``autograder grade`` ends with this, and ``autograder export grades`` does nothing else.
"""

from collections.abc import Iterator
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.files import remove, write_text
from autograder.gradebook.attention import Attention, does_not_run
from autograder.gradebook.gradebook import Gradebook, as_published, without_outputs
from autograder.gradebook.policy import Grade
from autograder.gradebook.status import Status, status
from autograder.intake.copy_reports import REPORTS
from autograder.record import decision_log
from autograder.record.decision_log import Published
from autograder.record.writer import Record
from autograder.reports.class_page.statistics import Statistics
from autograder.reports.tables import write_csv, write_grades
from autograder.results import SubmissionResult


def write(record: Record, gradebook: Gradebook, out: Path, answers: Answers) -> Status:
    """Write everything of a run into ``out``; returns what still needs a person.

    The record notes what was exported, so that a later run can say what has changed.

    Raises:
        StoreError: if the disk fails.
    """
    # Imported late: the first submission must not wait for jinja2.
    from autograder.reports.feedback import write_feedback
    from autograder.reports.feedback_page import as_feedback

    reports = reports_in(out)
    points = gradebook.policy.course_points
    statistics, attention = Statistics(points), Attention()
    grades: list[Grade] = []
    published: list[Published] = []

    def results() -> Iterator[SubmissionResult]:
        for grade in gradebook:
            one = grade.result.submission
            broken = does_not_run(grade.result)
            content = as_feedback(
                grade,
                answers.public,
                gradebook.course,
                who=gradebook.directory.label(one),
                source=record.source(one, gradebook.run) if broken else None,
                reports=reports,
            )
            write_feedback(grade, content, out / "feedback", points.automatic)
            statistics.add(grade.result)
            attention.add(grade.result)
            # All outputs of a large class would fill the memory; the rows need the grade only.
            grades.append(without_outputs(grade))
            published.append(as_published(grade))
            yield grade.result

    write_csv(results(), out / "results.csv", points.automatic)
    rows = gradebook.rows(grades)
    write_grades(rows, out / "grades.csv", report=bool(points.report))
    found = status(gradebook, rows, attention, out, reports=reports)
    page = out / "class.html"
    if len(statistics.rows) > 1:
        # Imported late, as jinja2 above.
        from autograder.reports.class_page.page import class_page

        course, directory = gradebook.course.name, gradebook.directory
        write_text(page, class_page(statistics, course, found, directory))
    else:
        remove(page)
    here = {grade.submission for grade in published}
    for gone in set(record.all_submissions()) - here:
        for suffix in (".html", ".json", ".txt"):
            remove(out / "feedback" / f"{gone}{suffix}")
    decision_log.publish(record, gradebook.run, published)
    return found


def reports_in(folder: Path) -> frozenset[str] | None:
    """Return the submissions with a report in ``folder``; None if it collects no reports."""
    place = folder / REPORTS
    return frozenset(path.stem for path in place.glob("*.pdf")) if place.is_dir() else None
