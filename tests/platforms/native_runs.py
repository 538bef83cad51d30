"""``autograder grade`` on this machine: the scores that every platform must give."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.paths import ROOT


def native(handed: Mapping[str, Mapping[str, bytes]]) -> dict[str, float]:
    """Scores by name; each submission is a folder of files, and a name is its own id.

    RuntimeError where one of them was not judged.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-native-") as folder:
        place, out = Path(folder) / "submissions", Path(folder) / "out"
        for name, files in handed.items():
            for path, content in files.items():
                target = place / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        words = [sys.executable, "-m", "autograder", "grade", str(place), "--out", str(out)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"autograder grade: {done.stdout}{done.stderr}")
        with (out / "results.csv").open(newline="", encoding="utf-8") as table:
            found = {row["submission"]: float(row["score"]) for row in csv.DictReader(table)}
    return {name: found[name] for name in handed}
