"""``make bench``: how fast the grader is beside otter and pytest, and what a large class costs.

Every program runs as a command, so what is measured is what a user waits for. Programs that are
compared run in turn, and a ratio is the median of the rounds' ratios. A full run takes about a
quarter of an hour on two idle cores and writes RESULTS.md beside this file; ``--quick FILE`` tries
the benchmark out with small numbers and writes another file. CPU time is that of the command and
all its children, from ``wait4``. "Each more file" is the difference between a large and a small
class divided by the files between them: it leaves out the start of the program.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from types import SimpleNamespace as Namespace

from assignment.checks.model.questions import FUNCTIONS
from assignment.checks.model.version import VERSION
from autograder.paths import ROOT
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.benchmarks import same_cases
from tests.builders.sources import RIGHT, STUB

OTTER, PYTEST, OURS = "`otter run`", "pytest", "this grader"


# Rounds, files of the mix (and for otter and pytest), and the classes that are compared.
FULL = Namespace(rounds=5, rivals=6, mix=96, more=(7, 42), growth=(1_000, 10_000))
QUICK = Namespace(rounds=1, rivals=1, mix=2, more=(1, 2), growth=(2, 4))


@dataclass(frozen=True)
class Run:
    """What a command took, the most its first process had in use beside children, and its text."""

    seconds: float
    cpu: float
    working_mib: float
    printed: str


def run(words: list[str], cwd: Path, path: Path | str = "") -> Run:
    """Run a command with ``path`` as PYTHONPATH; one that fails ends the benchmark."""
    given = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": ""}
    ended, working = 0, 0.0
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            words, cwd=cwd, env={**os.environ, **given}, stdout=output, stderr=output
        )
        while not ended:
            time.sleep(0.01)
            working = max(working, _working_mib(process.pid))
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read()
    if process.returncode not in (0, 1):  # 1: pytest found something wrong in a wrong file
        sys.exit(f"{' '.join(words)} ended with {process.returncode}: {printed}")
    return Run(seconds, used.ru_utime + used.ru_stime, working, printed)


def _working_mib(pid: int) -> float:
    """MiB that a process has in use, or 0 where it has no children."""
    try:
        if not Path(f"/proc/{pid}/task/{pid}/children").read_text():
            return 0.0
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:  # it has just ended
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def sources() -> dict[str, list[str]]:
    """The files that are graded, by kind; ``mix`` is a small class of all kinds."""
    variants = {variant.id: variant.source for variant in VARIANTS}
    loop, matrix = variants["by_the_letter"], variants["matrix_form"]
    # three forward passes for each pattern instead of one, as many students write it
    step, again = "guesses[n] = np.argmax(y)\n", "y = ffnn(X_train[n, :], M, K, W1, W2)[0]\n"
    slow = loop.replace(f"            {step}", (" " * 12).join(("", again, step, again)))
    assert slow != loop
    wrong = {
        function: next(source_of(e) for e in CATALOGUE if e.function == function and not e.remark)
        for function in FUNCTIONS
    }
    return {
        "mix": [loop, slow, matrix, STUB, wrong["ffnn"], wrong["backprop"]],
        "right": [RIGHT],
        "right loop": [loop],
        "wrong": list(wrong.values()),
        "light": [matrix, STUB],
    }


def say(what: str) -> None:
    """Show progress on stderr."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


