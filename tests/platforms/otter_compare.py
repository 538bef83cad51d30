"""``make otter``: grade the same submissions natively and through ``otter run``, and compare.

``--all`` uses every right variant and every misconception instead of a sample. The exit code is 1
where any score differs, in total or in a section.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator

from autograder.paths import ROOT
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.builders.downloads import zipped
from tests.platforms.runs import RIGHT, SECTIONS, STUB, Points, Ran, native, notebook, through_otter


def bonus() -> str:
    """The right answer to the optional exercises, with one mistake."""
    text = (ROOT / "solution/bonus.py").read_text("utf-8")
    return text.replace("def relative_error(", "def relative_error_(")


def everything() -> Iterator[tuple[str, bytes]]:
    """File names and contents: reference, stub, right variants and misconceptions."""
    yield "reference.py", RIGHT.encode()
    yield "stub.py", STUB.encode()
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
    both = [("neural_network.py", RIGHT), ("bonus.py", bonus())]
    yield "with_bonus.zip", zipped((f"work/{name}", text.encode()) for name, text in both)
    yield "not_text.py", b"\xff\xfe\x00 def sigmoid"
    yield "endless.py", RIGHT.replace("    z0 = ", "    while True: pass\n    z0 = ").encode()


def main() -> int:
    """Grade in both ways and print the table; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true", help="every variant and misconception")
    files = everything() if options.parse_args().all else sample()
    submissions = {file.partition(".")[0]: (file, content) for file, content in files}
    began = time.monotonic()
    right = native({name: dict([submitted]) for name, submitted in submissions.items()})
    found = through_otter(submissions)
    differing = [name for name in found if not _row(name, right[name], found[name])]
    seconds = f"in {time.monotonic() - began:.0f} s"
    if differing:
        print(f"{len(differing)} of {len(found)} differ, {seconds}: {', '.join(differing)}")
        return 1
    print(f"{len(found)} submissions, {seconds}: otter's scores are the native ones.")
    return 0


def _row(name: str, right: Points, ran: Ran) -> bool:
    """Print a line of the table; returns whether both scores agree."""
    total = sum(right[section] for section in SECTIONS)
    begin = f"{name:34} native {total:3.0f}  otter"
    try:
        found = ran.points()
    except RuntimeError as problem:
        print(f"{begin}   –  {problem}")
        return False
    differ = [
        f"{section}: {right[section]:g} and {found[section]:g}"
        for section in SECTIONS
        if right[section] != found[section]
    ]
    outcome = f"DIFFER ({', '.join(differ)})" if differ else "equal"
    print(f"{begin} {ran.score:3.0f}  {outcome}")
    return not differ


if __name__ == "__main__":
    sys.exit(main())
