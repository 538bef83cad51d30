"""Common exceptions are explained, in public cases only."""

import builtins
import math
import sys
from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from assignment.checks.judging.exception_hints import explain
from assignment.checks.judging.judge import judge
from assignment.checks.judging.settled import settled
from assignment.checks.judging.source_hints import missing, with_advice
from assignment.checks.model.case import Case, Expected, Reply


@pytest.mark.parametrize(
    ("code", "kind", "expected_text"),
    [
        ("np.exp(1)", "NameError", "import numpy as np"),
        ("total + 1", "NameError", "`total` is not known in this function"),
        ("a, b = None", "TypeError", "returned nothing"),
        ("None * 2.0", "TypeError", "returned nothing"),
        ("x = None; x[0]", "TypeError", "returned nothing"),
        ("a, b = 3.0", "TypeError", "a single value (float)"),
        ("math.exp(N.ones(3))", "TypeError", "one number"),
        ("(lambda x: x)(1, 2)", "TypeError", "numbers of parameters"),
        ("f = 3.0; f(2)", "TypeError", "Round brackets after a value (float)"),
        ("f = 3.0; f[2]", "TypeError", "no elements"),
        ("[1, 2] * 2.0", "TypeError", "does not calculate element by element"),
        ("x = [[1, 2]]; x[0, 1]", "TypeError", "list of lists"),
        ("N.ones(3)[1.0]", "IndexError", "not a whole number"),
        ("N.ones(3)[3]", "IndexError", "no element 3: there are 3 along axis 0"),
        ("[1, 2][2]", "IndexError", "list has no element"),
        ("x = []; x[0] = 1", "IndexError", "append to it"),
        ("N.ones(3)[1, 2]", "IndexError", "1 dimension(s), and there are 2 numbers"),
        ("N.ones(6) + N.ones(7)", "ValueError", "element by element. They differ by one"),
        ("N.ones(6) + N.ones((4, 2))", "ValueError", "Shapes (6) and (4,2) do not fit"),
        ("N.dot(N.ones(4), N.ones((5, 6)))", "ValueError", "must be equal. They differ by one"),
        ("N.ones(4) @ N.ones((5, 6))", "ValueError", "inner sizes, 4 and 5"),
        ("x = N.ones(5); x[:] = N.ones(4)", "ValueError", "(4) do not go into a place"),
        ("a, b = 1, 2, 3", "ValueError", "more values than the 2 names"),
        ("a, b, c = 1, 2", "ValueError", "fewer values than the 3 names"),
        ("x = N.ones(2); x[0] = N.ones(3)", "ValueError", "whole vector"),
        ("1 if N.ones(3) else 2", "ValueError", "need a single number"),
        ("math.log(0)", "ValueError", "not positive"),
        ("math.exp(1000)", "OverflowError", "too large for a float"),
        ("1 / 0", "ZeroDivisionError", "divided by 0"),
        ("[1].T", "AttributeError", "Only arrays have `.T`, and this is a list"),
        ("(3).T", "AttributeError", "Only arrays have `.T`, and this is a whole number"),
        ("math.expp", "AttributeError", "no `expp` in math with Python 3."),
        ("exit_()", "SystemExit", "leave it out of the functions"),
        ("{}['a']", "KeyError", "no such key"),
        ("raise RuntimeError('what')", "RuntimeError", ""),
        ("raise ValueError('what')", "ValueError", ""),
    ],
)  # fmt: skip
def test_an_exception_is_explained(code: str, kind: str, expected_text: str) -> None:
    """Python's own message, of this Python and this numpy, is recognised and explained."""
    with pytest.raises(getattr(builtins, kind)) as caught:
        exec(code, {"math": math, "N": np, "exit_": sys.exit})
    assert type(caught.value).__name__ == kind
    hint = explain(kind, str(caught.value))
    assert expected_text in hint
    assert bool(hint) == bool(expected_text)


