"""Describe an exception of a student's function as plain data: what, where, in which function."""

import builtins
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from types import TracebackType

from ..model.questions import FUNCTIONS

MAX_TEXT = 500
_BUILT_IN = {id(cls): name for name, cls in vars(builtins).items() if isinstance(cls, type)}
_files: dict[str, Collection[str]] = {}
_CONVERSION = "Conversion of an array with ndim > 0 to a scalar"
_REFUSED = "only 0-dimensional arrays can be converted to Python scalars"


@dataclass(frozen=True)
class Failure:
    """An exception: its built-in class (``kind``) and the line of the student's file.

    ``origin`` is the function of the assignment whose frame is the innermost one, "" if there is
    none; ``not_implemented`` says that this function is still a stub.
    """

    kind: str
    text: str
    line: int | None = None
    origin: str = ""
    not_implemented: bool = False


def watch(filename: str, functions: Collection[str] = FUNCTIONS) -> None:
    """Treat frames of this file as the student's; ``functions`` are those of its assignment."""
    _files[filename] = functions


def refuse_one_element_arrays() -> None:
    """Make a number of an array with one element an error, as it is from numpy 2.4 on.

    Older versions warn. The filter is set again after code that may have put one before it.
    """
    warnings.filterwarnings("error", _CONVERSION, DeprecationWarning)


def failure(exc: BaseException) -> Failure:
    """Describe an exception; never raises, whatever its class does."""
    # Not exc.__traceback__, which a student's class may have replaced.
    line, origin, direct = _where(vars(BaseException)["__traceback__"].__get__(exc))
    stub = direct and isinstance(exc, NotImplementedError)
    kind, text = _kind(exc), _text(exc)
    if kind == "DeprecationWarning" and text.startswith(_CONVERSION):
        kind, text = "TypeError", _REFUSED  # the words of newer versions
    return Failure(kind, text, line, origin, stub)


def _where(trace: TracebackType | None) -> tuple[int | None, str, bool]:
    """The innermost student line, the function it belongs to, and whether that one raised."""
    line, origin, direct = None, "", False
    while trace is not None:
        code = trace.tb_frame.f_code
        direct = False
        if code.co_filename in _files:
            line = trace.tb_lineno
            name = code.co_qualname.partition(".")[0]
            if name in _files[code.co_filename]:
                origin, direct = name, code.co_qualname == name
        trace = trace.tb_next
    return line, origin, direct


def _kind(exc: BaseException) -> str:
    """The most derived built-in class; the name of a student's class could carry a message."""
    return next(_BUILT_IN[id(cls)] for cls in type.mro(type(exc)) if id(cls) in _BUILT_IN)


def _text(exc: BaseException) -> str:
    try:
        text = str(exc)
        # str's own slice: a subclass of str may have replaced it.
        text = str.__getitem__(text, slice(MAX_TEXT + 1))
    except BaseException:  # str() of a student's class may raise anything
        return ""
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")
