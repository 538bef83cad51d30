"""Grade submissions natively, with ``otter run``, or as in otter's image."""

import csv
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignment.checks.model.questions import NUMBERS
from autograder.course.settings import Course
from autograder.paths import ROOT
from autograder.platforms.otter.bundle import otter_zip
from tests.builders.processes import run

SECTIONS = (*NUMBERS, "bonus")
SECONDS = 600
"""For one run of otter; a submission's own limits are far below."""
Points = dict[str, float]
"""By section and for the bonus; natively the score, too."""
Scores = Mapping[str, str]


def notebook(source: str) -> bytes:
    """A source as the one cell of a notebook."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": source.splitlines(keepends=True)}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write these files, by their paths in the folder."""
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def native(submissions: Mapping[str, Mapping[str, bytes]]) -> dict[str, Points]:
    """Points of ``autograder grade`` by name; each submission is files, its name a valid id.

    RuntimeError where grading fails, ValueError where a submission was not judged.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-native-") as folder:
        place, out = Path(folder) / "submissions", Path(folder) / "out"
        for name, files in submissions.items():
            write(place / name, files.items())
        command = [sys.executable, "-m", "autograder", "grade", place, "--out", out]
        done = run(command, ROOT, {**os.environ, "PYTHONPATH": str(ROOT)})
        if done.returncode:
            raise RuntimeError(f"autograder grade: {done.stdout}{done.stderr}")
        with (out / "results.csv").open(newline="", encoding="utf-8") as table:
            rows = {row["submission"]: row for row in csv.DictReader(table)}
    columns = ("score", *SECTIONS)
    return {name: {what: float(rows[name][what]) for what in columns} for name in submissions}


def demo_scores(out: Path) -> Scores:
    """The scores of the demo class on this machine itself; the results stay in ``out``."""
    done = run([sys.executable, "-m", "autograder", "grade", "--demo", "--out", out])
    if done.returncode:
        raise RuntimeError(f"autograder grade --demo: {done.stdout}{done.stderr}")
    return read_scores(out)


def read_scores(out: Path) -> Scores:
    """The scores in results.csv by submission, or the status where there is none."""
    with (out / "results.csv").open(newline="", encoding="utf-8") as table:
        return {row["submission"]: row["score"] or row["status"] for row in csv.DictReader(table)}


@dataclass(frozen=True)
class Ran:
    """One run of otter: exit code, what it printed, and results.json if any."""

    code: int
    printed: str
    results: dict[str, Any] | None

    def tests(self) -> list[dict[str, Any]]:
        """The entries that have a score; RuntimeError where otter gave none."""
        if self.code or self.results is None:
            last = self.printed.strip().splitlines()[-1:]
            raise RuntimeError(f"otter gave no score: {' '.join(last)}")
        return [test for test in self.results["tests"] if "score" in test]

    @property
    def score(self) -> float:
        """The points of all entries together."""
        return float(sum(test["score"] for test in self.tests()))

    def points(self) -> Points:
        """The points by section, with which an entry's name begins."""
        found = dict.fromkeys(SECTIONS, 0.0)
        for test in self.tests():
            found[test["name"].split()[0].lower()] += test["score"]
        return found


def otter_run(grader: Path, submission: Path, out: Path) -> Ran:
    """Grade one submission, a .py file, a notebook or a zip, into the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    command = ["run", "--no-logo", "--autograder", str(grader), "--output-dir", str(out)]
    return _ran(["-m", "otter", *command, str(submission)], out, out)


def contained(grader: Path, submission: Path, place: Path) -> Ran:
    """Grade one submission in ``place``, with the folders of otter's image.

    A zip is unpacked as the platform does. Only the start of the image itself is left out.
    """
    for name in ("source", "submission", "results"):
        (place / name).mkdir(parents=True)
    (place / "submission_metadata.json").write_text("{}")
    _unpack(grader, place / "source")
    if submission.suffix == ".zip":
        _unpack(submission, place / "submission")
    else:
        shutil.copy(submission, place / "submission")
    return _ran([str(place / "source/run_otter.py")], place, place / "results")


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)


def _ran(command: list[str], cwd: Path, out: Path) -> Ran:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = run([sys.executable, *command], cwd, env, SECONDS)
    path = out / "results.json"
    results = json.loads(path.read_text("utf-8")) if path.exists() else None
    return Ran(done.returncode, done.stdout + done.stderr, results)


def through_otter(files: Mapping[str, tuple[str, bytes]]) -> dict[str, Ran]:
    """otter's run of each submission, one file with a name; as many at once as there are cores.

    Files are graded with ``otter run``, and zips whose files are in folders as in otter's image:
    ``otter run`` refuses a zip that has no file at its top.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-otter-") as folder:
        place = Path(folder)
        grader = otter_zip(place, Course())

        def graded(name: str) -> Ran:
            file, content = files[name]
            write(place / name / "submitted", [(file, content)])
            submission = place / name / "submitted" / file
            grade = contained if file.endswith(".zip") and _in_folders(submission) else otter_run
            return grade(grader, submission, place / name / "run")

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return dict(zip(files, pool.map(graded, files), strict=True))


def _in_folders(archive: Path) -> bool:
    with zipfile.ZipFile(archive) as opened:
        return not any(name.endswith(".py") and "/" not in name for name in opened.namelist())
