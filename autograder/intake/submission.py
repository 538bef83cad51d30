"""The submission, as it goes from intake through the process pool to its result."""

import msgspec
from msgspec.structs import replace

from autograder.intake.pick_file import EXPECTED, MAX_NAMES
from autograder.text import listed

NO_REPORT = "No file is called report.pdf, and there is more than one PDF, so none is the report"


class Submission(msgspec.Struct, frozen=True):
    """The files of one student that are graded; grading does not depend on who the student is.

    ``source`` is the code to grade, None where ``refused`` says why there is none, or
    ``not_judged`` why it cannot be read through no fault of the student. ``path`` is the file that
    it comes from, ``ignored`` are the other files, ``bonus`` is the source of the optional
    bonus.py, also where that is the only code. ``report`` is the name of the report in PDF;
    ``notes`` are for student and instructor.
    """

    id: str
    source: bytes | None = None
    path: str = EXPECTED
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    bonus: bytes = b""
    refused: str = ""
    not_judged: str = ""
    report: str = ""


def with_report_note(found: Submission) -> Submission:
    """Add the note that none of several PDF files is the report, where that is so."""
    pdfs = [f"“{name}”" for name in found.ignored if name.lower().endswith(".pdf")]
    if found.report or not pdfs:
        return found
    note = f"{NO_REPORT}: {listed(MAX_NAMES, pdfs)} could be it."
    return replace(found, notes=(*found.notes, note))
