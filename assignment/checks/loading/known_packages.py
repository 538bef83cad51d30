"""Tables of packages and calls: which exist, which are cheap, which only wrap a function."""

import sys

HELPERS = {"iris", "tools", "util", "utils"}
"""Names of the course's own helpers, past and present."""
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
"""Calls that may get a function of the file, because they do not call it."""
SETTINGS = {
    *("numpy.seterr", "numpy.set_printoptions", "numpy.random.seed", "random.seed"),
    *("warnings.filterwarnings", "warnings.simplefilter", "logging.basicConfig"),
    *("sys.setrecursionlimit",),
}
"""Calls that are run although they are a statement of their own."""


_UNUSED = {"antigravity", "idlelib", "this", "tkinter", "turtle", "webbrowser"}
_PRESENT = (sys.stdlib_module_names - _UNUSED) | {"numpy", "scipy"} | HELPERS


def is_absent(module: str) -> bool:
    """Whether a placeholder replaces this module.

    Only numpy, scipy, the helpers and the standard library are real, without those of its modules
    that open windows.
    """
    return module.partition(".")[0] not in _PRESENT


def is_cheap(dotted: str) -> bool:
    """Whether a call of this dotted name is fast, makes something small and changes nothing."""
    parts = dotted.split(".")
    starts = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
    return not starts & COSTLY and bool(starts & (CHEAP | HELPERS))
