"""``make bench``: this grader beside otter and pytest, and what a large class costs.

Everything is measured in one run on one machine that should do nothing else. The table goes to
RESULTS.md beside this file. ``--quick`` is a rehearsal: smaller numbers, nothing written.
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
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# Only now, since this file is run as a script and numpy must not start threads.
from autograder.answers import Answers, call  # noqa: E402
from tests.benchmarks import mix, rivals  # noqa: E402
from tests.benchmarks.rivals import Measured  # noqa: E402

RESULTS = Path(__file__).with_name("RESULTS.md")
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
    yield from side_by_side(folder, otter, 1 if quick else 2, 60 if quick else 240)
    yield from over_the_floor(folder, 20 if quick else 100)
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


def side_by_side(folder: Path, otter: Path, each: int, many: int) -> Iterator[str]:
    """otter, pytest and this grader on the same mix, at one and at two slots."""
    submissions = list(mix.distinct(len(mix.files()) * each))
    rows: dict[tuple[str, int], Measured] = {}
    grader = rivals.otter_autograder(folder / "otter", otter)
    rivals.support(folder / "pytest1")
    rivals.support(folder / "pytest2")
    for slots in (1, 2):
        say(f"the mix with {slots} slot(s)")
        command = rivals.otter_run(folder / f"otter{slots}", otter, grader)
        rows["`otter run`", slots] = rivals.measure(command, submissions, slots)
        command = rivals.pytest_run(folder / f"pytest{slots}")
        rows["pytest, one process each", slots] = rivals.measure(command, submissions, slots)
        rows["this grader", slots] = measured(ours(folder / f"mix{slots}", slots, many))
    yield "## The mix"
    yield ""
    yield f"{', '.join(mix.files())}; one after the other, no two files alike."
    yield ""
    yield "| | slots | submissions a second | CPU each, s | largest process, MiB | this grader is |"
    yield "|---|--:|--:|--:|--:|--:|"
    for (name, slots), row in rows.items():
        ratio = rows["this grader", slots].rate / row.rate
        yield (
            f"| {name} | {slots} | {row.rate:.2f} | {row.cpu:.2f} | {row.peak_mib:.0f} "
            f"| {ratio:.1f} × |"
        )
    yield ""
    one, two = (rows["this grader", slots].rate for slots in (1, 2))
    against = {name: one / rows[name, 1].rate for name, slots in rows if slots == 1}
    yield from judged(
        ("times `otter run`", against["`otter run`"], ">=", 30),
        ("times pytest", against["pytest, one process each"], ">=", 3),
        ("2 slots against 1", two / one, ">=", 1.85),
    )


def over_the_floor(folder: Path, count: int) -> Iterator[str]:
    """This grader against the same calls in one warm process without any border."""
    yield "## Above the floor"
    yield ""
    yield "The floor is the same calls in one warm process, without a border and without a judge."
    yield ""
    yield "| | floor: wall, ms | CPU, ms | graded: wall, ms | CPU, ms | ratio of wall |"
    yield "|---|--:|--:|--:|--:|--:|"
    ratios = {}
    above = {}
    for name in ("right loop", "right matrix"):
        say(f"the floor of the {name} solution")
        # Before and after, since a shared machine is not equally fast all the time.
        first = floor(mix.files()[name], count // 2)
        row = measured(ours(folder / f"floor {name}", 1, count, name))
        last = floor(mix.files()[name], count // 2)
        wall, cpu = ((a + b) / 2 for a, b in zip(first, last, strict=True))
        ratios[name], above[name] = 1 / row.rate / wall, row.cpu - cpu
        yield (
            f"| {name} | {wall * 1e3:.1f} | {cpu * 1e3:.1f} | {1e3 / row.rate:.1f} "
            f"| {row.cpu * 1e3:.1f} | {ratios[name]:.2f} |"
        )
    yield ""
    yield from judged(
        ("right loop, times the floor", ratios["right loop"], "<=", 1.15),
        ("right matrix, ms of CPU above it", above["right matrix"] * 1e3, "<=", 20),
    )


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