class Programs:
    """The commands, in a folder that goes away with the benchmark."""

    def __init__(self, folder: Path, otter: Path) -> None:
        self.folder, self.otter = folder, otter
        self.rivals = [OTTER, PYTEST] if otter.exists() else [PYTEST]
        same_cases.write(folder)
        if otter.exists():
            same_cases.write_otter_tests(folder)
            options = "-t tests -c config.json -r requirements.txt --no-environment"
            run([str(otter), "generate", *options.split(), "support"], folder)

    def submissions(self, kind: str, count: int) -> Path:
        """A folder with ``count`` submissions, no two alike."""
        place = self.new_folder()
        for number, source in enumerate(islice(cycle(sources()[kind]), count)):
            path = place / f"s{number:06}" / "neural_network.py"
            path.parent.mkdir()
            path.write_text(f"{source}\n# {number}\n", encoding="utf-8")
        return place

    def new_folder(self) -> Path:
        """An empty folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def grade(self, submissions: Path, processes: int = 1, out: Path | None = None) -> Run:
        """``autograder grade`` with so many pool processes."""
        words = [sys.executable, "-m", "autograder", "grade", str(submissions)]
        out = out or self.new_folder() / "out"
        return run([*words, "--out", str(out), "--jobs", str(processes)], self.folder, ROOT)

    def floor(self, submissions: Path) -> Run:
        """The calls alone, in one process without a sandbox and without a judge."""
        files = map(str, sorted(submissions.glob("*/*.py")))
        return run([sys.executable, "-m", "support.same_cases", *files], self.folder)

    def one_by_one(self, name: str, submissions: Path, processes: int) -> tuple[float, float]:
        """otter or pytest once for each file, ``processes`` at a time; seconds, also of CPU."""
        otter = [str(self.otter), "run", "-a", "autograder.zip", "-o"]
        pytest = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider"]
        pytest += ["--rootdir", str(self.folder), "support/same_cases.py"]

        def command(file: Path) -> Run:
            if name == OTTER:
                return run([*otter, str(file.parent), str(file)], self.folder)
            return run(pytest, self.folder, file.parent)

        began = time.perf_counter()
        with ThreadPoolExecutor(processes) as threads:
            runs = list(threads.map(command, sorted(submissions.glob("*/*.py"))))
        return time.perf_counter() - began, sum(each.cpu for each in runs)


def install_otter(place: Path) -> Path:
    """Install otter-grader in an environment of its own; returns its command.

    Never in the kit's: where other packages are, otter loads more of them and is much slower.
    """
    say("installing otter-grader in an environment of its own")
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    wanted = ["otter-grader[grading]>=7,<8", f"numpy=={version('numpy')}"]
    subprocess.run([place / "bin/python", "-m", "pip", "install", "-q", *wanted], check=True)
    return place / "bin" / "otter"


def row(what: str, figure: float, goal: str = "", digits: int = 2) -> str:
    """A line of the table; ``goal`` is empty, or such as ">= 30" or "<= 4"."""
    reached = ""
    if goal:
        relation, wanted = goal.split()
        holds = figure >= float(wanted) if relation == ">=" else figure <= float(wanted)
        reached = "yes" if holds else "**no**"
    return f"| {what} | {figure:,.{digits}f} | {goal} | {reached} |"


def ratios(first: list[float], second: list[float]) -> float:
    """The median of the rounds' ratios."""
    return median(a / b for a, b in zip(first, second, strict=True))


def side_by_side(programs: Programs, sizes: Namespace) -> Iterator[str]:
    """otter, pytest and this grader on the same mix, with one and with two processes."""
    rates, cpus = defaultdict(list), defaultdict(list)
    few, many = (programs.submissions("mix", count) for count in (sizes.rivals, sizes.mix))
    for turn in range(sizes.rounds):
        for processes in (1, 2):
            say(f"the mix with {processes} process(es), round {turn + 1} of {sizes.rounds}")
            ours = programs.grade(many, processes)
            rates[OURS, processes].append(sizes.mix / ours.seconds)
            cpus[OURS].append(ours.cpu / sizes.mix)
            for name in programs.rivals:
                seconds, cpu = programs.one_by_one(name, few, processes)
                rates[name, processes].append(sizes.rivals / seconds)
                cpus[name].append(cpu / sizes.rivals)
    for name in (*programs.rivals, OURS):
        for processes in (1, 2):
            what = f"{name}, {processes} at a time: files a second"
            yield row(what, median(rates[name, processes]))
        yield row(f"{name}: CPU seconds for each file", median(cpus[name]))
    for name in programs.rivals:
        for processes in (1, 2):
            ratio = ratios(rates[OURS, processes], rates[name, processes])
            what = f"{OURS}, times {name}, {processes} at a time"
            yield row(what, ratio, ">= 30" if name == OTTER else ">= 3")
    yield row("2 pool processes against 1", ratios(rates[OURS, 2], rates[OURS, 1]))


