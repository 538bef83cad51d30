"""Grade one submission on the platform and write ``results.json``, whatever happens."""

import os
import sys
import time
import traceback
from pathlib import Path

import msgspec

from autograder.course.load import load
from autograder.course.settings import Course
from autograder.errors import GraderError
from autograder.files import replacing
from autograder.gradebook import late_policy as late
from autograder.intake.alarm import limited
from autograder.paths import ROOT
from autograder.platforms.grade_one import grade_one
from autograder.platforms.gradescope import metadata, results_json
from autograder.platforms.gradescope.metadata import Metadata
from autograder.platforms.gradescope.results_json import Document
from autograder.reports.console import one
from autograder.results import SubmissionResult
from autograder.sandbox import Limits
from autograder.text import one_line

HARD_STOP = 480
"""Seconds after which the grader gives up; the platform's usual limit is 600."""
MOST_SECONDS = 240.0
"""Seconds for the student's functions; twice as many would still be within the hard stop."""
MOST_MEMORY = 640 << 20
"""Bytes of one worker: the smallest container has 768 MiB, and the grader needs some of it."""


def main(root: Path) -> None:
    """Grade ``root/submission`` and write ``root/results/results.json``; it never raises.

    Stdout is for instructors: ``results.json`` has the platform hide it from students.
    """
    began = time.monotonic()
    about = Metadata()
    settings: Course | None = None
    too_late = GraderError(f"The grader did not end within {HARD_STOP} seconds.")
    try:
        with limited(HARD_STOP, too_late):
            keep_private(root)
            about = metadata.read(root / "submission_metadata.json")
            if about.problem:
                print(one_line(about.problem))
            config = ROOT / "course.toml"
            settings = load(config if config.exists() else None)
            document = grade(root / "submission", settings, about)
    except GraderError as problem:
        document = not_judged(str(problem), about, settings)
    except Exception as problem:  # a bug of the grader must not cost the student points
        traceback.print_exc(file=sys.stdout)
        document = not_judged(f"{type(problem).__name__}: {problem}", about, settings)
    document["execution_time"] = round(time.monotonic() - began, 2)
    with replacing(root / "results" / "results.json") as file:
        file.write(msgspec.json.format(msgspec.json.encode(document), indent=2))


def grade(folder: Path, settings: Course, about: Metadata) -> Document:
    """The document for the submission in ``folder``; when it is returned, no worker is left.

    Raises:
        GraderError: where it could not be judged.
    """
    result = grade_one(folder, settings, limits(settings))
    if result.status == "refused":
        print(one_line(f"refused: {result.message}"))
        return results_json.refused(result)
    one(result)
    if result.status != "judged":
        return not_judged(result.message, about, settings)
    return results_json.judged(result, settings, _late(result, settings, about))


def limits(settings: Course) -> Limits:
    """The course's limits, reduced to the time and memory of the platform's container."""
    asked = settings.sandbox_limits()
    return msgspec.structs.replace(
        asked,
        submission_seconds=min(asked.submission_seconds, MOST_SECONDS),
        memory=min(asked.memory, MOST_MEMORY),
    )


def not_judged(why: str, about: Metadata, settings: Course | None) -> Document:
    """The document that keeps the earlier score; prints the reason for instructors."""
    print(one_line(f"not judged: {why}"))
    return results_json.not_judged(why, about.previous, settings or Course())


def keep_private(root: Path) -> None:
    """Let only root read the earlier results and the folder of the new ones."""
    if os.geteuid() != 0:
        return  # workers run as the same user then, and the sandbox hides files in other ways
    results = root / "results"
    results.mkdir(parents=True, exist_ok=True)
    for path, mode in ((results, 0o700), (root / "submission_metadata.json", 0o600)):
        if path.exists():
            path.chmod(mode)


def _late(result: SubmissionResult, settings: Course, about: Metadata) -> late.Penalty:
    """The late penalty; none unless the course applies its late rule on Gradescope."""
    due = about.due or settings.due  # the platform's own date includes the student's extension
    rule = settings.late
    if rule is None or not rule.on_gradescope or due is None or about.created is None:
        return late.Penalty()
    return late.penalty(result.score, due, about.created, rule)
