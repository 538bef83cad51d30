"""What explains a submission's result: plain data, for staff only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assignment.checks.judging.judge import numbers_of, split
from assignment.checks.model.case import Array, Case, Expected, Reply, Verdict
from autograder.grading.evaluate import Evaluation
from autograder.grading.verdicts import Verdicts
from autograder.record.reader import RunInfo
from autograder.results import OutputResult, SubmissionResult


@dataclass(frozen=True)
class CaseRun:
    """One run of a case, made just now: the replies to its calls, and the verdicts on them.

    ``again`` is the second reply where the case was asked twice. ``crashed`` is the exception that
    ended running every statement, if one did.
    """

    name: str
    replies: tuple[Reply, ...]
    again: Reply | None
    verdicts: tuple[Verdict, ...]
    crashed: Reply | None = None

    @property
    def reply(self) -> Reply:
        """The reply to the first call."""
        return self.replies[0]

    def answers(self, case: Case) -> dict[str, Array]:
        """Return what came back from the first call, by output; only arrays of numbers."""
        if self.reply.status != "returned":
            return {}
        named = split(case, self.reply.value)
        return {} if isinstance(named, str) else numbers_of(named)


@dataclass(frozen=True)
class Fit:
    """A misconception that gives the answer that came back, and why it was named or not."""

    id: str
    hint: str
    why: str


@dataclass(frozen=True)
class ExplainedOutput:
    """One output of a case: what the record has, and what belongs to it.

    ``got`` is the wrong answer if it is known, and ``differs`` says how today's verdict differs
    from the record ("" if it does not, or the file was not run again).
    """

    recorded: OutputResult
    expected: Expected | None = None
    got: Array | None = None
    differs: str = ""
    fits: tuple[Fit, ...] = ()


@dataclass(frozen=True)
class ExplainedCase:
    """One case with its outputs; ``case`` is None if the record has other cases than the kit.

    ``expected`` is the right answer for every output of the function, explained here or not.
    """

    id: str
    case: Case | None
    outputs: tuple[ExplainedOutput, ...]
    runs: tuple[CaseRun, ...] = ()
    expected: Mapping[str, Expected] = field(default_factory=dict)


@dataclass(frozen=True)
class Rerun:
    """A file that was judged once more: all its runs, the best verdicts, how it was confined."""

    evaluation: Evaluation
    verdicts: Verdicts
    isolation: str


@dataclass(frozen=True)
class Explanation:
    """All that explains a submission. ``notes`` say how far it can be relied on.

    ``who`` is the student with name, id and section, as far as they are known.
    """

    result: SubmissionResult
    run: RunInfo
    source: bytes | None
    cases: tuple[ExplainedCase, ...]
    notes: tuple[str, ...]
    who: str
    again: Rerun | None

    @property
    def printed(self) -> str:
        """What the file printed while it was run again."""
        return self.again.evaluation.outcome.printed if self.again else ""

    @property
    def differs(self) -> bool:
        """Whether an answer differs from the record."""
        return any(output.differs for case in self.cases for output in case.outputs)