def each_more_file(programs: Programs, sizes: Namespace) -> Iterator[str]:
    """The floor against right files, and right files against wrong ones, with one process."""
    kinds = ("right loop", "right", "wrong")
    classes = {kind: [programs.submissions(kind, n) for n in sizes.more] for kind in kinds}
    more = sizes.more[1] - sizes.more[0]
    costs, seconds = defaultdict(list), defaultdict(list)
    for turn in range(sizes.rounds):
        say(f"the cost of each more file, round {turn + 1} of {sizes.rounds}")
        for kind in kinds:
            for way in (programs.floor, programs.grade) if kind != "wrong" else (programs.grade,):
                small, large = map(way, classes[kind])
                name = f"{'floor' if way == programs.floor else OURS}, {kind} file"
                costs[name].append(1e3 * (large.cpu - small.cpu) / more)
                seconds[name].append(1e3 * (large.seconds - small.seconds) / more)
    for name in costs:
        yield row(f"{name}: ms for each more file", median(seconds[name]), digits=1)
        yield row(f"{name}: ms of CPU for each more file", median(costs[name]), digits=1)
    loop = ratios(seconds[f"{OURS}, right loop file"], seconds["floor, right loop file"])
    yield row("right loop file: time against the floor", loop)
    wrong = ratios(costs[f"{OURS}, wrong file"], costs[f"{OURS}, right file"])
    yield row("wrong file: CPU against a right one", wrong, "<= 4")


def cold(programs: Programs, sizes: Namespace) -> Iterator[str]:
    """One right file, from the command to the feedback."""
    say("one right file from cold")
    folder = programs.submissions("right", 1)
    seconds = median(programs.grade(folder).seconds for _ in range(sizes.rounds))
    yield row("one right file from cold, seconds", seconds, "<= 1")


def growth(programs: Programs, sizes: Namespace) -> Iterator[str]:
    """A small class, a large one, and the large one again, unchanged; with two processes."""
    working = []
    for count in sizes.growth:
        say(f"{count:,} files")
        folder, out = programs.submissions("light", count), programs.new_folder() / "out"
        done = programs.grade(folder, 2, out)
        working.append(done.working_mib)
        yield row(f"{count:,} files: files a second", count / done.seconds)
        yield row(f"{count:,} files: grader's memory while it grades, MiB", working[-1], digits=0)
    small, large = sizes.growth
    yield row(f"MiB more from {small:,} to {large:,} files", working[1] - working[0], "<= 30", 1)
    say(f"{count:,} files again, unchanged")
    again = programs.grade(folder, 2, out)
    # Grading is a part of the command only: it also reads all files and writes all reports.
    found = re.search(rf"\b{count} unchanged, in ([\d.]+) s", again.printed)
    assert found, again.printed
    rate = count / max(float(found[1]), 0.05)
    yield row("unchanged files a second, without reading and reports", rate, ">= 2000", 0)


def heading(otter: Path) -> Iterator[str]:
    """Date, machine and versions."""
    its = "not measured"
    if otter.exists():
        asked = "import importlib.metadata as m; print(m.version('otter-grader'))"
        its = run([str(otter.with_name("python")), "-c", asked], ROOT).printed.strip()
    yield "# Benchmark\n"
    yield (
        f"Written by `make bench` on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} CPUs "
        f"({platform.machine()}), load {os.getloadavg()[0]:.1f}, Linux {platform.release()}, "
        f"kit {VERSION}, Python {platform.python_version()}, numpy {version('numpy')}, "
        f"pytest {version('pytest')}, otter-grader {its}.\n"
    )
    yield "| what | figure | goal | reached |\n|---|--:|---|---|"


def main() -> None:
    """Measure, print and write."""
    sizes, out = FULL, Path(__file__).with_name("RESULTS.md")
    if sys.argv[1:] and (len(sys.argv) != 3 or sys.argv[1] != "--quick"):
        sys.exit("usage: bench [--quick FILE]")
    if sys.argv[1:]:
        sizes, out = QUICK, Path(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="backprop-bench-") as folder:
        beside = Path(sys.executable).with_name("otter")
        otter = install_otter(Path(folder) / "venv") if sizes is FULL else beside
        programs = Programs(Path(folder), otter)
        measures = (side_by_side, each_more_file, cold, growth)
        parts = (heading(otter), *(measure(programs, sizes) for measure in measures))
        text = "".join(f"{line}\n" for part in parts for line in part)
    print(text, end="")
    out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
