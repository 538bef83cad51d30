"""How many pages and figures reports have. The PDFs are students': no grader reads them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import msgspec

COUNTER = Path(__file__).with_name("pdfcount.py")
LARGEST = 60 << 20
"""Bytes of the largest PDF that is looked into."""

Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Counted(msgspec.Struct, frozen=True):
    """Pages and figures of a PDF; ``problem`` says that it could not be read.

    ``figures`` is None where the pages could be counted only.
    """

    pages: Count = 0
    figures: Count | None = None
    problem: str = ""


UNREADABLE = Counted(problem="could not be read")
TOO_LARGE = Counted(problem=f"is larger than {LARGEST >> 20} MiB, so it was not looked into")


def counted(paths: Sequence[Path], jobs: int = 1) -> Mapping[Path, Counted]:
    """What is in each PDF, counted by ``jobs`` programs side by side.

    A PDF that is damaged, encrypted, endless or hostile could not be read, and delays the others
    by a few seconds at most.
    """
    found = dict.fromkeys(paths, UNREADABLE)
    possible = []
    for path in paths:
        if path.stat().st_size > LARGEST:
            found[path] = TOO_LARGE
        else:
            possible.append(path)
    shares = [possible[place::jobs] for place in range(jobs)]
    with ThreadPoolExecutor(jobs) as pool:
        for share, answers in zip(shares, pool.map(_ask, shares), strict=True):
            found.update(zip(share, answers, strict=False))
    return found


def _ask(paths: Sequence[Path]) -> list[Counted]:
    """The answers of one program, in order; fewer where it ended early."""
    if not paths:
        return []
    done = subprocess.run(
        [sys.executable, "-I", str(COUNTER)],
        input="".join(f"{path.resolve()}\n" for path in paths).encode(),
        env={},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return [_read(line) for line in done.stdout.splitlines()]


def _read(line: bytes) -> Counted:
    try:
        found = msgspec.json.decode(line, type=Counted)
    except msgspec.MsgspecError:
        return UNREADABLE
    return UNREADABLE if found.problem or not found.pages else found
