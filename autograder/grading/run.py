"""Run one file: call its functions with the inputs of cases, in confined workers.

Whatever the file does, every case gets a reply. After a hang or a crash the remaining cases are
asked in a fresh worker; the other cases of a function that hangs are skipped; when the time of the
submission is used up, the remaining cases time out.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile

from assignment.checks.judging.source_hints import missing, with_advice
from assignment.checks.model.case import Case, Reply, every_call
from assignment.checks.model.questions import below, by_function
from autograder.sandbox import Budget, LoadReport, Worker

MAX_CRASHES = 2
"""Crashes of one function after which its other cases, and those above, are not asked."""
MAX_RESTARTS = 10
"""Fresh workers that one run may use after crashes; more would only crash again."""


@dataclass
class RunOutcome:
    """The replies of one run by call; ``again`` has the second replies of cases asked twice."""

    replies: dict[str, Reply] = field(default_factory=dict)
    again: dict[str, Reply] = field(default_factory=dict)
    load: LoadReport | None = None
    printed: str = ""

    @property
    def left_out(self) -> tuple[tuple[int, str], ...]:
        """Top-level statements that were not run, as (line, text)."""
        return self.load.left_out if self.load else ()


@dataclass(eq=False)
class Run:
    """One run of a file, in workers that ``start`` makes; some of its functions are ``replaced``.

    ``called_back`` are the functions that called a replaced or watched one when they were asked.
    """

    start: Callable[[], Worker]
    source: bytes
    budget: Budget
    replaced: Collection[str] = ()
    outcome: RunOutcome = field(default_factory=RunOutcome)
    called_back: set[str] = field(default_factory=set)
    _worker: Worker | None = None
    _restarts: int = 0
    _ended: Reply | None = None
    _functions: tuple[str, ...] = ()
    _killed_while_loading: bool = False
    _skipped: dict[str, Reply] = field(default_factory=dict)
    _crashes: Counter[str] = field(default_factory=Counter)

    @property
    def is_open(self) -> bool:
        """Whether a worker has the file loaded, and has perhaps been asked something."""
        return self._worker is not None

    def ask(self, cases: Iterable[Case], again: Iterable[Case] = ()) -> None:
        """Ask all calls of the ``cases`` in order, then those in ``again`` that have returned.

        The worker stays for the next call of ``ask``; ``close`` ends it.
        """
        replies = self.outcome.replies
        replies.update(self._replies(every_call(cases)))
        returned = [case for case in again if replies[case.id].status == "returned"]
        self.outcome.again.update(self._replies(returned))

    def prepare(self, cases: Iterable[Case]) -> None:
        """Ask cases whose replies do not count."""
        for _ in self._replies(cases):
            pass

    def close(self) -> None:
        """End the worker, if there is one; the next question starts a fresh one."""
        if self._worker is not None:
            self.outcome.printed = (self.outcome.printed + self._worker.output)[:65536]
            self._worker.close()
            self._worker = None

    def _replies(self, cases: Iterable[Case]) -> Iterator[tuple[str, Reply]]:
        """The id of every case with its reply, in order."""
        left = deque(cases)
        tried: Case | None = None
        while left:
            skipped = self._reply_if_skipped(left[0].function)
            if skipped is not None:
                yield left.popleft().id, skipped
                continue
            for reply in self._ask(left):
                if _may_be_ours(reply) and left[0] is not tried and self._restarts < MAX_RESTARTS:
                    # It may not happen again: try once more, with a fresh worker.
                    tried = left[0]
                    self.close()
                    break
                self._skip_after(left[0], reply)
                yield left.popleft().id, reply

    def _skip_after(self, case: Case, reply: Reply) -> None:
        """Skip the other cases of a function that hangs, or that has crashed too often."""
        if reply.status == "timeout":
            self._skipped[case.function] = replace(
                reply,
                text=f"Not asked: `{case.function}` gave no answer in time in an earlier case.",
                seconds=0.0,
            )
        elif reply.status == "killed" and self._ended is None:
            self._crashes[case.function] += 1
            if self._crashes[case.function] == MAX_CRASHES:
                text = f"Not asked: `{case.function}` crashed in {MAX_CRASHES} earlier cases."
                self._skipped[case.function] = replace(reply, text=text, seconds=0.0)

    def _reply_if_skipped(self, function: str) -> Reply | None:
        """The reply to a function that has hung or crashed, or is built on one that has."""
        if function in self._skipped:
            return self._skipped[function]
        for name in below(function):
            if name in self._skipped and name not in self.replaced:
                status = self._skipped[name].status
                what = "gave no answer in time" if status == "timeout" else "crashed"
                return Reply(status, text=f"Not asked: `{name}`, on which it is built, {what}.")
        return None

    def _ask(self, cases: Iterable[Case]) -> Iterator[Reply]:
        """The replies to the first cases: as many as one worker answers in a row, at least one."""
        if self.budget.exhausted:
            yield Reply("timeout", text=self.budget.exhausted)
            return
        failure = self._start_worker()
        if failure is not None:
            yield failure
            return
        assert self._worker is not None
        asked = list(takewhile(self._can_be_asked, cases))
        if not asked:
            function = next(iter(cases)).function
            yield Reply("not_implemented", text=missing(function, self._text, "this file"))
            return
        calls = [
            (case.function, [case.inputs[name] for name in by_function(case.function).parameters])
            for case in asked
        ]
        heard = self._worker.callbacks
        for case, reply in zip(asked, self._worker.call_all(calls), strict=False):
            if self._worker.callbacks > heard:
                heard = self._worker.callbacks
                self.called_back.add(case.function)
            if case.public:
                reply = with_advice(case.function, reply, self._text, self.outcome.left_out)
            yield reply

    def _can_be_asked(self, case: Case) -> bool:
        """Whether the worker has the function of a case, and may still be asked it."""
        has = case.function in self._functions or case.function in self.replaced
        return has and self._reply_if_skipped(case.function) is None

    @cached_property
    def _text(self) -> str:
        return self.source.decode("utf-8", "replace")

    def _start_worker(self) -> Reply | None:
        """Start a worker and load the file, unless one is alive; else the reply that says why."""
        if self._ended is not None or (self._worker is not None and self._worker.alive):
            return self._ended
        if self._worker is not None:
            self.close()
            self._restarts += 1
            if self._restarts > MAX_RESTARTS:
                self._ended = Reply("killed", text="Not asked: the program crashed too often.")
                return self._ended
        self._worker = self.start()
        report = self._worker.load()
        if self.outcome.load is None or _may_be_ours(self.outcome.load.reply):
            self.outcome.load = report  # later ones may know a hidden input
        self._functions = report.functions
        if report.ok:
            return None
        self.close()
        if not _may_be_ours(report.reply) or self._killed_while_loading:
            self._ended = report.reply
        self._killed_while_loading = report.reply.status == "killed"
        return report.reply


def _may_be_ours(reply: Reply) -> bool:
    """Whether the grader or the machine may be at fault.

    A worker cannot send SIGKILL to itself, so somebody else did: the kernel, short of memory for
    all, or an administrator. If it happens again, the file is the cause.
    """
    return reply.status == "not_judged" or (reply.status == "killed" and reply.kind == "SIGKILL")
