"""``autograder similar``: print the submissions that share code, and write the page for staff."""

from pathlib import Path

from autograder.files import write_text
from autograder.record.course_file import course_of
from autograder.reports.marking import collect
from autograder.reports.say import place, say
from autograder.reports.similarity.compare import NOTE, similar, sources
from autograder.reports.similarity.page import PAGE, similarity_page


def run(folder: Path, *, at_least: float, top: int, config: Path | None = None) -> int:
    """Compare the submissions in ``folder``, print the pairs and write the page; returns 0."""
    course = course_of(folder, config).name
    found = similar(sources(folder), at_least=at_least, top=top)
    for name, why in found.left_out:
        say(f"not compared: {name}: {why}")
    if not found.pairs:
        (folder / PAGE).unlink(missing_ok=True)
        say(f"{found.compared} compared; no two share {at_least:.0%} or more.")
        return 0
    for pair in found.pairs:
        say(f"{pair.share:5.0%} of {pair.one}, {pair.other_share:4.0%} of {pair.other}")
    for cluster in found.clusters:
        if len(cluster) > 2:
            say(f"cluster of {len(cluster)}: {', '.join(cluster)}")
    names = {report.id: report.name for report in collect(folder)[0]}
    path = write_text(folder / PAGE, similarity_page(found, course, names))
    say(f"{found.compared} compared; {place(path)} shows the code that these pairs share.")
    say(NOTE)
    return 0
