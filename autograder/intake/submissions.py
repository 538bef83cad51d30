"""Make submissions from files, archives, folders and downloads: one source each, or a refusal.

A platform's bulk download has one submission for each student (``downloads``). Otherwise a file or
an archive is one submission; so is a folder with ``neural_network.py`` at its top; any other folder
has one submission for each entry. ``pick_file`` chooses the file that is graded. All other files
are listed, and never opened, run, or put on an import path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from autograder.course.roster import Person, Roster
from autograder.errors import IntakeError
from autograder.intake.archives import files_in, is_archive
from autograder.intake.classify import find_uploads
from autograder.intake.downloads import folders
from autograder.intake.downloads.entries import OnDisk
from autograder.intake.downloads.uploads import Upload
from autograder.intake.pick_file import (
    BONUS,
    EXPECTED,
    Refused,
    SubmittedFile,
    bonus_beside,
    choose,
)
from autograder.intake.submission import Submission
from autograder.text import Ids, at_most, shown

MAX_LISTED = 20
MAX_NOTES = 20


def one_submission(path: Path) -> Submission:
    """Read everything at a path as one submission, even if it looks like a class.

    Raises:
        IntakeError: when the path does not exist or cannot be read.
    """
    try:
        place = path.resolve(strict=True)
    except OSError as problem:
        raise IntakeError(f"{shown(str(path), 300)} cannot be read: {problem.strerror}") from None
    submission, _ = _submission(folders.upload(OnDisk(place)), *Ids().take(place.name))
    return submission


class Intake:
    """All submissions at some paths; a context manager, because files are read while it is open.

    ``uploads``, ``people`` and ``ids`` (each with a note) have the same order; ``downloads`` are
    the platforms that were recognised, ``unused`` the files that belong to no submission,
    ``warnings`` say which paths may have been meant as a class. ``reports`` are the reports in PDF
    of the submissions that were read so far, by id.

    Raises:
        IntakeError: when a path does not exist, a folder of submissions cannot be read, or a
            submission fits more than one student.
    """

    def __init__(self, paths: Iterable[Path], roster: Roster | None = None) -> None:
        self.roster = roster
        self.reports: dict[str, SubmittedFile] = {}
        self._open = ExitStack()
        try:
            found = find_uploads(paths, roster, self._open)
            self.uploads = found.uploads
            self.downloads = found.downloads
            self.unused = found.unused
            self.warnings = found.warnings
            self.people = self._people()
            self.ids = self._ids()
        except BaseException:
            self._open.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def absent(self) -> list[Person]:
        """The students of the roster without a submission, in its order."""
        here = set(self.people)
        return [] if self.roster is None else [one for one in self.roster.people if one not in here]

    def submissions(self) -> Iterator[Submission]:
        """Read the submissions one at a time, each with an id of its own."""
        for upload, (given, note) in zip(self.uploads, self.ids, strict=True):
            submission, report = _submission(upload, given, note)
            if report is not None:
                self.reports[given] = report
            yield submission

    def _people(self) -> list[Person | None]:
        if self.roster is None:
            return [None] * len(self.uploads)
        from autograder.intake.roster_match import match  # not without a roster

        return match(self.roster, [upload.identity for upload in self.uploads])

    def _ids(self) -> list[tuple[str, str]]:
        ids = Ids()
        pairs = zip(self.uploads, self.people, strict=True)
        return [ids.take(upload.key if one is None else one.id) for upload, one in pairs]


def files_of(upload: Upload) -> tuple[list[SubmittedFile], list[str]]:
    """All files of one submission, and notes on what was skipped.

    Where there is no code but one archive, it is unpacked. Raises Refused.
    """
    files, notes = upload.files()
    archives = [file for file in files if is_archive(file.path)]
    if len(archives) == 1 and not any(file.kind in (".py", ".ipynb") for file in files):
        inner, inner_notes = _unpacked(archives[0].path, archives[0].read())
        beside = [file for file in files if file is not archives[0]]
        return [*inner, *beside], [*notes, *inner_notes]
    return files, notes


def report_of(files: Iterable[SubmittedFile]) -> SubmittedFile | None:
    """The file called report.pdf, else the only PDF."""
    pdfs = [file for file in files if file.kind == ".pdf"]
    named = [file for file in pdfs if file.name.lower() == "report.pdf"]
    if named:
        return named[0]
    return pdfs[0] if len(pdfs) == 1 else None


def _submission(upload: Upload, given: str, note: str) -> tuple[Submission, SubmittedFile | None]:
    """Make the submission with the id ``given``; returns it and its report."""
    notes = [note] if note else []
    files: list[SubmittedFile] = []
    try:
        files, file_notes = files_of(upload)
        notes += file_notes
        if len(files) == 1 and not upload.parts[0].entry.is_folder:
            _check_kind(files[0])
        chosen, source = choose(files)
    except Refused as problem:
        found = Submission(given, path="", refused=str(problem), ignored=_ignored(files))
    else:
        bonus, problem_note = bonus_beside(files, chosen)
        if problem_note:
            notes.append(problem_note)
        beside = PurePosixPath(chosen.path).with_name(BONUS).as_posix() if bonus else ""
        others = _ignored(files, chosen.path, beside)
        if chosen.kind == ".ipynb":
            notes.append(f"The code cells of “{chosen.path}” were joined and graded as a script.")
        elif chosen.name != EXPECTED and others:
            notes.append(f"No file is called {EXPECTED}, so “{chosen.path}” was graded.")
        found = Submission(given, source, chosen.path, ignored=others, bonus=bonus)
    report = report_of(files)
    label = "" if report is None else report.path
    return replace(found, report=label, notes=tuple(notes[:MAX_NOTES])), report


def _unpacked(label: str, data: bytes) -> tuple[list[SubmittedFile], list[str]]:
    files, notes = files_in(data)
    if not any(file.kind in (".py", ".ipynb") for file in files):
        inner = [file.path for file in files if is_archive(file.path)]
        if inner:
            raise Refused(
                f"“{label}” has no Python file but another archive, “{inner[0]}”: "
                "submit the Python file itself."
            )
        if notes:
            raise Refused(f"“{label}” has no Python file that can be graded. {notes[0]}")
    return files, notes


def _check_kind(only: SubmittedFile) -> None:
    if only.kind not in (".py", ".ipynb"):
        raise Refused(f"“{only.path}” is not a Python file (.py), notebook (.ipynb) or archive.")


def _ignored(files: list[SubmittedFile], *graded: str) -> tuple[str, ...]:
    others = sorted(file.path for file in files if file.path not in graded)
    return tuple(at_most(MAX_LISTED, others))
