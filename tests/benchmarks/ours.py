"""This grader on a number of distinct submissions, in a process of its own; prints JSON.

``python -m tests.benchmarks.ours FOLDER SLOTS COUNT [NAME...]``; a second time on the same folder
measures a regrade of what has not changed. With ``turns`` for the count it reads one from each line
of stdin and grades so many more, all on the same slots, so that others can be measured in between.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from autograder.answers import Answers
from autograder.batch import grade_all
from autograder.record.fingerprint import conditions
from autograder.record.writer import Record
from autograder.sandbox import Limits
from autograder.slots import LocalPool, compute
from autograder.submission import Submission
from tests.benchmarks import mix


def main(folder: str, slots: str, count: str, *names: str) -> dict[str, float]:
    """Grade and measure."""
    answers, limits = Answers(), Limits()
    compute(answers)
    told = conditions(answers.cases, limits)
    rss = {}
    with Record.writing(Path(folder)) as record:
        pool = LocalPool(answers, limits, int(slots))
        pool.levels()  # as the command does: every slot is up and proved before it begins
        given = (
            Submission(name, source.encode(), path="neural_network.py")
            for name, source in mix.distinct(int(count), list(names) or None)
        )

        def watch() -> object:
            for number, submission in enumerate(given):
                if number == int(count) - 1:
                    rss.update(_memory(pool))
                yield submission

        before, began = _cpu(os.getpid()), time.perf_counter()
        summary = grade_all(watch(), pool, record, told)
        seconds = time.perf_counter() - began
        cpu = _cpu(os.getpid()) - before
    assert summary.total == summary.judged == int(count)
    return {
        "count": int(count),
        "seconds": seconds,
        "cpu": cpu / int(count),
        "unchanged": summary.unchanged,
        "peak_mib": _peak(),
        "database_mib": (Path(folder) / "results.sqlite").stat().st_size / 2**20,
        **rss,
    }


class _Kept(LocalPool):
    """Slots that stay for the next turn."""

    def close(self) -> None:
        """Not yet."""


def turns(folder: str, slots: str, *names: str) -> Iterator[dict[str, float]]:
    """Grade as many more submissions as each line of stdin says, and measure each time."""
    answers, limits = Answers(), Limits()
    compute(answers)
    told = conditions(answers.cases, limits)
    sources = mix.distinct(10**6, list(names) or None)
    pool = _Kept(answers, limits, int(slots))
    try:
        with Record.writing(Path(folder)) as record:
            for line in sys.stdin:
                given = [
                    Submission(name, source.encode(), path="neural_network.py")
                    for name, source in islice(sources, int(line))
                ]
                before, began = _cpu(os.getpid()), time.perf_counter()
                summary = grade_all(given, pool, record, told)
                seconds = time.perf_counter() - began
                cpu = _cpu(os.getpid()) - before
                assert summary.judged == len(given)
                yield {
                    "count": len(given),
                    "seconds": seconds,
                    "cpu": cpu / len(given),
                    "peak_mib": _peak(),
                }
    finally:
        LocalPool.close(pool)


def _cpu(pid: int) -> float:
    """CPU seconds of a process, of all below it, and of those of them that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_cpu(int(child)) for child in below)


def _peak() -> float:
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose) / 1024


def _memory(pool: LocalPool) -> dict[str, float]:
    """MiB in use by the grader, and by the largest slot and the largest warm parent."""
    pids = [slot.process.pid for slot in pool._slots]
    parents = [
        int(child)
        for pid in pids
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ]
    return {
        "grader_mib": _rss(os.getpid()),
        "slot_mib": max(_rss(pid) for pid in pids),
        "parent_mib": max(map(_rss, parents), default=0.0),
    }


def _rss(pid: int | None) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    place, number, kind, *which = sys.argv[1:]
    if kind == "turns":
        for measured in turns(place, number, *which):
            print(json.dumps(measured), flush=True)
    else:
        print(json.dumps(main(place, number, kind, *which)))
