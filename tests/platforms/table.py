"""``make platforms``: a table of scores from the native grader, Gradescope and otter.

The native grader runs on this machine, gradescope.zip in a root file system of its own (`rootfs`),
and otter through ``otter run`` (`runs`). Writes RESULTS.md beside this file; the exit code is
1 where any two scores of a submission differ, 2 where this machine lacks something.
"""

from __future__ import annotations

import datetime
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from assignment.checks.model.version import VERSION
from autograder.platforms.gradescope.bundle import gradescope_zip
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.builders.downloads import zipped
from tests.platforms.gradescope_proof import submissions, wrong
from tests.platforms.rootfs import Image, Unprepared
from tests.platforms.runs import RIGHT, STUB, native, notebook, through_otter

RESULTS = Path(__file__).with_name("RESULTS.md")
COUNT = 25
STYLES = ("matrix_form", "lists_everywhere", "plots_and_prints", "row_vectors", "network_class")
Scores = Mapping[str, float | None]


def submitted() -> dict[str, tuple[str, bytes]]:
    """25 submissions by name, each one file: right ones, misconceptions, and odd ones."""
    variants = {variant.id: variant.source for variant in VARIANTS}
    hostile = submissions()
    found = {"reference": RIGHT, "stub": STUB, "several-mistakes": wrong()}
    found |= {f"right-{name.replace('_', '-')}": variants[name] for name in STYLES}
    found["not-python"] = RIGHT.replace("def backprop(", "def backprop((")
    found["exits-at-its-end"] = f"{RIGHT}\n\nimport sys\n\nsys.exit(0)\n"
    files = {name: ("neural_network.py", text.encode()) for name, text in found.items()}
    for name in ("spy", "endless", "six_gigabytes"):
        files[name.replace("_", "-")] = ("neural_network.py", hostile[name]["neural_network.py"])
    files["notebook"] = ("work.ipynb", notebook(wrong()))
    packed = [("src/neural_network.py", RIGHT.encode()), ("README.md", b"# mine")]
    files["zip"] = ("work.zip", zipped(packed))
    mistakes = [entry for entry in CATALOGUE if not entry.remark]
    room = COUNT - len(files)
    for place in range(room):
        entry = mistakes[place * len(mistakes) // room]
        files[entry.id] = ("neural_network.py", source_of(entry).encode())
    assert len(files) == COUNT
    return files


def scores(files: Mapping[str, tuple[str, bytes]]) -> dict[str, Scores]:
    """The scores, by grader and then by submission."""
    folders = {name: dict([submission]) for name, submission in files.items()}
    print("native batch", flush=True)
    found: dict[str, Scores] = {"native": {n: row["score"] for n, row in native(folders).items()}}
    with (
        tempfile.TemporaryDirectory(prefix="backprop-table-") as place,
        Image(gradescope_zip(Path(place))) as image,
    ):
        print(f"{len(files)} submissions in it", flush=True)
        outcomes = {name: image.grade(folders[name]) for name in files}
    print(*(one.printed for one in outcomes.values() if one.score is None), sep="", end="")
    found["Gradescope"] = {name: outcome.score for name, outcome in outcomes.items()}
    print("otter run", flush=True)
    found["otter"] = {name: ran.score for name, ran in through_otter(files).items()}
    return found


def table(found: Mapping[str, Scores]) -> Iterator[str]:
    """The lines of RESULTS.md."""
    names = list(found["native"])
    differing = different(found)
    verdict = "All are equal." if not differing else f"NOT EQUAL: {', '.join(differing)}."
    yield "# The same score everywhere"
    yield ""
    yield (
        f"Written by `make platforms` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d} with kit "
        f"{VERSION}: {len(names)} submissions, of 80 points. Native: `autograder grade`, Python "
        f"{platform.python_version()}, numpy {version('numpy')}, {len(os.sched_getaffinity(0))} "
        "cores. Gradescope: `gradescope.zip` in a root file system of Debian bookworm, from "
        f"`setup.sh` to `results.json`. otter: `otter run`, otter-grader "
        f"{version('otter-grader')}."
    )
    yield ""
    yield verdict
    yield ""
    yield f"| submission | {' | '.join(found)} |"
    yield f"|---|{'--:|' * len(found)}"
    for name in names:
        yield f"| {name} | {' | '.join(_number(way[name]) for way in found.values())} |"


def different(found: Mapping[str, Scores]) -> list[str]:
    """The submissions with different scores, or without a score somewhere."""
    ways = list(found.values())
    return [
        name
        for name, score in ways[0].items()
        if score is None or any(way[name] != score for way in ways)
    ]


def _number(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def main() -> int:
    """Grade in all three ways, write and print the table; returns the exit code."""
    try:
        found = scores(submitted())
    except Unprepared as problem:
        print(f"make platforms: {problem}", file=sys.stderr)
        return 2
    text = "\n".join(table(found))
    print(text)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    return 1 if different(found) else 0


if __name__ == "__main__":
    sys.exit(main())
