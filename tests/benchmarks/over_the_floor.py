"""This grader beside the same calls in one warm process."""

from __future__ import annotations

import time
import types
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from autograder.answers import Answers, call
from tests.benchmarks import mix
from tests.benchmarks.host import Host
from tests.benchmarks.lines import judged, say
from tests.benchmarks.turns import FINE, Ours

TURNS = {"right loop": 10, "right matrix": 40}
"""Files in one turn of this grader, and times that the floor is measured before and after it."""


def over_the_floor(folder: Path, turns: int) -> Iterator[str]:
    """This grader against the same calls in one warm process without any border."""
    goals, table = {}, []
    host = Host(2 * turns, FINE)
    for name in TURNS:
        say(f"the floor of the {name} solution")
        with Ours(folder / f"floor {name}", 1, name) as grader:
            each = [host.calm(partial(_beside_the_floor, grader, name)) for _ in range(turns)]
        graded, around = [row for row, _ in each], [bare for _, bare in each]
        wall, cpu = (
            median(whole[i] / bare[i] for whole, bare in zip(graded, around, strict=True))
            for i in (0, 1)
        )
        above = median(whole[1] - bare[1] for whole, bare in zip(graded, around, strict=True))
        goals[name] = wall, above * 1e3
        ms = [1e3 * median(row[i] for row in rows) for rows in (around, graded) for i in (0, 1)]
        table.append(f"| {name} | {' | '.join(f'{x:.1f}' for x in ms)} | {wall:.2f} | {cpu:.2f} |")
    yield "## Above the floor"
    yield ""
    yield (
        "The floor is the same calls in one warm process, without a border and without a judge. "
        f"Medians of {turns} turns of {' and '.join(map(str, TURNS.values()))} files; the floor is "
        f"measured before and after each. Of these {host.told()}"
    )
    yield ""
    yield "| | floor: wall, ms | CPU, ms | graded: wall, ms | CPU, ms | ratio of wall | of CPU |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    yield from table
    yield ""
    yield from judged(
        ("right loop, times the floor", goals["right loop"][0], "<=", 1.15),
        ("right matrix, ms of CPU above it", goals["right matrix"][1], "<=", 20),
    )


def _beside_the_floor(grader: Ours, name: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Wall and CPU seconds of a file that is graded, and of the floor before and after that."""
    source, count = mix.files()[name], TURNS[name]
    before = floor(source, count)
    row = grader.turn(count)
    after = floor(source, count)
    return (1 / row.rate, row.cpu), ((before[0] + after[0]) / 2, (before[1] + after[1]) / 2)


def floor(source: str, count: int) -> tuple[float, float]:
    """Wall and CPU seconds of all calls for one submission in this process."""
    answers = Answers()
    module = types.ModuleType("neural_network")
    exec(compile(source, "neural_network.py", "exec"), vars(module))
    cases = (*answers.graded, *answers.asked_again)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        for case in cases:
            call(module, case)
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count
