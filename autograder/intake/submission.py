"""A submission: the one shape in which it goes from the intake through the pool to its result."""

from __future__ import annotations

import msgspec

from autograder.intake.pick_file import EXPECTED


class Submission(msgspec.Struct, frozen=True):
    """What is graded of one student's files; who the student is has no part in grading.

    ``source`` are the bytes to be graded, None where ``refused`` says why there are none; ``path``
    is the file that they are from, ``ignored`` are the other files, ``bonus`` is the optional
    bonus.py. ``report`` is the name of the report in PDF, and ``notes`` are sentences for student
    and instructor.
    """

    id: str
    source: bytes | None = None
    path: str = EXPECTED
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    bonus: bytes = b""
    refused: str = ""
    report: str = ""
