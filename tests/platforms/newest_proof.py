"""``make newest``: the kit with the newest Python that Debian offers, in a root file system.

There ``make grade`` sets itself up and grades the demo class, with the scores of this machine, and
the unzipped student kit is proved as CI proves it elsewhere. ``SUITE=trixie`` has Python 3.13. The
exit code is 1 where something fails or differs, 2 where this machine lacks something.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.platforms import rootfs
from tests.platforms.runs import demo_scores, differences, read_scores

SUITE = "forky"
"""Debian's next release: Python 3.14."""


def main() -> Iterator[str]:
    """Make the root file system and go through both; yields the failures."""
    rootfs.check_machine()
    with tempfile.TemporaryDirectory(prefix="backprop-newest-") as name:
        folder = Path(name)
        root = folder / "root"
        suite = os.environ.get("SUITE") or SUITE
        rootfs.system(root, suite, "make", "python3-venv", "libseccomp2", "ca-certificates")
        rootfs.copy_checkout(root / "kit")
        try:
            _timed("make grade", root, "cd /kit && make grade OUT=/results")
            yield from differences(demo_scores(folder / "native"), read_scores(root / "results"))
            _timed("student kit", root, STUDENT)
        except rootfs.Unprepared as problem:
            yield str(problem)


STUDENT = """
cd /kit
.venv/bin/autograder package /dist
python3 .ci/student_kit.py /dist/student.zip solution/neural_network.py
"""


def _timed(what: str, root: Path, script: str) -> None:
    began = time.monotonic()
    printed = rootfs.inside(root, script)
    told = re.findall(r"^(?:Setting up|student kit:|Isolation).*", printed, re.MULTILINE)
    print(f"{what}: {time.monotonic() - began:.0f} s", *told, sep="\n  ", flush=True)


if __name__ == "__main__":
    sys.exit(rootfs.exit_code("make newest", main()))
