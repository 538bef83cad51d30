"""Names that students chose, and lists in sentences."""

import pytest

from autograder import text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jón Þór", "Jón_Þór"),
        ("../../etc/passwd", "etc_passwd"),
        ("<script>alert(1)</script>", "script_alert_1_script"),
        ("-rf", "rf"),
        (".hidden.", "hidden"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("", "submission"),
        ("\x00\x1b[2J", "2J"),
        ("a\udcff", "a"),
        ("a\u202eb", "a_b"),
        ("é", "é"),
        ("æ" * 200, "æ" * (text.MAX_ID_BYTES // 2)),
    ],
)
def test_ids_are_safe_everywhere(name: str, expected: str) -> None:
    """An id is a harmless file name on every system, whatever it was made from."""
    assert text.safe_id(name) == expected


def test_collisions_get_a_suffix_and_a_note() -> None:
    """Names that are the same on some file system get different ids, with a note."""
    ids = text.Ids()
    taken = [ids.take(name) for name in ("jane", "Jane", "jane-2", "ja/ne", "JANE")]
    assert [given for given, _ in taken] == ["jane", "Jane-2", "jane-2-2", "ja_ne", "JANE-3"]
    assert [bool(note) for _, note in taken] == [False, True, True, False, True]


def test_shown_names_are_one_short_line() -> None:
    """Control characters and broken text cannot reach a page or a terminal."""
    assert text.shown("a\nb\x1b\udcff.py") == "a�b�?.py"
    assert text.shown("x" * 300 + ".py").endswith("xxx.py")
    assert len(text.shown("x" * 300)) == 100


def test_messages_are_one_line() -> None:
    """No message can begin a line of its own, command a terminal or turn the direction of text."""
    assert text.one_line("a\nb\r\x85c\u2028d\te") == "a b  c d e"
    assert text.one_line("\x1b[2J\u202e\x00\udcffé“") == "�[2J���é“"
    assert text.by_lines("a\n  b\rc") == "a\n  b c"


def test_only_known_suffixes_are_removed() -> None:
    """Other text behind a dot is part of the name."""
    names = ["jane.doe", "jane.tar.gz", "Jane.PY", ".py", "a.b.ipynb"]
    found = [text.without_suffix(name) for name in names]
    assert found == ["jane.doe", "jane", "Jane", ".py", "a.b"]


def test_lists_read_as_in_a_sentence() -> None:
    """One, two or three words are joined with commas and one "and"."""
    assert [text.joined(list(words)) for words in ("", "a", "ab", "abc")] == [
        *("", "a", "a and b", "a, b and c")
    ]


def test_long_lists_say_how_many_more_there_are() -> None:
    """A list within its limit stays whole, a longer one ends with the number that is left out."""
    assert (text.at_most(2, ["a", "b"]), text.listed(2, ["a", "b"])) == (["a", "b"], "a, b")
    assert text.at_most(2, [*"abcd"]) == ["a", "b", "and 2 more"]
    assert text.listed(2, [*"abcd"]) == "a, b and 2 more"


def test_similar_names_are_suggested() -> None:
    """A name that looks like a known one gets a question, others get none."""
    assert text.did_you_mean("nmae", ["name", "id"]) == "Did you mean `name`? "
    assert text.did_you_mean("name", ["id"]) == ""
