"""The grader's handle on one confined worker: load a source, call its functions, end it.

Nothing that student code does raises here: it becomes a Reply. What fails on our side becomes a
Reply too, with the status ``not_judged``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from assignment.checks.model.case import Reply
from assignment.checks.model.questions import by_function
from autograder.errors import SandboxError, Unsendable, WireError
from autograder.sandbox import messages as words
from autograder.sandbox import replies, wire
from autograder.sandbox.budget import Budget
from autograder.sandbox.callbacks import Answerer, Answering, Unanswered
from autograder.sandbox.channel import Closed, Line, Silent
from autograder.sandbox.parent import ForkServer
from autograder.sandbox.replies import LoadReport

Reader = Callable[[list[wire.Node]], object]
START_SECONDS = 20.0
MAX_SOURCE = 1_000_000


class Gone(Exception):
    """The worker has ended; ``reply`` is what that means for the call."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class Worker:
    """One confined process with one source in it; it starts when it is loaded or called."""

    def __init__(
        self,
        parent: Callable[[], ForkServer],
        source: bytes,
        *,
        full: bool,
        inject: Sequence[str],
        answerer: Answerer | None,
        budget: Budget,
    ) -> None:
        self._find_parent = parent
        self._parent: ForkServer | None = None
        self._source = source
        self._full = full
        self._inject = tuple(inject)
        self._answering = Answering(self._inject, answerer, budget)
        self._budget = budget
        self._limits = budget.limits
        self._lines = source.count(b"\n") + source.count(b"\r") + 1
        self._line: Line | None = None
        self._pid: int | None = None
        self._printed = b""
        self._number = 0
        self._loaded: LoadReport | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether it can be called; False after a timeout, a crash or an unreadable answer."""
        return self._line is not None

    @property
    def output(self) -> str:
        """What the program has written to stdout and stderr so far, up to the limit."""
        printed = self._printed if self._line is None else self._line.output
        return words.shown(printed.decode("utf-8", "replace"))

    def load(self) -> LoadReport:
        """Start the process and load the source; asking again gives the same report."""
        if self._loaded is None:
            try:
                self._loaded = self._load()
            except Gone as gone:
                self._loaded = LoadReport(False, gone.reply)
        return self._loaded

    def call(self, function: str, arguments: Sequence[object]) -> Reply:
        """Call a function with copies of the arguments; see ``Reply`` for what can come of it."""
        try:
            return self.ask(function, wire.pack(list(arguments)))
        except Unsendable as error:
            return _unsendable(error)

    def ask(self, function: str, arguments: list[wire.Node]) -> Reply:
        """``call`` with arguments that are packed already."""
        try:
            return self._call(wire.Call(self._number + 1, function, arguments), wire.unpack)
        except Unsendable as error:
            return _unsendable(error)

    def hand_on(self, function: str, arguments: list[wire.Node]) -> Reply:
        """Call a function with checked nodes; the value in the reply is checked nodes as well."""
        try:
            return self._call(
                wire.Call(self._number + 1, function, arguments, notes=False), wire.check
            )
        except Unsendable:  # by the few bytes that a call is longer than a question
            return Reply("bad_answer", text="The arguments are too large.")

    def close(self) -> None:
        """End the process and everything it started; returns when they are gone."""
        with suppress(SandboxError):  # the fork server has gone, and every child with it
            self._end()

    # Starting and ending

    def _start(self) -> Line:
        """A new process with a line to it; once more with a new fork server if that has gone."""
        for last in (False, True):
            try:
                self._parent = self._find_parent()
                self._pid, self._line = self._parent.start()
                return self._line
            except SandboxError as error:
                if last:
                    raise Gone(Reply("not_judged", text=f"Our own fault: {error}")) from error
        raise AssertionError("unreachable")

    def _end(self) -> int:
        """End the process if there is one; returns how it ended."""
        pid = self._pid
        try:
            return 0 if pid is None or self._parent is None else self._parent.end(pid)
        finally:
            self._forget()

    def _forget(self) -> None:
        """Hang up, and keep what was printed."""
        self._pid = None
        line, self._line = self._line, None
        if line is not None:
            line.close()
            self._printed = line.output

    def _gone(self, reply: Reply) -> Gone:
        self.close()
        return Gone(reply)

    def _ended(self) -> Gone:
        """The worker closed its end; the fork server knows why."""
        try:
            return Gone(Reply("killed", text=words.killed(self._end())))
        except SandboxError as error:
            return Gone(Reply("not_judged", text=f"Our own fault: {error}"))

    # Talking

    def _call(self, call: wire.Call, read: Reader) -> Reply:
        """The reply to a call, its value as ``read``; Unsendable where the call is too large."""
        report = self.load()
        if not report.ok:
            return report.reply
        if not self.alive:
            return Reply("not_judged", text="The worker had ended before this call.")
        request = wire.encode(call)
        self._number = call.number
        try:
            answer, seconds = self._exchange(request)
        except Gone as gone:
            return gone.reply
        reply = replies.to_call(answer, call, self._lines, seconds, read)
        if reply is None:
            reply = Reply("bad_answer", text=words.UNREADABLE, seconds=seconds)
            self.close()
        return reply

    def _load(self) -> LoadReport:
        if len(self._source) > MAX_SOURCE:
            text = "The file is larger than 1 MB, which no solution needs to be."
            return LoadReport(False, Reply("error", kind="SyntaxError", text=text))
        if self._budget.exhausted:
            return LoadReport(False, Reply("timeout", text=self._budget.exhausted))
        self._budget.workers += 1
        proxies = [wire.Proxy(name, list(by_function(name).parameters)) for name in self._inject]
        self._await_ready(wire.encode(wire.Load(self._source, self._full, proxies)))
        answer, seconds = self._exchange(b"")
        report = replies.to_load(answer, self._lines, seconds)
        if report is None:
            raise self._gone(Reply("bad_answer", text=words.UNREADABLE))
        return report

    def _await_ready(self, request: bytes) -> None:
        """Start, send the source ahead, and wait for the word that all layers are in force.

        This first frame is ours: student code runs only after it was sent.
        """
        line = self._start()
        text = ""
        try:
            first = line.talk(request, time.monotonic() + START_SECONDS)
        except (Silent, Closed, WireError) as error:
            text = f"A worker did not start ({type(error).__name__})."
        else:
            if isinstance(first, wire.Ready):
                return
            text = f"A worker could not be confined: {getattr(first, 'text', 'a strange frame')}"
        raise self._gone(Reply("not_judged", text=text))

    def _exchange(self, request: bytes) -> tuple[wire.Answer, float]:
        """Send a request and wait for its answer, answering the worker's own questions meanwhile.

        Returns the answer and the seconds it took; the clock stands still for the answerer.
        """
        allowed = min(self._limits.call_seconds, self._budget.left)
        if allowed <= 0:
            raise self._gone(Reply("timeout", text=self._budget.exhausted))
        used = 0.0
        while True:
            assert self._line is not None
            started = time.monotonic()
            try:
                answer = self._line.talk(request, started + allowed - used)
            except Silent:
                raise self._gone(self._late()) from None
            except Closed:
                raise self._ended() from None
            except WireError:
                raise self._gone(Reply("bad_answer", text=words.UNREADABLE)) from None
            finally:
                spent = time.monotonic() - started
                used += spent
                self._budget.seconds += spent
            if not isinstance(answer, wire.Ask):
                return answer, used
            try:
                request = self._answering.tell(answer)
            except Unanswered as unanswered:
                raise self._gone(unanswered.reply) from None

    def _late(self) -> Reply:
        seconds = self._limits.call_seconds
        text = self._budget.spent_now or words.timeout(seconds)
        return Reply("timeout", text=text, seconds=seconds)


def _unsendable(error: Unsendable) -> Reply:
    return Reply("not_judged", text=f"The inputs cannot be sent ({error.reason}).")


__all__ = ["LoadReport", "Worker"]
