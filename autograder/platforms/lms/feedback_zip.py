"""Pack feedback pages into the zip that a platform imports, with the names of its download.

Canvas finds a file's student by the two numbers in its name, the user's and the attachment's; the
end of the name is free, so the page for ``doejane_123_456_neural_network.py`` is
``doejane_123_456_neural_network.html``. Moodle uses the name of the folder, or the beginning of the
file's name if a download has no folders: ``Jane Doe_123_assignsubmission_file_``.

Pages belong to the files that were graded. Students who have submitted other files since are listed
and get no page: it would look like feedback on the new files.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from autograder.course.roster import Person, Roster
from autograder.errors import ExportError, NotJudged
from autograder.intake.downloads import canvas, moodle
from autograder.intake.downloads.entries import Entry, InZip, open_entries
from autograder.intake.downloads.uploads import ClassUploads, Upload
from autograder.intake.pick_file import Refused
from autograder.platforms.lms.fill import titled_lines
from autograder.platforms.lms.rows import refuse
from autograder.text import joined, shown

Platform = Literal["canvas", "moodle"]
PAGE = "feedback.html"
_Group = Callable[[Sequence[Entry], Roster], ClassUploads | None]
_GROUP: dict[Platform, _Group] = {
    "canvas": canvas.group,
    "moodle": lambda entries, _: moodle.group(entries),
}
_NAMES: dict[Platform, str] = {"canvas": canvas.NAME, "moodle": moodle.NAME}
_MOODLE = re.compile(r".+?_\d+_assign(?:submission|feedback)_[a-z]+_?", re.DOTALL)


@dataclass(frozen=True)
class GradedUpload:
    """A submission of the record: the graded file, its names on the platform, its student."""

    id: str
    file: str = ""
    original: tuple[str, ...] = ()
    person: Person | None = None


@dataclass
class FeedbackZip:
    """The files of the zip by their names, and lists of students without feedback in it."""

    files: dict[str, bytes] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    pageless: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    @property
    def needs_attention(self) -> bool:
        """Whether a student's feedback is not in the zip."""
        return bool(self.unknown or self.again or self.pageless or self._missing)

    @property
    def _missing(self) -> list[str]:
        """The absent ones, but not where the download has only a few stragglers of the class."""
        return self.absent if len(self.absent) <= len(self.files) else []

    def lines(self, download: str) -> Iterator[str]:
        """The report for the instructor; ``download`` is the name of the platform's file."""
        count = len(self.files)
        yield f"{count} page{'s' * (count != 1)} with the names of {download}."
        yield from titled_lines(
            "Submitted again since, so no page: download and grade again", self.again
        )
        yield from titled_lines("In the download, but not graded", self.unknown)
        yield from titled_lines("No page in feedback/: export the grades again", self.pageless)
        yield from titled_lines(
            "Graded, but not in the download: send these yourself", self._missing
        )
        if self.absent and not self._missing:
            yield f"The other {len(self.absent)} graded submissions are not in this download."
        yield from titled_lines("Other files in the download, ignored", self.strays)


def pack(
    platform: Platform,
    download: Path,
    graded: Iterable[GradedUpload],
    page: Callable[[str], bytes | None],
) -> FeedbackZip:
    """Name each submission's page as the platform expects it.

    ``download`` is the platform's zip, or the folder into which it was unpacked; only names are
    read. ``page`` returns the page of a submission, or None.

    Raises:
        ExportError: where it is not a download from that platform, or files of one student belong
            to several submissions.
    """
    by_id = {one.id: one for one in graded}
    record = _GradedUploads(platform, by_id.values())
    answered: set[str] = set()
    problems = []
    try:
        with open_entries(download) as entries:
            grouped = _grouped(platform, download, entries, record.roster)
    except (Refused, NotJudged) as problem:
        raise ExportError(f"{download} cannot be read, so nothing was written. {problem}") from None
    packed = FeedbackZip(strays=[shown(entry.name) for entry in grouped.strays])
    for upload in grouped.uploads:
        found = record.find(upload)
        if len(found) > 1:
            problems.append(f"{upload.identity.label}: {joined(sorted(found))}")
        elif not found or not upload.parts:
            group = packed.again if record.knows(upload) else packed.unknown
            group.append(upload.identity.label)
        else:
            (submission,) = found
            answered.add(submission)
            content = page(submission)
            if content is None:
                packed.pageless.append(shown(submission))
            else:
                packed.files[_answer(platform, upload, by_id[submission].file)] = content
    if problems:
        refuse(
            f"{download}: the files of one student belong to several submissions",
            problems,
            "Grade this download alone, without copies of its files, and export again.",
        )
    packed.absent = [shown(name) for name in by_id if name not in answered]
    return packed


