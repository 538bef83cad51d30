"""The result of a submission as plain data, and the columns of results.csv."""

from collections.abc import Iterable
from typing import Literal

import msgspec
import numpy as np

from assignment.checks.model.case import Array, Status
from assignment.checks.model.questions import NUMBERS, QUESTIONS

SubmissionStatus = Literal["judged", "refused", "not_judged"]

MAX_SCORE = sum(question.points for question in QUESTIONS)
"""The kit's automatic points without bonus; a course may have others (``course_points``)."""

MAX_NUMBERS = 1_000
"""Elements of a wrong answer that are kept; a larger answer is only described."""


class Numbers(msgspec.Struct, frozen=True, array_like=True):
    """An array of floats as plain data; ``data`` is float64, little-endian, in C order."""

    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, array: Array | None) -> "Numbers | None":
        """Convert an array; None without one, or if it is too large to be kept."""
        if array is None or array.size > MAX_NUMBERS or array.dtype.kind not in "biuf":
            return None
        with np.errstate(all="ignore"):  # a longdouble may be larger than any float64
            return cls(array.shape, array.astype("<f8").tobytes())

    def array(self) -> Array:
        return np.frombuffer(self.data, "<f8").reshape(self.shape)


TOGETHER = "-with-"
"""In a misconception that is two functions which do not work together: "train_nn-with-ffnn"."""


class OutputResult(msgspec.Struct, frozen=True, kw_only=True):
    """One output of one case. ``message`` is for the student, ``staff`` for staff only.

    ``call`` is the id of the call that decided, where it was a further call of the case.
    ``got`` is a wrong answer that consists of numbers; in a hidden case it is for staff only.
    ``own_chain`` is false if reference functions replaced failed lower functions of the student.
    ``decision`` tells the student what a person decided about the points; the grading policy sets
    it, so in a verdict it is empty.
    """

    question: str
    function: str
    case: str
    title: str
    output: str
    public: bool
    status: Status
    points: int
    max_points: int
    message: str = ""
    hint: str = ""
    misconception: str = ""
    own_chain: bool = True
    staff: str = ""
    got: Numbers | None = None
    decision: str = ""
    call: str = ""


class SubmissionResult(msgspec.Struct, frozen=True, kw_only=True):
    """One submission with all its outputs.

    ``remarks`` cost no points; ``left_out`` are top-level statements that were not run, as
    (line, text); ``file`` is the file that was graded, ``bonus_source`` the content of the bonus.py
    that was judged with it, and ``ignored`` are the other files.
    """

    submission: str
    status: SubmissionStatus
    message: str = ""
    isolation: int = 0
    mechanisms: tuple[str, ...] = ()
    seconds: float = 0.0
    digest: str = ""
    sha256: str = ""
    file: str = ""
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    outputs: tuple[OutputResult, ...] = ()
    printed: str = ""
    bonus_source: bytes = b""

    @property
    def score(self) -> int:
        """The sum of the automatic points, bonus included."""
        return sum(output.points for output in self.outputs)

    @property
    def bonus(self) -> int:
        """The points of the optional exercises, which the score includes."""
        return sum(output.points for output in self.outputs if output.question not in NUMBERS)

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Ids of the misconceptions, each once, in the order of the questions."""
        found = (output.misconception for output in self.outputs if output.misconception)
        return tuple(dict.fromkeys(found))

    def question_score(self, number: str) -> int:
        """Sum the points of one question, such as "1.3"."""
        return sum(output.points for output in self.outputs if output.question == number)


def csv_row(result: SubmissionResult, most: int = MAX_SCORE) -> dict[str, object]:
    """Make the row of ``results.csv``; ``most`` is the course's maximum of automatic points."""
    return {
        "submission": result.submission,
        "score": result.score,
        "max_score": most,
        "status": result.status,
        "message": result.message,
        "isolation": result.isolation,
        "seconds": f"{result.seconds:.2f}",
        **{number: result.question_score(number) for number in NUMBERS},
        "bonus": result.bonus,
        "misconceptions": " ".join(result.misconceptions),
    }


CSV_COLUMNS = tuple(csv_row(SubmissionResult(submission="", status="refused")))


def feedback(result: SubmissionResult, most: int = MAX_SCORE) -> dict[str, object]:
    """Make the student's JSON, without anything that is for staff only.

    ``most`` is the course's maximum of automatic points.
    """
    return {
        "submission": result.submission,
        "status": result.status,
        "message": result.message,
        "score": result.score,
        "max_score": most,
        "isolation": result.isolation,
        "digest": result.digest,
        "file": result.file,
        "ignored": list(result.ignored),
        "notes": [*result.notes, *left_out_words(result.left_out)],
        "remarks": list(result.remarks),
        "outputs": [_output(output) for output in result.outputs],
    }


def _output(output: OutputResult) -> dict[str, object]:
    fields = msgspec.structs.asdict(output)
    del fields["staff"], fields["got"], fields["call"]
    return fields


def left_out_words(statements: Iterable[tuple[int, str]]) -> list[str]:
    """Write a sentence for each top-level statement that was not run."""
    return [f"line {line} was not run: {text}" for line, text in statements]
