"""Write ``autograder.zip``, with which otter grades locally and on Gradescope."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
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
"""The dependencies of the kit that the grader needs."""
MISSING = "It needs otter-grader: .venv/bin/pip install -c constraints.txt -e '.[otter]'"
START = "run_otter.py"
START_CODE = """\
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
    """Whether otter is installed, so that the zip can be made."""
    return find_spec("otter") is not None


def otter_zip(folder: Path, course: Course) -> Path:
    """Write ``autograder.zip`` into ``folder`` and return its path.

    The same kit and course give the same bytes.

    Raises:
        PackageError: where ``otter generate`` fails.
    """
    with tempfile.TemporaryDirectory(prefix="backprop-otter-") as place:
        made = _generated(Path(place), course)
        with zipfile.ZipFile(made) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    # otter has no setting that puts the kit on the path, or that makes it accept several files.
    files[START] = START_CODE.format(support=SUPPORT).encode()
    folder.mkdir(parents=True, exist_ok=True)
    return write_zip(folder / NAME, files)


def _generated(place: Path, course: Course) -> Path:
    """Run ``otter generate`` on the rendered files in ``place``; returns the zip."""
    files = {f"tests/{suite.file}": rendering.render(suite) for suite in rendering.suites(course)}
    files["otter_config.json"] = json.dumps(rendering.settings(course))
    constraints = (ROOT / "constraints.txt").read_text("utf-8")
    files["requirements.txt"] = rendering.requirements(constraints, NEEDED)
    files |= {
        f"{SUPPORT}/{path.relative_to(ROOT).as_posix()}": path.read_text("utf-8")
        for folder in KIT
        for path in kit_files(ROOT / folder, SUFFIXES)
    }
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8", newline="\n")
    command = [
        *(sys.executable, "-m", "otter", "generate", "--tests-dir", "tests"),
        *("--output-path", NAME, "--config", "otter_config.json"),
        *("--requirements", "requirements.txt", "--no-environment"),
        *("--python-version", ".".join(map(str, sys.version_info[:2])), SUPPORT),
    ]
    # otter imports the plugin, which must come from this checkout.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise PackageError(f"otter generate failed: {lines[-1] if lines else 'no message'}")
    return place / NAME
