"""Loading a student's file, in part and in full."""

import sys
import textwrap
import timeit

import pytest

from assignment.checks.loading.loader import Loaded, SourceError, inject, load
from tests.builders.sources import RIGHT

CHEAP = (
    "a = b = 3",
    "a: int",
    "a, (b, *c) = 1, (2, [3])",
    "a = {'eta': 0.1 * 3, 'n': [1, 2] * 2}",
    "a = lambda x, k=3: x",
    "a = np.vectorize(own)",
    "a = np.vectorize(lambda x: x)",
    "a = functools.lru_cache(maxsize=None)(own)",
    "a = np.random.default_rng(0).random((3, 4)).T",
    "a = np.arange(6).reshape(2, 3)[0, 1:]",
    "a = [i ** 2 for i in range(3) if i]",
    "a = dict(f=own)",
    "a = f'{math.pi:.3f}'",
    "a = 1 if np.__version__ > '2' else 0",
    "a = time.time()",
    "a = pd.DataFrame({'x': [1]})",
    "a = np.exp\nb = a(3)",
    "a = {}\na['K'] = 3",
    "class Net: pass\nNet.forward = lambda self, x: x",
    "class Net: pass\nffnn = Net().forward if False else own",
    "ffnn = (lambda f: f)(own)",
    "np.random.seed(1)",
    "np.seterr(all='ignore')",
    "plt.style.use('ggplot')",
    "plt.rcParams['lines.linewidth'] = 2",
    "if np.pi > 3:\n    a = 1\nelse:\n    def other(): pass",
    "try:\n    import nothing\nexcept ImportError:\n    nothing = None",
    "with contextlib.suppress(ImportError):\n    import nothing",
    "from tools import *\nfeatures, targets, classes = load_iris()",
    "...",
)
DEAR = (
    "own(3)",
    "a = own(3)",
    "a = [own(i) for i in range(3)]",
    "a = (lambda: own(3))()",
    "a = list(map(own, [3]))",
    "b = own\na = b(3)",
    "b = {'f': own}\na = b['f'](3)",
    "a = Net()",
    "a = open('/etc/passwd')",
    "a = eval('1')",
    "from tools import *\na = open('x')",
    "a = getattr(own, 'x')",
    "a = (b := 3)",
    "np.exp = own",
    "a = time.sleep(100)",
    "a = np.loadtxt('iris.csv')",
    "a = scipy.optimize.minimize(own, 0)",
    "import os\nos.system('true')",
    "while True: pass",
    "del own",
    "assert own(3)",
    "if own(3): pass",
    "try:\n    own(3)\nexcept Exception: pass",
    "with open('x'): pass",
)


def loads(source: str, *, full: bool = False) -> Loaded:
    """Load an indented source."""
    return load(textwrap.dedent(source), full=full)


def test_training_runs_are_left_out_with_a_note() -> None:
    """Top-level statements that train, print or plot are not run, and get a note."""
    loaded = loads(
        """
        '''The doc.'''
        import numpy as np
        K = 3
        def ffnn(x): return x
        y = ffnn(0)
        for i in range(10): print(i)
        print(K, "a" * 100, "a long line is cut where it would fill the page ....................")
        K += 1
        pass
        """
    )
    notes = [(left.line, left.text[:20], left.reason) for left in loaded.left_out]
    assert notes == [
        (6, "y = ffnn(0)", ""),
        (7, "for i in range(10): ", ""),
        (8, 'print(K, "a" * 100, ', ""),
    ]
    assert len(loaded.left_out[2].text) == 80
    assert (loaded.module.__doc__, loaded.module.K) == ("The doc.", 4)
    assert loaded.functions == ("ffnn",)


def test_the_main_block_needs_no_note() -> None:
    """``if __name__ == "__main__"`` is good style, so it gets no note, and it never runs."""
    source = """
        if "__main__" == __name__:
            raise SystemExit
        else:
            K = 3
        if __name__ == "__main__" and K: raise SystemExit
        """
    assert loads(source).left_out == ()
    assert loads(source).module.K == 3
    assert loads(source, full=True).crashed is None


