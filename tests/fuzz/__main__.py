"""``make fuzz``: thousands of submissions and frames that were edited at random.

Each seed makes one input, so that a failure can be repeated: ``make fuzz SEED=4711 FILES=1``.
Inputs that fail are kept in ``failing`` beside this file.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from autograder.grading.pool import cores
from tests.fuzz.drive import FAILING, Tally, files, frames


def main() -> int:
    """Run all seeds; return 1 if anything did not end with a status."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    for name in ("seed", "files", "frames"):
        parser.add_argument(f"--{name}", type=int, required=True)
    asked = parser.parse_args()
    failures = portions(frames, range(asked.seed, asked.seed + asked.frames), 5_000)
    failures += portions(files, range(asked.seed, asked.seed + asked.files), 250)
    if failures:
        print(f"{failures} failed; they are in {FAILING}")
    return int(failures > 0)


def portions(run: Callable[[range], Tally], seeds: range, size: int) -> int:
    """Run the seeds, so many at a time, and print progress; return how many failed."""
    began, tally = time.monotonic(), Tally()
    parts = [seeds[at : at + size] for at in range(0, len(seeds), size)]
    with ProcessPoolExecutor(cores(), get_context("forkserver")) as pool:
        for part, found in zip(parts, pool.map(run, parts), strict=True):
            tally.seen += found.seen
            tally.failures += found.failures
            spent = time.monotonic() - began
            kinds = ", ".join(f"{count} {kind}" for kind, count in tally.seen.most_common())
            print(f"{run.__name__}: seeds {seeds[0]} to {part[-1]}, {spent:.0f} s, {kinds}")
            print(*found.failures, sep="\n", flush=True)
    return len(tally.failures)


if __name__ == "__main__":
    sys.exit(main())
