"""Files of imports, functions and names for values, as the stub is: they are run as they stand.

`statements` would keep every statement of such a file. To choose among them Python would have to
make a tree with an object for every part of every expression, in each worker. Whether a file is
one is told by its code: a few instructions for each statement at the top level.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType


def _numbers(*names: str) -> frozenset[int]:
    """The instructions of these names that this Python has."""
    return frozenset(dis.opmap[name] for name in names if name in dis.opmap)


_PLAIN = _numbers(
    *("IMPORT_NAME", "IMPORT_FROM", "IMPORT_STAR", "SWAP"),
    *("MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE"),
    *("BUILD_TUPLE", "BUILD_MAP", "BUILD_CONST_KEY_MAP", "UNPACK_SEQUENCE", "COMPARE_OP"),
    *("LOAD_CONST", "LOAD_SMALL_INT", "LOAD_NAME", "LOAD_ATTR"),
    *("RESUME", "NOP", "NOT_TAKEN", "RETURN_VALUE", "RETURN_CONST"),
)
_OF_AN_IMPORT = _numbers("STORE_NAME", "SWAP")
"""After one of these POP_TOP ends an import, else an expression, which `statements` looks at."""
_POP, _IMPORT, _STORE = (dis.opmap[name] for name in ("POP_TOP", "IMPORT_NAME", "STORE_NAME"))
_NAME, _CONST = dis.opmap["LOAD_NAME"], dis.opmap["LOAD_CONST"]
_LONGER, _FILLER = dis.opmap["EXTENDED_ARG"], dis.opmap["CACHE"]
_MAIN = {"__name__", "__main__"}
_NEVER_STORED = {"__name__", "__builtins__"}

Instruction = tuple[int, int, int]
"""Its number and its argument, and the place where the next one begins."""


def is_plain(code: CodeType) -> bool:
    """Whether all the code of a module may be run as far as `statements` and `imports` care.

    Of the block under ``if __name__ == "__main__"`` nothing is asked, since it is never run.
    """
    recent: list[Instruction] = [(0, 0, 0)] * 3
    hidden = 0  # up to here it is such a block
    for now in _instructions(code):
        number, argument, end = now
        if end <= hidden:
            continue
        if number == _JUMP and _is_guard(code, recent):
            hidden = end + 2 * argument
        elif not _is_kept(code, now, recent[-1]):
            return False
        recent = [*recent[1:], now]
    return not any(map(_has_way_out, _functions(code)))


def _instructions(code: CodeType) -> Iterator[Instruction]:
    words = code.co_code
    at = argument = 0
    while at < len(words):
        number, argument = words[at], argument << 8 | words[at + 1]
        at += 2
        while at < len(words) and words[at] == _FILLER:
            at += 2
        if number != _LONGER:
            yield number, argument, at
            argument = 0


def _is_kept(code: CodeType, now: Instruction, before: Instruction) -> bool:
    """Whether this is an instruction of a statement that is always kept."""
    number, argument, _ = now
    if number == _POP:
        return before[0] in _OF_AN_IMPORT
    if number == _STORE:
        return code.co_names[argument] not in _NEVER_STORED
    return number in _PLAIN


def _is_guard(code: CodeType, recent: list[Instruction]) -> bool:
    """Whether what is jumped over is run only if ``__name__ == "__main__"``."""
    *both, (number, argument, _) = recent
    told = {_meaning(code, *instruction) for instruction in both}
    return (number, argument) == _EQUAL and told == _MAIN


def _meaning(code: CodeType, number: int, argument: int, _: int) -> object:
    """The name or constant that is loaded."""
    if number == _NAME:
        return code.co_names[argument]
    return code.co_consts[argument] if number == _CONST else None


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Every function in a module, however deep."""
    waiting = [code]
    while waiting:
        inner = [const for const in waiting.pop().co_consts if isinstance(const, CodeType)]
        yield from inner
        waiting.extend(inner)


def _has_way_out(function: CodeType) -> bool:
    """Whether an import in a function may be one that the function can do without."""
    return bool(function.co_exceptiontable) and _IMPORT in function.co_code[::2]


def _equal_and_jump() -> tuple[tuple[int, int], int]:
    """How this Python compares for equality, and jumps over a block if there is none."""
    code = compile('if __name__ == "__main__": x', "", "exec")
    sample = list(_instructions(code))
    first = [_meaning(code, *instruction) for instruction in sample].index("__main__")
    (number, argument, _), (jump, _, _) = sample[first + 1 : first + 3]
    return (number, argument), jump


_EQUAL, _JUMP = _equal_and_jump()
