"""``make bench``: this grader beside otter and pytest, and what a large class costs.

Everything is measured in one run on one machine that should do nothing else. What is compared is
measured in short turns, one beside the other, and a ratio is the median of the turns' ratios: a
machine that is shared is not equally fast all the time. A turn in which the host took processors
away is measured again. The table goes to RESULTS.md beside this file.
``--quick`` is a rehearsal: smaller numbers, nothing written.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# Only now, since this file is run as a script and numpy must not start threads.
from autograder.answers import Answers, call  # noqa: E402
from tests.benchmarks import mix, rivals  # noqa: E402
from tests.benchmarks.host import Host  # noqa: E402
from tests.benchmarks.rivals import Measured  # noqa: E402
from tests.benchmarks.yardstick import Loops  # noqa: E402

RESULTS = Path(__file__).with_name("RESULTS.md")
OTTER, PYTEST, OURS = "`otter run`", "pytest, one process each", "this grader"
LIGHT = ("right matrix", "stub")
"""What the large classes are made of: the cost of growth is the grader's, not the students'."""


def main() -> None:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="small numbers, nothing written")
    options.add_argument("--otter", type=Path, help="an otter that is installed already")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="backprop-bench-") as folder:
        text = "\n".join(report(Path(folder), given.quick, given.otter))
    print(text)
    if not given.quick:
        RESULTS.write_text(text + "\n", encoding="utf-8")


def report(folder: Path, quick: bool, otter: Path | None) -> Iterator[str]:
    """The lines of the table."""
    otter = otter or install_otter(folder / "venv")
    yield from heading(otter)
    yield from side_by_side(folder, otter, *((1, 1) if quick else (3, 6)))
    yield from over_the_floor(folder, 3 if quick else 25)
    yield from growth(folder, (20, 100) if quick else (100, 1_000, 10_000))


def install_otter(place: Path) -> Path:
    """otter-grader in an environment that goes away with the benchmark."""
    say("installing otter-grader in an environment of its own")
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    wanted = ["otter-grader[grading]>=7,<8", f"numpy=={version('numpy')}"]
    pip = [place / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *wanted], check=True)
    return place / "bin" / "otter"


def heading(otter: Path) -> Iterator[str]:
    """Date, machine and versions."""
    asked = "import importlib.metadata as m; print(m.version('otter-grader'))"
    words = [otter.with_name("python"), "-c", asked]
    its = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    yield "# Benchmark"
    yield ""
    yield (
        f"Written by `make bench` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}: "
        f"{len(os.sched_getaffinity(0))} cores ({cpu_model()}), Linux {platform.release()}, load "
        f"{os.getloadavg()[0]:.1f} at the start, Python {platform.python_version()}, numpy "
        f"{version('numpy')}, pytest {version('pytest')}, otter-grader {its}."
    )
    yield ""


def cpu_model() -> str:
    """The name of the processor, where the system tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


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


COARSE, FINE = 0.05, 0.01
"""What the host may take away: in turns of rivals that are many times slower, and in others."""
PAIR = 60
"""Files of the mix in one turn at one slot, and in the turn at two slots beside it."""


def side_by_side(folder: Path, otter: Path, rounds: int, pairs: int) -> Iterator[str]:
    """otter, pytest and this grader on the same mix, at one and at two slots, in turns."""
    grader = rivals.otter_autograder(folder / "otter", otter)
    rows: dict[tuple[str, int], list[Measured]] = {}
    few = list(mix.distinct(len(mix.files())))
    gains = []
    host, beside = Host(2 * rounds, COARSE), Host(4 * pairs * rounds, FINE)
    with Ours(folder / "ours-1", 1) as one, Ours(folder / "ours-2", 2) as two, Loops() as loops:
        for turn in range(rounds):
            for slots in (1, 2):
                say(f"the mix with {slots} slot(s), round {turn + 1} of {rounds}")
                place = folder / f"round{turn}-{slots}"
                rivals.support(place / "pytest")
                ways = {
                    OTTER: rivals.otter_run(place / "otter", otter, grader),
                    PYTEST: rivals.pytest_run(place / "pytest"),
                }
                for name, command in ways.items():
                    row = host.calm(partial(rivals.measure, command, few, slots))
                    rows.setdefault((name, slots), []).append(row)
                for _ in range(pairs):
                    alone, both, gain = beside.calm(
                        lambda: (one.turn(PAIR), two.turn(PAIR), loops.gain())
                    )
                    rows.setdefault((OURS, 1), []).append(alone)
                    rows.setdefault((OURS, 2), []).append(both)
                    gains.append(gain)
    yield "## The mix"
    yield ""
    yield (
        f"{', '.join(mix.files())}; no two files alike. Medians: of {rounds} turns of {len(few)} "
        f"files for otter and pytest, of {2 * pairs * rounds} turns of {PAIR} files for this "
        f"grader, those of 1 and 2 slots side by side. Of otter and pytest {host.told()} Of this "
        f"grader {beside.told()}"
    )
    yield ""
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
    yield from judged(
        ("times `otter run`", ratios(rows[OURS, 1], rows[OTTER, 1]), ">=", 30),
        ("times pytest", ratios(rows[OURS, 1], rows[PYTEST, 1]), ">=", 3),
        ("2 slots against 1", ratios(rows[OURS, 2], rows[OURS, 1]), ">=", 1.85),
    )
    low, middle, high = quantiles(gains)
    least, _, most = quantiles(
        both.rate / alone.rate for both, alone in zip(rows[OURS, 2], rows[OURS, 1], strict=True)
    )
    yield (
        f"Half of the turns gave between {least:.2f} and {most:.2f} for 2 slots against 1. What a "
        f"second processor adds on this machine: beside these turns two loops that only compute "
        f"did {middle:.2f} times as much as one alone (half of the time between {low:.2f} and "
        f"{high:.2f})."
    )
    yield ""


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


TURN = 20
"""Files in one turn of this grader, or times that the floor is measured beside it."""


def over_the_floor(folder: Path, turns: int) -> Iterator[str]:
    """This grader against the same calls in one warm process without any border."""
    goals, table = {}, []
    host = Host(2 * turns, FINE)
    for name in ("right loop", "right matrix"):
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
        f"Medians of {turns} turns of {TURN} files; the floor is measured before and after each. "
        f"Of these {host.told()}"
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
    before = floor(mix.files()[name], TURN)
    row = grader.turn(TURN)
    after = floor(mix.files()[name], TURN)
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


def judged(*goals: tuple[str, float, str, float]) -> Iterator[str]:
    """What had to be reached, and whether it was."""
    for what, got, relation, wanted in goals:
        reached = got >= wanted if relation == ">=" else got <= wanted
        yield f"- {what}: {got:.2f} ({relation} {wanted:g}: {'yes' if reached else '**no**'})"
    yield ""


def ours(folder: Path, slots: int, count: int, *names: str) -> dict[str, float]:
    """This grader in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.ours", str(folder), str(slots), str(count)]
    done = subprocess.run([*words, *names], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    measures: dict[str, float] = json.loads(done.stdout)
    return measures


def measured(row: dict[str, float]) -> Measured:
    """The figures that otter and pytest have too."""
    return Measured(int(row["count"]), row["seconds"], row["cpu"], row["peak_mib"])


def say(what: str) -> None:
    """Progress, to stderr."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
