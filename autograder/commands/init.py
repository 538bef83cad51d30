"""``autograder init``: write a course's settings with every key explained."""

import secrets
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.cases.margins import margins
from autograder.course import template
from autograder.reports.say import say


def run(path: Path) -> int:
    """Write the file, with a hidden seed of the course's own; returns 0."""
    say(f"wrote {template.write(path, hidden_seed())}")
    return 0


def hidden_seed() -> int:
    """Draw a seed at random whose hidden cases have the margins that ``verify`` asks for."""
    while True:
        seed = secrets.randbelow(1 << 31)
        if all(margin.ok for margin in margins(Answers(seed))):
            return seed
