"""Grade with ``otter run``, or as in otter's image."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.settings import Course
from autograder.paths import ROOT
from autograder.platforms.otter.bundle import otter_zip

SECONDS = 600
"""For one run; a submission's own limits are far below."""


@dataclass(frozen=True)
class Ran:
    """One run of otter: exit code, what it printed, and results.json if any."""

    code: int
    printed: str
    results: dict[str, Any] | None

    @property
    def score(self) -> float:
        """The points of all entries together."""
        if self.code or self.results is None:
            last = self.printed.strip().splitlines()[-1:]
            raise RuntimeError(f"otter gave no score: {' '.join(last)}")
        return float(sum(test.get("score", 0) for test in self.results["tests"]))


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
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
    )
    path = out / "results.json"
    results = json.loads(path.read_text("utf-8")) if path.exists() else None
    return Ran(done.returncode, done.stdout, results)


def scores(files: Mapping[str, Path], course: Course | None = None) -> dict[str, float]:
    """otter's score of each submission, by its name; RuntimeError where otter gives none.

    As many submissions are graded at once as there are cores. Files are graded with ``otter run``,
    zips as in otter's image: ``otter run`` refuses one with no file, or several, at its top.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-otter-") as folder:
        place = Path(folder)
        grader = otter_zip(place, course or Course())

        def score(number: int, submission: Path) -> float:
            grade = contained if submission.suffix == ".zip" else otter_run
            return grade(grader, submission, place / str(number)).score

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            found = pool.map(score, range(len(files)), files.values())
            return dict(zip(files, found, strict=True))
