"""Grade edited files and read edited frames: each must end with a status."""

import random
import time
import traceback
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import get_args

from assignment.checks.judging.judge import judge
from assignment.checks.model.case import Case, Expected, Reply, Status
from autograder.cases.answers import Answers
from autograder.errors import WireError
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.results import MAX_SCORE, SubmissionResult, feedback
from autograder.sandbox import Limits, Sandbox, values, wire
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.fuzz.edits import edited, frame

FAILING = Path(__file__).resolve().parent / "failing"
LIMITS = Limits(call_seconds=0.25, submission_seconds=2.0, callback_seconds=2.0)
PATIENCE = 30.0
"""Seconds that a submission may take in all, including starting workers and judging."""
MEMORY = 32 << 20
"""Bytes that the grader may need for one frame."""
STATUSES = frozenset(get_args(Status)) - {"not_judged"}


@dataclass
class Tally:
    """How often each status came out, and the failures with their seeds."""

    seen: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def fail(self, seed: int, suffix: str, data: bytes, why: str) -> None:
        """Keep the input beside this file, and note the failure."""
        FAILING.mkdir(exist_ok=True)
        (FAILING / f"{seed}{suffix}").write_bytes(data)
        self.failures.append(f"seed {seed}: {why}")


@cache
def answers() -> Answers:
    """The course's cases and answers, once a process."""
    return Answers()


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
        grader = Grader(answers(), sandbox)
        for seed in seeds:
            source = edited(random.Random(seed), known)
            began = time.monotonic()
            try:
                result = grader.grade(Submission(str(seed), source))
                feedback(result)
            except Exception:
                tally.fail(seed, ".py", source, traceback.format_exc())
                continue
            spent = time.monotonic() - began
            tally.seen[_kind(result)] += 1
            if why := _wrong(result, spent):
                tally.fail(seed, ".py", source, why)
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


def frames(seeds: range) -> Tally:
    """Read an edited frame for each seed, and judge the value that it may hold."""
    tally = Tally()
    cases = [(case, answers().expected(case)) for case in answers().graded]
    tracemalloc.start()
    try:
        for seed in seeds:
            rng = random.Random(seed)
            data = frame(rng)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            try:
                tally.seen[_read(rng, data, cases)] += 1
            except Exception:
                tally.fail(seed, ".frame", data, traceback.format_exc())
            needed = tracemalloc.get_traced_memory()[1] - before
            if needed > MEMORY:
                tally.fail(seed, ".frame", data, f"{needed} bytes of memory")
    finally:
        tracemalloc.stop()
    return tally


def _read(rng: random.Random, data: bytes, cases: list[tuple[Case, dict[str, Expected]]]) -> str:
    """How the grader reads these bytes, which arrive in pieces."""
    stream = wire.FrameReader()
    while data:
        size = rng.choice((1, 3, 50, 1 << 16))
        stream.feed(data[:size])
        data = data[size:]
    try:
        body = stream.next()
        if body is None:
            return "not whole"
        answer = wire.read_response(body)
        if not isinstance(answer, wire.Returned | wire.Callback):
            return type(answer).__name__
        nodes = answer.value if isinstance(answer, wire.Returned) else answer.arguments
        value = values.unpack(nodes)
    except WireError:
        return "refused"
    case, expected = rng.choice(cases)
    verdicts = judge(case, expected, Reply("returned", value), file="neural_network.py")
    assert {verdict.status for verdict in verdicts} <= STATUSES
    return type(answer).__name__
