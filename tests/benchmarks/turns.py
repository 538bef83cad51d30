"""This grader in a process of its own, measured turn by turn beside others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from tests.benchmarks import mix
from tests.benchmarks.rivals import Measured

ROOT = Path(__file__).resolve().parents[2]
COARSE, FINE = 0.05, 0.01
"""What the host may take away: in turns of rivals that are many times slower, and in others."""


class Ours:
    """This grader in a process of its own, measured turn by turn."""

    def __init__(self, folder: Path, slots: int, *names: str) -> None:
        words = [sys.executable, "-m", "tests.benchmarks.ours", str(folder), str(slots), "turns"]
        self._process = subprocess.Popen(
            [*words, *names], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.turn(2 * len(mix.files()))  # the first ones find nothing warm

    def __enter__(self) -> Ours:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def turn(self, count: int) -> Measured:
        """Grade so many more submissions."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(count, file=self._process.stdin, flush=True)
        return measured(json.loads(self._process.stdout.readline()))


def measured(row: dict[str, float]) -> Measured:
    """The figures that otter and pytest have too."""
    return Measured(int(row["count"]), row["seconds"], row["cpu"], row["peak_mib"])


def ratios(ours: list[Measured], others: list[Measured]) -> float:
    """How many times as fast the first is: the median over what was measured side by side.

    Where the others have fewer turns, each of theirs is held against all of ours beside it.
    """
    each = len(ours) // len(others)
    beside = [ours[i * each : (i + 1) * each] for i in range(len(others))]
    return median(
        median(row.rate for row in rows) / other.rate
        for rows, other in zip(beside, others, strict=True)
    )
