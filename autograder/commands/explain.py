"""``autograder explain``: show staff why a submission has the points that it has."""

from __future__ import annotations

import sys
from pathlib import Path

from autograder.record.course_file import course_of
from autograder.reports.explain.collect import explain
from autograder.reports.explain.console import as_text
from autograder.reports.explain.page import write


def run(folder: Path, submission: str, *, case: str, config: Path | None, unsafe: bool) -> int:
    """Print the explanation and write its page; returns 1 if an answer differs from the record."""
    found = explain(folder, submission, course_of(folder, config), case=case, unsafe=unsafe)
    page = write(found, folder)
    print(as_text(found, failed=not case))
    print(f"page: {page}")
    if found.differs:
        sys.stderr.write("Needs attention: an answer differs from the record.\n")
    return 1 if found.differs else 0
