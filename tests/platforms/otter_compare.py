"""``make otter``: grade the same submissions natively and through ``otter run``, and compare.

``--all`` uses every right variant and every misconception instead of a sample. The exit code is 1
where any score differs, in total or in a section.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder.paths import ROOT

sys.path.insert(0, str(ROOT))

from assignment.checks.model.questions import NUMBERS  # only now, as this is a script
from autograder.course.settings import Course
from autograder.platforms.otter.bundle import otter_zip
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.builders.downloads import zipped
from tests.platforms.native_runs import results
from tests.platforms.otter_runs import Ran, contained, otter_run

SECTIONS = (*NUMBERS, "bonus")
Points = dict[str, float]
"""By section and for the bonus."""


def reference() -> str:
    """The right solution."""
    return (ROOT / "solution/neural_network.py").read_text("utf-8")


def bonus() -> str:
    """The right answer to the optional exercises, with one mistake."""
    text = (ROOT / "solution/bonus.py").read_text("utf-8")
    return text.replace("def relative_error(", "def relative_error_(")


def everything() -> Iterator[tuple[str, bytes]]:
    """File names and contents: reference, stub, right variants and misconceptions."""
    yield "reference.py", reference().encode()
    yield "stub.py", (ROOT / "assignment/neural_network.py").read_bytes()
    for variant in VARIANTS:
        yield f"variant_{variant.id}.py", variant.source.encode()
    for entry in CATALOGUE:
        yield f"{entry.id}.py", source_of(entry).encode()


def sample() -> Iterator[tuple[str, bytes]]:
    """Some of these, and submissions of other kinds."""
    mistakes = CATALOGUE[:: len(CATALOGUE) // 4]
    wanted = {"reference.py", "stub.py", "variant_plots_and_prints.py"}
    wanted |= {f"{entry.id}.py" for entry in mistakes}
    yield from (file for file in everything() if file[0] in wanted)
    wrong = source_of(mistakes[1], mistakes[-2])
    yield "a_notebook.ipynb", notebook(wrong)
    files = [("my work.py", wrong.encode()), ("report.pdf", b"%PDF"), (".OTTER_LOG", b"x")]
    yield "zipped.zip", zipped(files)
    both = [("neural_network.py", reference()), ("bonus.py", bonus())]
    yield "with_bonus.zip", zipped((f"work/{name}", text.encode()) for name, text in both)
    yield "not_text.py", b"\xff\xfe\x00 def sigmoid"
    yield "endless.py", reference().replace("    z0 = ", "    while True: pass\n    z0 = ").encode()


def notebook(source: str) -> bytes:
    """A source as the one cell of a notebook."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": source.splitlines(keepends=True)}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


def through_otter(ran: Ran) -> Points:
    """otter's points by section, with which an entry's name begins."""
    found = dict.fromkeys(SECTIONS, 0.0)
    assert ran.score >= 0, "RuntimeError where there is none"
    for test in (ran.results or {})["tests"]:
        if "score" in test:
            found[test["name"].split()[0].lower()] += test["score"]
    return found


def main() -> int:
    """Grade in both ways and print the table; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true", help="every variant and misconception")
    files = dict(everything() if options.parse_args().all else sample())
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="backprop-otter-") as folder:
        place = Path(folder)
        grader = otter_zip(place, Course())
        submissions = place / "submissions"
        submissions.mkdir()
        for name, content in files.items():
            (submissions / name).write_bytes(content)
        right = {
            row["submission"]: {section: float(row[section]) for section in SECTIONS}
            for row in results(submissions, place / "native")
        }

        def run(name: str) -> Ran:
            # otter run itself refuses a zip that has no file, or several, at its top.
            grade = contained if name == "with_bonus.zip" else otter_run
            return grade(grader, submissions / name, place / "otter" / name)

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            found = dict(zip(files, pool.map(run, files), strict=True))
    differing = [name for name in files if not _row(name, right[Path(name).stem], found[name])]
    seconds = f"in {time.monotonic() - began:.0f} s"
    if differing:
        print(f"{len(differing)} of {len(files)} differ, {seconds}: {', '.join(differing)}")
        return 1
    print(f"{len(files)} submissions, {seconds}: otter's scores are the native ones.")
    return 0


def _row(name: str, right: Points, ran: Ran) -> bool:
    """Print a line of the table; returns whether both scores agree."""
    total = sum(right.values())
    try:
        found = through_otter(ran)
    except RuntimeError as problem:
        print(f"{name:34} native {total:3.0f}  otter   –  {problem}")
        return False
    differ = [
        f"{number}: {right[number]:g} and {found[number]:g}"
        for number in SECTIONS
        if right[number] != found[number]
    ]
    outcome = f"DIFFER ({', '.join(differ)})" if differ else "equal"
    print(f"{name:34} native {total:3.0f}  otter {sum(found.values()):3.0f}  {outcome}")
    return not differ


if __name__ == "__main__":
    sys.exit(main())