@pytest.mark.parametrize("statement", [*CHEAP, *DEAR])
def test_costly_statements_are_left_out_and_no_others(statement: str) -> None:
    """What could run the student's functions or touch the system does not run in a partial load.

    Definitions of every style that solutions use do.
    """
    head = "import contextlib, functools, math, time, scipy\nimport numpy as np, pandas as pd\n"
    head += "import matplotlib.pyplot as plt\nclass Net: pass\ndef own(*args): raise SystemExit\n"
    left_out = load(head + statement).left_out
    assert [left.reason for left in left_out] == [""] * (statement in DEAR)


def test_statements_that_raise_cost_only_themselves() -> None:
    """A broken decorator, default or constant gets a note, and the other functions are there."""
    loaded = loads(
        """
        @nothing
        def sigmoid(x): return x
        def ffnn(x, k=nothing): return x
        K = len(3)
        def backprop(x): return x
        """
    )
    notes = [(left.line, left.reason) for left in loaded.left_out]
    assert notes == [(3, "NameError"), (4, "NameError"), (5, "TypeError")]
    assert loaded.functions == ("backprop",)


def test_a_full_load_runs_everything_before_a_crash() -> None:
    """What a partial load gets wrong is right, and an exit keeps what was defined by then."""
    source = """
        H = []
        H.append(3)
        def ffnn(): return H[0]
        raise SystemExit('bye')
        def test_nn(): pass
        """
    assert [left.line for left in loads(source).left_out] == [3, 5]
    full = loads(source, full=True)
    assert (full.left_out, full.functions, full.module.ffnn()) == ((), ("ffnn",), 3)
    assert full.crashed is not None
    assert (full.crashed.kind, full.crashed.line) == ("SystemExit", 5)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\nreturn x\n", "Syntax error in line 2: .* outside"),
        ("y = print((yield))\n", "Syntax error in line 1: .* outside"),
        ("import math\nbreak\n", "Syntax error in line 2: .* outside"),
        ("def f(a, a):\n    pass\n", "Syntax error in line 1: .* argument"),
        ("x = " + " + ".join(["1"] * 20_000), ""),
        ("from __future__ import nothing", ""),
        ("\n".join("    " * depth + "if 1:" for depth in range(99)), ""),
    ],
    ids=["return", "yield", "break", "argument", "long sum", "future", "deep"],
)
def test_errors_of_the_compiler_are_sentences(source: str, said: str, full: bool) -> None:
    """Errors that only the compiler sees count, also where a statement would be left out."""
    with pytest.raises(SourceError, match=rf"(?s){said}.*\.$"):
        load(source, full=full)


def test_dataclasses_and_future_annotations() -> None:
    """Classes that look their module up while they are made are made."""
    source = """
        from __future__ import annotations
        from dataclasses import dataclass
        @dataclass
        class Net:
            M: int = 3
            def grow(self) -> Nothing: pass
        def ffnn(x: Nothing) -> Nothing: return Net().M
        """
    assert (loads(source).left_out, loads(source).module.ffnn(0)) == ((), 3)
    assert "neural_network" not in sys.modules


def test_injection_reaches_every_name() -> None:
    """An injected function takes the place of the old one and of all its other names."""
    module = loads("def sigmoid(x): return 0\ns = sigmoid\ndef ffnn(x): return s(x)\n").module
    inject(module, "sigmoid", lambda x: 7)
    inject(module, "perceptron", lambda x, w: 8)
    assert (module.ffnn(1), module.sigmoid(1), module.perceptron(1, 1)) == (7, 7, 8)


def test_a_file_is_loaded_in_milliseconds() -> None:
    """Loading an ordinary file costs a few milliseconds once numpy is there."""
    assert min(timeit.repeat(lambda: load(RIGHT), number=1, repeat=6)) < 0.02
