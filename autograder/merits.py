"""Right functions to stand in for a student's: answered by a second confined worker.

Its source is the reference, a submission like any other, so what a student's code passes to it
can do no more harm there than in a worker of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assignment.checks.case import Reply
from autograder.answers import reference_source
from autograder.chain import Answerer
from autograder.conventions import Convention
from autograder.errors import SandboxError
from autograder.sandbox import Sandbox, Worker


class RightFunctions:
    """The worker that answers, opened when it is first asked; close it when all is judged."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._worker: Worker | None = None

    def answering(self, convention: Convention) -> Answerer:
        """Something that answers injected calls in this convention."""

        def answer(function: str, inputs: list[Any]) -> Reply:
            reply = self._ready().call(function, inputs)
            return replace(reply, value=convention(reply.value))

        return answer

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
