"""Turn a worker's responses into replies and reports.

The student's code may have written a response. Only its type, its numbers and words from fixed
lists are used; the text of an exception is shown to its author only, without control characters.
"""

import builtins
from collections.abc import Callable
from dataclasses import dataclass

from assignment.checks.loading import cells
from assignment.checks.model.case import Reply
from assignment.checks.model.questions import ALL_FUNCTIONS
from autograder.errors import WireError
from autograder.sandbox import messages, values, wire

_KINDS = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
)


@dataclass(frozen=True)
class LoadReport:
    """The result of loading a source.

    ``reply`` says why it could not be loaded (``ok`` False) and is "returned" otherwise;
    ``left_out`` are the top-level statements that were not run, as (line, statement);
    ``placeholders`` are packages that were replaced by placeholders; ``crashed`` is the exception
    that ended a full load.
    """

    ok: bool
    reply: Reply
    left_out: tuple[tuple[int, str], ...] = ()
    functions: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    crashed: Reply | None = None


def load_report(response: wire.Response, source: bytes, seconds: float) -> LoadReport | None:
    """Return the report on loading a source; None for any other response."""
    if isinstance(response, wire.Raised):
        return LoadReport(False, _raised(response, source, seconds))
    if not isinstance(response, wire.Loaded):
        return None
    return LoadReport(
        True,
        Reply("returned", seconds=seconds),
        tuple((left.line, messages.printable(left.text)) for left in response.left_out),
        tuple(name for name in ALL_FUNCTIONS if name in response.functions),
        tuple(messages.printable(name) for name in response.placeholders),
        None if response.crashed is None else _raised(response.crashed, source, 0.0),
    )


def call_reply(
    response: wire.Response,
    call: wire.Call,
    source: bytes,
    seconds: float,
    read: Callable[[list[values.Node]], object],
) -> Reply | None:
    """Return the reply to a call; None where the response is not one to this call.

    ``read`` makes the value of the nodes: it unpacks them, or checks and keeps them.
    """
    if getattr(response, "number", None) != call.number:
        return None
    if isinstance(response, wire.Returned):
        try:
            value = read(response.value)
        except WireError:
            return None
        return Reply("returned", value, seconds=seconds, notes=tuple(dict.fromkeys(response.notes)))
    if isinstance(response, wire.Raised):
        return _raised(response, source, seconds)
    if isinstance(response, wire.Missing):
        text = messages.missing(call.function, response.present)
        return Reply("not_implemented", text=text, origin=call.function, seconds=seconds)
    if isinstance(response, wire.BadValue):
        text = messages.bad_answer(response.reason, response.what)
        return Reply("bad_answer", text=text, seconds=seconds)
    return None


def _raised(response: wire.Raised, source: bytes, seconds: float) -> Reply:
    line = response.line if 0 < response.line <= len(source.splitlines()) + 1 else None
    in_cell = line is not None and source.startswith(cells.HEADER.encode())
    return Reply(
        "not_implemented" if response.not_implemented else "error",
        kind=response.kind if response.kind in _KINDS else "Exception",
        text=messages.printable(response.text),
        line=line,
        cell=cells.where(source.decode("utf-8", "replace"), line or 0) if in_cell else "",
        origin=response.origin if response.origin in ALL_FUNCTIONS else "",
        seconds=seconds,
    )
