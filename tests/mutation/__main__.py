"""Measure the strength of the cases: mutants of the reference, judged by the graded cases.

``make mutation`` lets mutmut make and run the mutants in a temporary tree, and writes RESULTS.md.
It fails where hidden cases kill less than 98 % of the mutants that are not equivalent, public
ones less than 90 %, or where a survivor is not explained in equivalents.toml.
"""

import ast
import difflib
import json
import os
import platform
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from autograder.paths import ROOT
from tests.builders.processes import run as run_command

HERE = Path(__file__).resolve().parent
HIDDEN_SHARE, PUBLIC_SHARE = 0.98, 0.90
HELPERS = {"cross_entropy": "train_nn"}
"""Helpers of the reference, and the function that each belongs to."""

CONFIGURATION = """
[tool.mutmut]
source_paths = ["neural_network.py"]
pytest_add_cli_args_test_selection = ["test_strength.py"]
"""


Key = tuple[str, str, str]
"""A function, the line before and the line after, without indentation."""


@dataclass(frozen=True)
class Mutant:
    """One mutant: what was changed, and the lost outputs, as function and whether it is public."""

    key: Key
    lost: list[tuple[str, bool]]

    def killed(self, *, public: bool, own: bool = False) -> bool:
        """Whether a public (or hidden) case sees it; with ``own`` one of the same function."""
        home = HELPERS.get(self.key[0], self.key[0])
        return any(shown == public and (not own or name == home) for name, shown in self.lost)


def main() -> int:
    """Run, write RESULTS.md, and say whether the cases are strong enough."""
    with tempfile.TemporaryDirectory() as folder:
        mutants = list(run(Path(folder)))
    listed = tomllib.loads((HERE / "equivalents.toml").read_text(encoding="utf-8"))["equivalent"]
    known = {tuple(key) for group in listed for key in group["mutants"]}
    real = [one for one in mutants if one.key not in known]
    text = report(mutants, real)
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)
    wrong = [*complaints(real), *mistaken(mutants, known)]
    print(*wrong, sep="\n", file=sys.stderr)
    return int(bool(wrong))


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
        sys.exit(f"mutmut ended with {ran.returncode}:\n{ran.stdout[-3000:]}{ran.stderr}")
    seen = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    lost = {name.removeprefix("neural_network."): outputs for name, outputs in seen}
    texts = functions_of((tree / "mutants" / "neural_network.py").read_text(encoding="utf-8"))
    made = {name for name in texts if re.search(r"__mutmut_\d+$", name)}
    # A mutant that hangs or crashes writes nothing, and needs a look.
    if made != lost.keys() or len(seen) != len(lost):
        sys.exit(f"not judged exactly once: {sorted(made ^ lost.keys())}")
    parts = (name.rpartition("__mutmut_") for name in made)
    for stem, mark, number in sorted(parts, key=lambda part: (part[0], int(part[2]))):
        name = stem + mark + number
        before, after = changed(texts[f"{stem}{mark}orig"], texts[name])
        yield Mutant((stem.removeprefix("x_"), before, after), lost[name])


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
    gone, come = ([line[2:].strip() for line in lines if line.startswith(sign)] for sign in "-+")
    return "\n".join(gone), "\n".join(come)


def share(real: list[Mutant], *, public: bool) -> float:
    """The share of mutants, equivalent ones left out, that hidden or public cases kill."""
    return sum(one.killed(public=public) for one in real) / len(real)


def complaints(real: list[Mutant]) -> Iterator[str]:
    """Yield a sentence for each share that is too small, and for each mutant that escapes all."""
    for name, public, least in (("hidden", False, HIDDEN_SHARE), ("public", True, PUBLIC_SHARE)):
        if share(real, public=public) < least:
            missed = [one.key for one in real if not one.killed(public=public)]
            yield f"The {name} cases kill less than {least:.0%}: what escapes them is {missed}"
    for function, before, after in (one.key for one in real if not one.lost):
        yield f"Not explained: in {function}, {before} -> {after}"


def mistaken(mutants: list[Mutant], known: set[Key]) -> Iterator[str]:
    """Yield a sentence for each mutant that equivalents.toml is wrong about."""
    for key in known - {one.key for one in mutants}:
        yield f"equivalents.toml explains a mutant that is not made: {key}"
    for _, before, after in (one.key for one in mutants if one.lost and one.key in known):
        yield f"Called equivalent, yet killed: {before} -> {after}"


def report(mutants: list[Mutant], real: list[Mutant]) -> str:
    """The text of RESULTS.md."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("mutmut", "numpy"))
    parts = (
        "# Strength of the cases",
        f"Written by `make mutation` with Python {platform.python_version()}, {versions}.",
        "Mutants of `solution/neural_network.py`, judged by the graded cases. *Own* counts "
        "those that are seen by a case of the very function they are in; the others are "
        "seen by a case of a function above. Equivalent mutants are listed in "
        "`equivalents.toml`, each with its reason, and are left out of the shares.",
        "\n".join(table(mutants, real)),
    )
    return "\n\n".join(parts) + "\n"


def table(mutants: list[Mutant], real: list[Mutant]) -> Iterator[str]:
    """The lines of the table: each function, and all of them."""
    yield "| function | mutants | equivalent | hidden | own | public | own |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for function in (*dict.fromkeys(one.key[0] for one in mutants), ""):
        made, judged = (
            [one for one in some if function in ("", one.key[0])] for some in (mutants, real)
        )
        killed = [
            sum(one.killed(public=public, own=own) for one in judged)
            for public in (False, True)
            for own in (False, True)
        ]
        cells = map(str, (len(made), len(made) - len(judged), *killed))
        yield f"| {f'`{function}`' if function else 'together'} | {' | '.join(cells)} |"
    yield f"| share | | | {share(real, public=False):.1%} | | {share(real, public=True):.1%} | |"


if __name__ == "__main__":
    sys.exit(main())
