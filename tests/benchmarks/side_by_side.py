"""otter, pytest and this grader on the same mix of files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks import mix, rivals
from tests.benchmarks.host import Host
from tests.benchmarks.lines import judged, say
from tests.benchmarks.rivals import Measured
from tests.benchmarks.turns import COARSE, FINE, Ours, ratios
from tests.benchmarks.yardstick import Loops

OTTER, PYTEST, OURS = "`otter run`", "pytest, one process each", "this grader"
BOTH, ALONE = 96, 24
"""Files of the mix in one turn at two slots, and at one slot before it and after it. With fewer at
two slots the moment counts in which one has nothing left to do and the other has the last file."""


@dataclass
class Turns:
    """What was measured: by way and slots, and what two loops gained beside each of our turns."""

    rivals: Host
    ours: Host
    rows: dict[tuple[str, int], list[Measured]] = field(default_factory=dict)
    gains: list[float] = field(default_factory=list)

    def add(self, name: str, slots: int, row: Measured) -> None:
        """One more turn."""
        self.rows.setdefault((name, slots), []).append(row)


def side_by_side(folder: Path, otter: Path, rounds: int, pairs: int) -> Iterator[str]:
    """otter, pytest and this grader on the same mix, at one and at two slots, in turns."""
    turns = _measured(folder, otter, rounds, pairs)
    rows = turns.rows
    yield "## The mix"
    yield ""
    yield (
        f"{', '.join(mix.files())}; no two files alike. Medians: of {rounds} turns of "
        f"{len(mix.files())} files for otter and pytest, of {len(turns.gains)} turns for this "
        f"grader: {BOTH} files at 2 slots, {ALONE} at 1 slot before that and {ALONE} after it. Of "
        f"otter and pytest {turns.rivals.told()} Of this grader {turns.ours.told()}"
    )
    yield ""
    yield from _table(rows)
    yield from judged(
        ("times `otter run`", ratios(rows[OURS, 1], rows[OTTER, 1]), ">=", 30),
        ("times pytest", ratios(rows[OURS, 1], rows[PYTEST, 1]), ">=", 3),
        ("2 slots against 1", ratios(rows[OURS, 2], rows[OURS, 1]), ">=", 1.85),
    )
    least, _, most = quantiles(
        both.rate / alone.rate for both, alone in zip(rows[OURS, 2], rows[OURS, 1], strict=True)
    )
    low, middle, high = quantiles(turns.gains)
    yield (
        f"Half of the turns gave between {least:.2f} and {most:.2f} for 2 slots against 1. What a "
        f"second processor adds on this machine: beside these turns two loops that only compute "
        f"did {middle:.2f} times as much as one alone (half of the time between {low:.2f} and "
        f"{high:.2f})."
    )
    yield ""


def _table(rows: dict[tuple[str, int], list[Measured]]) -> Iterator[str]:
    yield "| | slots | submissions a second | CPU each, s | largest process, MiB | this grader is |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name in (OTTER, PYTEST, OURS):
        for slots in (1, 2):
            measures = rows[name, slots]
            rate, cpu, peak = (
                median(getattr(row, what) for row in measures)
                for what in ("rate", "cpu", "peak_mib")
            )
            ratio = ratios(rows[OURS, slots], measures)
            yield f"| {name} | {slots} | {rate:.2f} | {cpu:.2f} | {peak:.0f} | {ratio:.1f} × |"
    yield ""


def _measured(folder: Path, otter: Path, rounds: int, pairs: int) -> Turns:
    """In each round the rivals at one and at two slots, and ``pairs`` turns of ours after both."""
    grader = rivals.otter_autograder(folder / "otter", otter)
    few = list(mix.distinct(len(mix.files())))
    turns = Turns(Host(2 * rounds, COARSE), Host(4 * pairs * rounds, FINE))
    with Ours(folder / "ours-1", 1) as one, Ours(folder / "ours-2", 2) as two, Loops() as loops:
        for turn, slots in product(range(rounds), (1, 2)):
            say(f"the mix with {slots} slot(s), round {turn + 1} of {rounds}")
            place = folder / f"round{turn}-{slots}"
            rivals.support(place / "pytest")
            ways = {
                OTTER: rivals.otter_run(place / "otter", otter, grader),
                PYTEST: rivals.pytest_run(place / "pytest"),
            }
            for name, command in ways.items():
                row = turns.rivals.calm(partial(rivals.measure, command, few, slots))
                turns.add(name, slots, row)
            for _ in range(pairs):
                alone, both, gain = turns.ours.calm(lambda: (*_one_and_two(one, two), loops.gain()))
                turns.add(OURS, 1, alone)
                turns.add(OURS, 2, both)
                turns.gains.append(gain)
    return turns


def _one_and_two(one: Ours, two: Ours) -> tuple[Measured, Measured]:
    """A turn at one slot, half of it before one at two slots and half of it after."""
    before, both, after = one.turn(ALONE), two.turn(BOTH), one.turn(ALONE)
    alone = Measured(
        before.count + after.count,
        before.seconds + after.seconds,
        (before.cpu + after.cpu) / 2,
        max(before.peak_mib, after.peak_mib),
    )
    return alone, both
