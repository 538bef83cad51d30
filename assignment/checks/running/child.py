"""The process that runs the student's file: it reads requests and writes answers, one a line.

Requests and answers are JSON (see ``json_arrays``) and have file descriptors of their own. What the
student's code prints goes to standard error, with a mark after every answer, so that the parent
knows where it ends. The process ends when its input does.
"""

import io
import json
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO

import numpy as np

from ..loading import loader
from ..model import json_arrays as tagged

MARK = b"\0\0%d\n"
"""Ends the printed text that belongs to the request of this number."""
MAX_NUMBERS = 100_000
"""More than any right answer has; a larger one is a bad answer."""


class TooLarge(ValueError):
    """A returned value that is too large to be an answer."""


def main() -> None:
    """Answer requests until there are no more."""
    requests, answers = _channels()
    module: dict[str, Any] = {}
    for line in requests:
        request = json.loads(line)
        if request["do"] == "load":
            module, answer = _load(request["source"], request["full"], request["file"])
        else:
            answer = _call(module, request["function"], request["inputs"])
        _flush(request["number"])
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
    os._exit(0)  # do not wait for threads that the student's code has left running


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for requests and answers; give the student's code other ones."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 # a device, not a path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    if isinstance(sys.stdout, io.TextIOWrapper):  # what is printed before a hang must be seen
        sys.stdout.reconfigure(line_buffering=True)
    return requests, answers


def _flush(number: int) -> None:
    """Flush what was printed, and write the mark that ends it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # the student's code may have closed or replaced it
            stream.flush()
    os.write(2, MARK % number)


def _load(source: str, full: bool, file: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        loader.helpers()
        loaded = loader.load(source, full=full, filename=file)
    except loader.SourceError as problem:
        return {}, {"problem": f"{file} cannot be run. {problem}"}
    except (OSError, ValueError) as problem:
        # The kit's own files are missing or damaged.
        name = getattr(problem, "filename", None)
        text = f"{name} cannot be read: unzip the kit again." if name else str(problem)
        return {}, {"problem": text}
    return vars(loaded.module), {
        "functions": list(loaded.functions),
        "left_out": [[left.line, left.text, left.reason] for left in loaded.left_out],
        "crashed": loaded.crashed and _failed(loaded.crashed),
    }


def _call(module: dict[str, Any], function: str, inputs: list[Any]) -> dict[str, Any]:
    arguments = tagged.decode(inputs)
    try:
        value = module[function](*arguments)
    except BaseException as problem:  # SystemExit too: it must not end the other calls
        if isinstance(problem, KeyboardInterrupt):
            raise
        return _failed(loader.failure(problem))
    try:
        return {"status": "returned", "value": tagged.encode(plain(value))}
    except TooLarge as problem:
        return _bad(function, str(problem))
    except RecursionError:
        return _bad(function, "lists inside lists without end")
    except (TypeError, ValueError, OverflowError):
        return _bad(function, f"a value of type {type(value).__name__} that is not made of numbers")


def _failed(failure: loader.Failure) -> dict[str, Any]:
    return {
        "status": "not_implemented" if failure.not_implemented else "error",
        **{name: getattr(failure, name) for name in ("kind", "text", "line", "origin")},
    }


def _bad(function: str, what: str) -> dict[str, Any]:
    text = f"`{function}` returned {what}; return numbers, lists or arrays."
    return {"status": "bad_answer", "text": text}


def plain(value: object) -> object:
    """Return the value with plain numpy arrays only.

    Raises:
        TooLarge: for an array or a sequence of more than ``MAX_NUMBERS``.
    """
    if isinstance(value, np.ndarray):
        if value.size > MAX_NUMBERS:
            raise TooLarge(f"an array of {value.size:,} numbers, which cannot be right")
        return np.asarray(value)
    if isinstance(value, list | tuple):
        if len(value) > MAX_NUMBERS:
            raise TooLarge(f"a sequence of {len(value):,} items, which cannot be right")
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str(value)[:500]
    return value
