"""What a worker's frames mean: replies and reports for the grader, and answers to its questions.

A frame is the student's word. Only its type, its numbers and words from fixed lists are believed;
the text of an exception is shown to its author only, as one that can do no harm where it is shown.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assignment.checks.model.case import Reply
from assignment.checks.model.questions import ALL_FUNCTIONS
from autograder.errors import Unsendable, WireError
from autograder.sandbox import messages as words
from autograder.sandbox import wire

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


def to_load(answer: wire.Answer, lines: int, seconds: float) -> LoadReport | None:
    """The report on a source of so many lines; None where the frame is no answer to that."""
    if isinstance(answer, wire.Raised):
        return LoadReport(False, _raised(answer, lines, seconds))
    if not isinstance(answer, wire.Loaded):
        return None
    return LoadReport(
        True,
        Reply("returned", seconds=seconds),
        tuple((left.line, words.shown(left.text)) for left in answer.left_out),
        tuple(name for name in ALL_FUNCTIONS if name in answer.functions),
        tuple(words.shown(name) for name in answer.placeholders),
        None if answer.crashed is None else _raised(answer.crashed, lines, 0.0),
    )


def to_call(
    answer: wire.Answer,
    call: wire.Call,
    lines: int,
    seconds: float,
    read: Callable[[list[wire.Node]], object],
) -> Reply | None:
    """The reply to a call; None where the frame is no answer to it.

    ``read`` makes the value: it unpacks the nodes, or checks and keeps them.
    """
    if getattr(answer, "number", None) != call.number:
        return None
    if isinstance(answer, wire.Returned):
        try:
            value = read(answer.value)
        except WireError:
            return None
        return Reply("returned", value, seconds=seconds, notes=tuple(dict.fromkeys(answer.notes)))
    if isinstance(answer, wire.Raised):
        return _raised(answer, lines, seconds)
    if isinstance(answer, wire.Missing):
        text = words.missing(call.function, answer.present)
        return Reply("not_implemented", text=text, origin=call.function, seconds=seconds)
    if isinstance(answer, wire.Bad):
        text = words.bad_answer(answer.reason, answer.what)
        return Reply("bad_answer", text=text, seconds=seconds)
    return None


def _raised(answer: wire.Raised, lines: int, seconds: float) -> Reply:
    return Reply(
        "not_implemented" if answer.not_implemented else "error",
        kind=answer.kind if answer.kind in _KINDS else "Exception",
        text=words.shown(answer.text),
        line=answer.line if 0 < answer.line <= lines else None,
        origin=answer.origin if answer.origin in ALL_FUNCTIONS else "",
        seconds=seconds,
    )


def told(ask: wire.Ask, reply: Reply, *, packed: bool) -> bytes:
    """The frame that gives a worker the reply to its question; ``packed`` if it is in nodes."""
    try:
        return wire.encode(_told(ask, reply, packed=packed))
    except Unsendable:
        return wire.encode(wire.Told(ask.number, [None], "ValueError", "the answer is too large"))


def _told(ask: wire.Ask, reply: Reply, *, packed: bool) -> wire.Told:
    if reply.status == "returned":
        nodes: Any = reply.value if packed else wire.pack(reply.value)
        return wire.Told(ask.number, nodes)
    if reply.status == "error":
        return wire.Told(ask.number, [None], reply.kind, reply.text[: wire.MAX_TEXT])
    text = f"{ask.function}() could not work with these arguments ({reply.status})"
    return wire.Told(ask.number, [None], "ValueError", text)
