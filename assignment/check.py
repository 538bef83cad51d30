"""Check your work. In a terminal: python check.py, or python check.py ffnn.

In a notebook: from check import check; check("ffnn"). An editor's run button does it as well.
python check.py --submit shows what you are about to submit, --html writes the result as a page.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

USAGE = """python check.py             checks all seven functions
python check.py ffnn        checks one function, or several
python check.py 1.3         checks the functions of one section
python check.py backprop --steps   shows your steps in the example of section 1.4
python check.py --html      writes the result, with pictures, as a page: feedback.html
python check.py bonus       checks the optional exercises in bonus.py
python check.py report      checks accuracy and confusion_matrix in report.py
python check.py --submit    shows what you are about to submit
python check.py --summary FILE   adds the result to a file, as Markdown (for GitHub)
"""


def check(*names: Any) -> None:
    """Check the functions with these names, or all seven, and print what is right and wrong.

    The file is read anew each time. Names, and the functions themselves, are both fine.
    """
    # What a notebook has imported before is old by now.
    sys.modules.pop("neural_network", None)
    main([name if isinstance(name, str) else name.__name__ for name in names if name is not None])


def example(name: str) -> Any:
    """The arguments of the public case ``name``: inputs = example("ffnn-handout")."""
    return _module("running.example").example(name)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; returns the exit code 0 (right), 1 (not yet) or 2 (cannot)."""
    if "-h" in arguments or "--help" in arguments:
        report = (Path(__file__).parent / "report.py").is_file()
        width = max(40, shutil.get_terminal_size((80, 24)).columns)
        for line in USAGE.splitlines():
            if report or "report" not in line:
                print(textwrap.fill(line, width, subsequent_indent=" " * 8, break_on_hyphens=False))
        return 0
    try:
        if "--submit" in arguments:
            return int(_module("commands.submit").submit())
        if "--summary" in arguments or "--classroom" in arguments:
            return int(_module("commands.github_summary").run(arguments))
        if "--html" in arguments:
            names = [word for word in arguments if word != "--html"]
            return int(_module("commands.html").run(names))
        if "--steps" in arguments:
            names = [word for word in arguments if word != "--steps"]
            return int(_module("commands.steps").run(names))
        if list(arguments[:1]) == ["bonus"]:
            return int(_module("commands.check").run(arguments[1:], bonus=True))
        if list(arguments) == ["report"]:
            return int(_module("commands.report").run())
        return int(_module("commands.check").run(arguments))
    except _CannotStart as problem:
        print(problem)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.")
        return 2


class _CannotStart(Exception):
    """The checks themselves cannot run; the text says what is missing."""


def _module(name: str) -> Any:
    """A module of the package ``checks`` beside this file, from wherever this one is run."""
    if sys.version_info < (3, 11):  # noqa: UP036 # students do start it with an older one
        version = sys.version.split()[0]
        raise _CannotStart(f"Python 3.11 or newer is needed; this is {version} ({sys.executable}).")
    import importlib

    package = (__package__ + "." if __package__ else "") + "checks"
    folder = str(Path(__file__).resolve().parent)
    if package == "checks" and folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        return importlib.import_module(package + "." + name)
    except ModuleNotFoundError as problem:
        if problem.name == package or (problem.name or "").startswith(package + "."):
            raise _CannotStart(
                "The folder `checks` beside check.py is missing or not complete: "
                "unzip the kit again."
            ) from None
        raise _CannotStart(
            f"The package {problem.name} is missing here. In a terminal, in this folder:\n"
            f"    {sys.executable} -m pip install -r requirements.txt"
        ) from None


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # `python check.py | more`, and the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
