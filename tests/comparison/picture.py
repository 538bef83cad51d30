"""Draw the README's picture: a feedback page where a gradient is transposed.

Usage: python -m tests.comparison.picture
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.paths import ROOT
from solution.misconceptions import CATALOGUE, source_of
from tests.builders.chromium import start

WIDTH, HEIGHT = 1000, 1300


def main() -> int:
    """Grade a file with one misconception, and write what its page shows to docs/feedback.png."""
    (entry,) = (entry for entry in CATALOGUE if entry.id == "gradient-transposed")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "neural_network.py"
        file.write_text(source_of(entry), "utf-8")
        command = [sys.executable, "-m", "autograder", "grade", str(file), "--out"]
        subprocess.run([*command, f"{folder}/results"], cwd=ROOT, check=True)
        (page,) = Path(folder).glob("results/feedback/*.html")
        driver = start(Path(folder) / "profile")
        try:
            driver.set_window_size(WIDTH, HEIGHT)
            driver.get(page.as_uri())
            driver.save_screenshot(str(ROOT / "docs/feedback.png"))
        finally:
            driver.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
