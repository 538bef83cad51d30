"""``feedback/<id>.json``: what a student gets, without anything that is for staff only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from autograder.exports.files import replacing
from autograder.results import SubmissionResult, feedback


def write_feedback(results: Iterable[SubmissionResult], folder: Path) -> None:
    """One JSON file for each submission."""
    for result in results:
        with replacing(folder / f"{result.submission}.json") as part:
            part.write_bytes(msgspec.json.format(msgspec.json.encode(feedback(result)), indent=2))
