"""Files as students submit them: right, unfinished, and with misconceptions."""

from collections.abc import Mapping
from pathlib import Path

from autograder.commands import grade
from autograder.paths import ROOT
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS

RIGHT = (ROOT / "solution/neural_network.py").read_text("utf-8")
FAST = next(variant.source for variant in VARIANTS if variant.id == "matrix_form")
STUB = (ROOT / "assignment/neural_network.py").read_text("utf-8")


def mistake(*names: str) -> str:
    """The reference with the misconceptions of these ids."""
    entries = {entry.id: entry for entry in CATALOGUE}
    return source_of(*(entries[name] for name in names))


def graded(folder: Path, sources: Mapping[str, str], out: Path, *, replace: bool = False) -> Path:
    """Write these files into a folder and grade them into another one, which is returned."""
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    options = grade.Options(out=out, unsafe=True, jobs=1, replace=replace)
    assert grade.grade([folder], options) == 0
    return out
