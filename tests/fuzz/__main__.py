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

PORTION = 250


def main() -> int:
    """Run all seeds; return 1 if anything did not end with a status."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    for name in ("seed", "files", "frames"):
        parser.add_argument(f"--{name}", type=int, required=True)
    asked = parser.parse_args()
    failed = False
    for what, count, run in (("frames", asked.frames, frames), ("files", asked.files, files)):
        failed |= portions(what, range(asked.seed, asked.seed + count), run)
    return int(failed)


def portions(what: str, seeds: range, run: Callable[[range], Tally]) -> bool:
    """Run the seeds, a portion at a time, and print progress; return whether anything failed."""
    began, tally = time.monotonic(), Tally()
    size = PORTION * (20 if run is frames else 1)
    parts = [range(at, min(at + size, seeds.stop)) for at in range(seeds.start, seeds.stop, size)]
    with ProcessPoolExecutor(cores(), get_context("forkserver")) as pool:
        for part, found in zip(parts, pool.map(run, parts), strict=True):
            tally.seen += found.seen
            tally.failures += found.failures
            spent = time.monotonic() - began
            sys.stdout.write(f"{what}: seeds {seeds.start} to {part[-1]}, {spent:.0f} s, ")
            kinds = (f"{count} {kind}" for kind, count in tally.seen.most_common())
            sys.stdout.write(", ".join(kinds) + "\n")
            sys.stdout.writelines(f"  {why}\n" for why in found.failures)
            sys.stdout.flush()
    if tally.failures:
        sys.stdout.write(f"{len(tally.failures)} failed; they are in {FAILING}\n")
    return bool(tally.failures)


if __name__ == "__main__":
    sys.exit(main())
