"""Files that are run as they stand: recognised by their code, and loaded as by their statements."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignment.checks import loader, plain
from tests.benchmarks import bench
from tests.test_loader import CHEAP, DEAR

PLAIN = (
    "'''The doc.'''",
    "from __future__ import annotations",
    "import math",
    "import numpy as np",
    "import numpy.linalg as la",
    "import os.path",
    "import a.b.c as abc",
    "import matplotlib.pyplot as plt",
    "from math import exp, pi as π",
    "from iris import load_iris",
    "Vector = np.ndarray",
    "K = 3",
    "eta, text = 0.1, 'a text'",
    "__author__ = 'me'",
    "s = own",
    "same = K == 3",
    "square = lambda x, n=2: x ** n",
    "def own(x: Vector, n=K, *, deep=True) -> Vector:\n    'Doc.'\n    return x",
    "def loops(n):\n    try:\n        return [k for k in range(n)]\n    finally:\n        pass",
    "def outer():\n    import copy\n    def inner(): return copy\n    return inner",
    "async def later(): pass",
    "if __name__ == '__main__':\n    own(3)\n    raise SystemExit",
    "if '__main__' == __name__:\n    for i in range(9): print(i)\nelse:\n    L = 4",
    "if __name__ == '__main__' and own(3):\n    print(f'{own}')",
)
OTHER = (
    "print(3)",
    "own",
    "np.pi",
    "K == 3",
    "K, own",
    "lambda: own",
    "a = own(3)",
    "a = (b := 3)",
    "@own\ndef f(): pass",
    "class Net: pass",
    "K += 1",
    "np.exp = own",
    "del own",
    "assert K",
    "for k in (1, 2): pass",
    "try:\n    import cupy\nexcept ImportError:\n    cupy = None",
    "def f():\n    try:\n        import cupy\n    except ImportError:\n        cupy = None",
    "def f():\n    def g():\n        with suppress(ImportError):\n            import cupy",
    "if __name__ != '__main__':\n    print(3)",
    "if not __name__ == '__main__':\n    print(3)",
    "if __name__ == '__main__' or K:\n    print(3)",
    "if __name__ == 'neural_network':\n    print(3)",
    "if __file__ == '__main__':\n    print(3)",
    "__name__ = '__main__'",
    "from os import name as __name__",
    "def __builtins__(): pass",
)
HEAD = "import contextlib, functools, math, time\nimport numpy as np\ndef own(x): return x\nK = 3\n"


def is_plain(source: str) -> bool:
    """Whether a source text would be run as it stands."""
    return plain.is_plain(compile(source, "neural_network.py", "exec", dont_inherit=True))


@pytest.mark.parametrize("statement", PLAIN)
def test_plain_statements(statement: str) -> None:
    """What most files consist of is recognised, in this version of Python too."""
    assert is_plain(statement)


@pytest.mark.parametrize("statement", OTHER)
def test_statements_that_have_to_be_looked_at(statement: str) -> None:
    """Whatever may be left out, noted or forgiven goes the way that does so."""
    assert not is_plain(HEAD + statement)


def test_the_files_of_a_class_are_plain() -> None:
    """The stub and files that are written in it are run as they stand."""
    assert all(is_plain(source) for source in bench.sources()["mix"])


@pytest.mark.parametrize("statement", ["pass", "...", "if 0: print(3)", "while True: break"])
def test_statements_of_which_nothing_is_left(statement: str) -> None:
    """What is compiled to nothing needs no note."""
    assert is_plain(statement)
    assert loader.load(f"{statement}\nK = 3").left_out == ()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted({*PLAIN, *OTHER, *CHEAP, *DEAR})), max_size=6))
def test_a_plain_file_is_loaded_as_by_its_statements(statements: list[str]) -> None:
    """Where a file is plain and nothing raises, both ways give the same names and no notes."""
    statements = [each for each in statements if "__future__" not in each]
    source = HEAD + "\n".join(statements)
    at_once = loader._load_plain(source, "neural_network.py")
    if at_once is None:
        return
    one_by_one = loader._load(source, full=False, filename="neural_network.py")
    assert one_by_one.left_out == ()
    assert at_once.placeholders == one_by_one.placeholders
    assert at_once.functions == one_by_one.functions
    told = [
        {name: type(value) for name, value in vars(loaded.module).items()}
        for loaded in (at_once, one_by_one)
    ]
    assert told[0] == told[1]


def test_the_main_block_does_not_run_when_a_file_calls_itself_main() -> None:
    """A file that sets ``__name__`` is looked at statement by statement, which skips the block."""
    source = "__name__ = '__main__'\nif __name__ == '__main__':\n    K = 3\ndef ffnn(): pass\n"
    loaded = loader.load(source)
    assert loaded.functions == ("ffnn",)
    assert not hasattr(loaded.module, "K")


def test_a_long_block_of_a_guard_is_jumped_over_whole() -> None:
    """A jump of more than 255 instructions is followed to its end, and what comes there counts."""
    block = "".join(f"    print({k})\n" for k in range(300))
    source = f"if __name__ == '__main__':\n{block}"
    assert is_plain(source + "def ffnn(): pass\n")
    assert not is_plain(source + "print(3)\n")


def test_a_name_that_is_nowhere_costs_only_its_statement() -> None:
    """Where a plain statement raises, the others are there and this one is told."""
    loaded = loader.load("Vector = nowhere\ndef ffnn(): pass\n")
    assert loaded.functions == ("ffnn",)
    assert [(left.line, left.reason) for left in loaded.left_out] == [(1, "NameError")]
