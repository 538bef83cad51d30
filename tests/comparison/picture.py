"""Draw the README's picture: a feedback page where a gradient is transposed.

Usage: python -m tests.comparison.picture
"""

import tempfile
from pathlib import Path

from autograder.paths import ROOT
from tests.builders.chromium import start
from tests.builders.commands import autograder
from tests.builders.sources import mistake


def main() -> None:
    """Grade a file with one misconception, and write what its page shows to docs/feedback.png."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "neural_network.py"
        file.write_text(mistake("gradient-transposed"), "utf-8")
        autograder("grade", file, "--out", f"{folder}/results")
        (page,) = Path(folder).glob("results/feedback/*.html")
        with start(Path(folder) / "profile") as driver:
            driver.set_window_size(1000, 1300)
            driver.get(page.as_uri())
            driver.save_screenshot(str(ROOT / "docs/feedback.png"))


if __name__ == "__main__":
    main()
