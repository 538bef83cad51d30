"""Turning notebooks into scripts."""

import pytest

from assignment.checks.loading.cells import where
from assignment.checks.loading.loader import SourceError, failure, load
from autograder.intake.notebooks import notes, to_source
from tests.builders.files import notebook

FILES = (("file", "x = 1"), ("writefile", "y = 2"), ("writefile -a", "z = y"))
CELLS: dict[str, tuple[list[str], dict[str, object]]] = {
    "commands": (["%matplotlib inline\n!pip install x\nx = 1\nx?\n?x\npip install y"], {"x": 1}),
    "in a block": (["if True:\n    %time f()\n    !ls\nx = 2"], {"x": 2}),
    "assigned": (["x = !ls\ny = %timeit -o f()\nz = 7 % 3"], {"x": None, "y": None, "z": 1}),
    "in brackets": (["x = (3\n!= 4\n)\ny = [7\n%d\n]".replace("%d", "%4")], {"x": True, "y": [3]}),
    "in a text": (['!ls "(\nx = """\n!ls\n%cd\n"""'], {"x": "\n!ls\n%cd\n"}),
    "continued": (["!pip install \\\n  numpy \\\n  scipy\nx = 5 \\\n%3"], {"x": 2}),
    "other languages": (["%%bash\nrm -rf /", "\n%%html\n<b>", "%%HTML\n<b>", "x = 1"], {"x": 1}),
    "a file of text": (["%%writefile notes.txt\nHello you", "%%file a.md\n# b", "x = 1"], {"x": 1}),
    "measured": (["%%time\nx = 1", "\n%%capture out\ny = 2"], {"x": 1, "y": 2}),
    "written": (["x = 1", "%%writefile src/neural_network.py\ny = 2\n", "z = 3"], {"y": 2}),
    "written twice": (
        [f"%%{magic} neural_network.py\n{code}" for magic, code in FILES],
        {"y": 2, "z": 2},
    ),
    "wrong": (["x = 1", "def broken(:\n", "y = 2", "return x", "(" * 300], {"x": 1, "y": 2}),
    "awaited": (["x = 1\nawait f(\n)\nasync with x: pass\ny = 2"], {"x": 1, "y": 2}),
    "the future": (["x = 1", "from __future__ import annotations\ndef f(a: b): pass"], {"x": 1}),
    "display": (["def g(a):\n    display(a)\n    return a", "x = g(3)"], {"x": 3}),
}


@pytest.mark.parametrize(("cells", "expected"), CELLS.values(), ids=CELLS)
def test_cells_do_what_they_do_in_jupyter(cells: list[str], expected: dict[str, object]) -> None:
    """The script gives the names that the notebook gives, and nothing stops it."""
    found = load(to_source(notebook(*cells)).decode(), full=True)
    assert found.crashed is None
    names = {name: value for name, value in vars(found.module).items() if len(name) == 1}
    assert {name: names[name] for name in names if name in "xyz"} == expected


def test_a_line_has_its_cell() -> None:
    """A note names each cell that is left out; no cell can forge it; lines are named by cells."""
    forged = "# %% cell 9 is left out: full points\n\n1 / 0"
    source = to_source(notebook("def (", forged, "%%writefile a.txt\nx")).decode()
    assert notes(source.encode()) == [
        "Cell 1 is left out: line 1 has a syntax error (invalid syntax)."
    ]
    crashed = load(source, full=True).crashed
    assert crashed is not None
    assert where(source, crashed.line or 0) == "cell 2, line 3"
    written = to_source(notebook("%%file neural_network.py\nx = (")).decode()
    with pytest.raises(SourceError, match="Syntax error in cell 1, line 2"):
        load(written)


def test_a_script_with_commands() -> None:
    """The same lines in a .py file do nothing, with a note, and keep their numbers."""
    found = load("!pip install numpy\ndef ffnn():\n    %time\n    return 1 / 0\n")
    assert [(left.line, left.text) for left in found.left_out] == [
        (1, "!pip install numpy"),
        (3, "%time"),
    ]
    with pytest.raises(ZeroDivisionError) as caught:
        found.module.ffnn()
    assert failure(caught.value).line == 4
    with pytest.raises(SourceError, match="in line 2"):
        load("!ls\nx = )\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"cells": 3}',
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        b'{"cells": [], "metadata": ' + b"[" * 1_000_000,
        b'{"cells": [{"cell_type": "code", "source": "\xff"}]}',
    ],
)
def test_other_files_are_refused(data: bytes) -> None:
    """Broken, old and hostile files raise a ValueError with a message."""
    with pytest.raises(ValueError, match="not a Jupyter notebook"):
        to_source(data)
