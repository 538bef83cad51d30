"""Lines of the table, and of progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator


def judged(*goals: tuple[str, float, str, float]) -> Iterator[str]:
    """What had to be reached, and whether it was."""
    for what, got, relation, wanted in goals:
        reached = got >= wanted if relation == ">=" else got <= wanted
        yield f"- {what}: {got:.2f} ({relation} {wanted:g}: {'yes' if reached else '**no**'})"
    yield ""


def say(what: str) -> None:
    """Progress, to stderr."""
    print(f"bench: {what}", file=sys.stderr, flush=True)
