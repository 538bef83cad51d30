"""Grade one submission: ``python -m autograder.platforms.gradescope /autograder``."""

import os
import sys
from pathlib import Path

# Before numpy is imported: the grader compares small arrays and needs no threads for that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from autograder.platforms.gradescope.run import main

main(Path(sys.argv[1]))
