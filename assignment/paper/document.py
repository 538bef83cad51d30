"""Lays blocks out as a PDF of A4 pages. Lengths are in inches, sizes of letters in points."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

import matplotlib
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont
from matplotlib import font_manager
from matplotlib.figure import Figure

from .blocks import Block, Heading, Paragraph, Plot

SIDE, TOP, BOTTOM = 1.0, 0.9, 1.0
BODY, SMALL = 10.0, 8.5
TITLES = {1: 17.0, 2: 13.0}
INDENT = 0.34
DPI = 300
# Room for ticks, labels and a title around the axes of a figure.
LEFT, RIGHT, BELOW, ABOVE = 0.75, 0.15, 0.55, 0.3
FONT = "DejaVu Sans"  # comes with matplotlib
# For names and words in scripts that FONT lacks, where such a font is installed.
OTHERS = ("Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "Hiragino Sans", "Malgun Gothic")


def pdf(blocks: Sequence[Block], *, title: str, author: str, footer: str) -> tuple[bytes, int]:
    """Lay out the blocks; returns the PDF and its number of pages. ``footer`` is on each page."""
    pages = 0
    for _ in range(2):  # once to count the pages, once with their number in the footer
        with Document(footer, pages) as document:
            document.set_title(title)
            document.set_author(author)
            document.add(blocks)
            content, pages = bytes(document.output()), document.pages_count
    return content, pages


class Document(FPDF):
    """A PDF that is filled with blocks from top to bottom."""

    def __init__(self, footer: str = "", pages: int = 0) -> None:
        super().__init__(unit="in", format="A4")
        self._footer = footer
        self._pages = pages
        self.alias_nb_pages("")  # "{nb}" in a text stays as it is
        self.set_margins(SIDE, TOP)
        self.set_auto_page_break(True, BOTTOM)
        self.c_margin = 0
        folder = Path(matplotlib.get_data_path(), "fonts/ttf")
        self.add_font(FONT, "", folder / "DejaVuSans.ttf")
        self.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
        for name in families()[1:]:
            self.add_font(name, "", font_manager.findfont(name))
        self.set_fallback_fonts(families()[1:], exact_match=False)
        self.add_page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files of the fonts, which fpdf2 leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def add(self, blocks: Sequence[Block]) -> None:
        """Add blocks; a heading stays on the page of what follows, a figure on its caption's."""
        for number, block in enumerate(blocks):
            if self.y > TOP and self.will_page_break(self._together(blocks[number:])):
                self.add_page()
            if self.y > TOP:
                self.y += _gap(block)
            if isinstance(block, Plot):
                left = SIDE + (self.epw - block.width) / 2
                self.image(_drawn(block), left, self.y, block.width, block.height)
                self.y += block.height
            self._write(block)

    def footer(self) -> None:
        """Write the footer and the number of the page; fpdf2 calls this at the end of each page."""
        self.set_font(FONT, "", SMALL)
        self.set_text_color(90)
        self.set_y(0.2 - BOTTOM)
        self.cell(0, _height(SMALL), _shown(self._footer))
        self.set_x(SIDE)
        self.cell(0, _height(SMALL), f"{self.page_no()} of {self._pages}", align="R")

    def _together(self, blocks: Sequence[Block]) -> float:
        """The height of what stays on one page; of a long paragraph these are two lines."""
        height = 0.0
        for block in blocks:
            text = self._write(block, measure=True)
            height += _gap(block)
            if isinstance(block, Plot):
                return height + block.height + text
            if isinstance(block, Paragraph):
                return height + (text if text < 6.5 * _height(BODY) else 2 * _height(BODY))
            height += text
        return height

    def _write(self, block: Block, *, measure: bool = False) -> float:
        """Write the text of a block, or only measure it; returns its height."""
        text, size, indent, grey = _shown(_text(block)), BODY, 0.0, 0
        if isinstance(block, Heading):
            size = TITLES.get(block.level, 11.0)
        elif isinstance(block, Plot):
            size, indent, grey = SMALL, INDENT, 77
        elif block.marker:
            indent = INDENT
        if not text:
            return 0.0
        self.set_font(FONT, "B" if isinstance(block, Heading) else "", size)
        self.set_text_color(grey)
        if isinstance(block, Paragraph) and not measure:
            self.set_x(SIDE + 0.06)
            self.cell(0, _height(size), block.marker)
        self.set_x(SIDE + indent)
        height: Any = self.multi_cell(
            *(self.epw - indent, _height(size), text),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            dry_run=measure,
            output=MethodReturnValue.HEIGHT,
        )
        return float(height)


def _text(block: Block) -> str:
    return block.caption if isinstance(block, Plot) else block.text


def _height(size: float) -> float:
    """The height of a line of text."""
    return 1.45 * size / 72


def _gap(block: Block) -> float:
    """The space above a block."""
    if isinstance(block, Heading):
        return 0.22
    return 0.12 if isinstance(block, Plot) else 0.04 if block.marker else 0.1


@cache
def _drawn(plot: Plot) -> bytes:
    """The figure as a PNG."""
    figure = Figure(figsize=(plot.width, plot.height), dpi=DPI)
    width = 1 - (LEFT + RIGHT) / plot.width
    height = 1 - (BELOW + ABOVE) / plot.height
    with warnings.catch_warnings(), matplotlib.rc_context({"font.family": families()}):
        warnings.filterwarnings("ignore", message=r"Glyph \d+")  # it is drawn as an empty box
        plot.draw(figure.add_axes((LEFT / plot.width, BELOW / plot.height, width, height)))
        content = io.BytesIO()
        figure.savefig(content, format="png")
    return content.getvalue()


@cache
def families() -> tuple[str, ...]:
    """The font, and those for other scripts that this computer has."""
    installed = set(font_manager.get_font_names())
    return (FONT, *(name for name in OTHERS if name in installed))


def unprintable(text: str) -> list[str]:
    """The characters of a text that no font here has; they are printed as a question mark."""
    return sorted(letter for letter in set(text) if not letter.isspace() and not _known(letter))


@cache
def _known(letter: str) -> bool:
    fonts = (font_manager.get_font(font_manager.findfont(name)) for name in families())
    return any(font.get_char_index(ord(letter)) for font in fonts)


def _shown(text: str) -> str:
    """Text in one line, with question marks for characters that no font has."""
    line = " ".join(text.split())
    return "".join(letter if _known(letter) else "\N{REPLACEMENT CHARACTER}" for letter in line)
