"""The same scores natively, through otter, and on Gradescope.

``make otter`` grades natively and through otter (`runs`). ``make platforms`` does so on Gradescope,
too, which is a root file system of its own (`rootfs`), and writes RESULTS.md beside this file.
``--all`` takes every right variant and every misconception instead of a sample. The exit code is 1
where a score differs, in total or in a section, 2 where this machine lacks something.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from assignment.checks.model.version import VERSION
from autograder.paths import ROOT
from autograder.platforms.gradescope.bundle import gradescope_zip
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.builders.archives import zipped
from tests.builders.files import notebook
from tests.builders.sources import RIGHT, STUB
from tests.platforms.gradescope_proof import WRONG, submissions
from tests.platforms.rootfs import Outcome, Unprepared, image
from tests.platforms.runs import Points, Ran, native, through_otter

RESULTS = Path(__file__).with_name("RESULTS.md")
FEW, MANY = 20, 25
"""How many submissions a sample has, without and with Gradescope."""
STYLES = ("matrix_form", "lists_everywhere", "plots_and_prints", "row_vectors", "network_class")
HOSTILE = ("wrong", "spy", "endless", "six_gigabytes")
NAME = "neural_network.py"
Files = dict[str, tuple[str, bytes]]
"""Submissions by name, each one file."""
Scores = Mapping[str, Points]
"""Points by submission."""


def everything() -> Files:
    """Reference, stub, right variants and misconceptions."""
    found = {"reference": RIGHT, "stub": STUB}
    found |= {f"right-{variant.id}": variant.source for variant in VARIANTS}
    found |= {entry.id: source_of(entry) for entry in CATALOGUE}
    return {name: (NAME, text.encode()) for name, text in found.items()}


def sample(count: int) -> Files:
    """Right ones, odd and hostile ones, and as many misconceptions as there is room for."""
    known, hostile = everything(), submissions()
    bonus = (ROOT / "solution/bonus.py").read_text("utf-8")
    bonus = bonus.replace("def relative_error(", "def relative_error_(")
    packed = {"src/neural_network.py": RIGHT, "src/bonus.py": bonus, "README.md": "# mine"}
    files = {name: known[name] for name in ("reference", "stub", *(f"right-{x}" for x in STYLES))}
    files |= {
        **{name: (NAME, hostile[name][NAME]) for name in HOSTILE},
        "not-python": (NAME, RIGHT.replace("def backprop(", "def backprop((").encode()),
        "not-text": ("not_text.py", b"\xff\xfe\x00 def sigmoid"),
        "exits-at-its-end": (NAME, f"{RIGHT}\n\nimport sys\n\nsys.exit(0)\n".encode()),
        "notebook": ("work.ipynb", notebook(WRONG)),
        "zip-with-bonus": ("work.zip", zipped(*packed.items())),
    }
    mistakes = [entry.id for entry in CATALOGUE if not entry.remark]
    room = count - len(files)
    chosen = [mistakes[place * len(mistakes) // room] for place in range(room)]
    return files | {name: known[name] for name in chosen}


def scores(files: Files, *, gradescope: bool) -> dict[str, Scores]:
    """The points, by grader and then by submission."""
    folders = {name: dict([submission]) for name, submission in files.items()}
    print("native batch", flush=True)
    found: dict[str, Scores] = {"native": native(folders)}
    ran: list[tuple[str, Outcome | Ran]] = []
    if gradescope:
        with (
            tempfile.TemporaryDirectory(prefix="backprop-table-") as place,
            image(gradescope_zip(Path(place))) as made,
        ):
            outcomes = {name: made.grade(folders[name]) for name in files}
        found["Gradescope"] = {name: {"score": one.score} for name, one in outcomes.items()}
        ran += outcomes.items()
    print("otter run", flush=True)
    runs = through_otter(files)
    found["otter"] = {name: one.points() for name, one in runs.items()}
    for name, one in (*ran, *runs.items()):
        if one.score is None:
            print(f"{name}: {one.printed}")
    return found


def table(found: Mapping[str, Scores]) -> Iterator[str]:
    """The table, and whether all are equal."""
    differing = different(found)
    yield "All are equal." if not differing else f"NOT EQUAL: {', '.join(differing)}."
    yield ""
    yield f"| submission | {' | '.join(found)} |"
    yield f"|---|{'--:|' * len(found)}"
    for name in found["native"]:
        shown = (f"{way[name]['score']}" for way in found.values())
        yield f"| {name} | {' | '.join(text.removesuffix('.0') for text in shown)} |"


HEADING = """\
# The same score everywhere

Written by `make platforms` on {date:%Y-%m-%d} with kit {kit}: {count} submissions, of 80 points. \
Native: `autograder grade`, Python {python}, numpy {numpy}. Gradescope: `gradescope.zip` in a root \
file system of Debian bookworm, from `setup.sh` to `results.json`. otter: `otter run`, \
otter-grader {otter}.

"""


def different(found: Mapping[str, Scores]) -> list[str]:
    """The submissions with different points, or without a score somewhere."""
    return [
        name
        for name, right in found["native"].items()
        if any(right | way[name] != right for way in found.values())
    ]


def main() -> int:
    """Grade in all ways and print the table; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true", help="every variant and misconception")
    options.add_argument("--gradescope", action="store_true", help="there, too; as root")
    asked = options.parse_args()
    files = everything() if asked.all else sample(MANY if asked.gradescope else FEW)
    try:
        found = scores(files, gradescope=asked.gradescope)
    except Unprepared as problem:
        print(f"make platforms: {problem}", file=sys.stderr)
        return 2
    text = "\n".join(table(found))
    print(text)
    if asked.gradescope:
        heading = HEADING.format(
            date=datetime.now(UTC), kit=VERSION, count=len(files), python=python_version(),
            numpy=version("numpy"), otter=version("otter-grader"),
        )  # fmt: skip
        RESULTS.write_text(f"{heading}{text}\n", encoding="utf-8")
    return 1 if different(found) else 0


if __name__ == "__main__":
    sys.exit(main())
