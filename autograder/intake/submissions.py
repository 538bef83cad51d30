"""Make submissions from files, archives, folders and downloads: one source each, or a refusal.

A platform's bulk download has one submission for each student (``downloads``). Otherwise a file or
an archive is one submission; so is a folder with ``neural_network.py`` at its top; any other folder
has one submission for each entry. ``pick_file`` chooses the file that is graded. All other files
are listed, and never opened, run, or put on an import path. Archives and notebooks are parsed in a
limited child process (``limited``), one for each submission that has any.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, Self

import msgspec
from msgspec.structs import replace

from autograder.course.roster import Person, Roster
from autograder.errors import IntakeError, NotJudged
from autograder.intake import limited, notebooks
from autograder.intake.archives import MAX_EXPANDED, files_in
from autograder.intake.classify import find_uploads
from autograder.intake.downloads import folders
from autograder.intake.downloads.entries import OnDisk
from autograder.intake.downloads.uploads import Upload
from autograder.intake.pick_file import (
    BONUS,
    EXPECTED,
    Refused,
    SubmittedFile,
    bonus_alone,
    bonus_beside,
    candidates,
    choose,
    instead_of_code,
    is_archive,
)
from autograder.intake.roster_match import match
from autograder.intake.submission import Submission, with_report_note
from autograder.text import Ids, at_most, shown

CODE = (".py", ".ipynb")
MAX_LISTED = 20
MAX_NOTES = 20


def one_submission(path: Path, *, report: bool = True) -> Submission:
    """Read everything at a path as one submission, even if it looks like a class.

    ``report`` tells whether the course asks for one.

    Raises:
        IntakeError: when the path does not exist or cannot be read.
    """
    try:
        place = path.resolve(strict=True)
    except OSError as problem:
        raise IntakeError(f"{shown(str(path), 300)} cannot be read: {problem.strerror}") from None
    submission, _ = _submission(folders.upload(OnDisk(place)), *Ids().take(place.name))
    return with_report_note(submission) if report else submission


class Intake:
    """All submissions at some paths; a context manager, because files are read while it is open.

    ``uploads``, ``people`` and ``ids`` (each with a note) have the same order; ``downloads`` are
    the platforms that were recognised, ``unused`` the files that belong to no submission,
    ``warnings`` say which paths may have been meant as a class. ``reports`` are the reports in PDF
    of the submissions that were read so far, by id; none if the course asks for no ``report``.

    Raises:
        IntakeError: when a path does not exist, a folder of submissions cannot be read, or a
            submission fits more than one student.
    """

    def __init__(
        self, paths: Iterable[Path], roster: Roster | None = None, *, report: bool = True
    ) -> None:
        self.roster, self.report = roster, report
        self.reports: dict[str, SubmittedFile] = {}
        with ExitStack() as files:
            found = find_uploads(paths, roster, files)
            self.uploads, self.downloads, self.unused, self.warnings = found
            self.people: list[Person | None] = [None] * len(self.uploads)
            if roster is not None:
                self.people = match(roster, [upload.identity for upload in self.uploads])
            ids, pairs = Ids(), zip(self.uploads, self.people, strict=True)
            self.ids = [ids.take(upload.key if one is None else one.id) for upload, one in pairs]
            self._open = files.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def absent(self) -> list[Person]:
        """The students of the roster without a submission, in its order."""
        here, people = set(self.people), self.roster.people if self.roster else ()
        return [one for one in people if one not in here and not one.withdrawn]

    def submissions(self) -> Iterator[Submission]:
        """Read the submissions one at a time, each with an id of its own."""
        for upload, (given, note) in zip(self.uploads, self.ids, strict=True):
            submission, report = _submission(upload, given, note)
            if report is not None and self.report:
                self.reports[given] = report
            yield with_report_note(submission) if self.report else submission


class Contents(NamedTuple):
    """Whether an upload has code and a report, and how many PDF files."""

    code: bool = False
    report: bool = False
    pdfs: int = 0


def contents(upload: Upload) -> Contents:
    """What an upload has in it; an archive is opened for that."""
    try:
        files, _ = upload.files()
        if (archive := _only_archive(files)) is not None:
            names = limited.call(partial(_names_inside, archive.path, archive.read()))
            inner = msgspec.msgpack.decode(names, type=list[str])
            files = [file for file in files if file is not archive]
            files += [SubmittedFile(path, archive.read) for path in inner]
    except (Refused, NotJudged):
        return Contents()
    kinds = [file.kind for file in files]
    code = any(kind in CODE for kind in kinds)
    return Contents(code, report_of(files) is not None, kinds.count(".pdf"))


def report_of(files: Iterable[SubmittedFile]) -> SubmittedFile | None:
    """The file called report.pdf, else the only PDF."""
    pdfs = [file for file in files if file.kind == ".pdf"]
    named = [file for file in pdfs if file.name.lower() == "report.pdf"]
    if named:
        return named[0]
    return pdfs[0] if len(pdfs) == 1 else None


_answers = msgspec.msgpack.Decoder(tuple[Submission, Any])
"""What a child process sends: a submission, and what ``_read`` gives of a report in an archive."""


def _submission(upload: Upload, given: str, note: str) -> tuple[Submission, SubmittedFile | None]:
    """Make the submission with the id ``given``; returns it and its report."""
    notes = [note] if note else []
    files: list[SubmittedFile] = []
    try:
        files, more = upload.files()
        notes += more
        lone = not all(part.entry.is_folder for part in upload.parts)
        held = {
            id(file): SubmittedFile(file.path, partial(_content, _read(file)))
            for file in _to_parse(files)
        }
        if not held:
            return _made(given, files, notes, lone=lone)
        _check_sizes(held.values())
        ready = [held.get(id(file), file) for file in files]
        work = partial(_made_in_child, given, ready, notes, lone=lone)
        found, content = _answers.decode(limited.call(work))
    except Refused as problem:
        found = Submission(given, path="", refused=str(problem), ignored=_ignored(files))
    except NotJudged as problem:
        found = Submission(given, path="", not_judged=str(problem), ignored=_ignored(files))
    else:
        if content:
            return found, SubmittedFile(found.report, partial(_content, content))
        return found, report_of(files) if found.report else None
    return _with_report(found, files, notes)


def _made(
    given: str, files: list[SubmittedFile], notes: list[str], *, lone: bool
) -> tuple[Submission, SubmittedFile | None]:
    """The submission from these files, and its report; ``lone`` if there is no folder around."""
    try:
        if (archive := _only_archive(files)) is not None:
            inner, inner_notes = _unpacked(archive.path, archive.read())
            # Files beside the archive come first, so that of two reports theirs counts.
            files = [*(file for file in files if file is not archive), *inner]
            notes = [*notes, *inner_notes]
        if len(files) == 1 and lone and files[0].kind not in CODE:
            raise Refused(
                f"“{files[0].path}” is not a Python file (.py), notebook (.ipynb) or archive."
                f"{instead_of_code(files)}"
            )
        chosen, source, choice = choose(files)
    except Refused as problem:
        ignored, bonus = _ignored(files), bonus_alone(files)
        found = Submission(given, path="", refused=str(problem), ignored=ignored, bonus=bonus)
    else:
        bonus, problem_note = bonus_beside(files, chosen)
        if problem_note:
            notes = [*notes, problem_note]
        beside = PurePosixPath(chosen.path).with_name(BONUS).as_posix() if bonus else ""
        others = _ignored(files, chosen.path, beside)
        if chosen.kind == ".ipynb":
            told = (
                f"The code cells of “{chosen.path}” were joined and graded as a script; cells are "
                "counted from the top, those with text included."
            )
            notes = [*notes, told, *notebooks.notes(source)]
        if choice:
            notes = [*notes, choice]
        elif chosen.kind != ".ipynb" and chosen.name != EXPECTED and others:
            notes = [*notes, f"No file is called {EXPECTED}, so “{chosen.path}” was graded."]
        found = Submission(given, source, chosen.path, ignored=others, bonus=bonus)
    return _with_report(found, files, notes)


def _with_report(
    found: Submission, files: list[SubmittedFile], notes: list[str]
) -> tuple[Submission, SubmittedFile | None]:
    report = report_of(files)
    label = "" if report is None else report.path
    return replace(found, report=label, notes=tuple(notes[:MAX_NOTES])), report


def _only_archive(files: Sequence[SubmittedFile]) -> SubmittedFile | None:
    """The archive to unpack: where there is no code, but one archive."""
    archives = [file for file in files if is_archive(file.path)]
    if len(archives) == 1 and not any(file.kind in CODE for file in files):
        return archives[0]
    return None


def _to_parse(files: Sequence[SubmittedFile]) -> list[SubmittedFile]:
    """The files that a child process has to read; [] where there is only plain code to read."""
    if (archive := _only_archive(files)) is not None:
        return [archive]
    try:
        possible = candidates(files)
    except Refused:
        return []  # by the names alone
    if not any(file.kind == ".ipynb" for file in possible):
        return []
    return [*possible, *(file for file in files if file.name == BONUS)]


def _read(file: SubmittedFile) -> bytes | str:
    """The content of a file, or the sentence why it is refused."""
    try:
        return file.read()
    except Refused as problem:
        return str(problem)


def _content(content: bytes | str) -> bytes:
    if isinstance(content, str):
        raise Refused(content)
    return content


def _check_sizes(held: Iterable[SubmittedFile]) -> None:
    size = 0
    for file in held:
        with suppress(Refused):
            size += len(file.read())
    if size > MAX_EXPANDED:
        raise Refused(
            f"The Python files and notebooks have more than {MAX_EXPANDED // 1_000_000} MB "
            f"together: submit {EXPECTED} alone."
        )


def _made_in_child(
    given: str, files: list[SubmittedFile], notes: list[str], *, lone: bool
) -> bytes:
    found, report = _made(given, files, notes, lone=lone)
    content: bytes | str = b""
    if report is not None and report not in files:  # it is in an archive
        content = _read(report) or "It is empty."
    return msgspec.msgpack.encode((found, content))


def _names_inside(label: str, data: bytes) -> bytes:
    files, _ = _unpacked(label, data)
    return msgspec.msgpack.encode([file.path for file in files])


def _unpacked(label: str, data: bytes) -> tuple[list[SubmittedFile], list[str]]:
    """The files in an archive, and notes on what was skipped; Refused where none can be graded."""
    files, notes = files_in(data)
    if not any(file.kind in CODE for file in files):
        inner = [file.path for file in files if is_archive(file.path)]
        if inner:
            raise Refused(
                f"“{label}” has no Python file but another archive, “{inner[0]}”: "
                "submit the Python file itself."
            )
        if notes:
            raise Refused(f"“{label}” has no Python file that can be graded. {notes[0]}")
    return files, notes


def _ignored(files: list[SubmittedFile], *graded: str) -> tuple[str, ...]:
    others = sorted(file.path for file in files if file.path not in graded)
    return tuple(at_most(MAX_LISTED, others))
