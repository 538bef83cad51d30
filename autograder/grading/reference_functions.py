"""Answer calls with the reference functions instead of a student's, for dependency credit.

When a student's function calls a replaced one, a table answers, or else a second confined worker
that runs the reference like a submission. The table holds the calls that the reference itself makes
below each graded case. It is made from the cases alone and never grows, so that no submission can
leave anything in it for the next one.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from assignment.checks.model.case import Reply, every_call
from autograder.cases.answers import Answers
from autograder.cases.expected import record_inner_calls
from autograder.errors import SandboxError, Unsendable
from autograder.sandbox import CallbackHandler, Sandbox, Worker, values, wire

MAX_CALL = 1 << 14
"""Bytes of the largest call that is looked up; larger ones go to the worker."""

Table = Mapping[bytes, Reply]
"""Replies with values in nodes, by ``name_of`` the call."""
Convention = Callable[[Any], Any]
"""How a reference function returns its vectors."""


def as_arrays(value: Any) -> Any:
    """Return vectors of (n,), as the reference does."""
    return value


def as_lists(value: Any) -> Any:
    """Return lists for vectors, and lists of lists for matrices."""
    if isinstance(value, list | tuple):
        return type(value)(as_lists(item) for item in value)
    return value.tolist() if isinstance(value, np.ndarray) else value


def as_rows(value: Any) -> Any:
    """Return vectors as rows of (1, n)."""
    if isinstance(value, list | tuple):
        return type(value)(as_rows(item) for item in value)
    return value[np.newaxis] if isinstance(value, np.ndarray) and value.ndim == 1 else value


OTHERS: tuple[Convention, ...] = (as_lists, as_rows)
"""Tried where a function fails with reference functions that return arrays."""


def name_of(function: str, arguments: list[values.Node]) -> bytes | None:
    """A digest that identifies a call; None for a call larger than ``MAX_CALL``."""
    frame = wire.encode(wire.Calls([wire.Call(0, function, arguments, notes=False)]))
    return hashlib.blake2b(frame, digest_size=32).digest() if len(frame) <= MAX_CALL else None


@lru_cache(maxsize=4)
def reference_table(answers: Answers) -> Table:
    """Record the calls of lower functions that the reference makes in graded cases, once."""
    table: dict[bytes, Reply] = {}

    def record(function: str, arguments: Sequence[object], value: object) -> None:
        name = name_of(function, values.pack(list(arguments)))
        if name is not None and name not in table:
            table[name] = Reply("returned", values.pack(value))

    record_inner_calls(answers.reference().decode(), every_call(answers.graded), record)
    return table


@dataclass
class ReferenceFunctions:
    """Answers calls of replaced functions; close it when the submission is judged.

    The worker that runs the reference starts with the first call that is not in the table.
    """

    sandbox: Sandbox
    answers: Answers
    _worker: Worker | None = None

    def answering(self, convention: Convention) -> CallbackHandler:
        """Return a handler that answers a worker's callbacks in this convention."""

        def handler(function: str, arguments: list[values.Node]) -> Reply:
            reply = self._reply(function, arguments)
            if reply.status != "returned" or convention is as_arrays:
                return reply
            try:
                value = values.unpack(reply.value)  # type: ignore[arg-type]
                return replace(reply, value=values.pack(convention(value)))
            except Unsendable:
                return Reply("error", kind="ValueError", text="the answer is too large")

        return handler

    def _reply(self, function: str, arguments: list[values.Node]) -> Reply:
        try:
            name = name_of(function, arguments)
        except Unsendable:  # the worker will refuse it
            name = None
        known = None if name is None else reference_table(self.answers).get(name)
        # A call in the table is one of ours; the nodes of any other must be checked.
        return known or self._started().forward(function, values.check(arguments))

    def _started(self) -> Worker:
        if self._worker is None or not self._worker.alive:
            self.close()
            self._worker = self.sandbox.worker(self.answers.reference())
            report = self._worker.load()
            if not report.ok:
                raise SandboxError(f"The reference could not be loaded: {report.reply.text}")
        return self._worker

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None
