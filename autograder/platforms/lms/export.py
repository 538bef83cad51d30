"""``autograder export canvas``, ``moodle`` and ``feedback``: a graded folder, back to the platform.

Nothing that came from the platform is ever written over: the new file stands beside it, or where
``--out`` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.course.load import load
from autograder.course.settings import Course
from autograder.errors import ExportError
from autograder.files import replacing, write_zip
from autograder.gradebook import decision_tables
from autograder.gradebook.gradebook import Gradebook, GradebookRow, as_published, difference
from autograder.gradebook.policy import Grade
from autograder.platforms.lms import canvas, moodle
from autograder.platforms.lms.csv_edit import Sheet
from autograder.platforms.lms.feedback_zip import GradedUpload, Platform, numbers, pack
from autograder.platforms.lms.fill import fill
from autograder.platforms.lms.rows import Claim
from autograder.record import decision_log
from autograder.record.decisions import FILES
from autograder.record.reader import History

Points = Literal["final", "automatic"]
MAX_GRADEBOOK = 50 << 20
MAX_TOLD = 8
"""Differences that a refusal lists."""


@dataclass(frozen=True)
class GradebookRequest:
    """What was asked for on the command line."""

    platform: Platform
    folder: Path
    theirs: Path
    config: Path | None = None
    column: str | None = None
    id_column: str | None = None
    points: Points = "final"
    out: Path | None = None


def gradebook(asked: GradebookRequest) -> int:
    """Fill an instructor's gradebook in; returns the command's exit code.

    Raises:
        GraderError: where the command cannot do its work; nothing was written then.
    """
    settings = load(asked.config)
    theirs = asked.theirs
    out = asked.out or theirs.with_name(f"{theirs.stem}.filled{theirs.suffix}")
    _never_over(theirs, out)
    sheet = Sheet.read(_bytes(theirs), theirs.name)
    with History.open(asked.folder) as record:
        claims = _claims(record, settings, asked)
    title = asked.column or settings.name
    if asked.platform == "canvas":
        columns = canvas.columns(sheet, title, asked.id_column)
    else:
        ids = [claim.id for claim in claims if claim.id]
        columns = moodle.columns(sheet, title, asked.id_column, ids)
    filled = fill(sheet, columns, claims)
    with replacing(out) as part:
        part.write_bytes(filled.data)
    most = settings.course_points().automatic + (
        settings.course_points().report if asked.points == "final" else 0
    )
    print("\n".join(filled.told(columns.possible, most)))
    print(f"wrote {out}")
    return 1 if filled.needs_a_person else 0


def feedback(platform: Platform, folder: Path, download: Path, out: Path | None) -> int:
    """Write the zip with feedback that a platform takes back; returns the exit code.

    Raises:
        GraderError: where the command cannot do its work; nothing was written then.
    """
    out = out or folder / f"feedback-{platform}.zip"
    _never_over(download, out)
    with History.open(folder) as record:
        _finished(record, folder)
        graded = _graded(record)
    packed = pack(platform, download, graded, lambda name: _page(folder, name))
    if not packed.files:
        raise ExportError(
            f"nobody in {download} has feedback in {folder}, so nothing was written. Give the "
            "download that was graded with --out of this folder."
        )
    with replacing(out) as part:
        write_zip(part, packed.files)
    print("\n".join(packed.told(download.name)))
    print(f"wrote {out}")
    return 1 if packed.needs_a_person else 0


def _claims(record: History, settings: Course, asked: GradebookRequest) -> list[Claim]:
    """The grade of each student who has one, under everything that they are known by."""
    _finished(record, asked.folder)
    book = Gradebook(record, settings)
    grades = list(book)
    _as_exported(record, grades, asked.folder)
    _as_decided(record, settings, book, asked.folder)
    known = numbers(asked.platform, _graded(record))
    return [
        _claim(row, known, book, asked.points)
        for row in book.rows(grades)
        if row.points is not None
    ]


def _claim(row: GradebookRow, known: dict[str, str], book: Gradebook, which: Points) -> Claim:
    points, person = row.points, row.person
    assert points is not None
    # The name of a group's file has the number of one of its members only.
    owner = book.directory.person(row.submission)
    own = owner is None or owner.id == row.id
    number = known.get(row.submission, "") if own else ""
    given = points.final if which == "final" else points.automatic
    return Claim(
        submission=row.submission,
        name=row.name,
        number=number or (person.participant if person else ""),
        id=person.id if person else "",
        login=person.login if person else "",
        email=person.email if person else "",
        points=given,
        why=points.why if which == "final" or given is None else "",
    )


def _finished(record: History, folder: Path) -> None:
    if record.last() != record.last("finished"):
        raise ExportError(
            f"the last run into {folder} was stopped, so some students are missing in it. Run the "
            "same `autograder grade` again, which goes on where it stopped, and then export."
        )


def _as_exported(record: History, grades: Sequence[Grade], folder: Path) -> None:
    """Refuse grades that students have not been told: another course's, or newer ones."""
    before = decision_log.published(record)
    differ = [
        f"{one.submission}: {told or 'was never exported'}"
        for one in map(as_published, grades)
        if (told := difference(before, one)) or one.submission not in before
    ]
    if differ:
        told = "\n  ".join([*differ[:MAX_TOLD], *(["…"] if len(differ) > MAX_TOLD else [])])
        raise ExportError(
            f"{len(differ)} grades are not those of {folder / 'grades.csv'}, so nothing was "
            f"written.\n  {told}\nGive the --config that {folder} was graded with, or run "
            f"`autograder export grades {folder}` with this one first, so that gradebook and "
            "feedback say the same."
        )


def _as_decided(record: History, settings: Course, book: Gradebook, folder: Path) -> None:
    """Refuse where a table of decisions has been changed since it was read."""
    wanted = decision_tables.from_course(settings, book.directory)
    holding = decision_log.current(record)
    newer = [
        "[excused]" if kind == "excused" else f"{FILES[kind]}.csv"
        for kind in holding.__struct_fields__
        if (rows := getattr(wanted, kind)) is not None and {*rows} != {*(getattr(holding, kind))}
    ]
    if newer:
        raise ExportError(
            f"{' and '.join(newer)} has changed since the grades were exported, so nothing was "
            f"written. Run `autograder export grades {folder}` with this --config first, so that "
            "gradebook and feedback say the same."
        )


def _never_over(theirs: Path, out: Path) -> None:
    if not theirs.exists():
        raise ExportError(f"{theirs} is not there. Give the file as it came from the platform.")
    if out.exists() and out.samefile(theirs):
        raise ExportError(
            f"{out} is what came from the platform, and that is never written over. Choose "
            "another name with --out."
        )


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_GRADEBOOK + 1)
    except OSError as problem:
        raise ExportError(f"{path} cannot be read: {problem.strerror}.") from None
    if len(data) > MAX_GRADEBOOK:
        raise ExportError(f"{path} is larger than {MAX_GRADEBOOK >> 20} MiB: is it a gradebook?")
    return data


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


def _graded(record: History) -> list[GradedUpload]:
    """The submissions of the latest run, with their names on the platform."""
    handed = decision_log.submission_info(record)
    return [
        GradedUpload(
            result.submission,
            result.file,
            handed[result.submission].original if result.submission in handed else (),
        )
        for result in record.results()
    ]
