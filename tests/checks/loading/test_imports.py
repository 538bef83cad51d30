"""What a student's import statements get."""

import builtins
import math
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.special

from assignment.checks.loading.imports import helpers
from assignment.checks.loading.loader import load
from assignment.checks.loading.placeholders import Placeholder


@pytest.mark.parametrize(
    "line",
    [
        "import matplotlib.pyplot as x",
        "from matplotlib import pyplot as x",
        "import seaborn as x",
        "import nobody_has_this.sub as x",
        "from scipy.nothing import old as x",
        "from numpy import no_longer_there as x",
        "from tools import plot_points as x",
        "from . import other as x",
        "from .other import x",
        "import tkinter as x",
        "try:\n    import numba as x\nexcept ImportError:\n    print('no')\n    raise",
    ],
)
@pytest.mark.parametrize("full", [False, True])
def test_absent_packages_are_placeholders(line: str, full: bool) -> None:
    """Every form of import of something absent binds a placeholder and raises nothing."""
    loaded = load(line, full=full)
    assert isinstance(loaded.module.x, Placeholder)
    assert loaded.crashed is None
    assert loaded.left_out == ()
    assert len(loaded.placeholders) <= 1


def test_placeholders_are_only_for_the_student() -> None:
    """The process around it keeps its own imports: nothing is added to sys.modules or builtins."""
    before = builtins.__import__
    load("import seaborn, nobody_has_this\nimport tools\nimport random\n")
    assert builtins.__import__ is before
    assert not {"seaborn", "nobody_has_this", "tools", "iris"} & set(sys.modules)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import numpy as x", np),
        ("import numpy.linalg as x", np.linalg),
        ("import scipy.special as x", scipy.special),
        ("from scipy.special import expit as x", scipy.special.expit),
        ("from math import exp as x", math.exp),
        ("from numpy import *\nx = exp", np.exp),
        ("from pylab import *\nx = exp\nplot([1, 2])", np.exp),
        ("from matplotlib.pyplot import *\nfrom numpy import exp as x\nfigure()", np.exp),
        ("try:\n    import cupy as x\nexcept ImportError:\n    import numpy as x", np),
        ("try:\n    import cupy as x\nexcept:\n    x = 3", 3),
        ("from contextlib import *\nx = 3\nwith suppress(ImportError):\n    import cupy as x", 3),
    ],
)
@pytest.mark.parametrize("full", [False, True])
def test_installed_packages_are_real(line: str, expected: object, full: bool) -> None:
    """numpy, scipy and the standard library are real, and a file's own fallback is used."""
    assert load(line, full=full).module.x is expected


@pytest.mark.parametrize("name", ["iris", "tools", "util", "utils", "assignment.iris", ".tools"])
def test_the_course_helpers_need_no_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once read, load_iris opens no file, and each time it gives arrays of its own."""
    helpers()
    monkeypatch.setattr(Path, "open", None)
    monkeypatch.setattr(builtins, "open", None)
    module = load(f"from {name} import load_iris, split_train_test\nx, t, c = load_iris()").module
    assert (module.x.shape, module.t.shape, module.c) == ((150, 4), (150,), [0, 1, 2])
    module.x[:] = 0
    assert helpers().load_iris()[0].max() > 7


def test_star_and_dotted_imports_of_the_helpers() -> None:
    """``from tools import *`` and ``import assignment.iris as iris`` work as well."""
    source = "from tools import *\nimport assignment.iris as i, tools as t\nfrom . import iris\n"
    source += "def f(): return [m.load_iris for m in (i, t, iris)] + [load_iris]\n"
    assert len(set(load(source).module.f())) == 1


@pytest.mark.parametrize(
    "line",
    [
        "import neural_network as x",
        "from . import neural_network as x",
        "from assignment import neural_network as x",
        "import assignment.neural_network as x",
        "import assignment.neural_network\n    x = assignment.neural_network",
    ],
)
def test_a_file_that_imports_itself(line: str) -> None:
    """The student's own module is itself, not another copy and not the repository's stub."""
    loaded = load(f"def ffnn(): return 3\ndef f():\n    {line}\n    return x.ffnn()\n")
    assert loaded.module.f() == 3


@pytest.mark.parametrize("full", [False, True])
def test_functions_from_a_file_that_was_not_submitted(full: bool) -> None:
    """One of the seven that is imported from elsewhere says which file it needs."""
    loaded = load("from my_sigmoid import sigmoid\n", full=full)
    assert loaded.functions == ("sigmoid",)
    with pytest.raises(ImportError, match="this needs `my_sigmoid`"):
        loaded.module.sigmoid(0.5)


def test_input_reads_nothing() -> None:
    """``input`` gives empty lines, and an end to loops that wait for something else."""
    loaded = load("input('press enter')\ndef f():\n    while input() != 'q': pass\n", full=True)
    with pytest.raises(EOFError, match="nothing to read"):
        loaded.module.f()
