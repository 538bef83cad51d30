"""From what was handed in to submissions: one source each, or a sentence why there is none.

A platform's bulk download has one submission for each student (``downloads``). Else a file or an
archive is one submission; so is a folder with ``neural_network.py`` at its top; any other folder
has one submission for each thing in it. Which file of a submission is graded is said in
``candidates``. Everything else that lies beside it is listed, and never opened, run, or put on an
import path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from autograder.archives import files_in, is_archive
from autograder.arrivals import look
from autograder.candidates import BONUS, EXPECTED, Found, Refused, bonus_beside, choose
from autograder.course.roster import Person, Roster
from autograder.downloads import folders
from autograder.downloads.handed import Handed
from autograder.downloads.places import OnDisk
from autograder.errors import IntakeError
from autograder.names import Ids, shown

MAX_LISTED = 20
MAX_NOTES = 20


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    ``name`` is what it was called, ``source`` the bytes to be graded (None when ``refused`` says
    why there are none), ``bonus`` those of the optional bonus.py, ``path`` the file the source is
    from, ``ignored`` the other files, ``report`` the name of the report in PDF and ``pdf`` the file
    itself (to be read while the intake lasts), and ``notes`` what student and instructor should
    know.

    ``student`` is who that is by the roster, else by the platform, and ``known_as`` the platform's
    name for them; ``handed_in`` and ``late`` are what it says, and ``original`` are the names under
    which it knows what was handed in. None of these has a part in judging.
    """

    id: str
    name: str
    source: bytes | None = None
    path: str = ""
    ignored: tuple[str, ...] = ()
    refused: str = ""
    report: str = ""
    notes: tuple[str, ...] = ()
    student: Person | None = None
    known_as: str = ""
    handed_in: datetime | None = None
    late: bool = False
    original: tuple[str, ...] = ()
    pdf: Found | None = field(default=None, compare=False, repr=False)
    bonus: bytes = b""


def submissions(paths: Iterable[Path], roster: Roster | None = None) -> Iterator[Submission]:
    """The submissions at these paths, one at a time, each with an id of its own.

    IntakeError when a path does not exist, a folder of submissions cannot be read, or it is not
    clear whose submission is whose.
    """
    with Intake(paths, roster) as intake:
        yield from intake.submissions()


def whole(path: Path) -> Submission:
    """All that lies at a path as one submission, whatever it looks like; IntakeError as above."""
    try:
        place = path.resolve(strict=True)
    except OSError as problem:
        raise IntakeError(f"{shown(str(path), 300)} cannot be read: {problem.strerror}") from None
    return _submission(folders.handed(OnDisk(place)), None, *Ids().take(place.name))


def count(paths: Iterable[Path], roster: Roster | None = None) -> int:
    """How many submissions there will be, without opening any of them; IntakeError as above."""
    with Intake(paths, roster) as intake:
        return len(intake.handed)


class Intake:
    """All that was handed in, by name; a context, since the files are read as long as it lasts.

    ``handed``, ``people`` and ``ids`` (each with a note) belong together; ``downloads`` are the
    platforms that were recognised, ``aside`` the files that are nobody's submission, ``doubts``
    sentences on what may have been meant otherwise, ``absent`` those of the roster who have handed
    in nothing.

    Raises:
        IntakeError: as ``submissions``.
    """

    def __init__(self, paths: Iterable[Path], roster: Roster | None = None) -> None:
        self.roster = roster
        self._open = ExitStack()
        try:
            arrivals = look(paths, roster, self._open)
            self.handed = arrivals.handed
            self.downloads = arrivals.downloads
            self.aside = arrivals.aside
            self.doubts = arrivals.doubts
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
        """Those of the roster who have handed in nothing, in its order."""
        here = set(self.people)
        return [] if self.roster is None else [one for one in self.roster.people if one not in here]

    def submissions(self) -> Iterator[Submission]:
        """The submissions, one at a time, each with an id of its own."""
        for handed, person, given in zip(self.handed, self.people, self.ids, strict=True):
            yield _submission(handed, person or handed.person, *given)

    def _people(self) -> list[Person | None]:
        if self.roster is None:
            return [None] * len(self.handed)
        from autograder.matching import match  # not without a roster

        return match(self.roster, [handed.who for handed in self.handed])

    def _ids(self) -> list[tuple[str, str]]:
        ids = Ids()
        pairs = zip(self.handed, self.people, strict=True)
        return [ids.take(handed.key if one is None else one.id) for handed, one in pairs]


