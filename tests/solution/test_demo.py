"""The made-up class: of every kind something, and nothing that has gone stale."""

import ast
import re

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


def test_one_file_only_is_not_python() -> None:
    """The others can be parsed, so that they reach the grader's later steps."""
    broken = []
    for name, source in CLASS.items():
        try:
            ast.parse(source)
        except SyntaxError:
            broken.append(name)
    assert broken == ["anahera.p"]


def test_two_mistakes_can_stand_in_one_file() -> None:
    """Edits of different functions are made one after the other."""
    assert "np.exp(a2) / np.sum(np.exp(a2))" in CLASS["valentina.d"]
    assert "W1tr - eta * dE1_total\n" in CLASS["valentina.d"]
