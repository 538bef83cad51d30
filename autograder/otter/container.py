"""The start of otter in a container: Gradescope, or ``otter grade``. Everything there is root's.

Here otter's own rules on what may lie in a submission are met before it looks: it is given one
file, whatever was handed in, so that the native grader's rules are the only ones.
"""

from __future__ import annotations

import os
from pathlib import Path

from autograder.otter import native
from autograder.sandbox import readable

FILE = "neural_network.py"


def main(autograder_dir: str) -> None:
    """Grade what lies in ``submission/`` of otter's folder; results go to its ``results/``."""
    place = Path(autograder_dir)
    prepare(place)
    native.take(place, keep=())
    (place / "submission" / FILE).touch()
    from otter.run.run_autograder import main as run

    run(autograder_dir)


def prepare(place: Path) -> None:
    """Close what students' code must not read, and open the way to Python for a worker's user.

    Otter's image has Python in root's home, which nobody else may pass; a worker that is another
    user is the strongest wall there is without namespaces.
    """
    for name in ("source", "results"):
        (place / name).chmod(0o700)
    if os.geteuid() == 0:
        while closed := readable.unreadable_for_others(readable.readable()):
            Path(closed).chmod(Path(closed).stat().st_mode | 0o011)