def files_of(handed: Handed) -> tuple[list[Found], list[str]]:
    """All files of one submission, and notes on what was passed over.

    Where there is no code but one archive, the files of that are meant. Refused with a sentence.
    """
    files, notes = handed.files()
    archives = [file for file in files if is_archive(file.path)]
    if len(archives) == 1 and not any(file.kind in (".py", ".ipynb") for file in files):
        inner, told = _unpacked(archives[0].path, archives[0].read())
        beside = [file for file in files if file is not archives[0]]
        return [*inner, *beside], [*notes, *told]
    return files, notes


def report_of(files: Iterable[Found]) -> Found | None:
    """The file called report.pdf, else the only PDF."""
    pdfs = [file for file in files if file.kind == ".pdf"]
    named = [file for file in pdfs if file.name.lower() == "report.pdf"]
    if named:
        return named[0]
    return pdfs[0] if len(pdfs) == 1 else None


def _submission(handed: Handed, person: Person | None, given: str, note: str) -> Submission:
    notes = [note] if note else []
    files: list[Found] = []
    about = Submission(
        given,
        handed.who.label,
        student=person,
        known_as=handed.known_as,
        handed_in=handed.handed_in,
        late=handed.late,
        original=handed.original,
    )
    try:
        files, told = files_of(handed)
        notes += told
        if len(files) == 1 and not handed.parts[0].entry.is_folder:
            _gradable(files[0])
        chosen, source = choose(files)
    except Refused as problem:
        return _with(about, files, notes, refused=str(problem), ignored=_ignored(files, ""))
    bonus, trouble = bonus_beside(files, chosen)
    if trouble:
        notes.append(trouble)
    beside = PurePosixPath(chosen.path).with_name(BONUS).as_posix() if bonus else ""
    others = _ignored(files, chosen.path, beside)
    if chosen.kind == ".ipynb":
        notes.append(f"The code cells of “{chosen.path}” were joined and graded as a script.")
    elif chosen.name != EXPECTED and others:
        notes.append(f"No file is called {EXPECTED}, so “{chosen.path}” was graded.")
    return _with(about, files, notes, source=source, path=chosen.path, ignored=others, bonus=bonus)


def _with(about: Submission, files: list[Found], notes: list[str], **rest: Any) -> Submission:
    pdf = report_of(files)
    report = "" if pdf is None else pdf.path
    return replace(about, report=report, pdf=pdf, notes=tuple(notes[:MAX_NOTES]), **rest)


def _unpacked(label: str, data: bytes) -> tuple[list[Found], list[str]]:
    files, notes = files_in(data)
    if not any(file.kind in (".py", ".ipynb") for file in files):
        inner = [file.path for file in files if is_archive(file.path)]
        if inner:
            raise Refused(
                f"“{label}” has no Python file but another archive, “{inner[0]}”: "
                "unpack it, and hand in the file itself."
            )
        if notes:
            raise Refused(f"“{label}” has no Python file that can be graded. {notes[0]}")
    return files, notes


def _gradable(only: Found) -> None:
    if only.kind not in (".py", ".ipynb"):
        raise Refused(f"“{only.path}” is no Python file (.py), notebook (.ipynb) or archive.")


def _ignored(files: list[Found], *graded: str) -> tuple[str, ...]:
    others = sorted(file.path for file in files if file.path not in graded)
    if len(others) > MAX_LISTED:
        return (*others[:MAX_LISTED], f"and {len(others) - MAX_LISTED} more")
    return tuple(others)
