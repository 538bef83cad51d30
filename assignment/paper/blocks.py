"""The blocks that a report is made of, read from a small part of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Text that is wrapped; with a ``marker`` ("•", "2.") an item of a list."""

    text: str
    marker: str = ""


@dataclass(frozen=True)
class Plot:
    """A figure: ``draw`` fills in the axes it is given. Sizes in inches."""

    draw: Callable[[Axes], None]
    caption: str = ""
    height: float = 2.65
    width: float = 6.27


Block = Heading | Paragraph | Plot

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*\Z")
_ITEM = re.compile(r"\s{0,6}(?:([-*+])|(\d{1,3}[.)]))\s+(.*)")
_PLACE = re.compile(r"\[([\w ]+)\]\s*\Z")
_SIGNS = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`")


def parse(text: str, figures: Mapping[str, Block]) -> tuple[list[Block], list[str]]:
    """Read headings, paragraphs and lists, and put the figures in their places.

    A line ``[name]`` is the place of that figure. A figure without a place comes at the end; a
    second place for it stays empty. Comments, and the signs of bold and code, are left out.
    Returns the blocks, and the names of places for which there is no figure.
    """
    left = dict(figures)
    blocks: list[Block] = []
    unknown = []
    open_ = False  # whether the next line continues the last paragraph or list item
    for line in _COMMENT.sub("", text).splitlines():
        bare = line.strip()
        continues, open_ = open_, False
        if found := _HEADING.match(bare):
            blocks.append(Heading(_plain(found[2]), len(found[1])))
        elif found := _PLACE.match(bare):
            name = found[1].strip()
            if name in left:
                blocks.append(left.pop(name))
            elif name not in figures:
                unknown.append(name)
        elif bare:
            open_ = True
            last = blocks[-1] if blocks else None
            if found := _ITEM.match(line):
                blocks.append(Paragraph(_plain(found[3]), "•" if found[1] else found[2]))
            elif continues and isinstance(last, Paragraph):
                blocks[-1] = Paragraph(f"{last.text} {_plain(bare)}", last.marker)
            else:
                blocks.append(Paragraph(_plain(bare)))
    return [*blocks, *left.values()], unknown


def _plain(text: str) -> str:
    return _SIGNS.sub(lambda found: found[1] or found[2], text)


def confusion(matrix: np.ndarray, names: Sequence[str], caption: str) -> Plot:
    """Plot a confusion matrix (K, K) with the names of its classes, the true ones down the side."""
    counts = np.asarray(matrix)
    labels = names if len(names) == len(counts) else [str(k) for k in range(len(counts))]

    def draw(axes: Axes) -> None:
        axes.imshow(counts, cmap="Blues", vmin=0, vmax=max(1, counts.max()))
        for (i, j), count in np.ndenumerate(counts):
            colour = "white" if count > 0.6 * counts.max() else "black"
            axes.text(j, i, f"{count:g}", ha="center", va="center", color=colour, size=12)
        axes.set_xticks(range(len(labels)), labels)
        axes.set_yticks(range(len(labels)), labels)
        axes.tick_params(length=0)
        axes.set_xlabel("guessed class")
        axes.set_ylabel("true class")

    return Plot(draw, caption, height=3.05, width=4.1)
