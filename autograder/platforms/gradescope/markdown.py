"""Escape untrusted text for Markdown of an unknown dialect.

Escapes differ between dialects. So every character that has a meaning in any of them becomes a
numeric entity, which all of them show as the character.
"""

import re

from autograder.platforms.summary import shortened

_CODE = re.compile(r"`([\w.,:()\[\] =+-]{1,80})`")
_PLAIN = frozenset(" .,;:'()+-=%?")
_AUTOLINK = re.compile(r"(?i)\b(www|ftp)\.")


def text(message: str) -> str:
    """Escape a message as one line; text between backticks is code."""
    pieces = _CODE.split(shortened(" ".join(message.split())))  # text, code, text, …
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
