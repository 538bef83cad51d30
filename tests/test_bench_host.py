"""What the benchmark does with turns in which the host took the processors away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks import host, rivals


def ticks_of(*shares: float) -> Iterator[tuple[int, int]]:
    """Counters before and after turns of which these shares were taken away."""
    asked = taken = 0
    for share in shares:
        yield asked, taken
        asked, taken = asked + 1000, taken + round(1000 * share)
        yield asked, taken


def test_a_disturbed_turn_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a turn that the host left alone counts, and the table tells of the others."""
    ticks = ticks_of(0.3, 0.02, 0.01)
    monkeypatch.setattr(host, "_ticks", lambda: next(ticks))
    results = iter("abc")
    turns = host.Host(again=5, most=0.01)
    assert turns.told() == "the host disturbed none of 0 turns."
    assert turns.calm(lambda: next(results)) == "c"
    assert turns.told().startswith("the host disturbed 2 of 3 turns")
    assert turns.told().endswith("which were measured again.")


def test_a_host_that_is_never_calm_does_not_stop_a_benchmark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When no more turns may be repeated, disturbed ones count, and the table says how many."""
    ticks = ticks_of(0.3, 0.3, 0.3)
    monkeypatch.setattr(host, "_ticks", lambda: next(ticks))
    turns = host.Host(again=1, most=0.01)
    results = iter("abc")
    assert [turns.calm(lambda: next(results)) for _ in range(2)] == ["b", "c"]
    assert turns.told().endswith("measured again, but for the last 2.")


def test_what_linux_counts_only_grows() -> None:
    """What was taken away is a part of what was asked for, and neither ever falls."""
    before, after = host._ticks(), host._ticks()
    assert 0 <= before[1] <= before[0]
    assert after[0] >= before[0]


def test_a_rival_can_be_measured_again(tmp_path: Path) -> None:
    """The second time begins as the first one did: with the file, and nothing that a run left."""
    (tmp_path / "support").mkdir()
    for command in (
        rivals.otter_run(tmp_path, Path("otter"), Path("a.zip")),
        rivals.pytest_run(tmp_path),
    ):
        words = command("s1", "# a file")
        before = sorted((tmp_path / "s1").iterdir())
        (tmp_path / "s1" / "results.json").write_text("{}")
        assert command("s1", "# a file") == words
        assert sorted((tmp_path / "s1").iterdir()) == before
