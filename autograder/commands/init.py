"""``autograder init``: write a course's settings with every key explained."""

from __future__ import annotations

from pathlib import Path

from autograder.course import template


def run(path: Path) -> int:
    """Write the file; returns 0."""
    print(f"wrote {template.write(path)}")
    return 0
