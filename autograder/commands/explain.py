"""``autograder explain``: show staff why a submission has the points that it has."""

import sys
from pathlib import Path

from autograder.files import write_text
from autograder.record.course_file import course_of
from autograder.reports.explain.collect import explain
from autograder.reports.explain.console import as_text
from autograder.reports.explain.page import explanation_page
from autograder.reports.say import place, say


def run(folder: Path, submission: str, *, case: str, config: Path | None, unsafe: bool) -> int:
    """Print the explanation and write its page; returns 1 if an answer differs from the record."""
    found = explain(folder, submission, course_of(folder, config), case=case, unsafe=unsafe)
    path = folder / "staff" / "explain" / f"{found.result.submission}.html"
    write_text(path, explanation_page(found))
    say(as_text(found, failed=not case))
    say(f"page: {place(path)}")
    if found.differs:
        say("Needs attention: an answer differs from the record.", sys.stderr)
    return 1 if found.differs else 0
