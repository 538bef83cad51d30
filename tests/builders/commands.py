"""Commands as an instructor types them, and the folder in which that happens."""

import csv
import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from autograder import cli
from tests.builders.files import written


def autograder(*arguments: str | Path, expect: int | None = 0) -> str:
    """Run a command in this process: what it printed; it must end with this exit code, if any."""
    out, err = io.StringIO(), io.StringIO()
    typed, code = ["autograder", *map(str, arguments)], None
    with patch.object(sys, "argv", typed), redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
    printed = out.getvalue() + err.getvalue()
    assert expect in (code or 0, None), printed
    return printed


class CourseFolder:
    """A folder with ``course.toml``, tables and results."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out, self.config = folder, folder / "results", folder / "course.toml"

    def write(self, name: str, content: str | bytes) -> Path:
        return written(self.folder / name, content)

    def grade(self, *arguments: str | Path, expect: int = 0) -> str:
        options = ("--out", self.out, "--jobs", "1")
        return autograder("grade", *arguments, *options, expect=expect)

    def export(self, *arguments: str | Path, expect: int = 0) -> str:
        """Without arguments the grades."""
        return autograder("export", *(arguments or ["grades"]), self.out, expect=expect)

    def status(self, expect: int = 1) -> str:
        return autograder("status", self.out, expect=expect)

    def table(self, name: str = "grades", key: str = "id") -> dict[str, dict[str, str]]:
        """The rows of a table of the results."""
        return table(self.out, name, key)

    def page(self, student: str) -> str:
        return (self.out / f"feedback/{student}.html").read_text("utf-8")


def table(out: Path, name: str = "grades", key: str = "id") -> dict[str, dict[str, str]]:
    """The rows of a table in the folder with the results, each by its key."""
    with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}
