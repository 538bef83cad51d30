"""From what was handed in to submissions: one source each, or a sentence why there is none.

A file or an archive is one submission; so is a folder with ``neural_network.py`` at its top; any
other folder has one submission for each thing in it. Which file of a submission is graded is
said in ``candidates``. Everything else that lies beside it is listed, and never opened, run, or
put on an import path.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.archives import MAX_ARCHIVE, files_in, is_archive, largest
from autograder.candidates import EXPECTED, Found, Refused, choose
from autograder.errors import IntakeError
from autograder.folders import entries, files_below, kind_of, read
from autograder.names import Ids, shown, without_suffix

MAX_LISTED = 20
MAX_NOTES = 20


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    ``name`` is what it was called, ``source`` the bytes to be graded (None when ``refused`` says
    why there are none), ``path`` the file they are from, ``ignored`` the other files, ``report``
    the name of the report in PDF, and ``notes`` what student and instructor should know.
    """

    id: str
    name: str
    source: bytes | None = None
    path: str = ""
    ignored: tuple[str, ...] = ()
    refused: str = ""
    report: str = ""
    notes: tuple[str, ...] = ()


def submissions(paths: Iterable[Path]) -> Iterator[Submission]:
    """The submissions at these paths, one at a time, each with an id of its own.

    IntakeError when a path does not exist or a folder of submissions cannot be read.
    """
    ids = Ids()
    for path in paths:
        for name, item in _items(path):
            yield _submission(name, item, ids)


def whole(path: Path) -> Submission:
    """All that lies at a path as one submission, whatever it looks like; IntakeError as above."""
    try:
        place = path.resolve(strict=True)
    except OSError as problem:
        raise IntakeError(f"{shown(str(path), 300)} cannot be read: {problem.strerror}") from None
    return _submission(place.name, place, Ids())


def count(paths: Iterable[Path]) -> int:
    """How many submissions there will be, without opening any of them; IntakeError as above."""
    return sum(1 for path in paths for _ in _items(path))


def _items(path: Path) -> Iterator[tuple[str, Path]]:
    """The submissions at one path: name and place."""
    try:
        place = path.resolve(strict=True)  # the instructor's own link may be followed
        if not place.is_dir() or (place / EXPECTED).is_file():
            yield place.name if path.name in ("", "..") else path.name, place
            return
        children = entries(place)
    except (OSError, Refused) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise IntakeError(f"{shown(str(path), 300)} cannot be read: {reason}") from None
    for child in children:
        yield child.name, Path(child.path)


def _submission(name: str, place: Path, ids: Ids) -> Submission:
    is_folder = kind_of(place) == stat.S_IFDIR
    given, note = ids.take(name if is_folder else without_suffix(name))
    notes = [note] if note else []
    label = shown(name)
    files: list[Found] = []
    try:
        files, told = _files(place, label)
        notes += told
        chosen, source = choose(files)
    except Refused as problem:
        return Submission(
            given,
            label,
            ignored=_ignored(files, ""),
            refused=str(problem),
            report=_report(files),
            notes=tuple(notes[:MAX_NOTES]),
        )
    others = _ignored(files, chosen.path)
    if chosen.kind == ".ipynb":
        notes.append(f"The code cells of “{chosen.path}” were joined and graded as a script.")
    elif chosen.name != EXPECTED and others:
        notes.append(f"No file is called {EXPECTED}, so “{chosen.path}” was graded.")
    return Submission(
        given, label, source, chosen.path, others, "", _report(files), tuple(notes[:MAX_NOTES])
    )


def _files(place: Path, label: str) -> tuple[list[Found], list[str]]:
    """All files of one submission, and notes on what was passed over."""
    if kind_of(place) == stat.S_IFLNK:
        raise Refused("It is a link, and links are not followed.")
    if kind_of(place) != stat.S_IFDIR:
        if is_archive(label):
            return _unpacked(label, read(place, MAX_ARCHIVE))
        if not label.lower().endswith((".py", ".ipynb")):
            raise Refused(f"“{label}” is no Python file (.py), notebook (.ipynb) or archive.")
        return [Found(label, partial(read, place, largest(label)))], []
    files, notes = files_below(place)
    archives = [file for file in files if is_archive(file.path)]
    if len(archives) == 1 and not any(file.kind in (".py", ".ipynb") for file in files):
        inner, told = _unpacked(archives[0].path, archives[0].read())
        beside = [file for file in files if file is not archives[0]]
        return [*inner, *beside], [*notes, *told]
    return files, notes


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


def _ignored(files: list[Found], graded: str) -> tuple[str, ...]:
    others = sorted(file.path for file in files if file.path != graded)
    if len(others) > MAX_LISTED:
        return (*others[:MAX_LISTED], f"and {len(others) - MAX_LISTED} more")
    return tuple(others)


def _report(files: list[Found]) -> str:
    """The file called report.pdf, else the only PDF."""
    pdfs = [file for file in files if file.kind == ".pdf"]
    named = [file for file in pdfs if file.name.lower() == "report.pdf"]
    if named:
        return named[0].path
    return pdfs[0].path if len(pdfs) == 1 else ""
