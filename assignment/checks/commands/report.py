"""``python check.py report``: the two functions of section 2.3 that have one right answer.

They have no points of their own; pytest says the same as this.
"""

import runpy
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..console import say, shortened, wrap
from ..running.kit import Kit
from ..running.process import CannotRun

FILE = "report.py"
FUNCTIONS = ("accuracy", "confusion_matrix")
Answer = float | list[list[int]]


@dataclass(frozen=True)
class Example:
    """A call with its right answer; ``classes`` are the guessed ones, then the true ones."""

    function: str
    classes: tuple[list[int], list[int]]
    right: Answer
    K: tuple[int, ...] = ()

    def __str__(self) -> str:
        """The call as one would type it."""
        arguments = (*(f"np.array({one})" for one in self.classes), *map(str, self.K))
        return f"{self.function}({', '.join(arguments)})"


# Worked out by hand.
EXAMPLES = (
    Example("accuracy", ([0, 1, 2, 2], [0, 1, 1, 2]), 0.75),
    Example("accuracy", ([2, 2, 1], [2, 2, 1]), 1.0),
    Example("accuracy", ([1, 0], [0, 1]), 0.0),
    Example("accuracy", ([3, 1, 0, 3, 2, 4, 4, 0], [3, 0, 0, 1, 2, 2, 4, 1]), 0.5),
    Example("confusion_matrix", ([0, 1, 1], [0, 1, 1]), [[1, 0], [0, 2]], (2,)),
    Example(
        "confusion_matrix",
        ([0, 2, 1, 2, 2], [0, 1, 1, 1, 2]),
        [[1, 0, 0], [0, 1, 2], [0, 0, 1]],
        (3,),
    ),
    Example(
        "confusion_matrix",
        ([3, 0, 3, 0], [0, 0, 1, 3]),
        [[1, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]],
        (4,),
    ),
)


@dataclass(frozen=True)
class Finding:
    """The state of a function: "ok", "to do" or "wrong", with a sentence if it is wrong."""

    function: str
    state: str
    message: str = ""


def run(kit: Kit | None = None) -> int:
    """Check and print. Returns 0 if both are right, 1 if not yet, 2 if nothing can run."""
    kit = kit or Kit()
    try:
        findings = examine(kit.folder / FILE)
    except CannotRun as problem:
        say(wrap(str(problem)))
        return 2
    say(f"{FILE}, section 2.3\n")
    for finding in findings:
        say(f"  {finding.function:<16}  {finding.state}")
    for finding in findings:
        if finding.message:
            say("\n" + wrap(finding.message))
    right = all(finding.state == "ok" for finding in findings)
    say("\n" + wrap("These have no points of their own; python report.py builds the report."))
    return 0 if right else 1


def examine(path: Path) -> tuple[Finding, ...]:
    """Check both functions of the file.

    Raises:
        CannotRun: if the file is missing or cannot be run.
    """
    names = _load(path)
    return tuple(_finding(names.get(name), name, path) for name in FUNCTIONS)


def _load(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise CannotRun(f"There is no {path.name} in {path.parent}: take it from the zip again.")
    try:
        return runpy.run_path(str(path), run_name="students_report")
    except SyntaxError as problem:
        where = f"{path.name}, line {problem.lineno}"
        raise CannotRun(f"Syntax error in {where}: {problem.msg}.") from None
    except (Exception, SystemExit) as exc:
        raise CannotRun(f"{path.name} cannot be run. {_described(exc, path)}") from None


def _finding(function: Any, name: str, path: Path) -> Finding:
    if not callable(function):
        return Finding(name, "wrong", f"There is no function `{name}` in {path.name}.")
    for example in (example for example in EXAMPLES if example.function == name):
        try:
            got = function(*map(np.array, example.classes), *example.K)
        except NotImplementedError:
            return Finding(name, "to do")
        except (Exception, SystemExit) as exc:
            return Finding(name, "wrong", f"{example} raised {_described(exc, path)}")
        if not _equal(got, example.right):
            message = f"{example} gave {_shown(got)}; expected {_shown(example.right)}."
            return Finding(name, "wrong", f"{message} {_hint(got, example)}".rstrip())
    return Finding(name, "ok")


def _equal(got: Any, right: Answer | np.ndarray) -> bool:
    expected = np.asarray(right, dtype=float)
    try:
        numbers = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return False
    if expected.ndim == 0:
        numbers = numbers.squeeze()
    return numbers.shape == expected.shape and bool(np.allclose(numbers, expected, 0, 1e-9))


def _hint(got: Any, example: Example) -> str:
    right = np.asarray(example.right, dtype=float)
    if got is None:
        return "It returns nothing: is a `return` missing?"
    if right.ndim == 0:
        count = len(example.classes[0])
        return _first(
            got,
            (right * 100, "A share lies between 0 and 1; this is a percentage."),
            (right * count, "This is the number of right guesses; divide by how many there are."),
            (1 - right, "This is the share of wrong guesses."),
        )
    rows = right / np.maximum(right.sum(axis=1, keepdims=True), 1)
    return _first(
        got,
        (right.T, "Rows are the true classes and columns the guessed ones, not the other way."),
        (rows, "These are shares; count the patterns."),
        (right / right.sum(), "These are shares; count the patterns."),
        (right > 0, "Some classes are confused more than once: add up, do not set to 1."),
    )


def _first(got: Any, *hints: tuple[Any, str]) -> str:
    return next((hint for wrong, hint in hints if _equal(got, wrong)), "")


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return shortened(str(value))


def _described(exc: BaseException, path: Path) -> str:
    frames = traceback.extract_tb(exc.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path]
    where = f" ({path.name}, line {lines[-1]})" if lines else ""
    return shortened(f"{type(exc).__name__}: {exc}{where}.")
