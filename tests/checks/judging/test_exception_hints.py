"""Common exceptions are explained, in public cases only."""

from __future__ import annotations

import builtins
import math

import numpy as np
import pytest

from assignment.checks.judging.exception_hints import explain
from assignment.checks.judging.judge import judge
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
        ("math.expp", "AttributeError", "no `expp` in math"),
        ("{}['a']", "KeyError", "no such key"),
        ("raise RuntimeError('what')", "RuntimeError", ""),
        ("raise ValueError('what')", "ValueError", ""),
    ],
)  # fmt: skip
def test_an_exception_is_explained(code: str, kind: str, expected_text: str) -> None:
    """Python's own message, of this Python and this numpy, is recognised and explained."""
    with pytest.raises(getattr(builtins, kind)) as caught:
        exec(code, {"math": math, "N": np})
    assert type(caught.value).__name__ == kind
    hint = explain(kind, str(caught.value))
    assert expected_text in hint
    assert bool(hint) == bool(expected_text)


def test_hints_of_exceptions_are_for_public_cases_only() -> None:
    """The text of an exception may carry the input."""
    reply = Reply("error", kind="NameError", text="name 'np' is not defined")
    for public in (True, False):
        asked = Case("s", "sigmoid", "t", {"x": 1.0}, {"value": 1}, public=public)
        hint = judge(asked, {"value": Expected((np.array(0.5),), 1e-6)}, reply)[0].hint
        assert ("import numpy" in hint) == public
