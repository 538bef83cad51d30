"""The made-up class: of every kind something, and nothing that has gone stale."""

import ast
import re
from contextlib import nullcontext

import pytest

from solution.demo import demo_class
from tests.builders.sources import RIGHT

CLASS = dict(demo_class())


def test_a_class_of_a_usual_size_with_names_that_can_be_file_names() -> None:
    """About thirty, each with a name of its own that no platform minds."""
    assert 30 <= len(demo_class()) <= 40
    assert len(CLASS) == len(demo_class())
    assert [name for name in CLASS if not re.fullmatch(r"[a-z]+\.[a-z]+", name)] == []


def test_no_edit_has_gone_stale() -> None:
    """Only the two that are meant to submit the reference do so."""
    assert [name for name, source in CLASS.items() if source == RIGHT] == ["adaeze.o", "mikkel.j"]


@pytest.mark.parametrize("name", CLASS)
def test_one_file_only_is_not_python(name: str) -> None:
    """The others can be parsed, so that they reach the grader's later steps."""
    with pytest.raises(SyntaxError) if name == "anahera.p" else nullcontext():
        ast.parse(CLASS[name])
