"""What is told of a submission when it is explained: plain data, for staff only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assignment.checks.case import Array, Case, Expected, Reply, Verdict
from assignment.checks.judge import numbers_of, split
from autograder.record.reader import RunInfo
from autograder.results import OutputResult, SubmissionResult
from autograder.sandbox import LoadReport


@dataclass(frozen=True)
class Way:
    """One way in which a case was asked, just now: the reply, and the verdicts on it.

    ``own`` is the student's own chain; otherwise right functions stood in for some of theirs.
    ``crashed`` is the exception at which running every statement ended, if it did.
    """

    name: str
    own: bool
    reply: Reply
    again: Reply | None
    verdicts: tuple[Verdict, ...]
    crashed: Reply | None = None

    def answers(self, case: Case) -> dict[str, Array]:
        """What came back, by output; only what is made of numbers."""
        if self.reply.status != "returned":
            return {}
        named = split(case, self.reply.value)
        return {} if isinstance(named, str) else numbers_of(named)


@dataclass(frozen=True)
class Fit:
    """A known mistake that gives the answer that came back, and why it was (not) named."""

    id: str
    hint: str
    why: str


@dataclass(frozen=True)
class Told:
    """One output of a case: what the record has, and what belongs to it.

    ``got`` is the wrong answer where it is known, ``now`` today's verdict where the file was run
    again, and ``differs`` says how that is another one ("" where it is not).
    """

    output: OutputResult
    expected: Expected | None = None
    got: Array | None = None
    now: Verdict | None = None
    differs: str = ""
    fits: tuple[Fit, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One case with its outputs; ``case`` is None where the record has other cases than the kit.

    ``expected`` is what is right for every output of the function, told here or not.
    """

    id: str
    case: Case | None
    outputs: tuple[Told, ...]
    ways: tuple[Way, ...] = ()
    expected: Mapping[str, Expected] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """All that is told of a submission. ``said`` are sentences on how far this can be relied on.

    ``ran`` is how the file was confined when it was run again; "" where it was not. Then
    ``loaded`` is what was loaded, ``full`` whether with every top-level statement.
    """

    result: SubmissionResult
    run: RunInfo
    source: bytes | None
    cases: tuple[Asked, ...]
    said: tuple[str, ...] = ()
    ran: str = ""
    loaded: LoadReport | None = None
    full: bool = False
    printed: str = ""

    @property
    def differs(self) -> bool:
        """Whether an answer is not what it was."""
        return any(told.differs for asked in self.cases for told in asked.outputs)
