"""``autograder.zip``: what otter grades with, locally and on Gradescope."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from autograder.course.settings import Course
from autograder.errors import PackageError
from autograder.files import write_zip
from autograder.paths import ROOT
from autograder.platforms.gradescope.bundle import KIT
from autograder.platforms.otter import rendering
from autograder.platforms.otter.native import SUPPORT
from autograder.platforms.student_kit import kit_files

NAME = "autograder.zip"
SUFFIXES = frozenset({".py", ".csv", ".json"})
NEEDED = ("numpy", "scipy", "msgspec", "pyseccomp")
"""What the grader needs of the packages that the kit depends on."""
MISSING = "It needs otter-grader: .venv/bin/pip install -c constraints.txt -e '.[otter]'"
START = "run_otter.py"
_STARTS = """\
\"\"\"Starts otter with the kit in files/ on the path.\"\"\"

import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
sys.path.insert(0, str(SOURCE / "files" / "{support}"))

from autograder.platforms.otter.container import main

if __name__ == "__main__":
    main(str(SOURCE.parent))
"""


def installed() -> bool:
    """Whether otter can be had here, so that the zip can be made."""
    return find_spec("otter") is not None


def otter_zip(folder: Path, course: Course) -> Path:
    """Write ``autograder.zip`` into ``folder`` and return its path.

    The same kit and course give the same bytes.

    Raises:
        PackageError: where the extra ``otter`` is missing, or ``otter generate`` fails.
    """
    if not installed():
        raise PackageError(f"{NAME} cannot be made. {MISSING}")
    with tempfile.TemporaryDirectory(prefix="backprop-otter-") as place:
        made = _generated(Path(place), course)
        with zipfile.ZipFile(made) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    # Only this way the kit can be imported in a container, and only so otter sees one file,
    # whatever was submitted: it has no setting for either.
    files[START] = _STARTS.format(support=SUPPORT).encode()
    folder.mkdir(parents=True, exist_ok=True)
    return write_zip(folder / NAME, files)


def _generated(place: Path, course: Course) -> Path:
    """What ``otter generate`` makes of the rendered files in ``place``."""
    files = {f"tests/{suite.file}": rendering.render(suite) for suite in rendering.suites(course)}
    files["otter_config.json"] = json.dumps(rendering.settings(course))
    constraints = (ROOT / "constraints.txt").read_text("utf-8")
    files["requirements.txt"] = rendering.requirements(constraints, NEEDED)
    _lay(place, files)
    _lay(place / SUPPORT, _kit())
    words = [
        *(sys.executable, "-m", "otter", "generate", "--tests-dir", "tests"),
        *("--output-path", NAME, "--config", "otter_config.json"),
        *("--requirements", "requirements.txt", "--no-environment"),
        *("--python-version", ".".join(map(str, sys.version_info[:2])), SUPPORT),
    ]
    # otter imports the plugin, which must be the one of this checkout.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        words,
        cwd=place,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise PackageError(f"otter generate failed: {said[-1] if said else 'without a word'}")
    return place / NAME


def _kit() -> dict[str, str]:
    """The files that grading needs, by their names in the checkout."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for folder in KIT
        for path in kit_files(ROOT / folder, SUFFIXES)
    }


def _lay(place: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
