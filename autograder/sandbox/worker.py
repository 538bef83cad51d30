"""The grader's handle on one confined worker: load a source, call its functions, end it.

Nothing that student code does raises here: it becomes a Reply. What fails on our side becomes a
Reply too, with the status ``not_judged``; SandboxLost alone is raised, because it ends the command.
"""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from assignment.checks.model.case import Reply
from assignment.checks.model.questions import by_function
from autograder.errors import SandboxError, SandboxLost, Unsendable, WireError
from autograder.sandbox import limits, messages, replies, values, wire
from autograder.sandbox.callbacks import CallbackHandler, Callbacks, WorkerGone
from autograder.sandbox.channel import ChannelClosed, DeadlinePassed, WorkerChannel
from autograder.sandbox.fork_server_handle import ForkServer
from autograder.sandbox.limits import Budget
from autograder.sandbox.replies import LoadReport

START_SECONDS = 20.0
MAX_SOURCE = 1_000_000


@dataclass(eq=False)
class Worker:
    """One confined process with one source in it; it starts when it is loaded or called."""

    find_server: Callable[[], ForkServer]
    source: bytes
    budget: Budget
    full: bool = False
    inject: Sequence[str] = ()
    watch: Sequence[str] = ()
    handler: CallbackHandler | None = None
    _server: ForkServer | None = None
    _channel: WorkerChannel | None = None
    _pid: int | None = None
    _printed: bytes = b""
    _number: int = 0
    _report: LoadReport | None = None

    def __post_init__(self) -> None:
        self._callbacks = Callbacks((*self.inject, *self.watch), self.handler, self.budget)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether it can be called; False after a timeout, a crash or an unreadable answer."""
        return self._channel is not None

    @property
    def callbacks(self) -> int:
        """How many calls of replaced and watched functions it has made so far."""
        return self._callbacks.count

    @property
    def output(self) -> str:
        """What the program has written to stdout and stderr so far, up to the limit."""
        printed = self._printed if self._channel is None else self._channel.output
        return messages.printable(printed.decode("utf-8", "replace"))

    def load(self) -> LoadReport:
        """Start the process and load the source; a second call returns the same report."""
        if self._report is None:
            try:
                self._report = self._load()
            except WorkerGone as gone:
                self._report = LoadReport(False, gone.reply)
        return self._report

    def call(self, function: str, arguments: Sequence[object]) -> Reply:
        """Call a function with copies of the arguments."""
        return next(self.call_all([(function, arguments)]))

    def call_all(self, calls: Sequence[tuple[str, Sequence[object]]]) -> Iterator[Reply]:
        """Call functions with copies of their arguments, in the order of ``calls``.

        Yields the reply to each call; the last one is that at which the worker ended, if it did.
        All calls go in one request, because waking a worker for the next one takes longer than
        most calls. Each has the whole time of a call all the same.
        """
        try:
            numbered = [
                wire.Call(number, function, values.pack(list(arguments)))
                for number, (function, arguments) in enumerate(calls, self._number + 1)
            ]
            yield from self._call(numbered, values.unpack)
        except Unsendable as error:
            yield Reply("not_judged", text=f"The inputs cannot be sent ({error.reason}).")

    def forward(self, function: str, arguments: list[values.Node]) -> Reply:
        """Call a function with checked nodes; the value in the reply is checked nodes as well."""
        call = wire.Call(self._number + 1, function, arguments, notes=False)
        try:
            return next(self._call([call], values.check))
        except Unsendable:  # a call is a few bytes longer than the callback that it answers
            return Reply("bad_answer", text="The arguments are too large.")

    def close(self) -> None:
        """End the process and everything it started; returns when they have ended."""
        with suppress(SandboxError):  # the fork server has ended, and all its workers with it
            self._end()

    # Starting and ending

    def _start(self) -> WorkerChannel:
        """Start the process; if the fork server has ended, try once more with a new one."""
        for last in (False, True):
            try:
                self._server = self.find_server()
                self._pid, self._channel = self._server.start_worker()
                return self._channel
            except SandboxLost:
                raise  # no other submission can be judged either
            except SandboxError as error:
                if last:
                    raise WorkerGone(_our_fault(error)) from error
        raise AssertionError("unreachable")

    def _end(self, *, gone: bool = False) -> int:
        """End the process, if there is one; returns its exit code or minus its signal."""
        pid, self._pid = self._pid, None
        try:
            if pid is None or self._server is None:
                return 0
            return self._server.end_worker(pid, gone=gone)
        finally:
            channel, self._channel = self._channel, None
            if channel is not None:
                channel.close()
                self._printed = channel.output

    def _gone(self, reply: Reply) -> WorkerGone:
        self.close()
        return WorkerGone(reply)

    def _ended(self) -> WorkerGone:
        """The worker has closed its end of the channel; ask the fork server how it ended."""
        try:
            code = self._end(gone=True)
            kind = "SIGKILL" if -code == signal.SIGKILL else ""
            return WorkerGone(Reply("killed", kind=kind, text=messages.killed(code)))
        except SandboxError as error:
            return WorkerGone(_our_fault(error))

    # Requests and responses

    def _call(
        self, calls: list[wire.Call], read: Callable[[list[values.Node]], object]
    ) -> Iterator[Reply]:
        """Yield the replies; ``read`` makes their values. Unsendable if the calls are too large."""
        report = self.load()
        if not report.ok:
            yield report.reply
            return
        if not self.alive:
            yield Reply("not_judged", text="The worker had ended before this call.")
            return
        request = wire.encode(wire.Calls(calls))
        self._number = calls[-1].number
        for call in calls:
            try:
                response, seconds = self._exchange(request)
            except WorkerGone as gone:
                yield gone.reply
                return
            request = b""
            reply = replies.call_reply(response, call, self.source, seconds, read)
            if reply is None:
                self.close()
                yield Reply("bad_answer", text=messages.UNREADABLE, seconds=seconds)
                return
            yield reply

    def _load(self) -> LoadReport:
        if len(self.source) > MAX_SOURCE:
            text = "The file is larger than 1 MB, which no solution needs to be."
            return LoadReport(False, Reply("error", kind="SyntaxError", text=text))
        if self.budget.exhausted:
            return LoadReport(False, Reply("timeout", text=self.budget.exhausted))
        self.budget.workers += 1
        self._await_ready(self._start())
        proxies = [
            wire.Proxy(name, list(by_function(name).parameters), name in self.watch)
            for name in (*self.inject, *self.watch)
        ]
        request = wire.encode(wire.Load(self.source, self.full, proxies))
        response, seconds = self._exchange(request)
        report = replies.load_report(response, self.source, seconds)
        if report is None:
            raise self._gone(Reply("bad_answer", text=messages.UNREADABLE))
        return report

    def _await_ready(self, channel: WorkerChannel) -> None:
        """Wait for the report that all layers are in force.

        This first frame is ours: student code runs only after it was sent.
        """
        try:
            first = channel.exchange(b"", time.monotonic() + START_SECONDS)
        except (DeadlinePassed, ChannelClosed, WireError) as error:
            text = f"A worker did not start ({type(error).__name__})."
        else:
            if isinstance(first, wire.Ready):
                return
            text = f"A worker could not be confined: {getattr(first, 'text', 'a strange frame')}"
        raise self._gone(Reply("not_judged", text=text))

    def _exchange(self, request: bytes) -> tuple[wire.Response, float]:
        """Send a request, if any, and wait for the next response, answering callbacks meanwhile.

        Returns the response and the seconds it took, without those spent on callbacks.
        """
        patience = limits.patience()
        allowed = min(self.budget.limits.call_seconds, self.budget.seconds_left) * patience
        if allowed <= 0:
            raise self._gone(Reply("timeout", text=self.budget.exhausted))
        used = 0.0
        while True:
            assert self._channel is not None
            started = time.monotonic()
            try:
                response = self._channel.exchange(request, started + allowed - used)
            except DeadlinePassed:
                raise self._gone(self._timeout()) from None
            except ChannelClosed:
                raise self._ended() from None
            except WireError:
                raise self._gone(Reply("bad_answer", text=messages.UNREADABLE)) from None
            finally:
                spent = time.monotonic() - started
                used += spent
                self.budget.seconds += spent / patience
            if not isinstance(response, wire.Callback):
                return response, used
            try:
                request = self._callbacks.answer(response)
            except WorkerGone:
                self.close()
                raise

    def _timeout(self) -> Reply:
        seconds, most = self.budget.limits.call_seconds, self.budget.limits.submission_seconds
        if self.budget.seconds_left > 0:
            return Reply("timeout", text=messages.timeout(seconds), seconds=seconds)
        text = f"The {most:g} seconds for the whole file are used up."
        return Reply("timeout", text=text, seconds=seconds)


def _our_fault(error: SandboxError) -> Reply:
    return Reply("not_judged", text=f"Our own fault: {error}")
