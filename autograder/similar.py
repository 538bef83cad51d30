"""``autograder similar DIR``: which submissions share code, measured by copydetect.

Sources are data here: a lexer cuts them into tokens, and these are compared; nothing is run,
imported or even parsed as Python. The reference and its variants stand among the things compared
with, and what every student was given counts for nothing. What is compared is what was graded, as
the record has it.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import io
import re
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from scipy.sparse import csr_array

from autograder.answers import reference_source, variants
from autograder.errors import ConfigError
from autograder.paths import ROOT
from autograder.record.reader import History

NAME = "similar.html"
LONGEST = 60_000
"""Characters of a source that is compared; a real one has a tenth of them."""
SECONDS = 5.0
"""For the lexer, whose patterns some text may make slow."""
TOKENS = 25
"""The shortest sequence in common that counts; names count as one letter, as in copydetect."""
NOTE = (
    "Similarity is a reason to look, not a verdict: the handout prescribes the steps, so honest "
    "solutions are alike in many places. Look at what two files share that no other has."
)
ONLY = "This page has the most similar pairs only: its matrix and its distribution are of these."


@dataclass(frozen=True)
class Pair:
    """Two sources, and the share (0 to 1) of each that also stands in the other."""

    one: str
    other: str
    share: float
    other_share: float

    @property
    def larger(self) -> float:
        """What pairs are ordered by: one source may be a small part of the other."""
        return max(self.share, self.other_share)


@dataclass(frozen=True)
class Similar:
    """The most similar pairs first; what was not compared, with the reason; and the page."""

    pairs: tuple[Pair, ...]
    compared: int
    left_out: tuple[tuple[str, str], ...]
    page: str


def sources(folder: Path) -> dict[str, bytes]:
    """The sources that were graded in the latest run, by submission.

    Raises:
        StoreError: where the folder has no record.
        ConfigError: where it has fewer than two sources.
    """
    with History.open(folder) as history:
        found = {
            result.submission: source
            for result in history.results()
            if (source := history.source(result.submission)) is not None
        }
    if len(found) < 2:
        raise ConfigError(
            f"{folder} has {len(found)} graded source{'' if len(found) == 1 else 's'}; it takes "
            "two to compare."
        )
    return found


def similar(
    submissions: Mapping[str, bytes],
    *,
    at_least: float = 0.5,
    top: int = 30,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> Similar:
    """Compare submissions with each other and with the right solutions.

    The ``top`` most similar pairs of those with ``at_least`` this share, 0 to 1, in common are
    kept. ``progress`` is wrapped around the loop that reads them.

    Raises:
        ConfigError: where copydetect is not installed.
    """
    copydetect = _copydetect()
    given = np.unique([hash_ for text in _given() for hash_ in _print(copydetect, "", text).hashes])
    right = {"reference solution": reference_source()}
    # A submission's id has no blank in it.
    right |= {f"variant {variant.id}": variant.path.read_bytes() for variant in variants()}
    prints: dict[str, Any] = {}
    left_out = []
    every = {**submissions, **right}
    for name in progress(every):
        text = _tidy(every[name].decode("utf-8", "replace"))
        if len(text) > LONGEST:
            left_out.append((name, f"longer than {LONGEST:,} characters"))
            continue
        try:
            with _limited(SECONDS):
                prints[name] = _print(copydetect, name, text, given)
        except TimeoutError:
            left_out.append((name, f"takes more than {SECONDS:.0f} s to read"))
    names = [name for name in submissions if name in prints]
    # The estimate counts sequences and the share counts letters, so more are measured than kept.
    most = 10 * top + 100
    candidates = _candidates(prints, names, [n for n in right if n in prints], most)
    likely = heapq.nlargest(most, candidates)
    measured = [_measured(copydetect, prints, one, other) for _, one, other in likely]
    kept = [found for found in measured if found[0].larger >= at_least]
    kept.sort(key=lambda found: (-found[0].larger, found[0].one, found[0].other))
    kept = kept[:top]
    page = _page(copydetect, prints, kept) if kept else ""
    return Similar(tuple(pair for pair, _, _ in kept), len(names), tuple(left_out), page)


def show(folder: Path, *, at_least: float, top: int) -> int:
    """Compare what ``folder`` has, print the pairs and write the page. Returns the exit code."""
    from rich.console import Console
    from rich.progress import track

    console = Console(highlight=False, markup=False, soft_wrap=True)
    submissions = sources(folder)
    words = f"comparing {len(submissions)} submissions"
    found = similar(
        submissions,
        at_least=at_least,
        top=top,
        progress=lambda loop: track(
            list(loop), words, transient=True, disable=not console.is_terminal
        ),
    )
    path = folder / NAME
    path.unlink(missing_ok=True)
    for name, why in found.left_out:
        console.print(f"not compared: {name}: {why}")
    if not found.pairs:
        console.print(f"{found.compared} compared; no two share {at_least:.0%} or more.")
        return 0
    for pair in found.pairs:
        console.print(f"{pair.share:5.0%} of {pair.one}, {pair.other_share:4.0%} of {pair.other}")
    path.write_text(found.page, encoding="utf-8")
    console.print(f"{found.compared} compared; {path} shows the code that these pairs share.")
    console.print(NOTE)
    return 0


def _copydetect() -> Any:
    matplotlib.use("Agg")  # copydetect draws with pyplot, which would look for a screen
    try:
        import copydetect
    except ImportError:
        raise ConfigError(
            "similar needs the package `copydetect`: "
            "python -m pip install 'backprop-kit[similarity]'."
        ) from None
    return copydetect


def _given() -> Iterator[str]:
    """What every student was given: the stubs, the helpers, the handout's examples."""
    for name in ("neural_network.py", "iris.py"):
        yield (ROOT / "assignment" / name).read_text("utf-8")
    handout = (ROOT / "assignment" / "README.md").read_text("utf-8")
    yield "\n".join(re.findall(r"^(?:>>>|\.\.\.) (.*)$", handout, re.MULTILINE))


