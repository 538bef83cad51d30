"""Similar submissions: copies are found, what was given counts for nothing, nothing is run."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import lacking

from autograder import similar as similar_
from autograder.answers import reference_source, variants
from autograder.errors import ConfigError, StoreError
from autograder.similar import LONGEST, Pair, Similar, similar

pytestmark = [
    pytest.mark.usefixtures("with_copydetect"),
    pytest.mark.filterwarnings("ignore:open_text is deprecated:DeprecationWarning"),
]

ROOT = Path(__file__).resolve().parent.parent
STUB = (ROOT / "assignment/neural_network.py").read_bytes()
BY_ID = {variant.id: variant.path.read_bytes() for variant in variants()}
LETTER, ROWS = BY_ID["by_the_letter"], BY_ID["row_vectors"]


@pytest.fixture
def with_copydetect() -> None:
    """Skips, or fails in CI, where copydetect is missing."""
    if importlib.util.find_spec("copydetect") is None:
        lacking("copydetect")


def renamed(source: bytes) -> bytes:
    """The same program with other names, comments and empty lines."""
    source = source.replace(b"dE1", b"first").replace(b"a1", b"summe")
    return b"# all my own\n\n" + source.replace(b"\n\n", b"\n\n\n")


def between(found: Similar) -> list[Pair]:
    """The pairs of two submissions, without those with a right solution."""
    return [pair for pair in found.pairs if " " not in pair.other]


def test_a_copy_with_other_names_is_found_and_an_own_program_is_not() -> None:
    """Renaming does not hide a copy; another program is below the threshold."""
    own = BY_ID["einsum"]
    found = similar({"alice": LETTER, "bob": renamed(LETTER), "eve": own})
    (pair,) = between(found)
    assert (pair.one, pair.other) == ("alice", "bob")
    assert pair.larger > 0.95
    assert found.compared == 3


def test_a_right_solution_is_recognised() -> None:
    """Whoever hands in the reference is told as similar to it."""
    found = similar({"alice": reference_source(), "bob": ROWS})
    assert found.pairs[0].one == "alice"
    assert {pair.other for pair in found.pairs} >= {"reference solution", "variant row_vectors"}


def test_what_was_given_counts_for_nothing() -> None:
    """Two untouched stubs share nothing of their own, nor do the handout's examples."""
    found = similar({"alice": STUB, "bob": STUB, "carol": b"", "dan": b"x = 1\n"}, at_least=0.01)
    assert found.pairs == ()
    assert found.page == ""


def test_only_the_most_similar_pairs_are_kept() -> None:
    """In the order of their shares, and never more than asked for."""
    submissions = {f"student{number}": LETTER for number in range(6)} | {"last": ROWS}
    found = similar(submissions, top=4)
    assert len(found.pairs) == 4
    assert all(pair.larger == 1.0 for pair in found.pairs)


class Reader(HTMLParser):
    """What a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = ("src", "href")
        self.fetched += [value or "" for name, value in attrs if name in names]


def test_the_page_fetches_nothing_and_students_text_stays_text() -> None:
    """No address of another computer, one script (ours), and HTML in a source is shown as it is."""
    evil = LETTER + b"\nnote = '</code><script>alert(1)</script><img src=http://x/y>'\n" * 3
    page = similar({"alice": evil, "bob": evil}).page
    reader = Reader()
    reader.feed(page)
    assert [address for address in reader.fetched if not address.startswith("data:")] == []
    assert reader.tags.count("script") == 1
    assert "&lt;script&gt;alert(1)" in page
    assert "a reason to look, not a verdict" in page
    assert "Content-Security-Policy" in page


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
    """Nothing is run, nothing crashes, and what is too long is told."""
    found = similar(
        {name.replace(" ", "-"): source for name, source in HOSTILE.items()}
        | {"long": b"x = 1\n" * LONGEST, "alice": LETTER, "bob": LETTER}
    )
    assert Pair("alice", "bob", 1.0, 1.0) in found.pairs
    assert dict(found.left_out)["long"] == "longer than 60,000 characters"


# Python says so where the alarm hits the callback of a weak reference, perhaps of another test.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_source_that_takes_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit interrupts the lexer, and the others are compared."""
    real = similar_._print

    def slow(package: object, name: str, *arguments: object) -> object:
        while name == "slow":
            pass
        return real(package, name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(similar_, "_print", slow)
    monkeypatch.setattr(similar_, "SECONDS", 0.2)
    found = similar({"slow": ROWS, "alice": LETTER})
    assert [name for name, _ in found.left_out] == ["slow"]
    assert found.compared == 1


def test_a_limit_that_is_swallowed_once_comes_again() -> None:
    """Code that drops the first interruption is interrupted by the next."""

    def stubborn() -> None:
        with suppress(TimeoutError):
            while True:
                pass
        while True:
            pass

    with pytest.raises(TimeoutError), similar_._limited(0.1):
        stubborn()


def test_without_copydetect_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "copydetect", None)
    with pytest.raises(ConfigError, match=r"backprop-kit\[similarity\]"):
        similar({"alice": LETTER, "bob": ROWS})


def test_without_a_record_a_sentence_says_so(tmp_path: Path) -> None:
    """A folder that nothing was graded into."""
    with pytest.raises(StoreError, match="grade something"):
        similar_.sources(tmp_path)


def autograder(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command as an instructor does."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_was_graded_is_compared(tmp_path: Path) -> None:
    """From the record: pairs on the screen, a page beside it; one submission alone is refused."""
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    for name, source in (("alice", LETTER), ("bob", renamed(LETTER))):
        (folder / f"{name}.py").write_bytes(source)
        graded = autograder("grade", folder, "--out", out, "--unsafe")
        assert graded.returncode == 0, graded.stderr
        done = autograder("similar", out)
        if name == "alice":
            assert done.returncode == 2
            assert "1 graded source; it takes two" in done.stderr
    assert done.returncode == 0, done.stderr
    assert "of alice, " in done.stdout
    assert "a reason to look, not a verdict" in done.stdout
    assert (out / similar_.NAME).is_file()
    done = autograder("similar", out, "--at-least", "100", "--top", "0")
    assert done.returncode == 2
