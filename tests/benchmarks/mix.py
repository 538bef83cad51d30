"""The files that the benchmark grades: what a class hands in, in the proportions of a small one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from solution.misconceptions import CATALOGUE, source_of

ROOT = Path(__file__).resolve().parents[2]
_VARIANTS = ROOT / "solution" / "variants"


def files() -> dict[str, str]:
    """Six files by name: the right loop solution, a slow one, a matrix one, the stub, two bugs."""
    loop = (_VARIANTS / "by_the_letter.py").read_text(encoding="utf-8")
    known = {entry.id: entry for entry in CATALOGUE}
    first, second = (next(e for e in known.values() if _is_bug_of(e, name)) for name in _BUGGY)
    return {
        "right loop": loop,
        "slow loop": _slow(loop),
        "right matrix": (_VARIANTS / "matrix_form.py").read_text(encoding="utf-8"),
        "stub": (ROOT / "assignment" / "neural_network.py").read_text(encoding="utf-8"),
        f"buggy ({first.id})": source_of(first),
        f"buggy ({second.id})": source_of(second),
    }


_BUGGY = ("ffnn", "backprop")


def _is_bug_of(entry: object, function: str) -> bool:
    return getattr(entry, "function", "") == function and not getattr(entry, "remark", False)


def _slow(loop: str) -> str:
    """Three forward passes for each pattern instead of one, as many students write it."""
    step = "            guesses[n] = np.argmax(y)\n"
    assert loop.count(step) == 1
    again = "            y = ffnn(X_train[n, :], M, K, W1, W2)[0]\n"
    return loop.replace(step, f"{again}{step}{again}")


def distinct(count: int, names: list[str] | None = None) -> Iterator[tuple[str, str]]:
    """``count`` submissions, names and sources, no two alike; ``names`` picks among the files."""
    chosen = [source for name, source in files().items() if names is None or name in names]
    for number in range(count):
        yield f"s{number:06}", f"{chosen[number % len(chosen)]}\n# {number}\n"
