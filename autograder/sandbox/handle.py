"""The grader's handle on one confined worker: load a source, call its functions, end it.

Nothing that student code does raises here: it becomes a Reply. What fails on our side becomes a
Reply too, with the status ``not_judged``.
"""

from __future__ import annotations

import builtins
import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assignment.checks.case import Reply
from assignment.checks.questions import FUNCTIONS, by_function
from autograder import wire
from autograder.errors import SandboxError, Unsendable, WireError
from autograder.sandbox import words
from autograder.sandbox.budget import Budget
from autograder.sandbox.parent import WarmParent

Answerer = Callable[[str, list[Any]], Reply]
START_SECONDS = 20.0
MAX_SOURCE = 1_000_000
FLOOD = 1 << 20
"""Bytes of output beyond which the worker's descriptors for it are shut."""
_KINDS = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
)


@dataclass(frozen=True)
class LoadReport:
    """What became of a source.

    ``reply`` says why it could not be loaded (``ok`` False) and is "returned" otherwise;
    ``left_out`` are (line, statement) of the top level that were not run; ``placeholders`` are
    packages that something stands in for; ``crashed`` is the exception that ended a full load.
    """

    ok: bool
    reply: Reply
    left_out: tuple[tuple[int, str], ...] = ()
    functions: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    crashed: Reply | None = None


