"""Grade edited files and read edited frames: each must end with a status."""

import io
import random
import time
import traceback
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from assignment.checks.judging.judge import judge
from assignment.checks.model.case import Case, Expected, Reply, Status
from autograder.cases.answers import Answers
from autograder.errors import WireError
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import MAX_SCORE, SubmissionResult, feedback
from autograder.sandbox import Limits, Sandbox, values, wire
from solution.misconceptions import CATALOGUE, source_of
from solution.variants import VARIANTS
from tests.builders.sources import STUB
from tests.fuzz.edits import edited, frame

FAILING = Path(__file__).resolve().parent / "failing"
LIMITS = Limits(call_seconds=0.25, submission_seconds=2.0, callback_seconds=2.0)
PATIENCE = 30.0
"""Seconds that a submission may take in all, including starting workers and judging."""
MEMORY = 32 << 20
"""Bytes that the grader may need for one frame."""
ANSWERS = Answers()
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


def files(seeds: range) -> Tally:
    """Grade an edited file for each seed: a right, wrong or unfinished one before the edits."""
    tally = Tally()
    texts = [*map(source_of, CATALOGUE), *(variant.source for variant in VARIANTS), STUB]
    known = [text.encode() for text in texts]
    with Sandbox(LIMITS) as sandbox:
        grader = Grader(ANSWERS, sandbox)
        for seed in seeds:
            source = edited(random.Random(seed), known)
            began = time.monotonic()
            try:
                result = grader.grade(Submission(str(seed), source))
                feedback(result)
            except Exception:
                tally.fail(seed, ".py", source, traceback.format_exc())
                continue
            failed = Counter(one.status for one in result.outputs if one.status != "passed")
            tally.seen[max(failed, key=failed.__getitem__, default="passed")] += 1
            if why := _wrong(result, time.monotonic() - began):
                tally.fail(seed, ".py", source, why)
    return tally


def _wrong(result: SubmissionResult, spent: float) -> str:
    """What is wrong with a result, as a sentence; "" if nothing is."""
    statuses = {output.status for output in result.outputs}
    if result.status != "judged" or not statuses <= STATUSES:
        return f"{result.status}: {result.message} {statuses}"
    if not 0 <= result.score <= MAX_SCORE:
        return f"a score of {result.score}"
    if silent := [o.case for o in result.outputs if o.status != "passed" and not o.message]:
        return f"no sentence for {silent}"
    return f"{spent:.0f} seconds" if spent > PATIENCE else ""


def frames(seeds: range) -> Tally:
    """Read an edited frame for each seed, and judge the value that it may hold."""
    tally = Tally()
    cases = [(case, ANSWERS.expected(case)) for case in ANSWERS.graded]
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
    stream, whole = wire.FrameReader(), io.BytesIO(data)
    while piece := whole.read(rng.choice((1, 3, 50, 1 << 16))):
        stream.feed(piece)
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
