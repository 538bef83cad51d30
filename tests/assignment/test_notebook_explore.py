"""explore.ipynb: in step with its script, and run by a kernel from its beginning to its end."""

import re
from pathlib import Path
from typing import Any

import pytest

from autograder.paths import ROOT
from tests.builders.files import folder_of
from tests.builders.sources import FAST
from tests.builders.student_kit import copied
from tests.conftest import needed

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
KIT = ROOT / "assignment"
TEXT = (KIT / "explore.py").read_text("utf-8")
BONUS = (ROOT / "solution/bonus.py").read_text("utf-8")
PICTURES = 18
"""Figures and films of a notebook with nothing left to do."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's kit, with the stubs."""
    return copied(tmp_path / "my kit")


def run(folder: Path) -> tuple[list[str], int]:
    """What the notebook prints in a fresh kernel, each paragraph a text, and its pictures.

    A cell that raises ends the run with an error.
    """
    needed("nbclient", "nbformat", "ipykernel", "networkx")
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(folder / "explore.ipynb", 4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    outputs: list[Any] = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    printed = "".join(o.text for o in outputs if o.output_type == "stream")
    shown = [o for o in outputs if {"image/png", "text/html"} & set(o.get("data", {}))]
    paragraphs = [" ".join(text.split()) for text in re.split(r"(?<=\.)\n", printed)]
    return [text for text in paragraphs if text], len(shown)


@pytest.mark.slow
def test_every_section_is_drawn_with_right_functions(folder: Path) -> None:
    """The whole notebook with a right and fast solution: all pictures, not a word of advice."""
    assert run(folder_of(folder, {"neural_network.py": FAST, "bonus.py": BONUS})) == ([], PICTURES)


def test_stubs_are_told_what_to_finish(folder: Path) -> None:
    """With nothing written every section names its functions, or says that bonus.py is missing."""
    (folder / "bonus.py").unlink()
    printed, pictures = run(folder)
    assert pictures == 0
    missing = "There is no bonus.py in this folder: take the empty one from the zip again."
    assert printed.count(missing) == 6
    assert all(line.startswith(("First finish `", "Then run", "There is no")) for line in printed)
    assert len(printed) >= len(set(re.findall(r"own\.needs\((.+)\)", TEXT)))
    assert "First finish `ffnn` (handout 1.3): it is not written yet." in "\n".join(printed)


@pytest.mark.slow
def test_a_mistake_is_told_and_the_rest_is_drawn(folder: Path) -> None:
    """A function that raises, returns nonsense or is still to do costs its own sections only."""
    raising = "def train_nn(*arguments):\n    return arguments[99]\n"
    wrong = "def activation(*_): return None\ndef perceptron_pass(*_): raise NotImplementedError\n"
    files = {"neural_network.py": f"{FAST}\n\n{raising}", "bonus.py": f"{BONUS}\n\n{wrong}"}
    printed, pictures = run(folder_of(folder, files))
    assert 0 < pictures < PICTURES
    said = "\n".join(printed)
    assert re.search(r"First fix `backprop` and `train_nn`: IndexError.* of your file", said)
    assert "First finish `perceptron_pass` (handout B.1): it is not written yet." in said
    assert "`activation`" in said


def test_the_notebook_is_the_script() -> None:
    """jupytext --to ipynb --update assignment/explore.py makes it; it has no outputs and counts."""
    needed("jupytext")
    import jupytext

    script, notebook = jupytext.reads(TEXT, fmt="py:percent"), jupytext.read(KIT / "explore.ipynb")
    cells = [(cell.cell_type, cell.source) for cell in notebook.cells]
    assert cells == [(cell.cell_type, cell.source) for cell in script.cells]
    assert notebook.metadata["kernelspec"] == script.metadata["kernelspec"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []
    assert len(code) >= 12


def test_every_section_speaks_of_handout_and_bishop() -> None:
    """Each section with a number names the section of the handout and an equation or figure."""
    sections = re.split(r"^# ## \d+\. ", TEXT, flags=re.MULTILINE)[1:]
    assert len(sections) == 12
    for section in sections:
        assert "andout" in section, section
        assert "Bishop" in section, section
