"""Random edits of a file: of its bytes, of its words and signs, and of its lines."""

import random
import re

BYTES = (b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\t", b"\\", b"'", b'"""', b"(", b"]", b"#", b":",
         b"# coding: utf-16\n", b"\nwhile True: pass\n", b"return None\n", "é∇".encode(),
         b"-", b"0", b"9" * 40, b"lambda: ", b"yield ", b"*", b"==", b"\x0c")  # fmt: skip
KINDS = (rb"[A-Za-z_]\w*", rb"\b\d[\d.e]*", rb" [-+*/@<>=]+ ")
"""Names and keywords, numbers, operators: one takes the place of another of its kind."""
VALUES = (b"0", b"-1", b"10**30", b"1e308", b"float('inf')", b"float('nan')", b"None", b"True",
          b"'x'", b"b'y'", b"1j", b"...")  # fmt: skip


def edited(rng: random.Random, sources: list[bytes]) -> bytes:
    """One of the sources with a few edits of one kind."""
    source = rng.choice(sources)
    edit = rng.choice((_edit_bytes, _edit_words, _edit_words, _edit_lines))
    for _ in range(rng.randint(1, 4)):
        source = edit(rng, source, rng.choice(sources))
    return source


def _edit_bytes(rng: random.Random, source: bytes, other: bytes) -> bytes:
    start, end = sorted(rng.randrange(len(source) + 1) for _ in range(2))
    end = min(end, start + rng.choice((1, 1, 5, 40, 400)))
    foreign = rng.randrange(max(len(other), 1))
    replacement = rng.choice(
        (
            b"",
            rng.randbytes(1),
            rng.choice(BYTES),
            source[start:end] * 2,
            source[start:end][::-1],
            other[foreign : foreign + rng.choice((5, 80, 400))],
        )
    )
    if rng.random() < 0.03:
        return source[:start]
    return source[:start] + replacement + source[end:]


def _edit_words(rng: random.Random, source: bytes, other: bytes) -> bytes:
    """Exchange a name, a number or an operator for another one, or a number for another value."""
    kind = rng.choice(KINDS)
    found = rng.choice([*re.finditer(kind, source)])
    known = re.findall(kind, rng.choice((source, other)))
    if kind == KINDS[1]:
        known += VALUES
    return source[: found.start()] + rng.choice(known) + source[found.end() :]


def _edit_lines(rng: random.Random, source: bytes, other: bytes) -> bytes:
    """Delete, repeat, move, loop or borrow a line; a borrowed one is indented as its new place."""
    lines = source.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    line = lines[at]
    indent = line[: len(line) - len(line.lstrip())]
    foreign = indent + rng.choice(other.splitlines(keepends=True)).lstrip()
    lines[at : at + 1] = rng.choice(
        (
            [],
            [line, line],
            [*lines[at + 1 : at + 2], line],
            [foreign, line],
            [indent + b"while True: " + line.lstrip()],
            [indent + b"return None\n"],
        )
    )
    return b"".join(lines)
