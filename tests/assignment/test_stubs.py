"""The stubs: the same signatures as the reference and the table, and bodies that only raise."""

import ast
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from assignment import bonus, neural_network, report
from assignment.checks.model.questions import BONUS, FUNCTIONS, QUESTIONS, Question
from solution import bonus as right_bonus
from solution import neural_network as right_network
from solution import report as right_report


def definitions(module: ModuleType) -> dict[str, ast.FunctionDef]:
    """The functions that stand at the top level of a stub file."""
    body = ast.parse(Path(str(module.__file__)).read_text("utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


STUBS = [
    *((neural_network, right_network, q.function, q.number) for q in QUESTIONS),
    *((bonus, right_bonus, q.function, q.number) for q in BONUS),
    *((report, right_report, n, "2.3") for n in definitions(report) if n != "build"),
]


@pytest.mark.parametrize(("stub", "right", "name", "number"), STUBS)
def test_a_stub_only_raises(stub: ModuleType, right: ModuleType, name: str, number: str) -> None:
    """A docstring that names all parameters, one raise with the section, and nothing else.

    Names, order, annotations and return types are those of the reference.
    """
    function = getattr(stub, name)
    signature, text = inspect.signature(function), inspect.getdoc(function) or ""
    assert signature == inspect.signature(getattr(right, name))
    assert [parameter for parameter in signature.parameters if parameter not in text] == []
    _, statement = definitions(stub)[name].body
    assert isinstance(statement, ast.Raise)
    with pytest.raises(NotImplementedError, match=rf"{name} is .*\(handout {number}\)"):
        function(*signature.parameters)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.function)
def test_parameters_and_outputs_are_those_of_the_table(question: Question) -> None:
    """Cases are stored by the table's names of parameters; the docstring names the outputs."""
    function = getattr(neural_network, question.function)
    assert tuple(inspect.signature(function).parameters) == question.parameters
    named = question.outputs if len(question.outputs) > 2 else ()
    text = inspect.getdoc(function) or ""
    assert [name for name in (*named, f"Handout {question.number}") if name not in text] == []


def test_the_stubs_are_the_questions_in_their_order_and_need_numpy_alone() -> None:
    """One stub for each function of the table, and one import."""
    assert tuple(definitions(neural_network)) == FUNCTIONS
    tree = ast.parse(Path(str(neural_network.__file__)).read_text("utf-8"))
    imports = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert imports == ["from __future__ import annotations", "import numpy as np"]
