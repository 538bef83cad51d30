"""The stubs: the same signatures as the reference and the table, and bodies that only raise."""

import ast
import inspect
from pathlib import Path

import pytest

from assignment import neural_network as stub
from assignment.checks.model.questions import FUNCTIONS, QUESTIONS, Question
from solution import neural_network as reference

SOURCE = Path(stub.__file__).read_text(encoding="utf-8")
by_name = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.function)


def definitions() -> dict[str, ast.FunctionDef]:
    """The functions that stand at the top level of the stub file."""
    body = ast.parse(SOURCE).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def test_the_stubs_are_the_questions_in_their_order() -> None:
    """One stub for each function of the table, and nothing else."""
    assert tuple(definitions()) == FUNCTIONS


@by_name
def test_stub_and_reference_have_equal_signatures(question: Question) -> None:
    """Names, order, annotations and return types are the same in both files."""
    assert inspect.signature(getattr(stub, question.function)) == inspect.signature(
        getattr(reference, question.function)
    )


@by_name
def test_the_parameters_are_those_of_the_table(question: Question) -> None:
    """Cases are stored by the table's names of parameters."""
    signature = inspect.signature(getattr(stub, question.function))
    assert tuple(signature.parameters) == question.parameters


@by_name
def test_a_stub_only_raises(question: Question) -> None:
    """A docstring, one raise and nothing else: no stub returns None by accident."""
    document, statement = definitions()[question.function].body
    assert isinstance(document, ast.Expr)
    assert isinstance(statement, ast.Raise)
    arguments = [None] * len(question.parameters)
    with pytest.raises(NotImplementedError, match=rf"\(handout {question.number}\)"):
        getattr(stub, question.function)(*arguments)


@by_name
def test_the_docstring_names_everything_a_student_needs(question: Question) -> None:
    """Every parameter and every named output, and the section of the handout."""
    document = inspect.getdoc(getattr(stub, question.function)) or ""
    named = question.parameters + (question.outputs if len(question.outputs) > 2 else ())
    assert [name for name in named if name not in document] == []
    assert f"Handout {question.number}" in document


def test_the_stub_needs_numpy_alone() -> None:
    """The file that students get imports numpy and nothing else."""
    imported = {
        alias.name
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported == {"numpy"}
