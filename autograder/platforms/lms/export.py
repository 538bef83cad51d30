"""Export grades and feedback to Canvas and Moodle: ``autograder export canvas|moodle|feedback``.

A file from the platform is never overwritten: the new file is written beside it, or to ``--out``.
"""

import html
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from autograder.course.directory import SubmissionInfo
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.errors import ExportError
from autograder.files import read_at_most, replacing, write_zip
from autograder.gradebook import decision_tables
from autograder.gradebook.gradebook import Gradebook, GradebookRow, as_published, difference
from autograder.gradebook.policy import Grade
from autograder.platforms.lms import canvas, moodle
from autograder.platforms.lms.columns import place_of
from autograder.platforms.lms.csv_edit import Sheet
from autograder.platforms.lms.feedback_zip import GradedUpload, Platform, numbers, pack
from autograder.platforms.lms.fill import OPENING, fill
from autograder.platforms.lms.rows import StudentGrade, refuse
from autograder.record import decision_log
from autograder.record.course_file import course_of
from autograder.record.decisions import TABLES
from autograder.record.reader import History
from autograder.reports.feedback_page import grade_in_words
from autograder.reports.say import say
from autograder.text import one_line

Points = Literal["final", "automatic"]
MAX_GRADEBOOK = 50 << 20


@dataclass(frozen=True)
class GradebookRequest:
    """The options of ``autograder export canvas`` and ``moodle``; ``theirs`` is their gradebook.

    ``comments`` is the title of a column that gets a comment on each grade.
    """

    platform: Platform
    folder: Path
    theirs: Path
    config: Path | None = None
    column: str | None = None
    id_column: str | None = None
    points: Points = "final"
    out: Path | None = None
    comments: str | None = None


def fill_gradebook(asked: GradebookRequest) -> int:
    """Fill in an instructor's gradebook; returns the command's exit code.

    Raises:
        GraderError: where that is not possible; then nothing was written.
    """
    settings = course_of(asked.folder, asked.config)
    theirs = asked.theirs
    out = asked.out or theirs.with_name(f"{theirs.stem}.filled{theirs.suffix}")
    _check_output_path(theirs, out)
    data = read_at_most(MAX_GRADEBOOK, theirs, ExportError, "a gradebook")
    sheet = Sheet.read(data, theirs.name)
    with History.open(asked.folder) as record:
        found = _grades(record, settings, asked)
    title = asked.column or settings.name
    if asked.platform == "canvas":
        columns = canvas.columns(sheet, title, asked.id_column)
    else:
        grade = moodle.worksheet_grade(sheet)
        if grade is not None and asked.column is None:
            title = sheet.header[grade]
        ids = [grade.id for grade in found if grade.id]
        columns = moodle.columns(sheet, title, asked.id_column, ids)
    if asked.comments is not None:
        columns = replace(columns, comment=place_of(sheet, asked.comments))
    filled = fill(sheet, columns, found)
    with replacing(out) as file:
        file.write(filled.data)
    points = settings.course_points()
    most = points.automatic + (points.report if asked.points == "final" else 0)
    say("\n".join(map(one_line, filled.lines(columns.possible, most))))
    say(f"wrote {out}")
    return 1 if filled.needs_attention else 0


def pack_feedback(
    platform: Platform, folder: Path, download: Path, out: Path | None, config: Path | None = None
) -> int:
    """Write the zip with feedback that a platform imports; returns the exit code.

    With the course's file the pages must be as new as its tables of decisions.

    Raises:
        GraderError: where that is not possible; then nothing was written.
    """
    out = out or folder / f"feedback-{platform}.zip"
    _check_output_path(download, out)
    with History.open(folder) as record:
        _check_finished(record, folder)
        if config is not None:
            _exported(record, course_of(folder, config), folder)
        graded = _graded_uploads(record)
    packed = pack(platform, download, graded, lambda name: _page(folder, name))
    if not packed.files:
        raise ExportError(
            f"no student in {download} has feedback in {folder}, so nothing was written. Use the "
            "download that was graded into this folder."
        )
    with replacing(out) as file:
        write_zip(file, packed.files)
    say("\n".join(map(one_line, packed.lines(download.name))))
    say(f"wrote {out}")
    return 1 if packed.needs_attention else 0


