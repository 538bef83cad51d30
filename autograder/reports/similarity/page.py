"""``staff/similar.html``: clusters of submissions that share code, and each pair side by side."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from assignment.checks.html.document import render
from assignment.checks.model.questions import COURSE
from autograder.paths import PAGE_FOLDERS
from autograder.reports.similarity.compare import NOTE, Line, Similar

PAGE = Path("staff", "similar.html")
CONTEXT = 2
"""Lines shown before and after those that are shared."""


def similarity_page(
    found: Similar, course: str = COURSE, names: Mapping[str, str] | None = None
) -> str:
    """Return the page as HTML; ``names`` are those of the students, by submission."""
    known = names or {}
    return render(
        "similarity.html",
        *PAGE_FOLDERS,
        styles=["similarity.css"],
        found=found,
        course=course,
        called=lambda id_: f"{known[id_]} ({id_})" if known.get(id_) else id_,
        note=NOTE,
        excerpt=excerpt,
        percent=lambda share: f"{share:.0%}",
        shared=lambda lines: sum(line.shared for line in lines),
    )


def excerpt(lines: Sequence[Line]) -> Iterator[Line | int]:
    """Yield the shared lines with some around them, and for each gap the number of its lines."""
    shared = [place for place, line in enumerate(lines) if line.shared]
    near = {n for place in shared for n in range(place - CONTEXT, place + CONTEXT + 1)}
    for shown, places in groupby(range(len(lines)), near.__contains__):
        part = [lines[place] for place in places]
        yield from part if shown else [len(part)]
