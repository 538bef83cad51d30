"""Right functions to stand in for a student's: answered by a second confined worker.

Its source is the reference, a submission like any other, so what a student's code passes to it
can do no more harm there than in a worker of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assignment.checks.case import Reply
from autograder import wire
from autograder.answers import reference_source
from autograder.conventions import Convention, as_arrays
from autograder.errors import SandboxError, Unsendable
from autograder.sandbox import Relay, Sandbox, Worker


class RightFunctions:
    """The worker that answers, opened when it is first asked; close it when all is judged."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._worker: Worker | None = None

    def answering(self, convention: Convention) -> Relay:
        """Something that answers injected calls in this convention."""
        return _Answers(self._ready, convention)

    def _ready(self) -> Worker:
        if self._worker is None or not self._worker.alive:
            self.close()
            self._worker = self._sandbox.worker(reference_source())
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

    def __init__(self, worker: Callable[[], Worker], convention: Convention) -> None:
        self._worker = worker
        self._convention = convention

    def relay(self, function: str, arguments: list[wire.Node]) -> Reply:
        """The reply to a call, in nodes."""
        reply = self._worker().hand_on(function, arguments)
        if reply.status != "returned" or self._convention is as_arrays:
            return reply
        try:
            value = wire.unpack(reply.value)  # type: ignore[arg-type]
            return replace(reply, value=wire.pack(self._convention(value)))
        except Unsendable:
            return Reply("error", kind="ValueError", text="the answer is too large")
