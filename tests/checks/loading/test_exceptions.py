"""What becomes of a student's exception."""

import numpy as np
import pytest

from assignment.checks.judging.exception_hints import explain
from assignment.checks.loading.exceptions import MAX_TEXT, Failure, failure
from assignment.checks.loading.loader import load


def fail(source: str, name: str, *args: object) -> Failure:
    """The failure that this call of a function of this source ends in."""
    module = load(source).module
    try:
        getattr(module, name)(*args)
    except BaseException as exc:
        return failure(exc)
    raise AssertionError("it did not raise")


SOURCE = """import numpy as np; __file__ = "other.py"
def helper(x): return np.stack([[x], [x, x]])
def ffnn(x): return helper(x)
def backprop(x): return ffnn(x)
def sigmoid(x): raise NotImplementedError("1.1")
def d_sigmoid(x): return sigmoid(x)
def unwritten(): raise NotImplementedError
def perceptron(x): unwritten()
def train_nn(x):
    def inner(): raise NotImplementedError
    return inner()
class Net:
    def ffnn(self): return 1 / 0
def test_nn(x): return Net().ffnn()
"""


def test_the_line_and_the_function_are_the_innermost_in_the_file() -> None:
    """A helper, a nested function and a method are no origin; a stub is one that raises itself."""
    expected = {
        "backprop": ("ValueError", 2, "ffnn", False),
        "d_sigmoid": ("NotImplementedError", 5, "sigmoid", True),
        "perceptron": ("NotImplementedError", 7, "perceptron", False),
        "train_nn": ("NotImplementedError", 10, "train_nn", False),
        "test_nn": ("ZeroDivisionError", 13, "test_nn", False),
    }
    for name, found in expected.items():
        got = fail(SOURCE, name, 1)
        assert (got.kind, got.line, got.origin, got.not_implemented) == found


def test_hostile_exceptions() -> None:
    """No class that a student can write makes the description raise, lie about its kind or grow."""
    source = """
class Meta(type):
    __hash__ = None
    def __eq__(self, other): raise SystemExit
    @property
    def __name__(self): raise SystemExit
    def mro(self): return type.mro(self)
class Text(str):
    def __getitem__(self, key): raise SystemExit
    def __len__(self): return 0
class Secret(KeyError, metaclass=Meta):
    __traceback__ = 3
    def __str__(self): return Text('x' * 10000)
class Silent(Exception):
    def __str__(self): raise SystemExit
def ffnn(): raise Secret
def test_nn(): raise Silent('hidden')
"""
    got = fail(source, "ffnn")
    assert (got.kind, got.line, len(got.text)) == ("KeyError", 16, MAX_TEXT)
    assert fail(source, "test_nn") == Failure("Exception", "", 17, "test_nn")


def test_other_ways_out() -> None:
    """Exits, interrupts, groups, surrogates and endless recursion are described like the rest."""
    cases = {
        "raise SystemExit(0)": "SystemExit",
        "raise KeyboardInterrupt": "KeyboardInterrupt",
        "raise ExceptionGroup('g', [ValueError('\\ud800')])": "ExceptionGroup",
        "raise ValueError('\\ud800')": "ValueError",
        "return ffnn()": "RecursionError",
        "raise type('A', (MemoryError,), {})": "MemoryError",
        "raise GeneratorExit": "GeneratorExit",
    }
    for statement, kind in cases.items():
        got = fail(f"def ffnn():\n    {statement}\n", "ffnn")
        assert (got.kind, got.line) == (kind, 2)
        got.text.encode()


@pytest.mark.parametrize("at_the_top", ["", "warnings.filterwarnings('ignore')\n"])
def test_one_element_arrays_fail_with_every_numpy(at_the_top: str) -> None:
    """What older numpy warns of is the error of newer ones, in the same words, also where the
    file turns warnings off."""
    text = "Conversion of an array with ndim > 0 to a scalar is deprecated, and will error."
    source = f"import warnings\nimport numpy as np\n{at_the_top}def ffnn(x):\n    return float(x)\n"
    source += f"def backprop():\n    warnings.warn({text!r}, DeprecationWarning)\n"
    error = "only 0-dimensional arrays can be converted to Python scalars"
    old, new = fail(source, "backprop"), fail(source, "ffnn", np.ones(1))
    assert (old.kind, old.text) == (new.kind, new.text) == ("TypeError", error)
    assert "a.item()" in explain(new.kind, new.text)
