"""Right functions to stand in for a student's: answered by a second confined worker.

Its source is the reference, a submission like any other, so what a student's code passes to it
can do no more harm there than in a worker of its own. It is asked for arithmetic on numbers that
the grader has read and checked, by code that keeps nothing; so an answer is remembered for the next
submission that asks the same.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from assignment.checks.case import Reply
from autograder import wire
from autograder.answers import reference_source
from autograder.conventions import Convention, as_arrays
from autograder.errors import SandboxError, Unsendable
from autograder.sandbox import Relay, Sandbox, Worker

MAX_REMEMBERED = 8 << 20
"""Bytes of right answers, roughly counted, that are remembered for later submissions."""
_MAX_QUESTION = 1 << 14
_NODE = 120  # bytes that a node takes besides its numbers


class Remembered:
    """Right answers that were given before, by the bytes of the question.

    A class asks the same thing often: whoever trains rightly with a wrong network below asks what
    the one before asked. Right functions keep no state, so the same question has the same answer;
    what was not asked lately is forgotten.
    """

    def __init__(self, most: int = MAX_REMEMBERED) -> None:
        self._most = most
        self._size = 0
        self._replies: OrderedDict[bytes, tuple[Reply, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._replies)

    def find(self, question: bytes) -> Reply | None:
        """The reply to a question by its name, if it is known."""
        found = self._replies.get(question)
        if found is None:
            return None
        self._replies.move_to_end(question)
        return found[0]

    def add(self, question: bytes, reply: Reply) -> None:
        """Remember a reply whose value is in nodes, unless it is very large."""
        nodes: list[wire.Node] = reply.value  # type: ignore[assignment]
        size = sum(len(node.data) for node in nodes if type(node) is wire.Array)
        size += _NODE * len(nodes)
        if size > _MAX_QUESTION or question in self._replies:
            return
        self._replies[question] = reply, size
        self._size += size
        while self._size > self._most:
            self._size -= self._replies.popitem(last=False)[1][1]


def name_of(function: str, arguments: list[wire.Node]) -> bytes | None:
    """A short name for a question, another one for each; None for one too large to remember."""
    frame = wire.encode(wire.Call(0, function, arguments, notes=False))
    return hashlib.blake2b(frame, digest_size=32).digest() if len(frame) <= _MAX_QUESTION else None


class RightFunctions:
    """The worker that answers, opened when it is first asked; close it when all is judged.

    ``remembered`` outlives it, and has the answers that other submissions were given; ``source``
    gives the reference, that of the bonus where the bonus is judged.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        remembered: Remembered | None = None,
        source: Callable[[], bytes] = reference_source,
    ) -> None:
        self._sandbox = sandbox
        self._source = source
        self._remembered = Remembered() if remembered is None else remembered
        self._worker: Worker | None = None

    def answering(self, convention: Convention) -> Relay:
        """Something that answers injected calls in this convention."""
        return _Answers(self._reply, convention)

    def _reply(self, function: str, arguments: list[wire.Node]) -> Reply:
        try:
            question = name_of(function, arguments)
        except Unsendable:  # so large that the worker's own line says it
            question = None
        known = None if question is None else self._remembered.find(question)
        if known is not None:
            return known
        # What is known was checked when it was asked for the first time.
        reply = self._ready().hand_on(function, wire.check(arguments))
        if question is not None and reply.status == "returned":
            self._remembered.add(question, reply)
        return reply

    def _ready(self) -> Worker:
        if self._worker is None or not self._worker.alive:
            self.close()
            self._worker = self._sandbox.worker(self._source())
            report = self._worker.load()
            if not report.ok:
                raise SandboxError(f"The reference could not be loaded: {report.reply.text}")
        return self._worker

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class _Answers(Relay):
    """The worker's answers, handed on as they come or changed to another convention."""

    def __init__(self, reply: Callable[[str, list[wire.Node]], Reply], convention: Convention):
        self._reply = reply
        self._convention = convention

    def relay(self, function: str, arguments: list[wire.Node]) -> Reply:
        """The reply to a call, its value in checked nodes."""
        reply = self._reply(function, arguments)
        if reply.status != "returned" or self._convention is as_arrays:
            return reply
        try:
            value = wire.unpack(reply.value)  # type: ignore[arg-type]
            return replace(reply, value=wire.pack(self._convention(value)))
        except Unsendable:
            return Reply("error", kind="ValueError", text="the answer is too large")