class Gone(Exception):
    """The worker will not answer any more; ``reply`` is what that means for the call."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class Worker:
    """One confined process with one source in it."""

    def __init__(
        self,
        parent: WarmParent,
        source: bytes,
        *,
        full: bool,
        inject: Sequence[str],
        answerer: Answerer | None,
        budget: Budget,
    ) -> None:
        self._parent = parent
        self._source = source
        self._full = full
        self._inject = tuple(inject)
        self._answerer = answerer
        self._budget = budget
        self._limits = budget.limits
        self._lines = source.count(b"\n") + source.count(b"\r") + 1
        self._frames = wire.Frames()
        self._output = bytearray()
        self._drained = 0
        self._number = 0
        self._asks = 0
        self._ask_seconds = 0.0
        self._pid: int | None = None
        self._channel: socket.socket | None = None
        self._listen = -1
        self._poll: Any = None
        self._loaded: LoadReport | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether it can be called; False after a timeout, a crash or an unreadable answer."""
        return self._channel is not None

    @property
    def output(self) -> str:
        """What the program has written to stdout and stderr so far, up to the limit."""
        return self._output.decode("utf-8", "replace")

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
        report = self.load()
        if not report.ok:
            return report.reply
        if not self.alive:
            return Reply("not_judged", text="The worker had ended before this call.")
        self._number += 1
        try:
            request = wire.encode(wire.Call(self._number, function, wire.pack(list(arguments))))
        except Unsendable as error:
            return Reply("not_judged", text=f"The inputs cannot be sent ({error.reason}).")
        before = self._budget.seconds
        try:
            return self._understood(self._exchange(request), function, before)
        except Gone as gone:
            return gone.reply

    def close(self) -> None:
        """End the process and everything it started."""
        try:
            self._end()
        except SandboxError:
            self._parent.close()  # takes every child with it; the next order starts another one

    # --- starting and ending

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        listen, speak = os.pipe()
        self._channel, self._listen = ours, listen
        ours.setblocking(False)
        os.set_blocking(listen, False)
        self._poll = select.poll()
        self._poll.register(ours, select.POLLIN)
        self._poll.register(listen, select.POLLIN)
        try:
            self._pid = self._parent.start(theirs.fileno(), speak)
        except SandboxError as error:
            self.close()
            raise Gone(Reply("not_judged", text=f"Our own fault: {error}")) from error
        finally:
            theirs.close()
            os.close(speak)

    def _end(self) -> int | None:
        """End the process if there is one; returns how it ended."""
        pid, self._pid = self._pid, None
        channel, self._channel = self._channel, None
        try:
            code = None if pid is None else self._parent.end(pid)
        finally:
            if channel is not None:
                channel.close()
            if self._listen >= 0:
                self._drain()
                self._shut_output()
        return code

    def _gone(self, reply: Reply) -> Gone:
        self.close()
        return Gone(reply)

    # --- talking

    def _load(self) -> LoadReport:
        if len(self._source) > MAX_SOURCE:
            text = "The file is larger than 1 MB, which no solution needs to be."
            return LoadReport(False, Reply("error", kind="SyntaxError", text=text))
        if self._budget.exhausted:
            return LoadReport(False, Reply("timeout", text=self._budget.exhausted))
        self._budget.workers += 1
        self._start()
        first = self._receive(b"", time.monotonic() + START_SECONDS, ours=True)
        if not isinstance(first, wire.Ready):
            text = first.text if isinstance(first, wire.Unready) else "it sent a strange frame"
            raise self._gone(Reply("not_judged", text=f"A worker could not be confined: {text}"))
        proxies = [wire.Proxy(name, list(by_function(name).parameters)) for name in self._inject]
        before = self._budget.seconds
        answer = self._exchange(wire.encode(wire.Load(self._source, self._full, proxies)))
        seconds = self._budget.seconds - before
        if isinstance(answer, wire.Raised):
            return LoadReport(False, self._from_raised(answer, seconds))
        if not isinstance(answer, wire.Loaded):
            raise self._gone(Reply("bad_answer", text=words.UNREADABLE))
        return LoadReport(
            True,
            Reply("returned", seconds=seconds),
            tuple((left.line, left.text) for left in answer.left_out),
            tuple(name for name in FUNCTIONS if name in answer.functions),
            tuple(answer.placeholders),
            None if answer.crashed is None else self._from_raised(answer.crashed, 0.0),
        )

    def _exchange(self, request: bytes) -> wire.Answer:
        """Send a request and wait for its answer, answering the worker's own questions meanwhile.

        The clock stands still while the answerer works.
        """
        allowed = min(self._limits.call_seconds, self._budget.left)
        if allowed <= 0:
            raise self._gone(Reply("timeout", text=self._budget.exhausted))
        used = 0.0
        while True:
            started = time.monotonic()
            try:
                answer = self._receive(request, started + allowed - used)
            finally:
                spent = time.monotonic() - started
                used += spent
                self._budget.seconds += spent
            if not isinstance(answer, wire.Ask):
                return answer
            request = wire.encode(self._tell(answer))

    def _receive(self, request: bytes, deadline: float, *, ours: bool = False) -> wire.Answer:
        """Send ``request`` and return the next frame that comes; Gone where none does."""
        waiting = memoryview(request)
        assert self._channel is not None
        while True:
            try:
                if waiting:
                    waiting = self._send(waiting)
                body = self._frames.next()
                if body is not None:
                    return wire.read_answer(body)
            except WireError:
                raise self._gone(Reply("bad_answer", text=words.UNREADABLE)) from None
            left = deadline - time.monotonic()
            if left <= 0:
                if ours:
                    raise self._gone(Reply("not_judged", text="A worker did not start in time."))
                raise self._late()
            for descriptor, _ in self._poll.poll(left * 1000 + 1):
                if descriptor == self._listen:
                    self._drain()
                elif not self._read():
                    raise self._ended(ours)

    def _send(self, waiting: memoryview) -> memoryview:
        assert self._channel is not None
        try:
            waiting = waiting[self._channel.send(waiting) :]
        except BlockingIOError:
            pass
        except OSError:  # it has gone: reading will say so
            waiting = waiting[:0]
        self._poll.modify(self._channel, select.POLLIN | (select.POLLOUT if waiting else 0))
        return waiting

    def _read(self) -> bool:
        """Take what has come; False when the worker's end is closed."""
        assert self._channel is not None
        try:
            data = self._channel.recv(1 << 18)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._frames.feed(data)
        return bool(data)

    def _drain(self) -> None:
        """Keep the first part of the output; after a flood the worker's descriptors are shut."""
        try:
            data = os.read(self._listen, 1 << 16)
        except BlockingIOError:
            return
        room = self._limits.output - len(self._output)
        self._output += data[: max(room, 0)]
        self._drained += len(data)
        if not data or self._drained > FLOOD:
            self._shut_output()

    def _shut_output(self) -> None:
        if self._listen < 0:
            return
        self._poll.unregister(self._listen)
        os.close(self._listen)
        self._listen = -1

    def _late(self) -> Gone:
        seconds = self._limits.call_seconds
        text = self._budget.exhausted or words.timeout(seconds)
        return self._gone(Reply("timeout", text=text, seconds=seconds))

    def _ended(self, ours: bool) -> Gone:
        try:
            code = self._end()
        except SandboxError as error:
            self.close()
            return Gone(Reply("not_judged", text=f"Our own fault: {error}"))
        if ours:
            return Gone(Reply("not_judged", text=f"A worker ended before it was ready ({code})."))
        return Gone(Reply("killed", text=words.killed(0 if code is None else code)))

    # --- understanding

    def _understood(self, answer: wire.Answer, function: str, before: float) -> Reply:
        """The reply that an answer to the last call means; its time is what the call used."""
        seconds = self._budget.seconds - before
        if getattr(answer, "number", None) != self._number:
            raise self._gone(Reply("bad_answer", text=words.UNREADABLE, seconds=seconds))
        if isinstance(answer, wire.Returned):
            try:
                return Reply("returned", wire.unpack(answer.value), seconds=seconds)
            except WireError:
                raise self._gone(Reply("bad_answer", text=words.UNREADABLE)) from None
        if isinstance(answer, wire.Raised):
            return self._from_raised(answer, seconds)
        if isinstance(answer, wire.Missing):
            text = f"`{function}` is not a function." if answer.present else ""
            text = text or f"There is no function called `{function}`."
            return Reply("not_implemented", text=text, origin=function, seconds=seconds)
        if isinstance(answer, wire.Bad):
            text = words.bad_answer(answer.reason, answer.what)
            return Reply("bad_answer", text=text, seconds=seconds)
        raise self._gone(Reply("bad_answer", text=words.UNREADABLE))

    def _from_raised(self, answer: wire.Raised, seconds: float) -> Reply:
        return Reply(
            "not_implemented" if answer.not_implemented else "error",
            kind=answer.kind if answer.kind in _KINDS else "Exception",
            text=answer.text,
            line=answer.line if 0 < answer.line <= self._lines else None,
            origin=answer.origin if answer.origin in FUNCTIONS else "",
            seconds=seconds,
        )

    def _tell(self, ask: wire.Ask) -> wire.Told:
        """Answer the worker's call of a replaced function, within the caps."""
        self._asks += 1
        if ask.function not in self._inject or self._answerer is None:
            return wire.Told(ask.number, [None], "NameError", "no such function is answered for")
        if self._asks > self._limits.asks or self._ask_seconds > self._limits.ask_seconds:
            text = "Too many calls of a function that the grader answers for."
            raise self._gone(Reply("timeout", text=text))
        try:
            arguments = wire.unpack(ask.arguments)
        except WireError:
            raise self._gone(Reply("bad_answer", text=words.UNREADABLE)) from None
        started = time.monotonic()
        reply = self._answerer(ask.function, list(arguments) if isinstance(arguments, list) else [])
        self._ask_seconds += time.monotonic() - started
        if reply.status == "not_judged":
            raise self._gone(reply)
        return _told(ask, reply)


def _told(ask: wire.Ask, reply: Reply) -> wire.Told:
    """The frame that gives a worker the reply to its question."""
    if reply.status == "returned":
        try:
            return wire.Told(ask.number, wire.pack(reply.value))
        except Unsendable:
            return wire.Told(ask.number, [None], "ValueError", "the answer is too large")
    if reply.status == "error":
        return wire.Told(ask.number, [None], reply.kind, reply.text[: wire.MAX_TEXT])
    text = f"{ask.function}() could not work with these arguments ({reply.status})"
    return wire.Told(ask.number, [None], "ValueError", text)
