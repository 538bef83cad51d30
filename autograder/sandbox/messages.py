"""Sentences for students about what a worker did.

They are made of fixed words, never of text that a worker sent, which could contain a hidden input.
"""

import signal

from autograder.sandbox.values import MAX_DEPTH, MAX_DIMENSIONS, MAX_ITEMS, MAX_TEXT, TYPE_NAMES

_REASONS: dict[str, str] = {
    "type": "The function returned {what}; return numbers, lists or arrays.",
    "dtype": "The function returned {what}; return an array of numbers.",
    "items": f"The function returned more than {MAX_ITEMS:,} items.",
    "depth": f"The function returned lists nested more than {MAX_DEPTH} deep.",
    "dimensions": f"The function returned an array of more than {MAX_DIMENSIONS} dimensions.",
    "bytes": "The function returned more than 1 MB of numbers.",
    "text": f"The function returned a text of more than {MAX_TEXT} characters.",
    "number": "The function returned a whole number that is too large for a float.",
    "odd": "The function returned something that cannot be read.",
}
UNREADABLE = (
    "What came back is not an answer: the program wrote to a descriptor that is not its own."
)
TOO_MANY_CALLBACKS = "The functions below were called too often, or took too long together."


def missing(function: str, present: bool) -> str:
    """Say that there is no function of that name."""
    if present:
        return f"`{function}` is there, but it is not a function."
    return f"There is no function called `{function}`."


def bad_answer(reason: str, what: str) -> str:
    """Say why a returned value was refused."""
    named = what if what in TYPE_NAMES else "object of a class of its own"
    article = "an" if named[0] in "aeiouAEIOU" else "a"
    return _REASONS.get(reason, _REASONS["odd"]).format(what=f"{article} {named}")


def killed(code: int) -> str:
    """Say why a worker ended, given its exit code or minus its signal."""
    if code >= 0:
        return "The program ended itself in the middle of the call (os._exit or a crash at exit)."
    if -code in (signal.SIGSEGV, signal.SIGABRT):  # confined, it may not abort: that is a SIGSEGV
        return "The program crashed; endless recursion or too much memory is the usual reason."
    if -code == signal.SIGXCPU:
        return "The program used more processor time than a submission may."
    if -code == signal.SIGKILL:
        return "The system stopped the program, most likely because it used too much memory."
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"number {-code}"
    return f"The program was ended by a signal ({name})."


def timeout(seconds: float) -> str:
    """Say that the call took too long."""
    return f"The call did not return within {seconds:g} seconds; is there a loop that never ends?"


def printable(text: str) -> str:
    """Replace characters that would control a terminal or reverse the direction of a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines.isprintable():
        return lines
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in lines)