def test_hints_of_exceptions_are_for_public_cases_only() -> None:
    """The text of an exception may carry the input."""
    reply = Reply("error", kind="NameError", text="name 'np' is not defined")
    for advice, shown in (("", "import numpy"), ("from the file", "from the file")):
        for public in (True, False):
            asked = Case("s", "sigmoid", "t", {"x": 1.0}, {"value": 1}, public=public, hint="x!")
            expected = {"value": Expected((np.array(0.5),), 1e-6)}
            verdict = judge(asked, expected, replace(reply, advice=advice))[0]
            hint = settled([asked], {("s", "value"): verdict})["s", "value"].hint
            assert hint == verdict.hint
            assert (shown in hint) == public
            assert "x!" not in hint


FILE = """import numpy as np
from math import exp
class Net:
    def ffnn(self, x):
        return X0
def Sigmoid(x):
    np = 3
    return np.exp(x)
def backprop(x, target_y: np.ndarray, K: int, M: int = 6, *, W1=None, W2=None): pass
"""


@pytest.mark.parametrize(
    ("function", "kind", "text", "line", "expected_text"),
    [
        ("sigmoid", "AttributeError", "'int' object has no attribute 'exp'", 8,
         "`np` is a number here: is it also the name of a variable?"),
        ("sigmoid", "AttributeError", "'int' object has no attribute 'exp'", 5, ""),
        ("sigmoid", "UnboundLocalError", "cannot access local variable 'np' where", 8,
         "`np` is also the name of a variable in this function"),
        ("sigmoid", "UnboundLocalError", "cannot access local variable 'error' where", 8, ""),
        ("ffnn", "NameError", "name 'X0' is not defined", 5, "`X0` comes from line 12,"),
        ("ffnn", "NameError", "name 'ffnn' is not defined", 5, "inside a class"),
        ("ffnn", "NameError", "name 'sigmoid' is not defined", 5, "there is `Sigmoid`"),
        ("ffnn", "NameError", "name 'nothing' is not defined", 5, ""),
        ("ffnn", "TypeError", "ffnn() missing 1 required positional argument: 'K'", None,
         "ffnn(x, M, K, W1, W2): its `def` must take these five parameters"),
        ("ffnn", "TypeError", "f() missing 1 required positional argument: 'K'", 5, ""),
        ("perceptron", "ValueError", "what", 1, ""),
        ("backprop", "ValueError", "what", 9, ""),
    ],
)  # fmt: skip
def test_the_file_tells_the_reason_of_an_exception(
    function: str, kind: str, text: str, line: int | None, expected_text: str
) -> None:
    """An overwritten module, a name left out or misspelt, and other parameters are recognised."""
    reply = Reply("error", kind=kind, text=text, line=line)
    left_out = [(11, "X0 == 3"), (12, "X0 = load()")]
    advice = with_advice(function, reply, FILE, left_out).advice
    assert expected_text in advice
    assert bool(advice) == bool(expected_text)
    swapped = "def perceptron(w,  # weights\n    x: np.ndarray[int, float] = 3): pass"
    assert "another order" in with_advice("perceptron", reply, swapped, ()).advice


def test_a_function_that_is_not_there_is_looked_for() -> None:
    """Another spelling and a function inside a class are named with their lines."""
    assert "there is `Sigmoid` in line 6" in missing("sigmoid", FILE, "a.py")
    assert "in line 4 is indented, inside `Net`" in missing("ffnn", FILE, "a.py")
    assert missing("train_nn", FILE, "a.py") == "There is no function called `train_nn` in a.py."


def test_searching_a_hostile_file_takes_no_time() -> None:
    """No search takes quadratic time, whatever the file holds."""
    reply, began = Reply("error", kind="NameError", text="name 'aab' is not defined"), monotonic()
    for piece in ("def ffnn(", "[", "def aaa\n", " def ", "class a\n", "((", "a = "):
        source = "def ffnn(" + piece * (1_000_000 // len(piece))
        with_advice("ffnn", reply, source, [(1, (piece * 500)[:500])])
        missing("sigmoid", source, "a.py")
    assert monotonic() - began < 10
