"""The benchmark runs, and its table has every figure."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import bench


@pytest.mark.slow
def test_the_quick_benchmark_writes_the_table(tmp_path: Path) -> None:
    """Each part measures something, and a figure with a goal says whether it is reached."""
    otter = Path(sys.executable).with_name("otter")
    out = tmp_path / "table.md"
    command = [sys.executable, "-m", "tests.benchmarks.bench", "--quick", str(out)]
    subprocess.run(command, cwd=bench.ROOT, check=True)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert f"numpy {bench.version('numpy')}" in lines[2]
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")][1:]
    figures = {row[0]: float(row[1].replace(",", "")) for row in rows}
    parts = {"pytest", "this grader", "2 pool processes", "floor", "one right file", "MiB more"}
    assert [part for part in parts if not any(what.startswith(part) for what in figures)] == []
    assert ("this grader, times `otter run`, 1 at a time" in figures) == otter.exists()
    assert all(len(row) == 2 or row[3].strip(" |*") in ("yes", "no") for row in rows)
