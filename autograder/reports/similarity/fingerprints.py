"""Fingerprints of sources, made by copydetect, and the lines that they cover.

A source is data here: a lexer cuts it into tokens, a name counts as one letter, and every sequence
of ``TOKENS`` letters is one element of the fingerprint. Nothing is run, imported or parsed.
"""

import copy
import io
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np

from autograder.errors import ConfigError
from autograder.intake.alarm import limited

LONGEST = 60_000
"""Characters of the longest source that is compared; a real one has a tenth of them."""
SECONDS = 5.0
"""Time for the lexer, whose patterns some text may make slow."""
TOKENS = 25
"""The shortest sequence in common that counts."""


class Unread(Exception):
    """A source that is not compared; the message says why."""


@dataclass
class Source:
    """A source's lines without the blank ones, their numbers in the file, and the fingerprint.

    ``counted`` is the part of the fingerprint that is compared.
    """

    name: str
    lines: list[str]
    numbers: list[int]
    every: Any
    counted: Any

    @property
    def sequences(self) -> set[int]:
        """The sequences that are compared."""
        found: set[int] = self.counted.hashes
        return found

    def leave_out(self, sequences: Set[int]) -> None:
        """Compare these sequences no longer."""
        self.counted = _part(self.every, self.every.hashes - sequences)

    def covered(self, slices: Any) -> list[bool]:
        """Whether at least half of each line is in these slices, which count its letters."""
        found, start = [], 0
        text = np.zeros(sum(len(line) + 1 for line in self.lines), dtype=bool)
        for begin, end in zip(*slices, strict=True) if len(slices) == 2 else ():
            text[int(begin) : int(end)] = True
        for line in self.lines:
            blank = len(line) - len(line.lstrip())
            inside = text[start + blank : start + len(line)]
            found.append(bool(inside.size and 2 * inside.sum() >= inside.size))
            start += len(line) + 1
        return found

    def lines_of(self, sequences: Set[int]) -> list[bool]:
        """Whether each line is in one of these sequences."""
        part = _part(self.every, self.every.hashes & sequences)
        _, (place, _) = overlap(part, part)
        return self.covered(place)


def overlap(one: Any, other: Any) -> tuple[tuple[float, float], tuple[Any, Any]]:
    """What two fingerprints share: of each the share (0 to 1), and where it stands in the text."""
    _, shares, slices = package().compare_files(one, other)
    return (min(1.0, float(shares[0])), min(1.0, float(shares[1]))), slices


def package() -> Any:
    """Return the package copydetect.

    Raises:
        ConfigError: if it is not installed.
    """
    matplotlib.use("Agg")  # copydetect imports pyplot, which would look for a screen
    try:
        import copydetect
        import copydetect.utils
    except ImportError:
        raise ConfigError(
            "similar needs the package `copydetect`: "
            ".venv/bin/pip install -c constraints.txt -e '.[similarity]'"
        ) from None
    return copydetect


def read(name: str, text: str) -> Source:
    """Make the fingerprint of a source.

    Raises:
        Unread: if the source is too long, or the lexer takes too long.
    """
    # The lexer can be very slow over blank lines and blanks at ends of lines.
    numbered = [(n, line.rstrip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines = [line for _, line in numbered]
    tidy = "\n".join(lines) + "\n"
    if len(tidy) > LONGEST:
        raise Unread(f"longer than {LONGEST:,} characters")
    try:
        with limited(SECONDS, TimeoutError(), again=1.0):
            made = _fingerprint(tidy)
    except TimeoutError:
        raise Unread(f"takes more than {SECONDS:.0f} s to read") from None
    return Source(name, lines, [number for number, _ in numbered], made, made)


def _fingerprint(text: str) -> Any:
    return package().CodeFingerprint(
        "", TOKENS, 1, filter=True, language="python", fp=io.StringIO(text)
    )


def _part(made: Any, sequences: set[int]) -> Any:
    """Return the fingerprint with these sequences only."""
    part = copy.copy(made)
    part.hashes = sequences
    part.hash_idx = {sequence: made.hash_idx[sequence] for sequence in sequences}
    part.token_coverage = package().utils.get_token_coverage(
        part.hash_idx, TOKENS, len(made.filtered_code)
    )
    return part
