"""Proves an unzipped student kit on this machine: python .ci/student_kit.py student.zip SOLUTION.

In a folder elsewhere, and in an environment of its own with nothing but requirements.txt: the
stubs are seven quiet "to do", and a right solution passes check.py and pytest. Needs the standard
library only, so that it runs on every system and Python that students have.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

FUNCTIONS = 7


def main(archive: Path, solution: Path) -> None:
    """Go through a student's steps; SystemExit with what was printed at the first that fails."""
    with tempfile.TemporaryDirectory(prefix="student kit ") as name:
        place = Path(name)
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(place / "unzipped")
        (kit,) = (place / "unzipped").iterdir()
        python = environment(place / "env")
        run("requirements", python, "-m", "pip", "install", "-q", "-r", "requirements.txt", cwd=kit)
        text = run("stubs", python, "check.py", cwd=kit, code=1)
        told = sum("to do" in line for line in text.splitlines())
        if told != FUNCTIONS:
            sys.exit(f"stubs: {told} lines say “to do” instead of {FUNCTIONS}\n{text}")
        shutil.copy(solution, kit / "neural_network.py")
        run("solution", python, "check.py", cwd=kit)
        run("pytest", python, "-m", "pytest", cwd=kit)
        run("summary", python, "check.py", "--summary", "summary.md", cwd=kit)
        if "✅" not in (kit / "summary.md").read_text("utf-8"):
            sys.exit("summary: nothing in it is right")
        # Its stubs are still to do, so the code is 1; the PDF is there all the same.
        run("bonus stubs", python, "check.py", "bonus", cwd=kit, code=1)
        shutil.copy(solution.with_name("bonus.py"), kit / "bonus.py")
        run("bonus", python, "check.py", "bonus", cwd=kit)
        run("report", python, "report.py", cwd=kit, code=1)
        if not (kit / "report.pdf").read_bytes().startswith(b"%PDF"):
            sys.exit("report: report.pdf is no PDF")


def environment(folder: Path) -> Path:
    """A fresh virtual environment; returns its Python."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(what: str, *command: str | Path, cwd: Path, code: int = 0) -> str:
    """What a command printed; SystemExit with it where the exit code is another."""
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode != code:
        sys.exit(f"{what}: exit code {done.returncode} instead of {code}\n{text}")
    print(f"student kit: {what} as it should be", flush=True)
    return text


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
