"""The paths of a command: which of them are a class, and which are one submission each.

An instructor who grades ``submitted/*.zip`` names zips that students made, and one of them might
look like a platform's download so as to submit something for others. So where any path is one
submission, no zip beside it is taken for a class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import IntakeError
from autograder.intake.downloads import folders
from autograder.intake.downloads.entries import OnDisk
from autograder.intake.downloads.uploads import Upload
from autograder.intake.folders import entries
from autograder.intake.pick_file import EXPECTED, Refused
from autograder.text import shown

if TYPE_CHECKING:
    from autograder.course.roster import Roster
    from autograder.intake.downloads.detect import Download


@dataclass
class Arrivals:
    """The uploads at all paths of a command.

    ``downloads`` are the platforms that were recognised, ``aside`` the files that are nobody's
    submission, ``doubts`` sentences on what may have been meant otherwise.
    """

    uploads: list[Upload] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def look(paths: Iterable[Path], roster: Roster | None, files: ExitStack) -> Arrivals:
    """Everything at these paths; what is read later stays open until ``files`` is closed.

    Raises:
        IntakeError: where a path does not exist or cannot be read, or a zip would be a download but
            for a file that does not belong.
    """
    found = [_Path(path, roster, files) for path in paths]
    single = any(one.is_single for one in found)
    arrivals = Arrivals()
    for one in found:
        if single and one.is_zip:
            one.take_for_one()
        one.add(arrivals)
    return arrivals


class _Path:
    """One path and what it is taken for."""

    def __init__(self, path: Path, roster: Roster | None, files: ExitStack) -> None:
        self._given = path
        self._problem: IntakeError | None = None
        self._doubt = ""
        self._download: Download | None = None
        try:
            self.place = path.resolve(strict=True)  # the instructor's own link may be followed
            self._name = self.place.name if path.name in ("", "..") else path.name
            self._is_folder = self.place.is_dir() and not (self.place / EXPECTED).is_file()
            self.is_zip = self.place.is_file() and self.place.suffix.lower() == ".zip"
            if self._is_folder or self.is_zip:
                self._recognise(roster, files)
        except (OSError, Refused) as problem:
            raise self._unreadable(problem) from None

    @property
    def is_single(self) -> bool:
        """Whether it is one submission and nothing else."""
        return not self._is_folder and self._download is None and self._problem is None

    def take_for_one(self) -> None:
        """Let a zip be one submission, whatever it looks like."""
        if self._download is not None or self._problem is not None:
            self._doubt = (
                f"{shown(self._name)} was taken for one submission, as what was named with it is, "
                "but looks like a platform's download. If it is one, grade it alone."
            )
        self._download = self._problem = None

    def add(self, arrivals: Arrivals) -> None:
        """Add what it holds; IntakeError where that is not clear or cannot be read."""
        if self._problem is not None:
            raise self._problem
        if self._doubt:
            arrivals.doubts.append(self._doubt)
        if self._download is not None:
            arrivals.uploads += self._download.uploads
            arrivals.aside += self._download.aside
            arrivals.downloads.append(self._download.platform)
        elif self._is_folder:
            arrivals.uploads += [folders.upload(entry) for entry in self._children()]
        else:
            arrivals.uploads.append(folders.upload(OnDisk(self.place), self._name))

    def _recognise(self, roster: Roster | None, files: ExitStack) -> None:
        from autograder.intake.downloads.detect import doubt, recognised

        try:
            with ExitStack() as opened:
                self._download = opened.enter_context(recognised(self.place, roster))
                if self._download is not None:
                    files.push(opened.pop_all())
                    return
            self._doubt = doubt(self.place, roster)
        except IntakeError as problem:
            self._problem = problem

    def _children(self) -> Sequence[OnDisk]:
        try:
            return [OnDisk(Path(child.path)) for child in entries(self.place)]
        except Refused as problem:
            raise self._unreadable(problem) from None

    def _unreadable(self, problem: Exception) -> IntakeError:
        reason = getattr(problem, "strerror", None) or problem
        return IntakeError(f"{shown(str(self._given), 300)} cannot be read: {reason}")
