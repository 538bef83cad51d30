"""``staff/similar.html``: clusters of submissions that share code, and each pair side by side."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assignment.checks.html.document import render
from assignment.checks.model.questions import COURSE
from autograder.files import replacing
from autograder.paths import PAGE_FOLDERS
from autograder.reports.marking.collect import collect
from autograder.reports.similarity.compare import NOTE, Line, Similar

PAGE = Path("staff", "similar.html")
CONTEXT = 2
"""Lines shown before and after those that are shared."""


def write(found: Similar, folder: Path, course: str) -> Path:
    """Write the page into the folder's ``staff/``; return its path."""
    path = folder / PAGE
    names = {report.id: report.name for report in collect(folder)}
    with replacing(path) as file:
        file.write(similarity_page(found, course, names).encode())
    return path


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
    near = [False] * len(lines)
    for place, line in enumerate(lines):
        if line.shared:
            near[max(0, place - CONTEXT) : place + CONTEXT + 1] = [True] * (
                min(len(lines), place + CONTEXT + 1) - max(0, place - CONTEXT)
            )
    gap = 0
    for line, shown in zip(lines, near, strict=True):
        if not shown:
            gap += 1
            continue
        if gap:
            yield gap
        gap = 0
        yield line
    if gap:
        yield gap
