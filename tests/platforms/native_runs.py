"""Grade natively, with ``autograder grade``: every platform must give the same scores."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.paths import ROOT


def native(submissions: Mapping[str, Mapping[str, bytes]]) -> dict[str, float]:
    """Scores by name; each submission is a folder of files, and its name is a valid id.

    RuntimeError where one of them was not judged.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-native-") as folder:
        place, out = Path(folder) / "submissions", Path(folder) / "out"
        for name, files in submissions.items():
            for path, content in files.items():
                target = place / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        found = {row["submission"]: float(row["score"]) for row in results(place, out)}
    return {name: found[name] for name in submissions}


def results(place: Path, out: Path) -> list[dict[str, str]]:
    """Grade the submissions in a folder; returns the rows of results.csv."""
    command = [sys.executable, "-m", "autograder", "grade", str(place), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"autograder grade: {done.stdout}{done.stderr}")
    with (out / "results.csv").open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))
