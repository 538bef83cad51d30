"""A grader in a process of its own, for tests that interrupt or kill it.

``python -m tests.builders.grader_process OUT SUBMISSIONS`` grades the submissions of a JSON file
(names and sources), two at a time, writes each name to stdout once it is recorded, and exits as the
command would.
"""

import subprocess
import sys
from pathlib import Path

import msgspec

from autograder.cases.answers import Answers
from autograder.grading.batch import grade_all
from autograder.grading.pool import LocalPool
from autograder.grading.progress import Progress
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.record.fingerprint import conditions
from autograder.record.writer import Record
from autograder.sandbox import Limits

LIMITS = Limits(call_seconds=30.0)


def start(out: Path, submissions: dict[str, bytes]) -> subprocess.Popen[str]:
    """Start it in a process group of its own."""
    listed = out.with_suffix(".json")
    listed.write_bytes(msgspec.json.encode(submissions))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.builders.grader_process", out, listed],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


class Reporting(Progress):
    """Writes the name of each submission once it is recorded."""

    def done(self, submission: str) -> None:
        print(submission, flush=True)


def main(out: str, listed: str) -> int:
    """The process itself."""
    told = msgspec.json.decode(Path(listed).read_bytes(), type=dict[str, bytes])
    answers = Answers()
    with Record.writing(Path(out)) as record:
        summary = grade_all(
            (Submission(name, source, "a.py") for name, source in told.items()),
            LocalPool(answers, LIMITS, 2, least=0),
            record,
            conditions(answers.cases, LIMITS),
            progress=Reporting(),
        )
    return 130 if summary.interrupted else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
