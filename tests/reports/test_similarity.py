"""Similar submissions: copies are found, what was given counts for nothing, nothing is run."""

import sys
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import pytest

from autograder.cases.expected import VARIANTS, reference_source
from autograder.errors import ConfigError
from autograder.paths import ROOT
from autograder.reports.similarity import fingerprints
from autograder.reports.similarity.compare import CLASS, Line, Pair, Similar, similar
from autograder.reports.similarity.fingerprints import LONGEST
from autograder.reports.similarity.page import PAGE, excerpt, similarity_page
from tests.builders import records
from tests.builders.commands import autograder
from tests.builders.html_page import Page
from tests.builders.results import verdict
from tests.conftest import needed

STUB = (ROOT / "assignment/neural_network.py").read_bytes()
BY_ID = {variant.id: variant.path.read_bytes() for variant in VARIANTS}
LETTER, ROWS = BY_ID["by_the_letter"], BY_ID["row_vectors"]


@pytest.fixture(scope="module", autouse=True)
def with_copydetect() -> None:
    """Skips, or fails in CI, where copydetect is missing."""
    needed("copydetect")


def renamed(source: bytes) -> bytes:
    """The same program with other names, comments and empty lines."""
    source = source.replace(b"dE1", b"first").replace(b"a1", b"summe")
    return b"# all my own\n\n" + source.replace(b"\n\n", b"\n\n\n")


def between(found: Similar) -> list[Pair]:
    """The pairs of two submissions, without those with a right solution."""
    return [pair for pair in found.pairs if " " not in pair.other]


@pytest.fixture(scope="module")
def found() -> Similar:
    """A class of three copies, one of them with other names, an own program and the reference."""
    copies = {"carol": LETTER, "alice": LETTER, "bob": renamed(LETTER)}
    return similar({"eve": BY_ID["einsum"], **copies, "zoe": reference_source()})


def test_a_copy_with_other_names_is_found_and_an_own_program_is_not(found: Similar) -> None:
    """Copies are a cluster; right solutions are recognised, and they connect none."""
    copies = ("carol", "alice", "bob")
    pairs = {(pair.one, pair.other) for pair in between(found)}
    assert pairs == {*combinations(copies, 2)}
    assert all(pair.larger > 0.95 for pair in between(found))
    assert (found.compared, found.clusters) == (5, (copies,))
    others = {(pair.one, pair.other) for pair in found.pairs} - pairs
    assert others >= {("zoe", "reference solution"), ("alice", "variant by_the_letter")}


def test_lines_have_the_numbers_of_the_file(found: Similar) -> None:
    """Blank lines are not compared, but they are counted."""
    (pair,) = (pair for pair in between(found) if pair.one == "alice")
    for source, lines in zip((LETTER, renamed(LETTER)), pair.lines, strict=True):
        text = source.decode().splitlines()
        assert all(text[line.number - 1] == line.text for line in lines)


def test_what_was_given_counts_for_nothing() -> None:
    """Two untouched stubs share nothing of their own, nor do the handout's examples."""
    found = similar({"alice": STUB, "bob": STUB, "carol": b"", "dan": b"x = 1\n"}, at_least=0.01)
    assert found.pairs == found.clusters == ()


def test_lines_that_were_given_are_marked_as_left_out() -> None:
    """The page has the student's name, and what stands in the stubs is not shown as shared."""
    given = (ROOT / "assignment/iris.py").read_bytes() + b"\n"
    found = similar({"alice": given + LETTER, "bob": given + LETTER})
    (pair,) = between(found)
    found_there = [line for line in pair.lines[0] if "order = np.random.permutation(" in line.text]
    assert [(line.shared, line.left_out) for line in found_there] == [(False, True)]
    page = Page(similarity_page(found, names={"alice": "Alice Ng"}))
    assert "Alice Ng (alice) and bob" in page.text


def test_only_the_most_similar_pairs_are_kept() -> None:
    """In the order of their shares, and never more than asked for."""
    submissions = {f"student{number}": LETTER for number in range(6)} | {"last": ROWS}
    found = similar(submissions, top=4)
    assert len(found.pairs) == 4
    assert all(pair.larger == 1.0 for pair in found.pairs)
    assert found.more >= 11  # six copies make fifteen pairs
    assert "more pairs shared as much" in Page(similarity_page(found)).text


