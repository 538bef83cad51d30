"""Classify the paths of a command: a class's download, a folder of submissions, or one submission.

An instructor who grades ``submitted/*.zip`` names zips that students made, and one of them might
imitate a platform's download to submit for others. So where any path is one submission, every zip
beside it is one submission too.
"""

import stat
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.course.roster import Roster
from autograder.errors import IntakeError, NotJudged
from autograder.intake import limited
from autograder.intake.downloads import folders
from autograder.intake.downloads.detect import Download, open_download, survey
from autograder.intake.downloads.entries import OnDisk
from autograder.intake.downloads.uploads import Upload
from autograder.intake.pick_file import EXPECTED, Refused
from autograder.text import shown


@dataclass
class FoundUploads:
    """The uploads at all paths of a command.

    ``downloads`` are the platforms that were recognised, ``unused`` the files that belong to no
    submission, ``warnings`` say which paths may have been meant as a class.
    """

    uploads: list[Upload] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def find_uploads(paths: Iterable[Path], roster: Roster | None, files: ExitStack) -> FoundUploads:
    """Find the uploads at these paths; downloads stay open until ``files`` is closed.

    Raises:
        IntakeError: where a path does not exist or cannot be read, or a zip looks like a download
            except for a file that does not belong to one.
    """
    paths = list(paths)
    # Of several zips any may be a student's, and costs only its own submission.
    limit = limited.CLASS if len(paths) == 1 else limited.UPLOAD
    inputs = [_Input(path, roster, files, limit) for path in paths]
    any_single = any(one.is_single for one in inputs)
    found = FoundUploads()
    for one in inputs:
        if any_single and one.is_zip:
            one.treat_as_single()
        one.add_to(found)
    return found


class _Input:
    """One path of the command line and what it was recognised as."""

    def __init__(
        self, path: Path, roster: Roster | None, files: ExitStack, limit: limited.Limit
    ) -> None:
        self._given = path
        self._problem: IntakeError | None = None
        self._warning = ""
        self._download: Download | None = None
        try:
            self.place = path.resolve(strict=True)  # the instructor's own link may be followed
            self._name = self.place.name if path.name in ("", "..") else path.name
            is_file = stat.S_ISREG(_mode(self.place))
            inside = not is_file and stat.S_ISREG(_mode(self.place / EXPECTED))
            self._is_folder = stat.S_ISDIR(_mode(self.place)) and not inside
            self.is_zip = is_file and self.place.suffix.lower() == ".zip"
            if self._is_folder or self.is_zip:
                self._recognise(roster, files, limit)
        except (OSError, Refused, NotJudged) as problem:
            raise self._unreadable(problem) from None

    @property
    def is_single(self) -> bool:
        """Whether it is one submission for certain."""
        return not self._is_folder and self._download is None and self._problem is None

    def treat_as_single(self) -> None:
        """Treat a zip as one submission, whatever it looks like."""
        if self._download is not None or self._problem is not None:
            self._warning = (
                f"{shown(self._name)} was graded as one submission, like the other files given, "
                "but looks like a platform's download. If it is one, grade it alone."
            )
        self._download = self._problem = None

    def add_to(self, found: FoundUploads) -> None:
        """Add its uploads; IntakeError where it is ambiguous or cannot be read."""
        if self._problem is not None:
            raise self._problem
        if self._warning:
            found.warnings.append(self._warning)
        if self._download is not None:
            found.uploads += self._download.uploads
            found.unused += self._download.unused
            found.downloads.append(self._download.platform)
        elif self._is_folder:
            try:
                children = OnDisk(self.place).children()
            except (Refused, NotJudged) as problem:
                raise self._unreadable(problem) from None
            found.uploads += map(folders.upload, children)
        else:
            found.uploads.append(folders.upload(OnDisk(self.place), self._name))

    def _recognise(self, roster: Roster | None, files: ExitStack, limit: limited.Limit) -> None:
        """Open it if it is a download; first a child process tries whether that is harmless."""
        try:
            found = limited.call(partial(survey, self.place, roster), limit).decode()
            is_download, _, self._warning = found.partition("\n")
            if is_download:
                self._download = files.enter_context(open_download(self.place, roster))
        except IntakeError as problem:
            self._problem = problem
        except Refused:
            if self._is_folder:
                raise
            # A zip is read as one submission then, which is refused with the reason.

    def _unreadable(self, problem: Exception) -> IntakeError:
        reason = getattr(problem, "strerror", None) or problem
        return IntakeError(f"{shown(str(self._given), 300)} cannot be read: {reason}")


def _mode(path: Path) -> int:
    """The mode of a path, 0 where nothing is; ``is_dir`` hides that a folder cannot be read."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
