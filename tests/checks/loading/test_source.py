"""Decoding and parsing of students' files."""

import pytest

from assignment.checks.loading.source import MAX_BYTES, SourceError, decode, parse
from assignment.checks.loading.syntax import NEWER


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"x = 1\ry = 2\r", "x = 1\ny = 2\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        ("σ = 'æ'\n".encode(), "σ = 'æ'\n"),
        (b"# -*- coding: latin-1 -*-\n'\xe6'", "# -*- coding: latin-1 -*-\n'æ'"),
        ("#!x\n# vim: set fileencoding=cp1252 :\n'€'".encode("cp1252"), None),
        (b"\x0c# coding: utf-8-unix\nx = 1\n", None),
        (b"x = 1\n# coding: nonsense\n", None),
        (b"", ""),
    ],
)
def test_python_rules(data: bytes, text: str | None) -> None:
    """Line ends, byte order marks and coding lines are read as Python reads them."""
    assert decode(data) == text if text is not None else decode(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("x = 1".encode("utf-16"), "UTF-16"),
        ("x = 1".encode("utf-16-le"), "null bytes"),
        (b"x = 1\0", "null bytes"),
        (b"#" * (MAX_BYTES + 1), "larger than 1,000 kB"),
        (b"x = 1\ny = '\xe6'\n", "Line 2 has a character that is not UTF-8"),
        (b"# coding: punycode\n", "punycode"),
        (b"# coding: rot13\n", "rot13"),
        (b"# coding: utf-16\n", "utf-16"),
        (b"# coding: " + b"a" * 5000, "cannot be used"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "saved as UTF-8"),
        (b"# coding: ascii\n'\xe6'", "Line 2"),
    ],
)
def test_unreadable_files_are_explained(data: bytes, word: str) -> None:
    """Every file that Python could not run is refused with a short sentence that says why."""
    with pytest.raises(SourceError, match=word) as caught:
        decode(data)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "source",
    [
        "def f(:",
        "(" * 5000,
        "x = " + "-" * 100_000 + "1",
        "x = " + "1" * 10_000,
        "x = " + "a." * 50_000 + "a",
        " if x:\n\t pass",
        "'\ud800'",
    ],
)
def test_parser_bombs_are_sentences(source: str) -> None:
    """A source that breaks the parser is one sentence of bounded length."""
    with pytest.raises(SourceError) as caught:
        parse(source, "neural_network.py")
    assert len(str(caught.value)) < 400


def test_the_line_of_a_syntax_error_is_named() -> None:
    """The message has the line and its text, and does not speak of newer Pythons."""
    with pytest.raises(SourceError, match=r"error in line 2, column 5: .*“y = = 2”") as caught:
        parse("x = 1\ny = = 2\n", "neural_network.py")
    assert NEWER not in str(caught.value)
