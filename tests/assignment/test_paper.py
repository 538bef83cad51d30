"""The report's pages: Markdown is read, lines fit, blocks stay together, and a PDF comes out."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from assignment.paper import document
from assignment.paper.document import BODY, BOTTOM, Block, Document, line_height, parse, plot

FIGURE = plot("caption", lambda axes: axes.plot([0, 1], [1, 0]))


def pdf(*blocks: Block, title: str = "", author: str = "", footer: str = "") -> document.Pdf:
    """A PDF of these blocks, which has as many pages as it says."""
    made = document.pdf(blocks, title=title, author=author, footer=footer)
    assert made.content.startswith(b"%PDF")
    assert made.pages == len(re.findall(rb"/Type /Page\b", made.content))
    return made


def test_the_small_part_of_markdown() -> None:
    """Headings, paragraphs, lists, places; no comment is printed, whether it is closed or not."""
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
    blocks, unknown = parse(text, {"E_total": FIGURE})
    assert blocks == [
        Block("Title", level=1),
        Block("One bold line with E_total goes on."),
        Block("first more", marker="•"),
        Block("second", marker="2."),
        FIGURE,
        Block("Not a [link](here) at all, and a_b * c * d."),
    ]
    assert unknown == []
    assert parse("text\n<!-- forgotten\nmore", {}) == ([Block("text")], [])


def test_figures_go_to_their_places() -> None:
    """A figure stands where it is named, once; without a place it comes last; typos are listed."""
    one, two = replace(FIGURE, text="1"), replace(FIGURE, text="2")
    found, unknown = parse("[two]\nx\n[two]\n[tow]", {"one": one, "two": two})
    assert found == [two, Block("x"), one]
    assert unknown == ["tow"]


def test_pages_are_not_overfull_and_blocks_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing reaches below the margin; headings and figures stay on the page of their text."""
    seen: list[tuple[int, float, float, str]] = []  # page, upper edge, lower edge, what it is
    write = Document._write

    def noted(self: Document, block: Block, *, measure: bool = False) -> float:
        page, top = self.page, self.y
        height = write(self, block, measure=measure)
        if not measure:
            seen.append((page, top, self.y, block.text))
        return height

    def image(self: Document, content: Any, x: float, y: float, w: float, h: float) -> None:
        seen.append((self.page, y, y + h, "figure"))

    monkeypatch.setattr(Document, "_write", noted)
    monkeypatch.setattr(Document, "image", image)
    blocks: list[Block] = []
    for number in range(40):
        blocks += [Block(f"Part {number}", level=2), Block("word " * (17 * number % 90 + 1))]
        blocks += [FIGURE] if number % 5 == 0 else []
    assert pdf(*blocks).pages > 5
    assert len(seen) == len(blocks) + 8
    lowest = 297 / 25.4 - BOTTOM + 0.01
    assert max(bottom for _, _, bottom, _ in seen) <= lowest
    for (page, *_, text), (page_after, top, *_) in pairwise(seen):
        if text == "figure" or text.startswith("Part"):
            assert page_after == page
            assert top + 2 * line_height(BODY) <= lowest or text == "figure"


def test_a_word_without_end_is_cut() -> None:
    """A word of 20,000 letters fills several pages instead of leaving the first one."""
    assert 3 < pdf(Block("x" * 20_000)).pages < 8


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=10)
def test_any_text_can_be_printed(text: str) -> None:
    """No text of a student breaks the PDF, as Markdown, a heading, an item or a footer."""
    blocks, _ = parse(text, {})
    assert not any(block.picture for block in blocks)
    pdf(Block(text, level=2), Block(text, marker="1."), *blocks, title=text, footer=text)


def test_signs_of_mathematics_and_of_fpdf2_are_only_text() -> None:
    """A dollar sign, a backslash or {nb} is printed as it is, over more than one page."""
    text = Block("costs $x_$ {nb} and \\frac{ " * 400)
    made = pdf(Block("T", level=1), text, FIGURE, title="T", author="Ω", footer="f $")
    assert (made.pages >= 2, made.missing) == (True, [])


def test_characters_that_cannot_be_printed_are_named() -> None:
    """Accents and Greek can be printed; a character that no font has does not stop the PDF."""
    assert pdf(Block("é η Ω ≤ σ − ü “x”\n")).missing == []
    assert pdf(Block("a\U000f1234\0")).missing == ["\U000f1234"]


def test_an_installed_font_helps_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that the usual font lacks is printed in another one that the computer has."""
    letter = "\N{CIRCLED LATIN CAPITAL LETTER D}"
    monkeypatch.setattr(document, "families", document.families.__wrapped__)
    monkeypatch.setattr(document, "OTHERS", ())
    assert pdf(Block(letter)).missing == [letter]
    monkeypatch.setattr(document, "OTHERS", ("STIXGeneral",))
    made = pdf(Block(letter, level=2), Block(letter), footer=letter)
    assert made.missing == []
    assert b"STIXGeneral" in made.content


def test_the_confusion_matrix_shows_its_numbers() -> None:
    """Every count is in its cell, and the names of the true classes go down the side."""
    axes = Figure().add_subplot()
    document.draw_confusion(axes, [[3, 0], [1, 2]], ("a", "b"))
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    assert cells == {(0, 0): "3", (1, 0): "0", (0, 1): "1", (1, 1): "2"}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert axes.get_ylabel() == "true class"
    assert axes.images[0].get_array().tolist() == [[3, 0], [1, 2]]
