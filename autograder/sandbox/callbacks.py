"""Answer the callbacks of a worker: its calls of replaced functions (dependency credit)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assignment.checks.model.case import Reply
from autograder.errors import Unsendable, WireError
from autograder.sandbox import messages, values, wire
from autograder.sandbox.limits import Budget, patience

CallbackHandler = Callable[[str, list[values.Node]], Reply]
"""Gives the reply to a call of a replaced function, with its value as nodes.

The arguments are the nodes that the worker sent, unchecked: WireError where they make no value.
"""


class WorkerGone(Exception):
    """The worker has ended, or has to; ``reply`` is what that means for the call."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass
class Callbacks:
    """The callbacks of one worker: it may call ``functions``, which ``handler`` answers.

    ``count`` is how many it has made.
    """

    functions: Sequence[str]
    handler: CallbackHandler | None
    budget: Budget
    count: int = 0

    def answer(self, callback: wire.Callback) -> bytes:
        """Return the frame with the result; WorkerGone if too many or unreadable."""
        self.count += 1
        name = callback.function
        if name not in self.functions or self.handler is None:
            return _raising(callback, "NameError", "no such function is answered for")
        limits, budget = self.budget.limits, self.budget
        if self.count > limits.callbacks or budget.callback_seconds > limits.callback_seconds:
            raise WorkerGone(Reply("timeout", text=messages.TOO_MANY_CALLBACKS))
        nodes = callback.arguments
        if nodes and (type(nodes[0]) is not values.Sequence or nodes[0].is_tuple):
            nodes = [values.Sequence(0, False)]  # forged: a worker of ours sends a list
        started = time.monotonic()
        try:
            reply = self.handler(name, nodes)
        except WireError:
            raise WorkerGone(Reply("bad_answer", text=messages.UNREADABLE)) from None
        budget.callback_seconds += (time.monotonic() - started) / patience()
        if reply.status == "not_judged":
            raise WorkerGone(reply)
        if reply.status == "error":
            return _raising(callback, reply.kind, reply.text[: values.MAX_TEXT])
        if reply.status != "returned":
            text = f"{name}() could not work with these arguments ({reply.status})"
            return _raising(callback, "ValueError", text)
        try:
            return wire.encode(wire.CallbackResult(callback.number, reply.value))  # type: ignore[arg-type]
        except Unsendable:
            return _raising(callback, "ValueError", "the answer is too large")


def _raising(callback: wire.Callback, kind: str, text: str) -> bytes:
    return wire.encode(wire.CallbackResult(callback.number, [None], kind, text))
