"""Judge the current mutant; mutmut runs this in its own tree as test_strength.py.

The outputs that a mutant loses go to the file ``STRENGTH_LOG``, a line for each mutant.
"""

import json
import os
from pathlib import Path

import neural_network

from assignment.checks.judging.judge import judge
from autograder.cases.answers import Answers
from autograder.cases.expected import call

ANSWERS = Answers()


def test_every_output_is_right() -> None:
    """All graded outputs are right; mutmut counts a mutant as killed where this fails."""
    lost = [
        (case.function, case.public)
        for case in ANSWERS.graded
        for verdict in judge(case, ANSWERS.expected(case), call(neural_network, case))
        if not verdict.passed
    ]
    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    if mutant not in ("", "stats", "fail"):
        with Path(os.environ["STRENGTH_LOG"]).open("a", encoding="utf-8") as log:
            log.write(json.dumps([mutant, lost]) + "\n")
    assert lost == []