def _grades(record: History, settings: Course, asked: GradebookRequest) -> list[StudentGrade]:
    """The grade of each student who has one, with everything that identifies the student."""
    _check_finished(record, asked.folder)
    book, grades = _exported(record, settings, asked.folder)
    known = numbers(asked.platform, _graded_uploads(record))
    comments = {one.result.submission: _comment(one, asked.points, settings) for one in grades}
    return [
        _student_grade(row, known, book, asked.points, comments[row.submission])
        for row in book.rows(grades)
        if row.points is not None
    ]


def _student_grade(
    row: GradebookRow, known: dict[str, str], book: Gradebook, which: Points, comment: str
) -> StudentGrade:
    points, person = row.points, row.person or Person("")
    assert points is not None
    # The name of a group's file has the number of only one of its members.
    owner = book.directory.person(row.submission)
    own = owner is None or owner.id == row.id
    number = known.get(row.submission, "") if own else ""
    given = points.final if which == "final" else points.automatic
    return StudentGrade(
        submission=row.submission,
        name=row.name,
        number=number or person.participant,
        id=person.id,
        login=person.login,
        email=person.email,
        points=given,
        why=points.why if which == "final" or given is None else "",
        comment=comment,
    )


def _comment(grade: Grade, which: Points, course: Course) -> str:
    """A grade in words, for a field that holds HTML."""
    result = grade.result
    sections: dict[str, tuple[int, int]] = {}
    for output in result.outputs:
        got, most = sections.get(output.question, (0, 0))
        sections[output.question] = (got + output.points, most + output.max_points)
    scores = (f"{name} {got} of {most}" for name, (got, most) in sections.items())
    lines = [OPENING + (", ".join(scores) or result.message or "none") + "."]
    if which == "final":
        for mark in grade.marks:
            lines.append(f"{mark.item}: {mark.points:g}. {mark.comment}".rstrip())
        lines += [*grade.notes, grade_in_words(grade.points, course)]
    return html.escape("\n".join(lines), quote=False).replace("\n", "<br>")


def _check_finished(record: History, folder: Path) -> None:
    if record.last() != record.last("finished"):
        raise ExportError(
            f"the last run into {folder} was stopped, so some students are missing. Run the same "
            "`autograder grade` again, which continues there, and then export."
        )


def _exported(record: History, settings: Course, folder: Path) -> tuple[Gradebook, list[Grade]]:
    """The grades, refused if they were not exported for the students: another course's, or newer.

    Also refused if a table of decisions has been changed since it was read.
    """
    book = Gradebook(record, settings)
    grades = list(book)
    before = decision_log.published(record)
    differ = [
        f"{one.submission}: {told or 'was never exported'}"
        for one in map(as_published, grades)
        if (told := difference(before, one)) or one.submission not in before
    ]
    if differ:
        refuse(
            f"{len(differ)} grades are not those of {folder / 'grades.csv'}",
            differ,
            f"Give the --config that {folder} was graded with, or run `autograder export grades "
            f"{folder}` with this one first, so that gradebook and feedback say the same.",
        )
    wanted = decision_tables.from_course(settings, book.directory, [])
    holding = book.decisions
    newer = [
        table
        for kind, table in TABLES.items()
        if (rows := getattr(wanted, kind)) is not None and {*rows} != {*(getattr(holding, kind))}
    ]
    if newer:
        raise ExportError(
            f"{' and '.join(newer)} has changed since the grades were exported, so nothing was "
            f"written. Run `autograder export grades {folder}` with this --config first, so that "
            "gradebook and feedback say the same."
        )
    return book, grades


def _check_output_path(theirs: Path, out: Path) -> None:
    if not theirs.exists():
        raise ExportError(f"{theirs} does not exist. Give the file as it came from the platform.")
    if out.exists() and out.samefile(theirs):
        raise ExportError(
            f"{out} is the file from the platform, which is never overwritten. Choose another name "
            "with --out."
        )


def _page(folder: Path, submission: str) -> bytes | None:
    path = folder / "feedback" / f"{submission}.html"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise ExportError(
            f"{path} cannot be read: {problem.strerror}. Nothing was written."
        ) from None


def _graded_uploads(record: History) -> list[GradedUpload]:
    """The submissions of the latest run, with their names on the platform."""
    known = decision_log.submission_info(record)
    nothing = SubmissionInfo("")
    return [
        GradedUpload(result.submission, result.file, info.original, info.person)
        for result in record.results()
        for info in [known.get(result.submission, nothing)]
    ]
