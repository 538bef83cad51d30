"""``make fuzz``: thousands of submissions that were edited at random.

Each seed makes one file, so that a failure can be repeated: ``make fuzz SEED=4711 FILES=1``.
Files that fail are kept in ``failing`` beside this file.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from autograder.grading.pool import cores
from tests.fuzz.drive import FAILING, Tally, files

PORTION = 250


def main() -> int:
    """Run all seeds, a portion at a time; return 1 if anything did not end with a status."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    for name in ("seed", "files"):
        parser.add_argument(f"--{name}", type=int, required=True)
    asked = parser.parse_args()
    began, tally, stop = time.monotonic(), Tally(), asked.seed + asked.files
    parts = [range(at, min(at + PORTION, stop)) for at in range(asked.seed, stop, PORTION)]
    with ProcessPoolExecutor(cores(), get_context("forkserver")) as pool:
        for part, found in zip(parts, pool.map(files, parts), strict=True):
            tally.seen += found.seen
            tally.failures += found.failures
            kinds = ", ".join(f"{count} {kind}" for kind, count in tally.seen.most_common())
            print(f"seeds {asked.seed} to {part[-1]}, {time.monotonic() - began:.0f} s, {kinds}")
            print(*(f"  {why}\n" for why in found.failures), sep="", end="", flush=True)
    if tally.failures:
        print(f"{len(tally.failures)} failed; they are in {FAILING}")
    return int(bool(tally.failures))


if __name__ == "__main__":
    sys.exit(main())
