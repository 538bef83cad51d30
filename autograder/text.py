"""Small pieces of sentences that many messages need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest known names that look like ``name``: "Did you mean `x` or `y`? "; "" without any."""
    alike = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(f'`{word}`' for word in alike)}? " if alike else ""


def joined(words: Sequence[str]) -> str:
    """Join words as in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
