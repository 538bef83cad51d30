"""What is known of packages and calls: which are there, which are cheap, which only wrap."""

from __future__ import annotations

import sys

HELPERS = {"iris", "tools", "util", "utils"}
"""Names under which the course's own helpers have been known."""
CHEAP = {
    *("cmath", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal", "enum"),
    *("fractions", "functools", "itertools", "logging", "math", "numpy", "operator", "random"),
    *("re", "string", "time", "types", "typing", "warnings"),
    *("scipy.linalg", "scipy.special", "scipy.stats", "scipy.sparse"),
}
BUILTINS = {
    *("abs", "bool", "bytes", "classmethod", "complex", "dict", "divmod", "enumerate", "float"),
    *("frozenset", "int", "len", "list", "map", "max", "min", "pow", "range", "reversed", "round"),
    *("set", "slice", "sorted", "staticmethod", "str", "sum", "tuple", "type", "zip"),
}
COSTLY = {"time.sleep", "numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "numpy.apply_along_axis"}
WRAPPERS = {
    *("numpy.vectorize", "numpy.frompyfunc", "functools.partial", "functools.lru_cache"),
    *("functools.cache", "staticmethod", "classmethod", "dict", "map", "type"),
}
"""Calls that may be given a function of the file, because they do not call it."""
SETTINGS = {
    *("numpy.seterr", "numpy.set_printoptions", "numpy.random.seed", "random.seed"),
    *("warnings.filterwarnings", "warnings.simplefilter", "logging.basicConfig"),
    *("sys.setrecursionlimit",),
}
"""Calls that stand alone as a statement and are run all the same."""


_UNUSED = {"antigravity", "idlelib", "this", "tkinter", "turtle", "webbrowser"}
_PRESENT = (sys.stdlib_module_names - _UNUSED) | {"numpy", "scipy"} | HELPERS


def is_absent(module: str) -> bool:
    """Whether a placeholder stands in for this module: all but the standard library's and two.

    Those of the standard library that open windows are absent as well.
    """
    return module.partition(".")[0] not in _PRESENT


def is_cheap(dotted: str) -> bool:
    """Whether calling what has this dotted name makes something small and changes nothing."""
    parts = dotted.split(".")
    starts = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
    return not starts & COSTLY and bool(starts & (CHEAP | HELPERS))
