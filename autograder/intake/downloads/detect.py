"""Decide whether a path is a platform's download, by the rules in the package's docstring."""

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.course.roster import Roster
from autograder.errors import IntakeError
from autograder.intake.downloads import canvas, folders, github, gradescope, mapped, moodle
from autograder.intake.downloads.entries import Entry, open_entries
from autograder.intake.downloads.uploads import ClassUploads, Upload
from autograder.intake.folders import kind_of
from autograder.intake.pick_file import is_archive
from autograder.text import shown

_PLATFORMS = (moodle, gradescope, github)


@dataclass(frozen=True)
class Download:
    """A recognised download. ``unused`` are the names of files that belong to no submission."""

    platform: str
    uploads: tuple[Upload, ...]
    unused: tuple[str, ...] = ()


@contextmanager
def open_download(path: Path, roster: Roster | None = None) -> Iterator[Download | None]:
    """The download at a path, or None; its files can be read inside the block.

    Raises:
        IntakeError: where a file does not belong to the download, or its metadata cannot be read.
        TableError: where ``map.csv`` does not fit.
        NotJudged: where a folder cannot be read.
    """
    with open_entries(path) as entries:
        yield None if entries is None else _download(path, entries, roster)


def _download(path: Path, entries: Sequence[Entry], roster: Roster | None) -> Download | None:
    unpacked = kind_of(path) == stat.S_IFDIR
    # Only in the instructor's own folder: a student may put such a table into a zip.
    if unpacked and (grouped := mapped.group(path, entries)):
        return _with_strays(mapped.NAME, grouped)
    for level in _levels(entries):
        name, grouped = canvas.NAME, canvas.group(level, roster)
        for platform in _PLATFORMS:
            if grouped is None:
                name, grouped = platform.NAME, platform.group(level)
        if grouped is not None:
            if unpacked:
                return _with_strays(name, grouped)
            if grouped.strays:
                raise IntakeError(_does_not_belong(path, name, grouped))
            return Download(name, tuple(grouped.uploads))
        if not unpacked and (grouped := folders.group(level, roster)):
            return Download(folders.NAME, tuple(grouped.uploads))
    return None


def survey(path: Path, roster: Roster | None = None) -> bytes:
    """Whether a path is a download, then in a new line the warning if it is none.

    Raises as ``open_download`` does.
    """
    with open_entries(path) as entries:
        download = None if entries is None else _download(path, entries, roster)
        if download is not None:
            return f"{download.platform}\n".encode()
        return f"\n{_class_warning(path, entries or [], roster)}".encode()


def _class_warning(path: Path, entries: Sequence[Entry], roster: Roster | None) -> str:
    """A warning about a path that is no download but may have been meant as a class, or ""."""
    name = shown(path.name)
    if kind_of(path) == stat.S_IFDIR:
        return _only_a_zip(path, entries, roster)
    if canvas.may_be_one(entries):
        return (
            f"{name} was graded as one submission. If it is a download from Canvas, list the "
            "students in roster.csv."
        )
    if any(
        len(level) >= folders.LEAST and all(entry.is_folder for entry in level)
        for level in _levels(entries)
    ):
        return (
            f"{name} was graded as one submission. If it is a class with a folder for each "
            "student, unpack it and grade the folder, or list the students in roster.csv."
        )
    return ""


def _only_a_zip(folder: Path, entries: Sequence[Entry], roster: Roster | None) -> str:
    if len(entries) != 1 or entries[0].is_folder:
        return ""
    name = entries[0].name
    with suppress(IntakeError), open_download(folder / name, roster) as download:
        if download is not None:
            return (
                f"{shown(name)} was graded as one submission, like every archive in a folder, but "
                f"looks like a download from {download.platform}: grade the zip itself."
            )
    return ""


def _levels(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """The outermost level, and the level below if there is only one folder."""
    yield entries
    if len(entries) == 1 and entries[0].is_folder:
        yield entries[0].children()


def _with_strays(platform: str, grouped: ClassUploads) -> Download:
    """Make the other files of an unpacked download submissions of their own if they are code."""
    own, unused = [], []
    for entry in grouped.strays:
        name = entry.name.lower()
        if entry.is_folder or name.endswith((".py", ".ipynb")) or is_archive(name):
            own.append(folders.upload(entry))
        else:
            unused.append(shown(entry.name))
    return Download(platform, (*grouped.uploads, *own), tuple(unused))


def _does_not_belong(path: Path, platform: str, grouped: ClassUploads) -> str:
    return (
        f"{path.name} looks like a download from {platform} with {len(grouped.uploads)} students, "
        f"but “{shown(grouped.strays[0].name)}” does not belong to one. Remove it from the zip, "
        "or unpack the zip and grade the folder."
    )
