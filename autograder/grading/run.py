"""Asking a file all its questions: one run through confined workers, and what came back.

A run goes on whatever the file does: after a hang or a crash the remaining cases are asked in a
fresh worker, after a timeout the function's other cases are skipped, and when the time of the
submission is used up the rest is answered with that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from assignment.checks.model.case import Case, Reply
from assignment.checks.model.questions import below, by_function
from autograder.sandbox import Budget, CallbackHandler, LoadReport, Sandbox, Worker, wire

MAX_CRASHES = 2
"""Crashes of one function after which its other cases, and those above, are not asked."""
MAX_RESTARTS = 10
"""Fresh workers that one run may use after crashes; more would only crash again."""

Heard = Callable[[Case, Reply], object]


def _unheard(case: Case, reply: Reply) -> None:
    """Nobody listens."""


def _returned(reply: Reply | None) -> bool:
    return reply is not None and reply.status == "returned"


class Inputs:
    """The arguments of cases as nodes, made once for all submissions that are asked."""

    def __init__(self) -> None:
        self._nodes: dict[str, list[wire.Node]] = {}

    def of(self, case: Case) -> list[wire.Node]:
        """The arguments of a case, in the order of the function's parameters."""
        nodes = self._nodes.get(case.id)
        if nodes is None:
            parameters = by_function(case.function).parameters
            nodes = wire.pack([case.inputs[name] for name in parameters])
            self._nodes[case.id] = nodes
        return nodes


@dataclass
class RunOutcome:
    """What came back from one run: by case, and again for those asked twice."""

    replies: dict[str, Reply] = field(default_factory=dict)
    again: dict[str, Reply] = field(default_factory=dict)
    load: LoadReport | None = None
    printed: str = ""

    @property
    def left_out(self) -> tuple[tuple[int, str], ...]:
        """Top-level statements that were not run, as (line, text)."""
        return self.load.left_out if self.load else ()


class Run:
    """One run of a file; ``inject`` names functions that ``handler`` answers instead of it."""

    def __init__(
        self,
        sandbox: Sandbox,
        source: bytes,
        budget: Budget,
        *,
        full: bool = False,
        inject: Sequence[str] = (),
        handler: CallbackHandler | None = None,
        inputs: Inputs | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._inputs = Inputs() if inputs is None else inputs
        self._source = source
        self._budget = budget
        self._full = full
        self._inject = tuple(inject)
        self._handler = handler
        self._worker: Worker | None = None
        self._restarts = 0
        self._dead: Reply | None = None
        self._hung: dict[str, Reply] = {}
        self._crashes: Counter[str] = Counter()
        self._chain = RunOutcome()

    def ask(
        self,
        cases: Iterable[Case],
        again: Iterable[Case],
        heard: Heard = _unheard,
        wanted: Callable[[str], bool] | None = None,
    ) -> RunOutcome:
        """Ask ``cases`` in order and ``again`` once more: first the public ones, then the hidden.

        A program that remembers hidden inputs could otherwise put them into an answer that is
        shown. ``heard`` is called with each case and its reply. Where functions are answered for,
        those that are no longer ``wanted`` when their turn comes are not asked.
        """
        first, second = tuple(cases), tuple(again)
        replies = self._chain.replies
        try:
            for public in (True, False):
                group = [case for case in first if case.public is public]
                self._ask_in_turn(group, replies, heard, wanted)
                group = [
                    case
                    for case in second
                    if case.public is public and _returned(replies.get(case.id))
                ]
                self._ask_in_turn(group, self._chain.again, heard, wanted)
            return self._chain
        finally:
            self._close()

    def _ask_in_turn(
        self,
        cases: Sequence[Case],
        replies: dict[str, Reply],
        heard: Heard,
        wanted: Callable[[str], bool] | None,
    ) -> None:
        for case in cases:
            if wanted is None or wanted(case.function):
                replies[case.id] = self._reply(case)
                heard(case, replies[case.id])

    def _reply(self, case: Case) -> Reply:
        hung = self._hung_at(case.function)
        if hung is not None:
            return hung
        reply = self._try(case)
        if reply.status == "not_judged" and self._restarts < MAX_RESTARTS:
            # Our own fault, perhaps a passing one: once more with a fresh worker.
            self._close()
            reply = self._try(case)
        if reply.status == "timeout":
            self._hung[case.function] = replace(
                reply,
                text=f"Not asked: `{case.function}` gave no answer in time in an earlier case.",
                seconds=0.0,
            )
        elif reply.status == "killed" and self._dead is None:
            self._crashes[case.function] += 1
            if self._crashes[case.function] == MAX_CRASHES:
                text = f"Not asked: `{case.function}` crashed in {MAX_CRASHES} earlier cases."
                self._hung[case.function] = replace(reply, text=text, seconds=0.0)
        return reply

    def _hung_at(self, function: str) -> Reply | None:
        """A hang or crash, here or below, counts as a failure: it would only happen again."""
        if function in self._hung:
            return self._hung[function]
        for name in below(function):
            if name in self._hung and name not in self._inject:
                status = self._hung[name].status
                what = "gave no answer in time" if status == "timeout" else "crashed"
                return Reply(status, text=f"Not asked: `{name}`, which it is built on, {what}.")
        return None

    def _try(self, case: Case) -> Reply:
        if self._budget.exhausted:
            return Reply("timeout", text=self._budget.exhausted)
        trouble = self._ready()
        if trouble is not None:
            return trouble
        assert self._worker is not None
        assert self._chain.load is not None
        if case.function not in (*self._chain.load.functions, *self._inject):
            return Reply("not_implemented", text=f"There is no function `{case.function}`.")
        return self._worker.call_packed(case.function, self._inputs.of(case))

    def _ready(self) -> Reply | None:
        """Have a worker with the file loaded in it, or the reply that says why there is none."""
        if self._dead is not None or (self._worker is not None and self._worker.alive):
            return self._dead
        if self._worker is not None:
            self._close()
            self._restarts += 1
            if self._restarts > MAX_RESTARTS:
                self._dead = Reply("killed", text="Not asked: the program crashed too often.")
                return self._dead
        self._worker = self._sandbox.worker(
            self._source,
            full=self._full,
            inject=self._inject,
            handler=self._handler,
            budget=self._budget,
        )
        report = self._chain.load = self._worker.load()
        if report.ok:
            return None
        self._close()
        if report.reply.status != "not_judged":
            self._dead = report.reply
        return report.reply

    def _close(self) -> None:
        if self._worker is not None:
            self._chain.printed = (self._chain.printed + self._worker.output)[:65536]
            self._worker.close()
            self._worker = None
