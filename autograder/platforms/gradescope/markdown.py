"""Text of strangers in Markdown: it can be read, and it commands nothing.

Which dialect the platform has is not known, so nothing is left to the dialect's escapes: every sign
that means something in any of them becomes a numeric entity, which all of them pass on to the page.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"`([\w.,:()\[\] =+-]{1,80})`")
_PLAIN = frozenset(" .,;:'()+-=%?")
_AUTOLINK = re.compile(r"(?i)\b(www|ftp)\.")
MAX_TEXT = 2_000
"""Characters of one message that are shown."""


def text(message: str) -> str:
    """One line in which all is shown as it is; what stands between backticks is code."""
    line = " ".join(message.split())
    if len(line) > MAX_TEXT:
        line = line[: MAX_TEXT - 1] + "…"
    pieces = _CODE.split(line)  # text, code, text, …
    return "".join(
        f"`{piece}`" if place % 2 else _AUTOLINK.sub(r"\1&#46;", _escaped(piece))
        for place, piece in enumerate(pieces)
    )


def _escaped(piece: str) -> str:
    return "".join(
        char
        if char.isalnum() or char in _PLAIN or (ord(char) > 127 and char.isprintable())
        else f"&#{ord(char)};"
        if char.isprintable()
        else "�"
        for char in piece
    )
