"""The functions that a student has written, and advice where one is missing or fails.

    own = Student()
    with own.needs("ffnn", "train_nn"):
        own.ffnn(x, M, K, W1, W2)

The files are loaded as the checks load them: their functions, without what they train or plot.
Whatever goes wrong inside ``needs`` becomes a sentence: what to finish or to check first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from checks.commands.submit import unwritten
from checks.console import listed, say, wrap
from checks.loading.loader import SourceError, decode, failure, load
from checks.model.questions import BONUS, QUESTIONS, by_function

HERE = Path(__file__).resolve().parent.parent
FILES = {
    **{question.function: "neural_network.py" for question in QUESTIONS},
    **{question.function: "bonus.py" for question in BONUS},
}
"""Which file each function is in."""


class Student:
    """All functions of neural_network.py and bonus.py in a folder, by their names."""

    def __init__(self, folder: Path = HERE) -> None:
        self._folder = folder
        self._modules: dict[str, ModuleType] = {}

    def __getattr__(self, name: str) -> Any:
        if name not in FILES:
            raise AttributeError(f"{name} is no function of the assignment")
        return getattr(self._module(FILES[name]), name)

    @contextmanager
    def needs(self, *functions: str) -> Iterator[None]:
        """Run the block; if it fails, say which of these functions to write or fix first.

        It fails if a function is not written, raises, or returns something that cannot be drawn.
        """
        try:
            yield
        except (Exception, SystemExit) as problem:
            say(wrap(self._advice(functions, problem)))

    def _module(self, file: str) -> ModuleType:
        """Load a file when it is first needed: a missing one fails only its own sections."""
        if file not in self._modules:
            loaded = load(self._source(file), filename=str(self._folder / file))
            self._modules[file] = loaded.module
        return self._modules[file]

    def _source(self, file: str) -> str:
        return str(decode((self._folder / file).read_bytes()))

    def _advice(self, functions: tuple[str, ...], problem: BaseException) -> str:
        try:
            missing = [f for f in functions if unwritten(self._source(FILES[f]), (f,))]
        except FileNotFoundError as absent:
            name = Path(str(absent.filename)).name
            return f"There is no {name} in this folder: take the empty one from the zip again."
        except (OSError, SourceError) as unreadable:
            return f"First fix {FILES[functions[0]]}: {unreadable}"
        found = failure(problem)
        if not missing and found.not_implemented:
            missing = [found.origin]
        if missing:
            sections = ", ".join(dict.fromkeys(by_function(name).number for name in missing))
            them = "it is" if len(missing) == 1 else "they are"
            return (
                f"First finish {listed(missing)} (handout {sections}): {them} not written yet. "
                "Then run this notebook from its beginning."
            )
        what = " ".join(f"{found.kind}: {found.text}".split())[:200]
        if found.line:
            return (
                f"First fix {listed(functions)}: {what} (line {found.line} of your file). "
                f"python check.py {' '.join(functions)} says more."
            )
        return (
            f"This cannot be drawn yet ({what}). It needs {listed(functions)}: "
            f"python check.py {' '.join(functions)} says whether what they return is right."
        )