def test_code_of_most_of_the_class_counts_for_nothing() -> None:
    """In a large class it is left out and shown as such; what only two share is still found."""
    base = b"".join(b"def f%d(a, b):\n    return a * %d + b - a / b\n" % (n, n) for n in range(30))
    secret = b"def g(x):\n    for i in range(7):\n        x = x ** 3 - i // 2\n    return [x, x]\n"
    class_ = {f"student{number}": base for number in range(CLASS)}
    class_ |= {"alice": base + secret, "bob": secret + base}
    found = similar(class_)
    (pair,) = found.pairs
    assert (pair.one, pair.other) == ("alice", "bob")
    shared = "".join(line.text + "\n" for line in pair.lines[0] if line.shared)
    assert shared.encode() == secret
    assert sum(line.left_out for line in pair.lines[1]) >= 58
    assert found.common is not None
    assert found.common.least == 7
    words = Page(similarity_page(found)).text
    assert "Code that at least 7 of 12 submissions have" in words
    del class_["alice"], class_["bob"], class_["student0"]
    assert similar(class_).common is None


def test_the_page_fetches_nothing_and_students_text_stays_text() -> None:
    """The page is whole, has no script, and HTML in a source is shown as it is."""
    evil = LETTER + b"\nnote = '</code></div><script>alert(1)</script><img src=http://x/y>'\n" * 3
    source = similarity_page(similar({"alice": evil, "bob": evil}))
    page = Page(source)
    assert page.all("script") == page.all("img") == []
    assert "<script>alert(1)</script>" in page.text
    assert "a reason to look, not a verdict" in page.text
    assert len(page.all("mark")) > 50


HOSTILE = {
    "brackets": b"(" * 50_000,
    "quotes": b"'''" * 15_000,
    "blank lines": (b" " * 50 + b"\n") * 100_000,
    "one blank line": b"x" + b" " * 50_000 + b"y",
    "nothing but nulls": b"\0" * 10_000,
    "not text": bytes(range(256)) * 100,
    "deep": b"\n".join(b" " * depth + b"if 1:" for depth in range(250)),
    "format": b"f'{" * 15_000,
    "runs": b"import os\nos._exit(3)\nraise SystemExit\n",
}


def test_hostile_sources_are_only_data() -> None:
    """Nothing is run, nothing crashes, and a source that is too long is named."""
    found = similar(
        {name.replace(" ", "-"): source for name, source in HOSTILE.items()}
        | {"long": b"x = 1\n" * LONGEST, "alice": LETTER, "bob": LETTER}
    )
    assert Pair("alice", "bob", 1.0, 1.0) in found.pairs
    assert dict(found.left_out)["long"] == "longer than 60,000 characters"


# Python says so where the alarm hits the callback of a weak reference, perhaps of another test.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_source_that_takes_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit interrupts the lexer, again where that drops the first; others are compared."""
    real = fingerprints._fingerprint

    def stubborn(text: str) -> object:
        with suppress(TimeoutError):
            while text.startswith("# slow"):
                pass
        while text.startswith("# slow"):
            pass
        return real(text)

    monkeypatch.setattr(fingerprints, "_fingerprint", stubborn)
    monkeypatch.setattr(fingerprints, "SECONDS", 0.2)
    found = similar({"slow": b"# slow\n" + ROWS, "alice": LETTER})
    assert [name for name, _ in found.left_out] == ["slow"]
    assert found.compared == 1


def test_without_copydetect_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "copydetect", None)
    with pytest.raises(ConfigError, match=r"-e '.\[similarity\]'"):
        similar({"alice": LETTER, "bob": ROWS})


def test_what_was_graded_is_compared(tmp_path: Path) -> None:
    """From the record: pairs on the screen, a page beside it; one submission alone is refused."""
    records.run(tmp_path, verdict("alice"), source=LETTER)
    assert "1 graded source; it takes two" in autograder("similar", tmp_path, expect=2)
    records.run(tmp_path, verdict("bob"), source=renamed(LETTER))
    printed = autograder("similar", tmp_path)
    assert "of alice, " in printed
    assert "a reason to look, not a verdict" in printed
    assert (tmp_path / PAGE).is_file()
    autograder("similar", tmp_path, "--at-least", "100", "--top", "0", expect=2)


def test_the_page_leaves_out_long_stretches_that_are_not_shared() -> None:
    """Two lines around a shared one are shown; of the rest the number of lines is."""
    lines = [Line(number, "x", number in (5, 8), False) for number in range(1, 14)]
    shown = [line if isinstance(line, int) else line.number for line in excerpt(lines)]
    assert shown == [2, 3, 4, 5, 6, 7, 8, 9, 10, 3]
    assert [part for part in excerpt(lines) if isinstance(part, int)] == [2, 3]
    assert list(excerpt([])) == []
