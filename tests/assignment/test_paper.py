"""The report's pages: Markdown is read, lines fit, blocks stay together, and a PDF comes out."""

from __future__ import annotations

import math
import re
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assignment.paper import document
from assignment.paper.document import (
    BODY,
    BOTTOM,
    Block,
    Document,
    confusion,
    line_height,
    parse,
    pdf,
)


def nothing(axes: Axes) -> None:
    """A figure with one line."""
    axes.plot([0, 1], [1, 0])


class Recorded(Document):
    """A document that notes each text and figure: page, upper and lower edge, what it is."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, float, float, str]] = []
        super().__init__()

    def _write(self, block: Block, *, measure: bool = False) -> float:
        """A text, which may continue on the next page."""
        page, top = self.page, self.y
        height = super()._write(block, measure=measure)
        if not measure:
            self.seen.append((page, top, self.y, block.text))
        return height

    def image(self, content: bytes, x: float, y: float, w: float, h: float) -> Any:
        """A figure, which takes time to draw and is left out."""
        self.seen.append((self.page, y, y + h, "figure"))


def test_the_small_part_of_markdown() -> None:
    """Headings, paragraphs, lists with more than one line, places; comments are not printed."""
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
    plot = Block("", draw=nothing)
    blocks, unknown = parse(text, {"E_total": plot})
    assert blocks == [
        Block("Title", level=1),
        Block("One bold line with E_total goes on."),
        Block("first more", marker="•"),
        Block("second", marker="2."),
        plot,
        Block("Not a [link](here) at all, and a_b * c * d."),
    ]
    assert unknown == []


def test_an_open_comment_hides_the_rest() -> None:
    """A comment that is never closed does not print its sign."""
    assert parse("text\n<!-- forgotten\nmore", {}) == ([Block("text")], [])


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    """No text is an error, and no comment survives."""
    blocks, _ = parse(text, {})
    assert all(block.draw is None for block in blocks)


def test_figures_go_to_their_places() -> None:
    """A figure stands where it is named, once; without a place it comes last; typos are listed."""
    plots: dict[str, Block] = {"one": Block("1", draw=nothing), "two": Block("2", draw=nothing)}
    found, unknown = parse("[two]\nx\n[two]\n[tow]", plots)
    assert found == [plots["two"], Block("x"), plots["one"]]
    assert unknown == ["tow"]


def test_pages_are_not_overfull_and_blocks_stay_together() -> None:
    """Nothing reaches below the margin; headings and figures stay on the page of their text."""
    blocks: list[Block] = []
    for number in range(40):
        blocks += [Block(f"Part {number}", level=2), Block("word " * (17 * number % 90 + 1))]
        blocks += [Block("caption", draw=nothing)] if number % 5 == 0 else []
    with closing(Recorded()) as recorded:
        recorded.add(blocks)
    assert recorded.pages_count > 5
    assert len(recorded.seen) == len(blocks) + 8
    lowest = recorded.h - BOTTOM + 1e-9
    assert max(bottom for _, _, bottom, _ in recorded.seen) <= lowest
    for (page, *_, text), (page_after, top, *_) in pairwise(recorded.seen):
        if text == "figure" or text.startswith("Part"):
            assert page_after == page
            assert top + 2 * line_height(BODY) <= lowest or text == "figure"


def test_a_word_without_end_is_cut() -> None:
    """A word of 20,000 letters fills several pages instead of leaving the first one."""
    made = pdf([Block("x" * 20_000)], title="", author="", footer="")
    assert 3 < made.pages < 8


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(deadline=None, max_examples=10)
def test_any_text_can_be_printed(text: str) -> None:
    """No text of a student breaks the PDF, as a heading, a paragraph or a footer."""
    with closing(Document(text)) as document:
        document.add([Block(text, level=2), Block(text, marker="1."), Block(text)])
        assert document.output().startswith(b"%PDF")


def test_a_pdf_comes_out() -> None:
    """It has as many pages as it says; a dollar sign, a backslash or {nb} is only text."""
    blocks: list[Block] = [Block("T", level=1), Block("costs $x_$ {nb} and \\frac{ " * 400)]
    made = pdf([*blocks, Block("c", draw=nothing)], title="T", author="Ω", footer="f $")
    assert made.content.startswith(b"%PDF")
    assert made.pages == len(re.findall(rb"/Type /Page\b", made.content)) >= 2


def missing(text: str) -> list[str]:
    """The characters that are left out of a paragraph."""
    made = pdf([Block(text)], title="", author="", footer="")
    assert made.content.startswith(b"%PDF")
    return made.missing


def test_characters_that_cannot_be_printed_are_named() -> None:
    """Accents and Greek can be printed; a character that no font has does not stop the PDF."""
    assert missing("é η Ω ≤ σ − ü “x”\n") == []
    assert missing("a\U000f1234\0") == ["\U000f1234"]


def test_an_installed_font_helps_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that the usual font lacks is printed in another one that the computer has."""
    letter = "\N{CIRCLED LATIN CAPITAL LETTER D}"
    monkeypatch.setattr(document, "families", document.families.__wrapped__)
    monkeypatch.setattr(document, "OTHERS", ())
    assert missing(letter) == [letter]
    monkeypatch.setattr(document, "OTHERS", ("STIXGeneral",))
    made = pdf([Block(letter, level=2), Block(letter)], title="", author="", footer=letter)
    assert made.missing == []
    assert b"STIXGeneral" in made.content


def test_the_confusion_matrix_shows_its_numbers() -> None:
    """Every count is in its cell, and the names of the true classes go down the side."""
    axes = Figure().add_subplot()
    confusion([[3, 0], [1, 2]], ("a", "b"), "").draw(axes)
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    assert cells == {(0, 0): "3", (1, 0): "0", (0, 1): "1", (1, 1): "2"}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert axes.get_ylabel() == "true class"
    assert math.isclose(float(axes.images[0].get_array().sum()), 6.0)
