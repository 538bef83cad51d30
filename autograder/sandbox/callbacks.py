"""Answering a worker's own questions: its calls of functions that right ones stand in for."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from assignment.checks.model.case import Reply
from autograder.errors import WireError
from autograder.sandbox import messages as words
from autograder.sandbox import replies, wire
from autograder.sandbox.budget import Budget


class Relay(ABC):
    """Something that answers calls without a need to know what is in them."""

    @abstractmethod
    def relay(self, function: str, arguments: list[wire.Node]) -> Reply:
        """The reply to a call, its value in checked nodes.

        ``arguments`` are as the worker sent them; WireError where they make no value.
        """


Answerer = Callable[[str, list[Any]], Reply] | Relay


class Unanswered(Exception):
    """The worker may not go on; ``reply`` is what that means for the call it is at."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class Answering:
    """What one worker is told: answers of ``answerer`` to calls of ``functions``, within bounds."""

    def __init__(self, functions: Sequence[str], answerer: Answerer | None, budget: Budget) -> None:
        self._functions = functions
        self._answerer = answerer
        self._budget = budget
        self._asked = 0

    def tell(self, ask: wire.Ask) -> bytes:
        """The frame that answers a question; Unanswered for one too many or unreadable."""
        self._asked += 1
        if ask.function not in self._functions or self._answerer is None:
            reply = Reply("error", kind="NameError", text="no such function is answered for")
            return replies.told(ask, reply, packed=False)
        limits = self._budget.limits
        if self._asked > limits.asks or self._budget.ask_seconds > limits.ask_seconds:
            raise Unanswered(Reply("timeout", text=words.TOO_MANY_ASKS))
        started = time.monotonic()
        try:
            reply = self._reply(ask, self._answerer)
        except WireError:
            raise Unanswered(Reply("bad_answer", text=words.UNREADABLE)) from None
        self._budget.ask_seconds += time.monotonic() - started
        if reply.status == "not_judged":
            raise Unanswered(reply)
        return replies.told(ask, reply, packed=isinstance(self._answerer, Relay))

    @staticmethod
    def _reply(ask: wire.Ask, answerer: Answerer) -> Reply:
        nodes = ask.arguments
        if nodes and (type(nodes[0]) is not wire.Sequence or nodes[0].is_tuple):
            nodes = [wire.Sequence(0, False)]
        if isinstance(answerer, Relay):
            return answerer.relay(ask.function, nodes)
        return answerer(ask.function, wire.unpack(wire.check(nodes)))  # type: ignore[arg-type]
