"""The scripts that compare the grader with what platforms do."""

import re
import sys

from autograder.paths import ROOT
from tests.builders.processes import run


def test_a_script_needs_no_more_than_its_target_installs() -> None:
    """Those that `make` runs without the packages of the tests start without pytest."""
    script = r"^[\w-]+: \$\(VENV\)/\.(?:grade|otter)\n.*/python -m (tests\.\S+)"
    found = {*re.findall(script, (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)}
    assert len(found) >= 4
    block = "import sys; sys.modules['pytest'] = None"
    done = run([sys.executable, "-c", f"{block}; import {', '.join(found)}"])
    assert done.returncode == 0, done.stderr
