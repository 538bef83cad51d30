"""Files as students submit them: right, unfinished, and with misconceptions."""

from collections.abc import Mapping
from pathlib import Path

from autograder.commands import grade
from autograder.paths import ROOT
from solution.misconceptions import CATALOGUE, Misconception, source_of
from solution.misconceptions.entry import text_of
from solution.variants import VARIANTS

RIGHT = (ROOT / "solution/neural_network.py").read_text("utf-8")
SOLUTIONS = {"reference": RIGHT} | {variant.id: variant.source for variant in VARIANTS}
FAST = SOLUTIONS["matrix_form"]
STUB = (ROOT / "assignment/neural_network.py").read_text("utf-8")


def mistake(*names: str) -> str:
    """The reference with the misconceptions of these ids."""
    entries = {entry.id: entry for entry in CATALOGUE}
    return source_of(*(entries[name] for name in names))


def edited(function: str, *edits: tuple[str, str]) -> str:
    """The reference with edits of one function; each old text occurs there exactly once."""
    return source_of(Misconception("an edit", function, edits, ""))


def with_function(function: str, text: str, source: str = RIGHT) -> str:
    """A source with another text of one function."""
    return source.replace(text_of(source, function), text)


def around(function: str, text: str, source: str = RIGHT) -> str:
    """A source with a function that may call the one before under the name ``before``."""
    before = text_of(source, function).replace(f"def {function}(", f"def before_{function}(", 1)
    text = text.replace("before(", f"before_{function}(")
    return with_function(function, f"{before}\n\n\n{text}\n\n", source)


def graded(folder: Path, sources: Mapping[str, str], out: Path, *, replace: bool = False) -> Path:
    """Write these files into a folder and grade them into another one, which is returned."""
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    options = grade.Options(out=out, unsafe=True, jobs=1, replace=replace)
    assert grade.grade([folder], options) == 0
    return out
