"""Feedback pages as the zip that a platform takes back, under the names of its own download.

Canvas finds whose a file is by the two numbers in its name, the user's and the attachment's; the
end of the name is free, so ``doejane_123_456_neural_network.py`` is answered by
``doejane_123_456_neural_network.html``. Moodle goes by the name of the folder, or by the words in
front of the file where a download has no folders: ``Jane Doe_123_assignsubmission_file_``.

A page goes to the very files that were graded. Who has submitted other files since is named, and
gets none: a page about an older attempt would be taken for one about the new.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from autograder.errors import ExportError
from autograder.intake.downloads import canvas, moodle
from autograder.intake.downloads.entries import Entry, opened
from autograder.intake.downloads.uploads import ClassUploads, Upload
from autograder.intake.pick_file import Refused, SubmittedFile
from autograder.platforms.lms.fill import listed
from autograder.text import joined, shown

Platform = Literal["canvas", "moodle"]
PAGE = "feedback.html"
MAX_TOLD = 8
_GROUP = {"canvas": canvas.group, "moodle": moodle.group}
_NAMES = {"canvas": canvas.NAME, "moodle": moodle.NAME}
_MOODLE = re.compile(r".+?_\d+_assign(?:submission|feedback)_[a-z]+_?", re.DOTALL)


@dataclass(frozen=True)
class GradedUpload:
    """A submission of the record: which file was graded, and its names on the platform."""

    id: str
    file: str = ""
    original: tuple[str, ...] = ()


@dataclass
class Packed:
    """The files of the zip by their names, and in words who is left out."""

    files: dict[str, bytes] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    pageless: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody's feedback is not in the zip."""
        return bool(self.unknown or self.again or self.pageless or self.absent)

    def told(self, download: str) -> Iterator[str]:
        """Lines for the instructor; ``download`` is the name of the platform's file."""
        count = len(self.files)
        yield f"{count} page{'s' * (count != 1)} under the names of {download}."
        yield from listed(
            "Have submitted something else since, so no page: download and grade again", self.again
        )
        yield from listed("In the download, but not among what was graded", self.unknown)
        yield from listed("Without a page in feedback/: export the grades again", self.pageless)
        yield from listed("Graded, but not in the download: hand these on yourself", self.absent)
        yield from listed("Files of nobody in the download, passed over", self.strays)


def pack(
    platform: Platform,
    download: Path,
    graded: Iterable[GradedUpload],
    page: Callable[[str], bytes | None],
) -> Packed:
    """Put each submission's page under the name that the platform knows its student by.

    ``download`` is the platform's zip, or the folder that it was unpacked into; nothing in it is
    opened. ``page`` gives the page of a submission, None where it has none.

    Raises:
        ExportError: where it is no download of that platform, or files of one student belong to
            several submissions.
    """
    try:
        return _packed(platform, download, {one.id: one for one in graded}, page)
    except Refused as problem:
        raise ExportError(f"{download} cannot be read, so nothing was written. {problem}") from None


def _packed(
    platform: Platform,
    download: Path,
    by_id: Mapping[str, GradedUpload],
    page: Callable[[str], bytes | None],
) -> Packed:
    record = _GradedUploads(platform, by_id.values())
    packed = Packed()
    answered: set[str] = set()
    problems = []
    with opened(download) as entries:
        grouped = _grouped(platform, download, entries)
        packed.strays = [shown(entry.name) for entry in grouped.strays]
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
        told = "\n  ".join(problems[:MAX_TOLD])
        raise ExportError(
            f"{download}: the files of one student belong to several submissions, so nothing was "
            f"written.\n  {told}\nGrade this download as it is, without copies of its files beside "
            "it, and export again."
        )
    packed.absent = [shown(name) for name in by_id if name not in answered]
    return packed


def numbers(platform: Platform, graded: Iterable[GradedUpload]) -> dict[str, str]:
    """The platform's own number for each submission, where its names on the platform tell it."""
    by_number = _GradedUploads(platform, graded).by_number
    return {one: number for number, several in by_number.items() for one in several}


@dataclass(frozen=True)
class _Name:
    """An original name from the record, for those who read names: nothing lies behind it."""

    name: str
    is_folder: bool
    is_clone: bool = False

    def children(self) -> list[Entry]:
        """Nothing."""
        return []

    def files(self) -> tuple[list[SubmittedFile], list[str]]:
        """Nothing."""
        return [], []

    def read(self, limit: int) -> bytes:
        """Refused: it is a name only."""
        raise Refused("It is a name only.")


class _GradedUploads:
    """Which submission a student's files are, as far as the record tells."""

    def __init__(self, platform: Platform, graded: Iterable[GradedUpload]) -> None:
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for one in graded:
            for name in one.original:
                self._by_name[name].add(one.id)
        names = [_Name(name.removesuffix("/"), name.endswith("/")) for name in self._by_name]
        grouped = _GROUP[platform](names)
        self.by_number: dict[str, set[str]] = {
            upload.identity.number: self._named(upload)
            for upload in (grouped.uploads if grouped else ())
        }
        # On Moodle the same student has the same number in every download of an assignment, with
        # folders or without; on Canvas other files are another attempt.
        self._number_is_enough = platform == "moodle"

    def find(self, upload: Upload) -> set[str]:
        """The submissions that these files are."""
        named = self._named(upload)
        if not named and self._number_is_enough:
            return self.by_number.get(upload.identity.number, set())
        return named

    def knows(self, upload: Upload) -> bool:
        """Whether this student's other files were graded."""
        return upload.identity.number in self.by_number

    def _named(self, upload: Upload) -> set[str]:
        return {one for name in upload.original for one in self._by_name.get(name, ())}


def _grouped(platform: Platform, download: Path, entries: Sequence[Entry] | None) -> ClassUploads:
    """The students of a download, also where all of it lies in one folder."""
    while entries is not None:
        grouped = _GROUP[platform](entries)
        if grouped is not None:
            return grouped
        inner = [entry for entry in entries if entry.is_folder]
        if len(inner) != 1 or len(entries) != 1:
            break
        entries = inner[0].children()
    others = [name for name, group in _GROUP.items() if entries and group(entries) is not None]
    hint = f" It is one of {_NAMES[others[0]]}: say --for {others[0]}." if others else ""
    raise ExportError(
        f"{download} is no download of {_NAMES[platform]}.{hint} Give the zip with all submissions "
        "as it came from the platform; it is the names in it that count."
    )


def _answer(platform: Platform, upload: Upload, graded: str) -> str:
    """The name under which the platform takes this student's page."""
    part = next((part for part in upload.parts if part.path == graded), upload.parts[0])
    name = part.entry.name
    if platform == "canvas":
        return str(PurePosixPath(name).with_suffix(".html"))
    if part.entry.is_folder:
        return f"{name}/{PAGE}"
    match = _MOODLE.match(name)
    assert match is not None, "only names of this form are recognised"
    return match[0] + PAGE