def numbers(platform: Platform, graded: Iterable[GradedUpload]) -> dict[str, str]:
    """The platform's own number of each submission, where its names on the platform contain it."""
    by_number = _GradedUploads(platform, graded).by_number
    return {one: number for number, several in by_number.items() for one in several}


class _GradedUploads:
    """An index of the record: from names and numbers on the platform to submissions."""

    def __init__(self, platform: Platform, graded: Iterable[GradedUpload]) -> None:
        self._by_name: dict[str, set[str]] = defaultdict(set)
        graded = list(graded)
        for one in graded:
            for name in one.original:
                self._by_name[name].add(one.id)
        names = [InZip((one.removesuffix("/"),), (), one.endswith("/")) for one in self._by_name]
        people = {one.person for one in graded if one.person is not None}
        grouped = _GROUP[platform](names, Roster(Path("roster.csv"), tuple(people)))
        self.by_number: dict[str, set[str]] = {
            upload.identity.number: self._named(upload)
            for upload in (grouped.uploads if grouped else ())
        }
        # A few stragglers are a class if all of them were graded.
        numbers = (Person(number, participant=number) for number in self.by_number)
        self.roster = Roster(Path("roster.csv"), tuple(numbers))
        self._platform = platform

    def find(self, upload: Upload) -> set[str]:
        """The submissions to which these files belong."""
        named = self._named(upload)
        # On Moodle a student has the same number in every download of an assignment, with folders
        # or without; on Canvas other files are another attempt.
        if not named and self._platform == "moodle":
            return self.by_number.get(upload.identity.number, set())
        return named

    def knows(self, upload: Upload) -> bool:
        """Whether this student's other files were graded."""
        return upload.identity.number in self.by_number

    def _named(self, upload: Upload) -> set[str]:
        return {one for name in upload.original for one in self._by_name.get(name, ())}


def _grouped(
    platform: Platform, download: Path, entries: Sequence[Entry] | None, roster: Roster
) -> ClassUploads:
    """The students of a download, also where everything is in one folder."""
    while entries is not None:
        grouped = _GROUP[platform](entries, roster)
        if grouped is not None:
            return grouped
        inner = [entry for entry in entries if entry.is_folder]
        if len(inner) != 1 or len(entries) != 1:
            break
        entries = inner[0].children()
    others = [name for name, group in _GROUP.items() if entries and group(entries, roster)]
    hint = f" It is one from {_NAMES[others[0]]}: use --for {others[0]}." if others else ""
    raise ExportError(
        f"{download} is not a download from {_NAMES[platform]}.{hint} Use the zip with all "
        "submissions as it came from the platform, with the names unchanged."
    )


def _answer(platform: Platform, upload: Upload, graded: str) -> str:
    """The name under which the platform imports this student's page."""
    part = next((part for part in upload.parts if part.path == graded), upload.parts[0])
    name = part.entry.name
    if platform == "canvas":
        return str(PurePosixPath(name).with_suffix(".html"))
    if part.entry.is_folder:
        return f"{name}/{PAGE}"
    match = _MOODLE.match(name)
    assert match is not None, "only names of this form are recognised"
    return match[0] + PAGE
