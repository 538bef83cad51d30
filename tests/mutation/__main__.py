"""Measure the strength of the cases: mutants of the reference, judged by the graded cases.

``make mutation`` lets mutmut make and run the mutants in a temporary tree, and writes RESULTS.md.
It fails where hidden cases kill less than 98 % of the mutants that are not equivalent, public
ones less than 90 %, or where a survivor is not explained in equivalents.toml.
"""

import ast
import datetime
import difflib
import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.paths import ROOT
from tests.builders.processes import run as run_command

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
HIDDEN_SHARE, PUBLIC_SHARE = 0.98, 0.90
HELPERS = {"cross_entropy": "train_nn"}
"""Helpers of the reference, and the function that each belongs to."""

CONFIGURATION = """
[tool.mutmut]
source_paths = ["neural_network.py"]
pytest_add_cli_args_test_selection = ["test_strength.py"]
"""


class Broken(Exception):
    """The run cannot be trusted; the text says why."""


class Loss(msgspec.Struct, frozen=True):
    """An output that a mutant loses."""

    function: str
    public: bool
    case: str


class Seen(msgspec.Struct, frozen=True):
    """The outputs that a mutant loses, as strength.py writes them."""

    mutant: str
    lost: tuple[Loss, ...]


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that no fair case can kill: its function, the line before and after, and why."""

    function: str
    before: str
    after: str
    because: str


@dataclass(frozen=True)
class Mutant:
    """One mutant: the line that was changed, and what it lost."""

    function: str
    before: str
    after: str
    lost: tuple[Loss, ...]

    def killed(self, *, public: bool, own: bool = False) -> bool:
        """Whether a public (or hidden) case sees it; with ``own`` one of the same function."""
        home = HELPERS.get(self.function, self.function)
        return any(
            loss.public == public and (not own or loss.function == home) for loss in self.lost
        )


def main() -> int:
    """Run, write RESULTS.md, and say whether the cases are strong enough."""
    with tempfile.TemporaryDirectory() as folder:
        mutants = tuple(run(Path(folder)))
    known = msgspec.convert(
        tomllib.loads((HERE / "equivalents.toml").read_text(encoding="utf-8"))["equivalent"],
        tuple[Equivalent, ...],
    )
    report = Report(mutants, known)
    write(report.text())
    print(report.text())
    for complaint in report.complaints():
        print(complaint, file=sys.stderr)
    return 1 if any(report.complaints()) else 0


def run(tree: Path) -> Iterator[Mutant]:
    """Let mutmut make and judge the mutants of the reference in a copied tree."""
    shutil.copy(ROOT / "solution" / "neural_network.py", tree)
    shutil.copy(HERE / "strength.py", tree / "test_strength.py")
    (tree / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
    log = tree / "log.jsonl"
    # Its progress is drawn with control characters: kept, and shown only if something goes wrong.
    env = {**os.environ, "PYTHONPATH": str(ROOT), "STRENGTH_LOG": str(log)}
    ran = run_command([sys.executable, "-m", "mutmut", "run"], tree, env)
    if ran.returncode or not log.exists():
        raise Broken(f"mutmut ended with {ran.returncode}:\n{ran.stdout[-3000:]}{ran.stderr}")
    seen = [msgspec.json.decode(line, type=Seen) for line in log.read_bytes().splitlines()]
    texts = functions_of((tree / "mutants" / "neural_network.py").read_text(encoding="utf-8"))
    made = {name for name in texts if re.search(r"__mutmut_\d+$", name)}
    judged = {one.mutant.removeprefix("neural_network.") for one in seen}
    # A mutant that hangs or crashes writes nothing, and needs a look.
    if made != judged or len(seen) != len(judged):
        raise Broken(f"not judged exactly once: {sorted(made ^ judged)}")
    parts = ((one.mutant.removeprefix("neural_network."), one.lost) for one in seen)
    parts = ((*name.rpartition("__mutmut_"), name, lost) for name, lost in parts)
    for stem, _, _, name, lost in sorted(parts, key=lambda part: (part[0], int(part[2]))):
        before, after = changed(texts[f"{stem}__mutmut_orig"], texts[name])
        yield Mutant(stem.removeprefix("x_"), before, after, lost)


def functions_of(source: str) -> dict[str, str]:
    """The text of every function in a module, without its first line, which has its name."""
    return {
        node.name: "\n".join((ast.get_source_segment(source, node) or "").split("\n")[1:])
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }


def changed(before: str, after: str) -> tuple[str, str]:
    """The lines that two texts do not share, on either side, without indentation."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    gone, come = (
        "\n".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return gone, come


