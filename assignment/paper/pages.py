"""Typesetting: blocks become lines and drawings, these become pages, and pages a PDF."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path

from .blocks import Block, Heading, Paragraph, Plot

WIDTH, HEIGHT = 8.27, 11.69
"""A4, in inches, as all lengths here."""
SIDE, TOP, BOTTOM = 1.0, 0.9, 1.0
COLUMN = WIDTH - 2 * SIDE
BODY, SMALL = 10.0, 8.5
HEADINGS = {1: 17.0, 2: 13.0}
INDENT = 0.28
LONGEST = 400
"""No word of so many letters fits into a line; it is cut without being measured."""
# Room inside a drawing for what stands around the axes: ticks, labels, a title.
AROUND = {"left": 0.75, "right": 0.15, "bottom": 0.55, "top": 0.3}
FONT = "DejaVu Sans"
# For names and words in scripts that the font lacks, where such a font is installed.
OTHERS = ("Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "Hiragino Sans", "Malgun Gothic")


@dataclass(frozen=True)
class Line:
    """A line of text that fits into the column; ``stay`` keeps it with what follows."""

    text: str
    size: float = BODY
    bold: bool = False
    indent: float = 0.0
    marker: str = ""
    gap: float = 0.0
    stay: bool = False
    grey: bool = False

    @property
    def height(self) -> float:
        """Room it takes, without the gap before it."""
        return 1.45 * self.size / 72


@dataclass(frozen=True)
class Drawing:
    """A plot and the room it takes; its caption is lines of their own."""

    plot: Plot
    gap: float = 0.12
    stay: bool = True

    @property
    def height(self) -> float:
        """Room it takes, without the gap before it."""
        return self.plot.height


Item = Line | Drawing
Page = list[tuple[float, Item]]
"""What is on a page, each with the distance of its upper edge from the page's."""


def pdf(blocks: Sequence[Block], *, title: str, author: str, footer: str) -> tuple[bytes, int]:
    """The blocks as a PDF, and its number of pages; the footer stands on each with its number."""
    pages = paginate(list(items(blocks)))
    footer = " ".join(_words(footer))
    content = io.BytesIO()
    # TrueType, so that the text can be searched and copied.
    settings: Any = {"pdf.fonttype": 42, "font.family": families()}
    with warnings.catch_warnings(), matplotlib.rc_context(settings):
        # In the labels of figures; it is drawn as an empty box.
        warnings.filterwarnings("ignore", message=r"Glyph \d+")
        with PdfPages(content, metadata={"Title": title, "Author": author}) as out:
            for number, page in enumerate(pages, 1):
                out.savefig(_figure(page, footer, f"{number} of {len(pages)}"))
    return content.getvalue(), len(pages)


def items(blocks: Sequence[Block]) -> Iterator[Item]:
    """Blocks cut into lines and drawings."""
    for block in blocks:
        if isinstance(block, Heading):
            size = HEADINGS.get(block.level, 11.0)
            for number, text in enumerate(wrap(block.text, size, COLUMN, bold=True)):
                yield Line(text, size, True, gap=0.0 if number else 0.22, stay=True)
        elif isinstance(block, Paragraph):
            yield from _paragraph(block)
        elif isinstance(block, Plot):
            caption = wrap(block.caption, SMALL, COLUMN - 2 * INDENT) if block.caption else []
            yield Drawing(block, stay=bool(caption))
            for number, text in enumerate(caption, 1):
                stay = number < len(caption)
                yield Line(text, SMALL, indent=INDENT, stay=stay, grey=True)


def _paragraph(block: Paragraph) -> Iterator[Line]:
    indent = INDENT if block.marker else 0.0
    lines = wrap(block.text, BODY, COLUMN - indent)
    for number, text in enumerate(lines):
        first = number == 0
        yield Line(
            text,
            indent=indent,
            marker=block.marker if first else "",
            gap=(0.04 if block.marker else 0.1) if first else 0.0,
            # The first two lines and the last two are not torn apart.
            stay=len(lines) > 1 and (first or number == len(lines) - 2),
        )


