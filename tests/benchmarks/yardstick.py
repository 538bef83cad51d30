"""What a second processor of this machine adds: two loops that only compute, against one.

``python -m tests.benchmarks.yardstick`` is one of the loops: it reads how often from each line of
stdin and answers with the seconds that it took.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OFTEN = 100


class Loops:
    """Two processes that compute when they are told to."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "tests.benchmarks.yardstick"]
        pipe = subprocess.PIPE
        self._loops = [
            subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)
        ]
        self.gain()  # the first turns are slower

    def __enter__(self) -> Loops:
        return self

    def __exit__(self, *_: object) -> None:
        for loop in self._loops:
            loop.communicate()

    def gain(self) -> float:
        """How many times as much both do in the same time as one of them alone."""
        first, last = self._loops
        alone = (max(_seconds(first)) + max(_seconds(last))) / 2
        return 2 * alone / max(_seconds(first, last))


def _seconds(*loops: subprocess.Popen[str]) -> list[float]:
    """The seconds of each, all at the same time."""
    for loop in loops:
        assert loop.stdin is not None
        print(OFTEN, file=loop.stdin, flush=True)
    return [float(loop.stdout.readline()) for loop in loops if loop.stdout is not None]


def _compute() -> float:
    total = 0.0
    for number in range(30_000):
        total += number * 0.5
    return total


if __name__ == "__main__":
    for line in sys.stdin:
        began = time.perf_counter()
        for _ in range(int(line)):
            _compute()
        print(time.perf_counter() - began, flush=True)
