"""Start otter in a container (Gradescope, or ``otter grade``), where everything belongs to root.

otter accepts only some submissions. It is given one empty file, whatever was submitted, so that
only the native grader's rules decide.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from autograder.platforms.otter import native
from autograder.sandbox import readable

FILE = "neural_network.py"
IMAGE = "/autograder"
"""The folder in otter's image. On other machines no rights are changed."""


def main(autograder_dir: str) -> None:
    """Grade ``submission/`` in otter's folder; results go to its ``results/``."""
    place = Path(autograder_dir)
    for name in ("source", "results"):
        (place / name).chmod(0o700)
    if os.geteuid() == 0 and autograder_dir == IMAGE:
        make_reachable(readable.readable_paths(scipy=True).paths)
    native.take(place, keep=())
    (place / "submission" / FILE).touch()
    from otter.run.run_autograder import main as run

    run(autograder_dir)


def make_reachable(paths: Iterable[str]) -> None:
    """Let every user pass the folders that lead to these paths, without listing them.

    Otter's image has Python in root's home, which is closed. But workers should be a user of their
    own, which is the strongest isolation without namespaces.
    """
    paths = tuple(paths)
    while closed := readable.unreadable_for_others(paths):
        Path(closed).chmod(Path(closed).stat().st_mode | 0o011)