def wrap(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Text in lines no wider than ``width`` inches, by the real widths of its letters."""
    space = _width(" ", size, bold)
    lines: list[str] = []
    room = 0.0
    for word in _short_enough(_words(text), size, width, bold):
        needed = _width(word, size, bold)
        if lines and room >= space + needed:
            lines[-1] += f" {word}"
            room -= space + needed
        else:
            lines.append(word)
            room = width - needed
    return lines or [""]


def _words(text: str) -> list[str]:
    return [_shown(word) for word in text.split()]


def _short_enough(words: list[str], size: float, width: float, bold: bool) -> Iterator[str]:
    for word in words:
        while _width(word, size, bold) > width:
            lengths = range(min(len(word), LONGEST), 0, -1)
            fits = next(n for n in lengths if _fits(word[:n], size, width, bold))
            yield word[:fits]
            word = word[fits:]
        yield word


def _fits(text: str, size: float, width: float, bold: bool) -> bool:
    # A single letter must go somewhere, however narrow the column.
    return len(text) == 1 or _width(text, size, bold) <= width


@lru_cache(maxsize=20_000)
def _width(text: str, size: float, bold: bool) -> float:
    if len(text) > LONGEST:
        return float("inf")
    font = font_manager.FontProperties(
        family=list(families()), size=size, weight="bold" if bold else "normal"
    )
    points, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(points) / 72


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The font, and those for other scripts that this computer has."""
    installed = set(font_manager.get_font_names())
    return (FONT, *(name for name in OTHERS if name in installed))


def unprintable(text: str) -> list[str]:
    """The signs of a text that no font here can print; they are printed as a question mark."""
    return sorted(sign for sign in set(text) if not sign.isspace() and not _printable(sign))


@lru_cache(maxsize=10_000)
def _printable(sign: str) -> bool:
    fonts = (font_manager.get_font(font_manager.findfont(name)) for name in families())
    return any(font.get_char_index(ord(sign)) for font in fonts)


def _shown(text: str) -> str:
    return "".join(sign if _printable(sign) else "\N{REPLACEMENT CHARACTER}" for sign in text)


def paginate(flow: Sequence[Item]) -> list[Page]:
    """Lines and drawings on pages, those that stay together on the same one where it can hold them.

    Raises:
        ValueError: for a drawing that is higher than a page.
    """
    pages: list[Page] = [[]]
    y = TOP
    for group in _groups(flow):
        height = sum(item.gap + item.height for item in group)
        fits = y + height <= HEIGHT - BOTTOM
        if not fits and pages[-1] and height <= HEIGHT - TOP - BOTTOM:
            pages.append([])
            y = TOP
        for item in group:
            if y + item.gap + item.height > HEIGHT - BOTTOM and pages[-1]:
                pages.append([])
                y = TOP
            if item.height > HEIGHT - TOP - BOTTOM:
                raise ValueError(f"A figure of {item.height} inches does not fit on a page.")
            y += item.gap if pages[-1] else 0.0
            pages[-1].append((y, item))
            y += item.height
    return pages


def _groups(flow: Sequence[Item]) -> Iterator[list[Item]]:
    group: list[Item] = []
    for item in flow:
        group.append(item)
        if not item.stay:
            yield group
            group = []
    if group:
        yield group


def _figure(page: Page, footer: str, number: str) -> Figure:
    figure = Figure(figsize=(WIDTH, HEIGHT))
    for y, item in page:
        if isinstance(item, Drawing):
            _draw(figure, item.plot, y)
        else:
            _write(figure, item, y)
    edge = HEIGHT - BOTTOM + 0.35
    _put(figure, footer, SIDE, edge, SMALL, colour="0.35")
    _put(figure, number, WIDTH - SIDE, edge, SMALL, colour="0.35", ha="right")
    return figure


def _write(figure: Figure, line: Line, y: float) -> None:
    baseline = y + 1.1 * line.size / 72
    weight = "bold" if line.bold else "normal"
    colour = "0.3" if line.grey else "black"
    if line.marker:
        _put(figure, line.marker, SIDE + 0.06, baseline, line.size)
    x = SIDE + line.indent
    _put(figure, line.text, x, baseline, line.size, colour=colour, weight=weight)


def _put(
    figure: Figure,
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    colour: str = "black",
    weight: str = "normal",
    ha: str = "left",
) -> None:
    # Text from outside is no formula: a dollar sign in it is a dollar sign.
    figure.text(
        x / WIDTH,
        1 - y / HEIGHT,
        text,
        size=size,
        color=colour,
        weight=weight,
        ha=ha,
        va="baseline",
        parse_math=False,
    )


def _draw(figure: Figure, plot: Plot, y: float) -> None:
    left = (WIDTH - plot.width) / 2 + AROUND["left"]
    width = plot.width - AROUND["left"] - AROUND["right"]
    bottom = HEIGHT - y - plot.height + AROUND["bottom"]
    height = plot.height - AROUND["top"] - AROUND["bottom"]
    box = (left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT)
    axes = figure.add_axes(box)
    plot.draw(axes)
