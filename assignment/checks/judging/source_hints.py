"""Look in the student's file for the reason of an exception or of a missing function.

The text is searched with regular expressions and never parsed, so that the grader may do it, too.
What is found here quotes the file, so it is shown for public cases only.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

from ..model.case import Reply
from ..model.questions import ALL_FUNCTIONS, by_function

MOST = 500
"""Functions of a file, and characters of a list of parameters, that are looked at."""
_MODULES = ("np", "numpy", "math", "scipy")
_VALUES = {
    "int": "a number",
    "float": "a number",
    "list": "a list",
    "tuple": "a tuple",
    "numpy.ndarray": "an array",
    "function": "a function",
}
_IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def missing(function: str, source: str, file: str) -> str:
    """Say that the file has no such function, and what it has instead."""
    said = f"There is no function called `{function}` in {file}"
    inside = re.search(rf"^[ \t]+(?:async )?def {function}\b", source, re.MULTILINE)
    if inside:
        around = re.findall(r"^(?:class|def) (\w+)", source[: inside.start()], re.MULTILINE)
        where = f", inside `{around[-1]}`" if around else ""
        return (
            f"{said}: the one in line {_line_of(source, inside.start())} is indented{where}. Move "
            "it out, so that its `def` begins at the left margin."
        )
    alike = _alike(function, [name for name in _defined(source) if name not in ALL_FUNCTIONS])
    if alike:
        place = re.search(rf"^def {alike}\b", source, re.MULTILINE)
        where = f" in line {_line_of(source, place.start())}" if place else ""
        return f"{said}, but there is `{alike}`{where}: give it the handout's name."
    return f"{said}."


def with_advice(
    function: str, reply: Reply, source: str, left_out: Iterable[Sequence[object]]
) -> Reply:
    """The reply of a call of ``function``; an exception gets what the file tells of it as advice.

    ``left_out`` are the statements outside functions that were not run, as (line, text, ...).
    """
    if reply.status != "error":
        return reply
    return replace(reply, advice=_advice(function, reply, source, left_out))


def _advice(function: str, reply: Reply, source: str, left_out: Iterable[Sequence[object]]) -> str:
    asked = by_function(function).parameters
    call = f"{function}({', '.join(asked)})"
    own = _parameters(function, source)
    if sorted(own) == sorted(asked) and own != asked:
        return (
            f"The parameters of `{function}` stand in another order than in the handout, which "
            f"calls it as {call}: put them in this order."
        )
    if reply.kind == "TypeError" and not reply.line and "positional argument" in reply.text:
        number = _IN_WORDS[len(asked)]
        return (
            f"`{function}` is called as in the handout, {call}: its `def` must take these "
            f"{number} parameters."
        )
    if reply.kind == "NameError" and (found := re.search(r"name '(\w+)'", reply.text)):
        return _unknown(found[1], source, left_out)
    if reply.kind == "UnboundLocalError":
        named = "|".join((*_MODULES, *ALL_FUNCTIONS))
        found = re.search(rf"variable '({named})'", reply.text)
        return (
            f"`{found[1]}` is also the name of a variable in this function: give the variable "
            "another name."
            if found
            else ""
        )
    if reply.kind == "AttributeError" and reply.line:
        return _overwritten(reply, source.splitlines()[reply.line - 1 :][:1])
    return ""


def _unknown(name: str, source: str, left_out: Iterable[Sequence[object]]) -> str:
    """Say where a name comes from that is not known, or which name it is like."""
    for line, text, *_ in left_out:
        if re.search(rf"\b{name}\b[^=]*=(?!=)|\b(?:for|import|as)\b.*\b{name}\b", str(text)):
            return (
                f"`{name}` comes from line {line}, which stands outside the functions and was not "
                "run, or failed: set it inside the function that uses it."
            )
    if re.search(rf"^[ \t]+def {name}\b", source, re.MULTILINE):
        return (
            f"`{name}` is defined inside a class or another function: move it to the left margin."
        )
    names = dict.fromkeys(re.findall(r"\b[A-Za-z_]\w*", source))
    others = [other for other in names if other.lower() == name.lower() and other != name]
    alike = others[0] if others else _alike(name, [o for o in _defined(source) if o != name])
    return f"`{name}` is not known here, but there is `{alike}`: is that meant?" if alike else ""


def _overwritten(reply: Reply, lines: list[str]) -> str:
    """Say that a variable has the name of a module, if this line uses such a module."""
    found = re.search(r"'([\w.]+)' object has no attribute '(\w+)'", reply.text)
    used = found and re.search(rf"\b({'|'.join(_MODULES)})\.{found[2]}\b", "".join(lines))
    if not found or not used:
        return ""
    kind = _VALUES.get(found[1], "a number" if found[1].startswith("numpy.") else "no module")
    return f"`{used[1]}` is {kind} here: is it also the name of a variable?"


def _parameters(function: str, source: str) -> tuple[str, ...]:
    """The names of a function's parameters, as far as they can be told without parsing."""
    found = re.search(rf"^def {function}\s*\(([^()]*)\)", source, re.MULTILINE)
    text = re.sub(r"\[[^\]]*\]|#.*", "", found[1][:MOST]) if found else ""
    parts = (part.strip() for part in re.sub(r"[:=][^,]*", "", text).split(","))
    return tuple(part for part in parts if part)


def _alike(name: str, names: list[str]) -> str:
    """The name that differs in capitals only, or else in a letter or two; "" if there is none."""
    same = [other for other in names if other.lower().strip("_") == name.lower()]
    return next(iter(same or get_close_matches(name, names, n=1, cutoff=0.8)), "")


def _defined(source: str) -> list[str]:
    """The first functions at the left margin."""
    found = re.finditer(r"^def (\w+)", source, re.MULTILINE)
    return [one[1] for one in islice(found, MOST)]


def _line_of(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1
