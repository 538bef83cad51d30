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


def test_where_it_was_raised() -> None:
    """Line and function are those of the innermost frame in the student's file."""
    source = "import numpy as np\ndef helper(x):\n    return np.dot(x, [1, 2])\n"
    source += "def ffnn(x):\n    return helper(x)\ndef backprop(x):\n    return ffnn(x)\n"
    got = fail(source, "backprop", np.ones(3))
    assert (got.kind, got.line, got.origin) == ("ValueError", 3, "ffnn")
    assert not got.not_implemented


def test_a_stub_below_is_named() -> None:
    """When a function calls one that is still a stub, the stub is the origin."""
    source = "def ffnn(x):\n    raise NotImplementedError('1.3')\ndef backprop(x):\n    ffnn(x)\n"
    assert fail(source, "backprop", 1) == Failure("NotImplementedError", "1.3", 2, "ffnn", True)


def test_only_a_direct_raise_is_a_stub() -> None:
    """NotImplementedError out of a helper or a library is an error, not a stub."""
    source = "def helper():\n    raise NotImplementedError\ndef ffnn():\n    helper()\n"
    got = fail(source, "ffnn")
    assert (got.origin, got.not_implemented) == ("ffnn", False)


def test_nested_functions_and_methods() -> None:
    """A frame inside a nested function belongs to the function around it; a method to neither."""
    source = "def ffnn():\n    def inner():\n        return 1 / 0\n    return inner()\n"
    source += "class Net:\n    def ffnn(self):\n        return 1 / 0\n"
    source += "def backprop():\n    return Net().ffnn()\n"
    assert fail(source, "ffnn").origin == "ffnn"
    assert fail(source, "backprop").origin == "backprop"


def test_hostile_exceptions() -> None:
    """No class that a student can write makes the description raise, lie about its kind or grow."""
    source = (
        "class Meta(type):\n"
        "    __hash__ = None\n"
        "    def __eq__(self, other): raise SystemExit\n"
        "    @property\n"
        "    def __name__(self): raise SystemExit\n"
        "    def mro(self): return type.mro(self)\n"
        "class Text(str):\n"
        "    def __getitem__(self, key): raise SystemExit\n"
        "    def __len__(self): return 0\n"
        "class Secret(KeyError, metaclass=Meta):\n"
        "    __traceback__ = 3\n"
        "    def __str__(self): return Text('x' * 10000)\n"
        "class Silent(Exception):\n"
        "    def __str__(self): raise SystemExit\n"
        "def ffnn(): raise Secret\n"
        "def test_nn(): raise Silent('hidden')\n"
    )
    got = fail(source, "ffnn")
    assert (got.kind, got.line, len(got.text)) == ("KeyError", 15, MAX_TEXT)
    assert fail(source, "test_nn") == Failure("Exception", "", 16, "test_nn")


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
