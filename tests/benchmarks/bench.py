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
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# Only now, since this file is run as a script and numpy must not start threads.
from tests.benchmarks.growth import growth  # noqa: E402
from tests.benchmarks.lines import say  # noqa: E402
from tests.benchmarks.over_the_floor import over_the_floor  # noqa: E402
from tests.benchmarks.side_by_side import side_by_side  # noqa: E402

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> None:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="small numbers, nothing written")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="backprop-bench-") as folder:
        text = "\n".join(report(Path(folder), given.quick))
    print(text)
    if not given.quick:
        RESULTS.write_text(text + "\n", encoding="utf-8")


def report(folder: Path, quick: bool) -> Iterator[str]:
    """The lines of the table."""
    otter = install_otter(folder / "venv")
    yield from heading(otter)
    yield from side_by_side(folder, otter, *((1, 1) if quick else (3, 5)))
    yield from over_the_floor(folder, 3 if quick else 30)
    yield from growth(folder, (20, 100) if quick else (100, 1_000, 10_000))


def install_otter(place: Path) -> Path:
    """otter-grader in an environment that goes away with the benchmark.

    Always in one of its own: where other packages are, it loads more of them and is much slower.
    """
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


if __name__ == "__main__":
    main()
