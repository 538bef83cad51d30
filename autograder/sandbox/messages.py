"""What the grader says of a worker: sentences a student understands.

They are made here from a few fixed words, never from text that a worker sent: that text could
carry a hidden input out.
"""

from __future__ import annotations

import signal

from autograder.sandbox import wire

_REASONS: dict[str, str] = {
    "type": "The function returned {what}; return numbers, lists or arrays.",
    "dtype": "The function returned {what}; return an array of numbers.",
    "items": f"The function returned more than {wire.MAX_ITEMS:,} items.",
    "depth": f"The function returned lists nested more than {wire.MAX_DEPTH} deep.",
    "dimensions": f"The function returned an array of more than {wire.MAX_DIMENSIONS} dimensions.",
    "bytes": "The function returned more than 1 MB of numbers.",
    "text": f"The function returned a text of more than {wire.MAX_TEXT} characters.",
    "number": "The function returned a whole number that is too large for a float.",
    "odd": "The function returned something that cannot be read.",
}
UNREADABLE = "What came back is not an answer: the program wrote to a place that is not its own."

TOO_MANY_ASKS = "The functions below were called too often, or took too long together."


def missing(function: str, present: bool) -> str:
    """There is nothing to call by that name."""
    if present:
        return f"`{function}` is there, but it is not a function."
    return f"There is no function called `{function}`."


def bad_answer(reason: str, what: str) -> str:
    """Why a returned value was refused."""
    named = what if what in wire.TYPE_NAMES else "object of a class of its own"
    article = "an" if named[0] in "aeiouAEIOU" else "a"
    return _REASONS.get(reason, _REASONS["odd"]).format(what=f"{article} {named}")


def killed(code: int) -> str:
    """Why a worker ended, from its exit code or minus its signal."""
    if code >= 0:
        return "The program ended itself in the middle of the call (os._exit or a crash at exit)."
    if -code == signal.SIGSEGV:
        return "The program crashed (segmentation fault); endless recursion is the usual reason."
    if -code == signal.SIGXCPU:
        return "The program used more processor time than a submission may."
    if -code == signal.SIGKILL:
        return "The system stopped the program, most likely because it used too much memory."
    if -code == signal.SIGABRT:
        return "The program aborted, most likely because it ran out of memory."
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"number {-code}"
    return f"The program was ended by a signal ({name})."


def timeout(seconds: float) -> str:
    """The call took too long."""
    return f"The call did not return within {seconds:g} seconds; is there a loop that never ends?"


def shown(text: str) -> str:
    """A student's text without what would command a terminal or turn a line around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines.isprintable():
        return lines
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in lines)
