"""Read a small part of Markdown as blocks, and lay blocks out as a PDF of A4 pages.

Lengths are in inches, sizes of letters in points.
"""

import io
import logging
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

import matplotlib
import numpy as np
from fpdf import FPDF
from fpdf.fonts import TTFFont
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .training import NotYet

SIDE, TOP, BOTTOM = 1.0, 0.9, 1.0
BODY, SMALL = 10.0, 8.5
TITLES = {1: 17.0, 2: 13.0}
INDENT = 0.34
FONT = "DejaVu Sans"  # comes with matplotlib
# For names and words in scripts that FONT lacks, where such a font is installed.
OTHERS = ("Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "Hiragino Sans", "Malgun Gothic")
PAGES = "\uf8fe"  # fpdf2 puts the number of pages here; a letter that no text has

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6}) (.*?) ?#*\Z")
_ITEM = re.compile(r"(?:([-*+])|(\d{1,3}[.)])) (.*)")
_PLACE = re.compile(r"\[([\w ]+)\]\Z")
_SIGNS = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A heading (level 1 is the title), an item of a list, a figure or a paragraph.

    A figure is a PNG with its width and height; its text is the caption below.
    """

    text: str
    level: int = 0
    marker: str = ""
    picture: bytes = b""
    width: float = 0.0
    height: float = 0.0

    @property
    def size(self) -> float:
        return TITLES.get(self.level, 11.0) if self.level else SMALL if self.picture else BODY

    @property
    def gap(self) -> float:
        return 0.22 if self.level else 0.12 if self.picture else 0.04 if self.marker else 0.1


class Pdf(NamedTuple):
    """A finished PDF; ``missing`` are characters that no font has, which are left out."""

    content: bytes
    pages: int
    missing: list[str]


def parse(text: str, figures: Mapping[str, Block]) -> tuple[list[Block], list[str]]:
    """Read headings, paragraphs and lists, and put the figures in their places.

    A line ``[name]`` is the place of that figure. A figure without a place comes at the end; a
    second place for it stays empty. Comments, and the signs of bold and code, are left out.
    Returns the blocks, and the names of places for which there is no figure.
    """
    left = dict(figures)
    blocks: list[Block] = []
    unknown = []
    continues = False  # whether the line continues the last paragraph or list item
    for line in _COMMENT.sub("", text).splitlines():
        line = " ".join(_SIGNS.sub(lambda found: found[1] or found[2], line).split())
        continued, continues = continues, False
        if found := _HEADING.match(line):
            blocks.append(Block(found[2], level=len(found[1])))
        elif found := _PLACE.match(line):
            name = found[1].strip()
            if name in left:
                blocks.append(left.pop(name))
            elif name not in figures:
                unknown.append(name)
        elif line:
            continues = True
            if found := _ITEM.match(line):
                blocks.append(Block(found[3], marker="•" if found[1] else found[2]))
            elif continued:
                blocks[-1] = replace(blocks[-1], text=f"{blocks[-1].text} {line}")
            else:
                blocks.append(Block(line))
    return [*blocks, *left.values()], unknown


def plot(
    caption: str,
    draw: Callable[..., None],
    *data: object,
    width: float = 6.27,
    height: float = 2.65,
) -> Block:
    """Return the figure that ``draw(axes, *data)`` draws; NotYet if it draws nothing."""
    figure = Figure((width, height), dpi=300, layout="constrained")
    with warnings.catch_warnings(), matplotlib.rc_context({"font.family": families()}):
        warnings.simplefilter("ignore")  # a character that no font has is drawn as an empty box
        axes = figure.add_subplot()
        draw(axes, *data)
        content = io.BytesIO()
        figure.savefig(content, format="png")
    if not axes.has_data():
        raise NotYet("it drew nothing on `axes` (axes.plot, not plt.plot)")
    return Block(caption, picture=content.getvalue(), width=width, height=height)


def confusion(matrix: np.ndarray, names: Sequence[str], caption: str) -> Block:
    """Plot a confusion matrix (K, K) with the names of its classes, the true ones down the side."""
    return plot(caption, draw_confusion, matrix, names, width=4.1, height=3.05)


def draw_confusion(axes: Axes, matrix: np.ndarray, names: Sequence[str]) -> None:
    """Draw the matrix as squares with their numbers; classes without a name are numbered."""
    counts = np.asarray(matrix)
    labels = names if len(names) == len(counts) else [str(k) for k in range(len(counts))]
    axes.imshow(counts, cmap="Blues", vmin=0, vmax=max(1, counts.max()))
    for (i, j), count in np.ndenumerate(counts):
        colour = "white" if count > 0.6 * counts.max() else "black"
        axes.text(j, i, f"{count:g}", ha="center", va="center", color=colour, size=12)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0)
    axes.set(xlabel="guessed class", ylabel="true class")


def pdf(blocks: Sequence[Block], *, title: str, author: str, footer: str) -> Pdf:
    """Lay out the blocks; ``footer`` is on each page."""
    logging.getLogger("fpdf.output").setLevel(logging.ERROR)  # ``missing`` names the characters
    document = Document(footer)
    document.set_title(title)
    document.set_author(author)
    document.add(blocks)
    content = bytes(document.output())
    fonts = [font for font in document.fonts.values() if isinstance(font, TTFFont)]
    for font in fonts:
        font.ttfont.close()  # a file, which fpdf2 leaves open
    missing = sorted({chr(code) for font in fonts for code in font.missing_glyphs})
    return Pdf(content, document.pages_count, missing)


class Document(FPDF):
    """A PDF that is filled with blocks from top to bottom."""

    def __init__(self, footer: str) -> None:
        super().__init__(unit="in", format="A4")
        self._footer = footer
        self.alias_nb_pages(PAGES)
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

    def add(self, blocks: Sequence[Block]) -> None:
        """Add blocks; a heading stays on the page of what follows, a figure on its caption's."""
        for number, block in enumerate(blocks):
            if self.y > TOP and self.will_page_break(self._together(blocks[number:])):
                self.add_page()
            if self.y > TOP:
                self.y += block.gap
            if block.picture:
                left = SIDE + (self.epw - block.width) / 2
                self.image(io.BytesIO(block.picture), left, self.y, block.width, block.height)
                self.y += block.height
            self._write(block)

    def footer(self) -> None:
        """Write the footer and the number of the page; fpdf2 calls this at the end of each page."""
        self.set_font(FONT, "", SMALL)
        self.set_text_color(90)
        self.set_y(0.2 - BOTTOM)
        self.cell(0, line_height(SMALL), self._footer)
        self.set_x(SIDE)
        self.cell(0, line_height(SMALL), f"{self.page_no()} of {PAGES}", align="R")

    def _together(self, blocks: Sequence[Block]) -> float:
        """The height of what stays on one page; of a long paragraph these are two lines."""
        height = 0.0
        for block in blocks:
            text = self._write(block, measure=True)
            if not block.level and text >= 6.5 * line_height(BODY):
                text = 2 * line_height(BODY)
            height += block.gap + block.height + text
            if not block.level:
                break
        return height

    def _write(self, block: Block, *, measure: bool = False) -> float:
        """Write the text of a block, or only measure it; returns its height."""
        height = line_height(block.size)
        self.set_font(FONT, "B" if block.level else "", block.size)
        self.set_text_color(77 if block.picture else 0)
        if not measure:
            self.set_x(SIDE + 0.06)
            self.cell(0, height, block.marker)
        indent = INDENT if block.picture or block.marker else 0.0
        self.set_x(SIDE + indent)
        written = self.multi_cell(
            *(self.epw - indent, height, block.text),
            align="L",
            new_x="LMARGIN",
            new_y="NEXT",
            dry_run=measure,
            output="HEIGHT",
        )
        return cast(float, written)


def line_height(size: float) -> float:
    """Return the height of a line of letters of this size."""
    return 1.45 * size / 72


@cache
def families() -> tuple[str, ...]:
    """The font, and those for other scripts that this computer has."""
    installed = set(font_manager.get_font_names())
    return (FONT, *(name for name in OTHERS if name in installed))
