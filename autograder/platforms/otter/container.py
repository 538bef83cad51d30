"""The start of otter in a container: Gradescope, or ``otter grade``. Everything there is root's.

Here otter's own rules on what may lie in a submission are met before it looks: it is given one
file, whatever was submitted, so that the native grader's rules are the only ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from autograder.platforms.otter import native
from autograder.sandbox import readable

FILE = "neural_network.py"
IMAGE = "/autograder"
"""The folder in otter's image. Anywhere else the machine is not ours to change."""


def main(autograder_dir: str) -> None:
    """Grade what lies in ``submission/`` of otter's folder; results go to its ``results/``."""
    place = Path(autograder_dir)
    for name in ("source", "results"):
        (place / name).chmod(0o700)
    if os.geteuid() == 0 and autograder_dir == IMAGE:
        open_the_way(readable.readable_paths())
    native.take(place, keep=())
    (place / "submission" / FILE).touch()
    from otter.run.run_autograder import main as run

    run(autograder_dir)


def open_the_way(paths: Iterable[str]) -> None:
    """Let every user pass the folders that lead to these paths, without listing them.

    Otter's image has Python in root's home, which is closed; a worker that is a user of its own is
    the strongest wall there is without namespaces.
    """
    paths = tuple(paths)
    while closed := readable.unreadable_for_others(paths):
        Path(closed).chmod(Path(closed).stat().st_mode | 0o011)
