"""What a large class costs: throughput, memory and disk as it grows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.lines import judged, say
from tests.benchmarks.turns import ROOT

LIGHT = ("right matrix", "stub")
"""What the large classes are made of: the cost of growth is the grader's, not the students'."""


def growth(folder: Path, sizes: tuple[int, ...]) -> Iterator[str]:
    """Classes of growing size, and the last one again, unchanged."""
    yield "## Growth"
    yield ""
    yield (
        f"Distinct submissions ({' and '.join(LIGHT)}), 2 slots. MiB in use at the last submission."
    )
    yield ""
    yield "| submissions | a second | grader, MiB | slot, MiB | warm parent, MiB | record, MiB |"
    yield "|--:|--:|--:|--:|--:|--:|"
    rows = []
    for size in sizes:
        say(f"{size} submissions")
        rows.append(ours(folder / f"class{size}", 2, size, *LIGHT))
        yield _growth_row(f"{size:,}", rows[-1])
    say("the last class again, unchanged")
    again = ours(folder / f"class{sizes[-1]}", 2, sizes[-1], *LIGHT)
    assert again["unchanged"] == sizes[-1]
    yield _growth_row(f"{sizes[-1]:,}, unchanged", again)
    yield ""
    yield from judged(
        (
            f"MiB more in the grader, {sizes[-2]:,} to {sizes[-1]:,}",
            rows[-1]["grader_mib"] - rows[-2]["grader_mib"],
            "<=",
            30,
        ),
        ("unchanged submissions a second", again["count"] / again["seconds"], ">=", 2000),
    )


def _growth_row(name: str, row: dict[str, float]) -> str:
    return (
        f"| {name} | {row['count'] / row['seconds']:.0f} | {row['grader_mib']:.0f} "
        f"| {row['slot_mib']:.0f} | {row['parent_mib']:.0f} | {row['database_mib']:.1f} |"
    )


def ours(folder: Path, slots: int, count: int, *names: str) -> dict[str, float]:
    """This grader in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.ours", str(folder), str(slots), str(count)]
    done = subprocess.run([*words, *names], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    measures: dict[str, float] = json.loads(done.stdout)
    return measures