def _tidy(text: str) -> str:
    """Without blank lines and blanks at ends of lines, over which the lexer can be very slow."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def _print(copydetect: Any, name: str, text: str, given: Any = None) -> Any:
    """copydetect's fingerprint of a text, which is read from memory."""
    return copydetect.CodeFingerprint(
        name, TOKENS, 1, given, filter=True, language="python", fp=io.StringIO(text)
    )


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """TimeoutError when what is inside takes longer; matching a pattern can be interrupted too."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    # Again and again: Python drops what is raised while it runs the callback of a weak reference.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _candidates(
    prints: Mapping[str, Any],
    names: list[str],
    right: list[str],
    most: int,
) -> Iterator[tuple[float, str, str]]:
    """An estimate of each pair's share: sequences in common, of those of the shorter one.

    Of each submission at most the ``most`` likeliest pairs are given.
    """
    others = [*names, *right]
    sizes = np.array([max(1, len(prints[name].hashes)) for name in others])
    table = _table([prints[name].hashes for name in others])
    by_sequence = table.T.tocsr()
    for index in range(len(names)):
        shared = np.ravel((table[[index], :] @ by_sequence).toarray())
        estimates = shared / np.minimum(sizes, sizes[index])
        estimates[: index + 1] = 0.0  # these pairs have been given
        for place in np.argsort(-estimates, kind="stable")[:most]:
            if estimates[place] > 0:
                yield float(estimates[place]), names[index], others[place]


def _table(hashes: list[set[int]]) -> Any:
    """Which source (row) has which sequence (column): a sparse matrix of ones."""
    rows = np.repeat(np.arange(len(hashes)), [len(some) for some in hashes])
    every = np.array([one for some in hashes for one in some], dtype=np.int64)
    known, columns = np.unique(every, return_inverse=True)
    ones = np.ones(len(rows), dtype=np.int32)
    return csr_array((ones, (rows, columns)), shape=(len(hashes), max(1, len(known))))


def _measured(
    copydetect: Any, prints: Mapping[str, Any], one: str, other: str
) -> tuple[Pair, int, Any]:
    """The pair, how many letters of code it has in common, and where they stand."""
    overlap, shares, slices = copydetect.compare_files(prints[one], prints[other])
    return Pair(one, other, float(shares[0]), float(shares[1])), int(overlap), slices


def _page(copydetect: Any, prints: Mapping[str, Any], kept: list[tuple[Pair, int, Any]]) -> str:
    """copydetect's report on the pairs that are kept, and on no other."""
    detector = copydetect.CopyDetector(autoopen=False, silent=True, display_t=0.0)
    detector.test_files = sorted({pair.one for pair, _, _ in kept})
    detector.ref_files = sorted({pair.other for pair, _, _ in kept})
    detector.file_data = dict(prints)
    size = len(detector.test_files), len(detector.ref_files)
    detector.similarity_matrix = np.full((*size, 2), -1.0)
    detector.token_overlap_matrix = np.full(size, -1)
    for pair, overlap, slices in kept:
        place = detector.test_files.index(pair.one), detector.ref_files.index(pair.other)
        detector.similarity_matrix[place] = pair.share, pair.other_share
        detector.token_overlap_matrix[place] = overlap
        detector.slice_matrix[pair.one, pair.other] = list(slices)
    return _self_contained(detector.generate_html_report(output_mode="return"))


_SCRIPT = (
    "for (const button of document.querySelectorAll('button[data-bs-target]'))"
    "button.onclick = () =>"
    "document.querySelector(button.dataset.bsTarget).classList.toggle('show');"
)
_STYLE = """body { font-family: sans-serif; margin: 2em; }
.collapse { display: none; } .collapse.show { display: block; }
.row { display: flex; gap: 2em; } .row .col { width: 50%; overflow-x: auto; }
td { border-top: 1px solid #bbb; } .d-flex { display: flex; } img { width: 20em; }"""


def _self_contained(page: str) -> str:
    """The report without what it fetches from the network, and with our note at its top.

    Its buttons get a script of our own, the only one that the page lets run.
    """
    page = re.sub(r"<link[^>]*>|<script[^>]*>\s*</script>", "", page)
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'"
    )
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{_STYLE}</style>\n'
    )
    page = page.replace("<head>", f"<head>\n{head}", 1)
    page = page.replace(
        "<h2>Overview</h2>", f"<p><b>{NOTE}</b></p>\n<p>{ONLY}</p>\n<h2>Overview</h2>", 1
    )
    return page.replace("</body>", f"<script>{_SCRIPT}</script>\n</body>", 1)
