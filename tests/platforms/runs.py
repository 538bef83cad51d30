"""Grade submissions natively, with ``otter run``, or as in otter's image."""

import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignment.checks.model.questions import NUMBERS
from autograder.course.settings import Course
from autograder.paths import ROOT
from autograder.platforms.otter.bundle import otter_zip
from tests.builders.commands import autograder, table
from tests.builders.files import folder_of, unzipped, written
from tests.builders.processes import run

SECTIONS = (*NUMBERS, "bonus")
SECONDS = 600
"""For one run of otter; a submission's own limits are far below."""
Points = dict[str, float | None]
"""The score, and by section and for the bonus; None where there is no score."""
Scores = Mapping[str, str]


def native(submissions: Mapping[str, Mapping[str, bytes]]) -> dict[str, Points]:
    """Points of ``autograder grade`` by name; each submission is files, its name a valid id.

    ValueError where a submission was not judged.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-native-") as folder:
        place, out = Path(folder) / "submissions", Path(folder) / "out"
        for name, files in submissions.items():
            folder_of(place / name, files)
        autograder("grade", place, "--out", out)
        rows = table(out, "results", "submission")
    columns = ("score", *SECTIONS)
    return {name: {what: float(rows[name][what]) for what in columns} for name in submissions}


def demo_scores(out: Path) -> Scores:
    """The scores of the demo class on this machine itself; the results stay in ``out``."""
    autograder("grade", "--demo", "--out", out)
    return read_scores(out)


def read_scores(out: Path) -> Scores:
    """The scores in results.csv by submission, or the status where there is none."""
    rows = table(out, "results", "submission")
    return {name: row["score"] or row["status"] for name, row in rows.items()}


def differences(right: Scores, found: Scores) -> list[str]:
    """What differs, by submission."""
    names = [name for name in {**right, **found} if right.get(name) != found.get(name)]
    return [f"{name}: {found.get(name)} instead of {right.get(name)}" for name in names]


@dataclass(frozen=True)
class Ran:
    """One run of otter: exit code, what it printed, and results.json if any."""

    code: int
    printed: str
    results: dict[str, Any] | None

    def points(self) -> Points:
        """The points in total and by section, with which names begin."""
        if self.code or self.results is None:
            return {"score": None}
        found = dict.fromkeys(SECTIONS, 0.0)
        for test in self.results["tests"]:
            if "score" in test:
                found[test["name"].split()[0].lower()] += test["score"]
        return {"score": sum(found.values()), **found}

    @property
    def score(self) -> float | None:
        """The points of all entries together; None without a result."""
        return self.points()["score"]


def otter_run(grader: Path, place: Path, name: str, content: str | bytes) -> Ran:
    """Grade a submission of one file, a .py file, a notebook or a zip, in the folder ``place``."""
    file = written(place / name, content)
    out = Path(tempfile.mkdtemp(dir=place))
    options = ("--no-logo", "--autograder", grader, "--output-dir", out)
    return _ran(["-m", "otter", "run", *options, file], out, out)


def contained(grader: Path, place: Path, content: bytes) -> Ran:
    """Grade a zip in ``place``, with the folders of otter's image.

    It is unpacked as the platform does. Only the start of the image itself is left out.
    """
    (place / "results").mkdir(parents=True)
    (place / "submission_metadata.json").write_text("{}")
    with zipfile.ZipFile(grader) as archive:
        archive.extractall(place / "source")
    folder_of(place / "submission", unzipped(content))
    return _ran([place / "source/run_otter.py"], place, place / "results")


def _ran(command: Sequence[str | Path], cwd: Path, out: Path) -> Ran:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = run([sys.executable, *command], cwd, env, SECONDS)
    path = out / "results.json"
    results = json.loads(path.read_text("utf-8")) if path.exists() else None
    return Ran(done.returncode, done.stdout + done.stderr, results)


def through_otter(files: Mapping[str, tuple[str, bytes]]) -> dict[str, Ran]:
    """otter's run of each submission, one file with a name; as many at once as there are cores.

    Files are graded with ``otter run``, and zips, whose files may be in folders, as in otter's
    image: ``otter run`` refuses a zip that has no file at its top.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-otter-") as folder:
        place = Path(folder)
        grader = otter_zip(place, Course())

        def graded(name: str) -> Ran:
            file, content = files[name]
            if file.endswith(".zip"):
                return contained(grader, place / name, content)
            return otter_run(grader, place / name, file, content)

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return dict(zip(files, pool.map(graded, files), strict=True))
