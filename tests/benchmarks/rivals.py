"""The same cases for ``otter run`` and for one pytest process per submission."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assignment.checks import tagged
from assignment.checks.questions import FUNCTIONS, by_function
from autograder.answers import Answers

_PYTEST = """\
import json
import sys
from pathlib import Path

import neural_network
import pytest

from support.same_cases import CASES, right


@pytest.mark.parametrize(
    ("case", "output"), [(i, output) for i, case in CASES.items() for output in case["points"]]
)
def test_output(case, output):
    assert right(getattr(neural_network, CASES[case]["function"]), case, output)
"""


@dataclass
class Measured:
    """One way of grading: wall time of all, CPU per submission, and the largest process."""

    count: int
    seconds: float
    cpu: float
    peak_mib: float

    @property
    def rate(self) -> float:
        """Submissions per second."""
        return self.count / self.seconds


def support(folder: Path) -> Path:
    """The folder that both need: cases with their answers, and how to compare."""
    answers = Answers()
    cases = [
        {
            "id": case.id,
            "function": case.function,
            "outputs": by_function(case.function).outputs,
            "points": dict(case.points),
            "inputs": tagged.encode(list(case.inputs.values())),
            "expected": {
                output: {
                    "tolerance": right.tolerance,
                    "accepted": tagged.encode(list(right.accepted)),
                }
                for output, right in answers.expected(case).items()
            },
        }
        for case in answers.graded
    ]
    place = folder / "support"
    place.mkdir(parents=True)
    (place / "__init__.py").write_text("")
    (place / "cases.json").write_text(json.dumps(cases))
    shutil.copy(Path(tagged.__file__), place)
    shutil.copy(Path(__file__).with_name("same_cases.py"), place)
    return place


def otter_autograder(folder: Path, otter: Path) -> Path:
    """An otter autograder of the same cases, one test file for each function."""
    place = support(folder)
    tests = folder / "tests"
    tests.mkdir()
    cases = json.loads((place / "cases.json").read_text())
    for function in FUNCTIONS:
        doctests = [
            {
                "code": (
                    ">>> from support.same_cases import right\n"
                    f">>> bool(right({function}, {case['id']!r}, {output!r}))\nTrue"
                ),
                "hidden": False,
                "points": points,
            }
            for case in cases
            if case["function"] == function
            for output, points in case["points"].items()
        ]
        suite = {"cases": doctests, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": function, "points": None, "suites": [suite]}
        (tests / f"{function}.py").write_text(f"OK_FORMAT = True\n\ntest = {test!r}\n")
    (folder / "requirements.txt").write_text("numpy\n")
    (folder / "config.json").write_text("{}")
    subprocess.run(
        [
            otter, "generate", "-t", "tests", "-o", "autograder.zip", "-c", "config.json",
            "-r", "requirements.txt", "--no-environment", "support",
        ],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder / "autograder.zip"


def otter_run(folder: Path, otter: Path, grader: Path) -> Callable[[str, str], list[str]]:
    """How ``otter run`` grades one submission."""

    def command(name: str, source: str) -> list[str]:
        place = _handed_in(folder / name, source)
        return [
            str(otter),
            "run",
            "-a",
            str(grader),
            "-o",
            str(place),
            f"{place}/neural_network.py",
        ]

    return command


def pytest_run(folder: Path) -> Callable[[str, str], list[str]]:
    """How pytest grades one submission."""

    def command(name: str, source: str) -> list[str]:
        place = _handed_in(folder / name, source)
        (place / "test_outputs.py").write_text(_PYTEST)
        shutil.copytree(folder / "support", place / "support")
        return [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--tb=no",
            "-p",
            "no:cacheprovider",
            str(place),
        ]

    return command


def _handed_in(place: Path, source: str) -> Path:
    """A folder with nothing but this file in it; a turn may be measured again."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "neural_network.py").write_text(source)
    return place


def measure(
    command: Callable[[str, str], list[str]],
    submissions: Sequence[tuple[str, str]],
    slots: int,
) -> Measured:
    """Grade with ``slots`` processes side by side."""
    commands = [command(name, source) for name, source in submissions]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": ""}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with ThreadPoolExecutor(slots) as pool:
        used = list(pool.map(lambda words: _run(words, environment), commands))
    seconds = time.perf_counter() - began
    return Measured(
        len(commands),
        seconds,
        sum(cpu for cpu, _ in used) / len(used),
        max(peak for _, peak in used),
    )


def _run(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """CPU seconds of a command with all that it started, and the MiB of its largest process."""
    # A process in between, so that the figures of its children are this command's alone.
    program = (
        "import resource, subprocess, sys; "
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, *words],
        env=environment, capture_output=True, text=True, check=True, cwd="/",
    )  # fmt: skip
    cpu, peak = done.stdout.split()
    return float(cpu), float(peak)
