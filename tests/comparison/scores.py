"""Compare the scores of two checkouts: the demo class, every misconception and every variant.

Usage: python -m tests.comparison.scores OTHER_CHECKOUT

Both grade the same files with their own ``autograder grade``. Exit code 1 where a score, a status
or points of a question differ; times, messages and names of misconceptions do not count.
"""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.paths import ROOT
from solution.demo import demo_class
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS

SAME = ("score", "max_score", "status", "1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "bonus")


def grade(checkout: Path, files: Path, out: Path) -> dict[str, dict[str, str]]:
    """The rows of ``results.csv`` that a checkout makes of the files, by submission."""
    command = [sys.executable, "-m", "autograder", "grade", str(files), "--out", str(out)]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL, check=True)
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as table:
        return {row["submission"]: row for row in csv.DictReader(table)}


def main() -> int:
    """Grade with both and print every difference."""
    other = Path(sys.argv[1]).resolve()
    sources = {f"demo-{name}": source for name, source in demo_class()}
    sources |= {f"misconception-{entry.id}": source_of(entry) for entry in CATALOGUE}
    sources |= {f"variant-{variant.id}": variant.source for variant in VARIANTS}
    with tempfile.TemporaryDirectory() as place:
        files = Path(place, "files")
        files.mkdir()
        for name, source in sources.items():
            (files / f"{name}.py").write_text(source, "utf-8")
        here, there = grade(ROOT, files, Path(place, "a")), grade(other, files, Path(place, "b"))
    differences = [
        f"{name}, {column}: {row[column]} here, {there[name][column]} there"
        for name, row in here.items()
        for column in SAME
        if row[column] != there[name][column]
    ]
    print("\n".join(differences))
    print(f"{len(here)} submissions, {len(differences)} differences")
    return 1 if differences or here.keys() != there.keys() else 0


if __name__ == "__main__":
    sys.exit(main())
