"""Classify the paths of a command: a class's download, a folder of submissions, or one submission.

An instructor who grades ``submitted/*.zip`` names zips that students made, and one of them might
imitate a platform's download to submit for others. So where any path is one submission, every zip
beside it is one submission too.
"""

import stat
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from autograder.course.roster import Roster
from autograder.errors import IntakeError, NotJudged
from autograder.intake import limited
from autograder.intake.downloads import folders
from autograder.intake.downloads.detect import Download, open_download, survey
from autograder.intake.downloads.entries import OnDisk
from autograder.intake.downloads.uploads import Upload
from autograder.intake.pick_file import EXPECTED, Refused
from autograder.text import shown


class FoundUploads(NamedTuple):
    """The uploads at all paths of a command.

    ``downloads`` are the platforms that were recognised, ``unused`` the files that belong to no
    submission, ``warnings`` say which paths may have been meant as a class.
    """

    uploads: list[Upload]
    downloads: list[str]
    unused: list[str]
    warnings: list[str]


def find_uploads(paths: Iterable[Path], roster: Roster | None, files: ExitStack) -> FoundUploads:
    """Find the uploads at these paths; downloads stay open until ``files`` is closed.

    Raises:
        IntakeError: where a path does not exist or cannot be read, or a zip looks like a download
            except for a file that does not belong to one.
        TableError: where ``map.csv`` does not fit.
    """
    paths = list(paths)
    # Of several zips any may be a student's, and costs only its own submission.
    limit = limited.CLASS if len(paths) == 1 else limited.UPLOAD
    inputs = [_Input(path, roster, files, limit) for path in paths]
    any_single = not all(one.is_class for one in inputs)
    found = FoundUploads([], [], [], [])
    for one in inputs:
        if any_single and one.is_class and one.is_zip:
            found.uploads.append(one.single)
            found.warnings.append(
                f"{one.single.identity.label} was graded as one submission, like the other files "
                "given, but looks like a platform's download. If it is one, grade it alone."
            )
            continue
        if one.problem is not None:
            raise one.problem
        if one.warning:
            found.warnings.append(one.warning)
        found.uploads.extend(one.uploads)
        if one.download is not None:
            found.unused.extend(one.download.unused)
            found.downloads.append(one.download.platform)
    return found


class _Input:
    """One path of the command line and what it was recognised as.

    ``single`` is the upload at a path that is one submission.
    """

    def __init__(
        self, path: Path, roster: Roster | None, files: ExitStack, limit: limited.Limit
    ) -> None:
        self.problem: IntakeError | None = None
        self.warning = ""
        self.download: Download | None = None
        try:
            place = path.resolve(strict=True)  # the instructor's own link may be followed
            name = place.name if path.name in ("", "..") else path.name
            is_file = stat.S_ISREG(_mode(place))
            inside = not is_file and stat.S_ISREG(_mode(place / EXPECTED))
            is_folder = stat.S_ISDIR(_mode(place)) and not inside
            self.is_zip = is_file and place.suffix.lower() == ".zip"
            self.single = folders.upload(OnDisk(place), name)
            if is_folder or self.is_zip:
                self._recognise(place, roster, files, limit)
            self.is_class = is_folder or bool(self.download or self.problem)
            self.uploads: Iterable[Upload] = [self.single]
            if self.download is not None:
                self.uploads = self.download.uploads
            elif is_folder:
                self.uploads = map(folders.upload, OnDisk(place).children())
        except (OSError, Refused, NotJudged) as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise IntakeError(f"{shown(str(path), 300)} cannot be read: {reason}") from None

    def _recognise(
        self, place: Path, roster: Roster | None, files: ExitStack, limit: limited.Limit
    ) -> None:
        """Open it if it is a download; first a child process tries whether that is harmless."""
        try:
            found = limited.call(partial(survey, place, roster), limit).decode()
            is_download, _, self.warning = found.partition("\n")
            if is_download:
                self.download = files.enter_context(open_download(place, roster))
        except IntakeError as problem:
            self.problem = problem
        except Refused:
            if not self.is_zip:
                raise
            # A zip is read as one submission then, which is refused with the reason.


def _mode(path: Path) -> int:
    """The mode of a path, 0 where nothing is; ``is_dir`` hides that a folder cannot be read."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
