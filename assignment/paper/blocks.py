"""What a report is made of, and how it is read from a small part of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

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
class Place:
    """Where the figure of this name belongs: a line ``[name]`` of its own."""

    name: str


@dataclass(frozen=True)
class Plot:
    """A figure: ``draw`` fills in the axes it is given. Sizes in inches."""

    draw: Callable[[Axes], None]
    caption: str = ""
    height: float = 2.65
    width: float = 6.27


Block = Heading | Paragraph | Place | Plot

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*\Z")
_ITEM = re.compile(r"\s{0,6}(?:([-*+])|(\d{1,3}[.)]))\s+(.*)")
_PLACE = re.compile(r"\[([\w ]+)\]\s*\Z")


def parse(text: str) -> list[Block]:
    """Headings, paragraphs, lists and places of figures; comments are left out.

    Bold and code lose their signs, and everything else stays as it is written.
    """
    blocks: list[Block] = []
    open_ = False  # whether the next line goes on with the last paragraph or item
    for line in _COMMENT.sub("", text).splitlines():
        bare = line.strip()
        last = blocks[-1] if blocks else None
        if not bare:
            open_ = False
        elif found := _HEADING.match(bare):
            blocks.append(Heading(_plain(found[2]), len(found[1])))
            open_ = False
        elif found := _PLACE.match(bare):
            blocks.append(Place(found[1].strip()))
            open_ = False
        elif found := _ITEM.match(line):
            blocks.append(Paragraph(_plain(found[3]), "•" if found[1] else found[2]))
            open_ = True
        elif open_ and isinstance(last, Paragraph):
            blocks[-1] = Paragraph(f"{last.text} {_plain(bare)}", last.marker)
        else:
            blocks.append(Paragraph(_plain(bare)))
            open_ = True
    return blocks


def _plain(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*|`([^`]+)`", lambda found: found[1] or found[2], text)


def placed(blocks: list[Block], plots: dict[str, Block]) -> tuple[list[Block], list[str]]:
    """The blocks with plots in their places, and the names of places that have none.

    A plot that the text gives no place comes at the end; a second place for it stays empty.
    """
    left = dict(plots)
    result: list[Block] = []
    unknown = []
    for block in blocks:
        if not isinstance(block, Place):
            result.append(block)
        elif block.name in left:
            result.append(left.pop(block.name))
        elif block.name not in plots:
            unknown.append(block.name)
    return [*result, *left.values()], unknown