class Report:
    """The report on a run."""

    def __init__(self, mutants: tuple[Mutant, ...], known: tuple[Equivalent, ...]) -> None:
        self.mutants = mutants
        self._known = {(one.function, one.before, one.after): one for one in known}
        self.real = tuple(one for one in mutants if self._equivalent(one) is None)

    def _equivalent(self, mutant: Mutant) -> Equivalent | None:
        return self._known.get((mutant.function, mutant.before, mutant.after))

    def share(self, *, public: bool) -> float:
        """The share of mutants, equivalent ones left out, that hidden or public cases kill."""
        return sum(one.killed(public=public) for one in self.real) / len(self.real)

    def complaints(self) -> Iterator[str]:
        """Yield a sentence for each rule that the run breaks."""
        for name, public, least in (
            ("hidden", False, HIDDEN_SHARE),
            ("public", True, PUBLIC_SHARE),
        ):
            if self.share(public=public) < least:
                yield f"The {name} cases kill {self.share(public=public):.1%}, not {least:.0%}."
        for mutant in self.real:
            if not mutant.lost:
                yield f"Not explained: in {mutant.function}, {mutant.before} -> {mutant.after}"
        found = {key for one in self.mutants for key in [(one.function, one.before, one.after)]}
        for key in self._known.keys() - found:
            yield f"equivalents.toml explains a mutant that is not made: {key}"
        for mutant in self.mutants:
            if mutant.lost and self._equivalent(mutant):
                yield f"Called equivalent, yet killed: {mutant.before} -> {mutant.after}"

    def text(self) -> str:
        """The text of RESULTS.md."""
        versions = ", ".join(
            f"{name} {importlib.metadata.version(name)}" for name in ("mutmut", "numpy")
        )
        today = datetime.datetime.now(datetime.UTC).date()
        parts = (
            "# Strength of the cases",
            f"Written by `make mutation` on {today}: Python {platform.python_version()}, "
            f"{versions}.",
            "Mutants of `solution/neural_network.py`, judged by the graded cases. *Own* counts "
            "those that are seen by a case of the very function they are in; the others are "
            "seen by a case of a function above. Equivalent mutants are listed in "
            "`equivalents.toml`, each with its reason, and are left out of the shares.",
            "\n".join(self._table()),
            "\n".join(self._missed("hidden", public=False)),
            "\n".join(self._missed("public", public=True)),
        )
        return "\n\n".join(parts) + "\n"

    def _table(self) -> Iterator[str]:
        yield "| function | mutants | equivalent | hidden | own | public | own |"
        yield "|---|---:|---:|---:|---:|---:|---:|"
        functions = dict.fromkeys(one.function for one in self.mutants)
        for function in functions:
            own = [one for one in self.mutants if one.function == function]
            yield self._row(f"`{function}`", own)
        yield self._row("together", self.mutants)
        yield (
            f"| share | | | {self.share(public=False):.1%} | | {self.share(public=True):.1%} | |"
        )

    def _row(self, name: str, mutants: Iterable[Mutant]) -> str:
        mutants = tuple(mutants)
        real = [one for one in mutants if one in self.real]
        killed = [
            sum(one.killed(public=public, own=own) for one in real)
            for public in (False, True)
            for own in (False, True)
        ]
        cells = [len(mutants), len(mutants) - len(real), *killed]
        return f"| {name} | {' | '.join(map(str, cells))} |"

    def _missed(self, name: str, *, public: bool) -> Iterator[str]:
        missed = [one for one in self.real if not one.killed(public=public)]
        if not missed:
            yield f"No mutant that is not equivalent escapes the {name} cases."
            return
        yield f"What escapes the {name} cases:"
        yield ""
        for one in missed:
            yield f"- `{one.function}`: `{one.before}` as `{one.after}`"


def write(text: str) -> None:
    """Write RESULTS.md, unless only the date would change."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    before, after = (re.sub(r"on \d{4}-\d\d-\d\d:", "", each) for each in (old, text))
    if before != after:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
