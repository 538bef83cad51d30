"""Pictures of wrong arrays: any array can be drawn, and words say what is wrong."""

from typing import Any

import numpy as np
import pytest

from assignment.checks.html.array_diff import diff, where_wrong
from assignment.checks.html.document import environment
from tests.builders.html_page import Page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([[1, 1], [0, 0], [0, 0]], "wrong in row 0 (the bias) only"),
        ([[0, 1, 0], [0, 1, 0]], "wrong in column 1 only"),
        ([[1, 0], [0, 1]], "2 of 4 elements are wrong"),
        ([[1, 1], [1, 1]], "every element is wrong"),
        ([0, 0, 1], "1 of 3 elements is wrong"),
    ],
)
def test_the_row_or_column_at_fault_is_named(wrong: list[object], words: str) -> None:
    """Few rows or columns that hold all wrong elements are named; otherwise they are counted."""
    assert where_wrong(np.array(wrong, dtype=bool)) == words


def drawn(output: str, got: np.ndarray, expected: np.ndarray, tolerance: float) -> str:
    """The picture of a wrong answer as HTML."""
    template: Any = environment().get_template("array_diff.html").module
    return str(template.picture(diff(output, got, expected, tolerance)))


@pytest.mark.parametrize(
    "got",
    [
        *(np.full((5, 6), value) for value in (np.nan, np.inf, 1e308, 5e-324, False)),
        *(np.arange(30).reshape(5, 6), np.zeros((6, 5)), np.zeros(30)),
    ],
)
def test_any_array_can_be_drawn(got: np.ndarray) -> None:
    """Not finite, huge, tiny, of another shape or kind: there is a picture and no warning."""
    source = drawn("dE1", got, np.linspace(-1, 1, 30).reshape(5, 6), 1e-6)
    assert "<svg" in source
    Page(f"<!DOCTYPE html><html lang='en'><main><h1>t</h1>{source}</main></html>")


@pytest.mark.parametrize("shape", [(), (0,), (2, 2, 2), (40, 40)])
def test_some_arrays_are_not_drawn(shape: tuple[int, ...]) -> None:
    """Single numbers, nothing, three dimensions and large arrays are described in words only."""
    assert diff("y", np.zeros(shape), np.ones(shape), 1e-6) is None


def test_a_long_vector_is_folded() -> None:
    """Guesses for many points stand in several rows, with their digits."""
    got = np.arange(70) % 3
    source = drawn("guesses", got, np.zeros(70), 0)
    assert source.count("<text") == 3 * 70
