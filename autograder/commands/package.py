"""``autograder package``: write the zip files for students, Gradescope and otter-grader."""

from pathlib import Path

from autograder.course.load import load
from autograder.platforms.gradescope.bundle import gradescope_zip
from autograder.platforms.otter import bundle
from autograder.platforms.student_kit import student_zip
from autograder.reports.say import say


def run(folder: Path, config: Path | None) -> int:
    """Write the packages into ``folder``; returns 0."""
    settings = load(config)  # so that mistakes are found here and not on the platform
    say(f"wrote {student_zip(folder, settings)}")
    say(f"wrote {gradescope_zip(folder, config)}")
    if bundle.installed():
        say(f"wrote {bundle.otter_zip(folder, settings)}")
    else:
        say(f"not written: {bundle.NAME}. {bundle.MISSING}")
    return 0
