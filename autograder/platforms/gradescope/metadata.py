"""``submission_metadata.json``: what the platform tells about a submission and earlier ones."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Metadata:
    """Times have a zone. ``previous`` is the score that stands, None where there is none.

    ``due`` is the platform's own date, which knows the student's extension. ``problem`` says what
    could not be read.
    """

    created: datetime | None = None
    due: datetime | None = None
    previous: float | None = None
    problem: str = ""


def read(path: Path) -> Metadata:
    """What the file says; whatever is missing or odd in it is left out, and never stops grading."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as problem:
        return Metadata(problem=f"{path.name} cannot be read: {type(problem).__name__}.")
    if not isinstance(found, dict):
        return Metadata(problem=f"{path.name} holds no table.")
    assignment = found.get("assignment")
    due = assignment.get("due_date") if isinstance(assignment, dict) else None
    return Metadata(_time(found.get("created_at")), _time(due), _standing(found))


def _standing(found: dict[str, Any]) -> float | None:
    """The score of the latest earlier submission that has one."""
    earlier = found.get("previous_submissions")
    best: tuple[float, float] | None = None
    for place, entry in enumerate(earlier if isinstance(earlier, list) else ()):
        score = _score(entry) if isinstance(entry, dict) else None
        if score is None:
            continue
        handed_in = _time(entry.get("submission_time"))
        when = handed_in.timestamp() if handed_in else float(place)
        if best is None or when >= best[0]:
            best = when, score
    return best and best[1]


def _score(entry: dict[str, Any]) -> float | None:
    """Its score; None where it was not judged, so that it says nothing about the student."""
    if entry.get("autograder_error"):
        return None
    results = entry.get("results")
    told = results.get("extra_data") if isinstance(results, dict) else None
    # One that was not judged and has a score restates an older one, which stood.
    restated = isinstance(results, dict) and isinstance(results.get("score"), int | float)
    if isinstance(told, dict) and told.get("status") == "not_judged" and not restated:
        return None
    try:
        score = float(entry["score"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return score if math.isfinite(score) else None


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
