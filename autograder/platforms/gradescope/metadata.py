"""Read ``submission_metadata.json``: the platform's data on a submission and earlier ones."""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from autograder.errors import NotJudged
from autograder.files import read_at_most
from autograder.intake import limited
from autograder.intake.pick_file import Refused

MAX_BYTES = 50 << 20


@dataclass(frozen=True)
class Metadata:
    """Times with a zone, and ``previous``, the score of the latest judged submission, if any.

    ``due`` is the platform's own date, with the student's extension, in a group the latest of its
    members. ``problem`` says what could not be read.
    """

    created: datetime | None = None
    due: datetime | None = None
    previous: float | None = None
    problem: str = ""


def read(path: Path) -> Metadata:
    """Read the file; missing or invalid entries are left out and never stop grading."""
    try:
        data = read_at_most(MAX_BYTES, path, NotJudged, "submission metadata")
        found = limited.call(lambda: msgspec.json.encode(parse(data, path.name)))
        return msgspec.json.decode(found, type=Metadata)
    except (NotJudged, Refused) as problem:
        return Metadata(problem=f"{path.name} cannot be read: {problem}")


def parse(data: bytes, name: str) -> Metadata:
    """The metadata in the bytes of a file with this name."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as problem:
        return Metadata(problem=f"{name} cannot be read: {type(problem).__name__}.")
    if not isinstance(found, dict):
        return Metadata(problem=f"{name} is not a JSON object.")
    users = found.get("users")
    own = [due for user in (users if isinstance(users, list) else ()) if (due := _due(user))]
    due = max(own, default=_due(found))
    return Metadata(_time(found.get("created_at")), due, _latest_score(found))


def _due(about: object) -> datetime | None:
    """The due date of a submission, or of one of its users."""
    assignment = about.get("assignment") if isinstance(about, dict) else None
    return _time(assignment.get("due_date")) if isinstance(assignment, dict) else None


def _latest_score(found: dict[str, Any]) -> float | None:
    """The score of the latest earlier submission that has one."""
    earlier = found.get("previous_submissions")
    scores = []
    for place, entry in enumerate(earlier if isinstance(earlier, list) else ()):
        score = _score(entry) if isinstance(entry, dict) else None
        if score is not None:
            submitted_at = _time(entry.get("submission_time"))
            scores.append((submitted_at.timestamp() if submitted_at else place, place, score))
    return max(scores)[-1] if scores else None


def _score(entry: dict[str, Any]) -> float | None:
    """The score of an earlier submission; None where it was not judged."""
    if entry.get("autograder_error"):
        return None
    results = entry.get("results")
    extra = results.get("extra_data") if isinstance(results, dict) else None
    # A submission that was not judged but has a score repeats the score of an older one.
    restated = isinstance(results, dict) and isinstance(results.get("score"), int | float)
    if isinstance(extra, dict) and extra.get("status") == "not_judged" and not restated:
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
