"""Typesetting: Markdown is read, lines fit, pages are full but not fuller, and a PDF comes out."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes

from assignment.paper.blocks import Block, Heading, Paragraph, Place, Plot, parse, placed
from assignment.paper.figures import confusion
from assignment.paper.pages import (
    BODY,
    BOTTOM,
    COLUMN,
    HEIGHT,
    Line,
    _width,
    items,
    paginate,
    pdf,
    unprintable,
    wrap,
)


def nothing(axes: Axes) -> None:
    """A figure with one line."""
    axes.plot([0, 1], [1, 0])


def test_the_small_part_of_markdown() -> None:
    """Headings, paragraphs, lists with more than one line, places; notes are not printed."""
    text = """# Title #
<!-- a note
over lines -->
One **bold** line with `E_total`
goes on.

- first
  more
2. second

[E_total]
Not a [link](here) at all, and a_b * c * d.
"""
    assert parse(text) == [
        Heading("Title", 1),
        Paragraph("One bold line with E_total goes on."),
        Paragraph("first more", "•"),
        Paragraph("second", "2."),
        Place("E_total"),
        Paragraph("Not a [link](here) at all, and a_b * c * d."),
    ]


def test_an_open_note_hides_the_rest() -> None:
    """A note that is never closed does not print its sign."""
    assert parse("text\n<!-- forgotten\nmore") == [Paragraph("text")]


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    """No text is an error, and no note survives."""
    assert all(isinstance(block, Heading | Paragraph | Place) for block in parse(text))


def test_figures_go_to_their_places() -> None:
    """One is where it is named, once; one without a place comes last; a wrong name is told."""
    plots: dict[str, Block] = {"one": Plot(nothing, "1"), "two": Plot(nothing, "2")}
    found, unknown = placed([Place("two"), Paragraph("x"), Place("two"), Place("tow")], plots)
    assert found == [plots["two"], Paragraph("x"), plots["one"]]
    assert unknown == ["tow"]


@given(
    st.lists(
        st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60), max_size=12
    )
)
def test_lines_are_no_wider_than_the_column(words: list[str]) -> None:
    """Also where a word alone is wider; and no letter is lost or added."""
    text = " ".join(words)
    lines = wrap(text, BODY, 1.5)
    assert all(_width(line, BODY, False) <= 1.5 + 1e-3 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_word_without_end_is_cut() -> None:
    """A line of half a million letters is wrapped in reasonable time."""
    assert len("".join(wrap("x" * 20_000, BODY, COLUMN))) == 20_000


def test_pages_are_not_overfull_and_headings_stay() -> None:
    """Nothing reaches below the margin, and no heading is the last thing on a page."""
    blocks: list[Block] = []
    for number in range(40):
        blocks += [Heading(f"Part {number}"), Paragraph("word " * (17 * number % 90 + 1))]
        blocks += [Plot(nothing, "caption")] if number % 5 == 0 else []
    pages = paginate(list(items(blocks)))
    assert len(pages) > 5
    for page in pages:
        y, last = page[-1]
        assert y + last.height <= HEIGHT - BOTTOM + 1e-9
        assert not (isinstance(last, Line) and last.bold)
    assert sum(len(page) for page in pages) == len(list(items(blocks)))


def test_a_figure_higher_than_a_page_is_refused() -> None:
    """An error, not a figure that is cut off."""
    with pytest.raises(ValueError, match="does not fit"):
        paginate(list(items([Plot(nothing, height=20.0)])))


def test_a_pdf_comes_out() -> None:
    """With as many pages as it says, and a dollar sign or a backslash is only text."""
    blocks: list[Block] = [Heading("T", 1), Paragraph("costs $x_$ and \\frac{ " * 400)]
    content, pages = pdf([*blocks, Plot(nothing, "c")], title="T", author="Ω", footer="f $")
    assert content.startswith(b"%PDF")
    assert pages == len(re.findall(rb"/Type /Page\b", content)) >= 2


def test_signs_that_cannot_be_printed_are_named() -> None:
    """Accents and Greek can be; what no font has is told, and does not stop the PDF."""
    assert unprintable("é η Ω ≤ “x”\n") == []
    assert unprintable("a\U000f1234") == ["\U000f1234"]
    content, _ = pdf([Paragraph("\U000f1234")], title="", author="", footer="")
    assert content.startswith(b"%PDF")


def test_the_confusion_matrix_shows_its_numbers() -> None:
    """Every count in its cell, names of the true classes down the side."""
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    confusion([[3, 0], [1, 2]], ("a", "b"), "").draw(axes)
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    assert cells == {(0, 0): "3", (1, 0): "0", (0, 1): "1", (1, 1): "2"}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert axes.get_ylabel() == "true class"
    assert math.isclose(float(axes.images[0].get_array().sum()), 6.0)
