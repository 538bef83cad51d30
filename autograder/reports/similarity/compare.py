"""Compare the submissions of a class with each other and with the right solutions.

The sources that were graded are compared, as the record has them. Code that every student was given
counts for nothing, and in a class that is large enough neither does code that most of it has.
"""

import heapq
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, product
from pathlib import Path

from rich.progress import track
from scipy.cluster.hierarchy import DisjointSet

from autograder.cases.expected import VARIANTS, reference_source
from autograder.errors import ConfigError
from autograder.paths import ROOT
from autograder.record.reader import History
from autograder.reports.similarity.fingerprints import Source, Unread, overlap, read

CLASS = 10
"""Submissions from which on code of more than half of them counts for nothing."""
NOTE = (
    "Similarity is a reason to look, not a verdict: the handout prescribes the steps, so honest "
    "solutions are alike in many places. Look at what two files share that no other has."
)


@dataclass(frozen=True)
class Line:
    """A line of a source: its number, whether it is shared with the other, and whether it was left
    out of the comparison.
    """

    number: int
    text: str
    shared: bool
    left_out: bool


@dataclass(frozen=True)
class Pair:
    """Two sources, the share (0 to 1) of each that also stands in the other, and their lines."""

    one: str
    other: str
    share: float
    other_share: float
    lines: tuple[Sequence[Line], Sequence[Line]] = field(
        default=((), ()), compare=False, repr=False
    )

    @property
    def larger(self) -> float:
        """The larger share, which orders pairs: one source may be a small part of the other."""
        return max(self.share, self.other_share)


@dataclass(frozen=True)
class Common:
    """Code that at least ``least`` submissions have, as the lines of one of them."""

    least: int
    example: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Similar:
    """The most similar pairs first, and the clusters of submissions that pairs connect.

    ``more`` pairs share as much and are not among them. ``left_out`` has the submissions that were
    not compared, with the reason. ``common`` is None if the class is too small to have such code.
    """

    pairs: tuple[Pair, ...]
    clusters: tuple[tuple[str, ...], ...]
    more: int
    compared: int
    at_least: float
    left_out: tuple[tuple[str, str], ...] = ()
    common: Common | None = None


def sources(folder: Path) -> dict[str, bytes]:
    """Return the sources that were graded in the latest run, by submission.

    Raises:
        StoreError: if the folder has no record.
        ConfigError: if it has fewer than two sources.
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


def similar(submissions: Mapping[str, bytes], *, at_least: float = 0.5, top: int = 30) -> Similar:
    """Compare submissions with each other and with the right solutions.

    Pairs are kept if a share of ``at_least``, 0 to 1, is in common, and of those the ``top`` most
    similar ones. A terminal shows the progress of reading the sources.

    Raises:
        ConfigError: if copydetect is not installed.
    """
    given = {one for text in _given() for one in read("", text).sequences}
    right = {"reference solution": reference_source()}
    # A submission's id has no blank in it.
    right |= {f"variant {variant.id}": variant.path.read_bytes() for variant in VARIANTS}
    every = {**submissions, **right}
    found: dict[str, Source] = {}
    left_out = []
    title, hidden = f"comparing {len(submissions)} submissions", not sys.stdout.isatty()
    for name in track(list(every), title, transient=True, disable=hidden):
        try:
            found[name] = read(name, every[name].decode("utf-8-sig", "replace"))
        except Unread as problem:
            left_out.append((name, str(problem)))
    names = [name for name in submissions if name in found]
    common = _leave_out(found, names, given)
    # The estimate counts sequences and the share counts letters, so more are measured than kept.
    most = 10 * top + 100
    estimates = _estimates(found, names, [name for name in right if name in found])
    likely = heapq.nlargest(most, estimates)
    measured = [_pair(found[one], found[other]) for _, one, other in likely]
    alike = [pair for pair in measured if pair.larger >= at_least]
    alike.sort(key=lambda pair: (-pair.larger, pair.one, pair.other))
    return Similar(
        pairs=tuple(_with_lines(pair, found) for pair in alike[:top]),
        clusters=_clusters(alike, names),
        more=len(alike[top:]),
        compared=len(names),
        at_least=at_least,
        left_out=tuple(left_out),
        common=common,
    )


def _given() -> Iterator[str]:
    """Yield what every student was given: the stubs, the helpers, the handout's examples."""
    for name in ("neural_network.py", "iris.py"):
        yield (ROOT / "assignment" / name).read_text("utf-8")
    handout = (ROOT / "assignment" / "README.md").read_text("utf-8")
    yield "\n".join(re.findall(r"^(?:>>>|\.\.\.) (.*)$", handout, re.MULTILINE))


def _leave_out(found: Mapping[str, Source], names: Sequence[str], given: set[int]) -> Common | None:
    """Leave out what was given and, in a large class, what more than half of it has."""
    least = len(names) // 2 + 1
    common: set[int] = set()
    if len(names) >= CLASS:
        counts = Counter(one for name in names for one in found[name].sequences)
        common = {one for one, count in counts.items() if count >= least} - given
    for source in found.values():
        source.leave_out(given | common)
    if len(names) < CLASS:
        return None
    example = found[max(names, key=lambda name: len(found[name].every.hashes & common))]
    lines = tuple(line for line in _lines(example, example.lines_of(common)) if line.shared)
    return Common(least, example.name, lines) if lines else Common(least)


def _estimates(
    found: Mapping[str, Source], names: Sequence[str], right: Sequence[str]
) -> Iterator[tuple[float, str, str]]:
    """Estimate each pair's share: sequences in common, divided by those of the shorter source."""
    for one, other in chain(combinations(names, 2), product(names, right)):
        mine, theirs = found[one].sequences, found[other].sequences
        if common := len(mine & theirs):
            yield common / min(len(mine), len(theirs)), one, other


def _pair(one: Source, other: Source) -> Pair:
    shares, _ = overlap(one.counted, other.counted)
    return Pair(one.name, other.name, *shares)


def _with_lines(pair: Pair, found: Mapping[str, Source]) -> Pair:
    """Return the pair with the lines of both sources."""
    one, other = found[pair.one], found[pair.other]
    _, (here, there) = overlap(one.counted, other.counted)
    return replace(
        pair, lines=(_lines(one, one.covered(here)), _lines(other, other.covered(there)))
    )


def _lines(source: Source, shared: Sequence[bool]) -> list[Line]:
    left_out = source.lines_of(source.every.hashes - source.sequences)
    rows = zip(source.numbers, source.lines, shared, left_out, strict=True)
    return [Line(*row) for row in rows]


def _clusters(pairs: Sequence[Pair], names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of submissions that pairs connect, the largest first."""
    sets = DisjointSet(names)
    for pair in pairs:
        if pair.other in sets:
            sets.merge(pair.one, pair.other)
    groups = [tuple(sorted(some, key=names.index)) for some in sets.subsets() if len(some) > 1]
    return tuple(sorted(groups, key=lambda group: (-len(group), group)))
