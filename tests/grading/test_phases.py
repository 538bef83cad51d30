"""Nothing that was made after a hidden input was heard reaches the student but fixed sentences."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from assignment.checks.model.case import every_call
from assignment.checks.model.questions import QUESTIONS
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Sandbox
from autograder.sandbox.sandbox import LAYERS
from tests.builders.results import ANSWERS


def telling(folder: str, way: str) -> str:
    """A file that notes each input that it hears, and tells in every call what it knows.

    Names of empty files in a folder carry it from one worker to the next: the limits on the size
    of files leave that open. ``posix`` is what ``os`` would be without files in memory.
    """
    functions = "\n\n".join(
        f"def {q.function}({', '.join(q.parameters)}):\n"
        f"    return tell({q.function!r}, [{', '.join(q.parameters)}])"
        for q in QUESTIONS
    )
    return f"""import posix
import numpy as np


def tell(name, inputs):
    known = sorted(posix.listdir({folder!r}))
    for value in inputs:
        for number in np.ravel(value)[:3]:
            mark = f"{{name}}={{float(number):.6f}}"
            if mark not in known:
                posix.close(posix.open({folder!r} + "/" + mark, posix.O_CREAT | posix.O_WRONLY))
    heard = [float(mark.partition("=")[2]) for mark in known]
    {way}


{functions}
"""


WAYS = {
    "an exception": "raise ValueError(str(known)[:3000])",
    "a value": "return np.array(heard or [0.0])",
    "a print": "print(known)\n    return 0.0",
    "a class": "raise type(str(known)[:100], (ValueError,), {})()",
}


def read_by_students(result: SubmissionResult) -> str:
    """All that a student may read: messages, hints and notes."""
    texts = [result.message, *result.notes, *result.remarks, *(text for _, text in result.left_out)]
    for output in result.outputs:
        texts += [output.title, output.message, output.hint]
    return "\n".join(texts)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_with_a_channel_between_workers_no_hidden_input_comes_back(way: str) -> None:
    """The file knows every input by the end, and what students read has none of the hidden ones.

    The sandbox has no walls, so that workers have a channel to each other.
    """
    with tempfile.TemporaryDirectory() as folder, Sandbox(forbid=LAYERS) as open_:
        Path(folder).chmod(0o777)
        source = telling(folder, way).encode()
        result = Grader(ANSWERS, open_).grade(Submission("someone", source))
        marks = {path.name.partition("=")[2] for path in Path(folder).iterdir()}
    public: set[str] = set()
    hidden: set[str] = set()
    for case in every_call(ANSWERS.graded):
        for value in case.inputs.values():
            found = public if case.public else hidden
            found |= {f"{float(n):.6f}" for n in np.ravel(value)[:3]}
    hidden = {number for number in hidden - public if len(number.strip("-0.")) > 4}
    assert len(hidden & marks) > 20  # the channel works
    text = read_by_students(result)
    assert [number for number in sorted(hidden) if number.strip("-")[:7] in text] == []
