"""``autograder key``: generate the public key and the handout's table of points again."""

from pathlib import Path

from autograder.cases.answers import Answers
from autograder.cases.public_key import generated
from autograder.course.load import load
from autograder.reports.say import say


def run(config: Path | None = None) -> int:
    """Write the files that are stale, and print what changed; returns 0.

    They are the kit's own: a course's are written by ``autograder package``. So its file is checked
    only.
    """
    load(config)
    for file in generated(Answers()):
        if file.stale:
            file.path.write_text(file.text, encoding="utf-8", newline="\n")
        say(f"{file.path.name}: {f'written ({file.stale})' if file.stale else 'unchanged'}")
    return 0
