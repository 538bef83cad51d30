"""Grade edited files: each must end with a status."""

import random
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from assignment.checks.model.case import Status
from autograder.cases.answers import Answers
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.results import MAX_SCORE, SubmissionResult, feedback
from autograder.sandbox import Limits, Sandbox
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.fuzz.edits import edited

FAILING = Path(__file__).resolve().parent / "failing"
LIMITS = Limits(call_seconds=0.25, submission_seconds=2.0, callback_seconds=2.0)
PATIENCE = 30.0
"""Seconds that a submission may take in all, including starting workers and judging."""
STATUSES = frozenset(get_args(Status)) - {"not_judged"}


@dataclass
class Tally:
    """How often each status came out, and the failures with their seeds."""

    seen: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def fail(self, seed: int, source: bytes, why: str) -> None:
        """Keep the file in a folder beside this one, and note the failure."""
        FAILING.mkdir(exist_ok=True)
        (FAILING / f"{seed}.py").write_bytes(source)
        self.failures.append(f"seed {seed}: {why}")


def sources() -> list[bytes]:
    """Right, wrong and unfinished files."""
    texts = [*(source_of(entry) for entry in CATALOGUE), *(variant.source for variant in VARIANTS)]
    stub = (ROOT / "assignment" / "neural_network.py").read_bytes()
    return [*(text.encode() for text in texts), stub]


def files(seeds: range) -> Tally:
    """Grade an edited file for each seed."""
    tally = Tally()
    known = sources()
    with Sandbox(LIMITS) as sandbox:
        grader = Grader(Answers(), sandbox)
        for seed in seeds:
            source = edited(random.Random(seed), known)
            began = time.monotonic()
            try:
                result = grader.grade(Submission(str(seed), source))
                feedback(result)
            except Exception:
                tally.fail(seed, source, traceback.format_exc())
                continue
            spent = time.monotonic() - began
            tally.seen[_kind(result)] += 1
            if why := _wrong(result, spent):
                tally.fail(seed, source, why)
    return tally


def _kind(result: SubmissionResult) -> str:
    """The most frequent status other than "passed", or "passed"."""
    failed = Counter(output.status for output in result.outputs if output.status != "passed")
    return failed.most_common(1)[0][0] if failed else "passed"


def _wrong(result: SubmissionResult, spent: float) -> str:
    """What is wrong with a result, as a sentence; "" if nothing is."""
    statuses = {output.status for output in result.outputs}
    if result.status != "judged" or not statuses <= STATUSES:
        return f"{result.status}: {result.message} {statuses}"
    if not 0 <= result.score <= MAX_SCORE:
        return f"a score of {result.score}"
    silent = [o.case for o in result.outputs if o.status != "passed" and not o.message]
    if silent:
        return f"no sentence for {silent}"
    return f"{spent:.0f} seconds" if spent > PATIENCE else ""
