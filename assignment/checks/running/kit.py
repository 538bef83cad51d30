"""The student's folder: the file to check, the public cases, and messages if one is missing."""

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..loading.source import SourceError, decode
from ..model import public_key as key
from ..model.questions import BONUS, QUESTIONS, Question
from ..model.version import VERSION
from .process import CannotRun

FILE = "neural_network.py"
BONUS_FILE = "bonus.py"
REPORT = "report.pdf"
# The kit's folder: the unzipped one, or `assignment/` in the repository.
HERE = Path(__file__).resolve().parents[2]
KEYS = (HERE / "tests", HERE.parent / "tests" / "public")


@dataclass(frozen=True)
class Kit:
    """The folder a student works in, and the name of their file."""

    folder: Path = HERE
    file: str = FILE

    @property
    def is_bonus(self) -> bool:
        """Whether the file is the one of the optional exercises."""
        return self.file == BONUS_FILE

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that the file answers."""
        return BONUS if self.is_bonus else QUESTIONS

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions of the file, lowest first."""
        return tuple(question.function for question in self.questions)

    @cached_property
    def key(self) -> key.Key:
        """The public cases.

        Raises:
            CannotRun: if they are missing or damaged.
        """
        name = "bonus.json" if self.is_bonus else "cases.json"
        places = [folder / name for folder in KEYS]
        path = next((path for path in places if path.is_file()), places[0])
        try:
            return key.load(path)
        except key.KeyUnreadable as problem:
            text = str(problem)
            raise CannotRun(text[0].upper() + text[1:] + ".") from None

    @cached_property
    def data(self) -> bytes:
        """The student's file as it is on the disk.

        Raises:
            CannotRun: if there is none; the message names files with similar names.
        """
        path = self.folder / self.file
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise CannotRun(_missing(self.folder, self.file)) from None
        except OSError as problem:
            raise CannotRun(f"{path} cannot be read: {problem.strerror}.") from None

    @cached_property
    def source(self) -> str:
        """The student's file as text.

        Raises:
            CannotRun: if it is not text that Python reads.
        """
        try:
            return decode(self.data)
        except SourceError as problem:
            raise CannotRun(f"{self.file} cannot be run. {problem}") from None

    @property
    def saved(self) -> str:
        """When the file was saved, in local time."""
        modified = (self.folder / self.file).stat().st_mtime
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(modified))

    @property
    def digest(self) -> str:
        """The digest of kit, cases and file, the same as on the grader's result."""
        return key.receipt(self.key.digest, VERSION, self.data)


def _missing(folder: Path, file: str) -> str:
    text = f"There is no {file} in {folder}."
    alike = sorted(
        path.name
        for path in folder.iterdir()
        if path.name.lower().startswith(file[:5]) and path.is_file()
    )
    if alike:
        names = " and ".join(f"`{name}`" for name in alike[:3])
        return f"{text} There is {names}: if that is your work, rename it to {file}."
    return f"{text} Put your file there, or take the empty one from the zip again."
