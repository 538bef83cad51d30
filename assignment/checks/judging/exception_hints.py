"""Explain common exceptions in a sentence.

The sentence repeats parts of Python's message, which could contain the inputs, so it is for public
cases only.
"""

import re
import sys
from collections.abc import Mapping

_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_KNOWN = {
    **{"list": "a list", "tuple": "a tuple", "float": "a number", "int": "a whole number"},
    **{"np": "import numpy as np", "numpy": "import numpy", "math": "import math"},
}
"""What ``{known}`` stands for in a rule, by the first group of its pattern: a type or a module."""
_SHAPES = r"\(([\d, ]*)\)"

_RULES: Mapping[str, Mapping[str, str]] = {
    "NameError": {
        r"name '(np|numpy|math)'": (
            "`{0}` is not known: is `{known}` missing at the top of the file?"
        ),
        r"name '(\w+)'": (
            "`{0}` is not known in this function: is it spelt right, and set before this line? "
            "Variables of one function are not known in another."
        ),
    },
    "UnboundLocalError": {
        r"variable '(\w+)'": (
            "`{0}` is used before this call of the function has given it a value: set it before "
            "the loop or the `if`."
        ),
    },
    "TypeError": {
        r"NoneType": (
            "A function that is called here returned nothing (None): does it end with `return`, in "
            "every branch?"
        ),
        r"cannot unpack non-iterable (\w+)": (
            "There are several names on the left of `=`, and a single value ({0}) on the right."
        ),
        r"only (size-1|length-1|0-dimensional) arrays can be converted": (
            "A whole array is used where one number is needed: in an element of an array, or in a "
            "function of `math`. Of an array `a` with one element write `a.item()`, or index it."
        ),
        r"missing \d+ required positional argument|positional arguments? but \d+": (
            "The call and the `def` have different numbers of parameters: compare both with the "
            "handout."
        ),
        r"'(\w+)' object is not callable": (
            "Round brackets after a value ({0}) call it like a function: is an operator missing "
            "before them, or does a variable have the name of a function?"
        ),
        r"'(\w+)' object is not subscriptable|'(\w+)' object does not support item assignment": (
            "The value before the square brackets has no elements: is it a single number?"
        ),
        r"can't multiply sequence by non-int|unsupported operand type\(s\) for .*'list'": (
            "A Python list does not calculate element by element: make an array of it first."
        ),
        r"list indices must be integers": (
            "This is a list of lists: it takes one whole number at a time in square brackets, an "
            "array also takes two, or a slice."
        ),
    },
    "IndexError": {
        r"only integers, slices": (
            "The index in the square brackets is not a whole number: is it a float, such as 1.0?"
        ),
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)": (
            "There is no element {0}: there are {2} along axis {1}, and counting begins at 0. Does "
            "a loop go one step too far, or is the bias element missing?"
        ),
        r"list assignment index out of range": (
            "The list has no such element yet: make it long enough first, or append to it."
        ),
        r"(list|tuple) index out of range": (
            "The {0} has no element with this number: counting begins at 0."
        ),
        r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed": (
            "The array has {0} dimension(s), and there are {1} numbers in its square brackets."
        ),
    },
    "ValueError": {
        rf"could not broadcast input array from shape {_SHAPES} into shape {_SHAPES}": (
            "Values of shape ({0}) do not go into a place of shape ({1}).{one}"
        ),
        rf"operands could not be broadcast together with shapes {_SHAPES} {_SHAPES}": (
            "Shapes ({0}) and ({1}) do not fit element by element.{one}"
        ),
        rf"shapes {_SHAPES} and {_SHAPES} not aligned: (\d+) \(dim \d+\) != (\d+)": (
            "In this product of shapes ({0}) and ({1}) the inner sizes, {2} and {3}, must be "
            "equal.{one}"
        ),
        r"matmul: .*size (\d+) is different from (\d+)": (
            "In this matrix product the inner sizes, {1} and {0}, must be equal.{one}"
        ),
        r"too many values to unpack \(expected (\d+)": (
            "There are more values than the {0} names on the left of `=`."
        ),
        r"not enough values to unpack \(expected (\d+)": (
            "There are fewer values than the {0} names on the left of `=`."
        ),
        r"setting an array element with a sequence": (
            "A whole vector is assigned where one number belongs. Of an array `a` with one element "
            "write `a.item()`, or index it."
        ),
        r"truth value of an array": (
            "`if`, `and` and `or` need a single number, and here they get a whole array."
        ),
        r"math domain error|expected a positive input": (
            "This takes the logarithm of a number that is not positive."
        ),
    },
    "OverflowError": {
        "": "The exponential of a large number is too large for a float: handout 1.1 says what to "
        "check first."
    },
    "ZeroDivisionError": {"": "Something is divided by 0: print the divisor."},
    "SystemExit": {"": "exit() ends the whole program: leave it out of the functions."},
    "RecursionError": {"": "A function calls itself without end."},
    "AttributeError": {
        r"'(list|tuple|float|int)' object has no attribute '(\w+)'": (
            "Only arrays have `.{1}`, and this is {known}: make an array of it first."
        ),
        r"module '(\w+)' has no attribute '(\w+)'": (
            f"There is no `{{1}}` in {{0}} with Python {_PYTHON}: is it spelt right, or only in a "
            "newer version?"
        ),
    },
    "KeyError": {"": "The dictionary has no such key."},
}
"""By exception: a pattern for its message, and what that means; the first that fits counts."""


def explain(kind: str, text: str) -> str:
    """Explain an exception of this built-in kind and text; "" if nothing is known of it."""
    for pattern, meaning in _RULES.get(kind, {}).items():
        if found := re.search(pattern, text):
            groups = [group or "" for group in found.groups()]
            known = _KNOWN.get(groups[0], "") if groups else ""
            parts = (group.rstrip(", ") for group in groups)
            return meaning.format(*parts, one=_one_apart(groups), known=known)
    return ""


def _one_apart(groups: list[str]) -> str:
    """A question about the bias if two sizes differ by one."""
    sizes = [[int(n) for n in re.findall(r"\d+", group)] for group in groups]
    pairs = zip(sizes[::2], sizes[1::2], strict=False)
    if any(len(a) == len(b) == 1 and abs(a[0] - b[0]) == 1 for a, b in pairs):
        return " They differ by one: is the bias in one of them and not in the other?"
    return ""
