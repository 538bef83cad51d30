"""Results and records as the grader would make them, without running anything."""

from collections.abc import Collection
from pathlib import Path

from msgspec.structs import replace

from autograder.course.directory import SubmissionInfo
from autograder.record import decision_log
from autograder.record.fingerprint import Conditions
from autograder.record.writer import Record
from autograder.results import OutputResult, SubmissionResult
from autograder.sandbox import Limits
from tests.builders import results as of_cases

SOURCE = b"def sigmoid(x):\n    return 1\n"


def the_conditions(**changes: object) -> Conditions:
    made = Conditions(
        kit="1", code="c", cases="k", python="3.12.0", numpy="2.0", scipy="1.14", limits=Limits()
    )
    return replace(made, **changes)


def an_output(status: str = "passed", **changes: object) -> OutputResult:
    """An output; where it is wrong, with all that may be told of it."""
    made = of_cases.an_output("sigmoid-handout", "value", status=status)
    if status != "passed":
        told = ("It gave 3 where 4 was expected.", "Look at the sign.", "sign", "got 3")
        names = ("message", "hint", "misconception", "staff")
        made = replace(made, **dict(zip(names, told, strict=True)))
    return replace(made, **changes)


def a_result(
    submission: str = "alice", *outputs: OutputResult, **changes: object
) -> SubmissionResult:
    """A result with something in every field."""
    made = of_cases.a_result(
        *(outputs or (an_output(), an_output("failed"))),
        submission=submission,
        message="All right.",
        mechanisms=("seccomp", "namespaces"),
        seconds=0.25,
        digest="abc",
        sha256="00ff",
        file="neural_network.py",
        ignored=("notes.txt",),
        notes=("a note",),
        remarks=("a remark",),
        left_out=((3, "train()"),),
        printed="hello\n",
    )
    return replace(made, **changes)


def run(
    folder: Path,
    *results: SubmissionResult,
    state: str = "finished",
    source: bytes = SOURCE,
    people: Collection[SubmissionInfo] = (),
    under: Conditions | None = None,
    empty: bool = False,
) -> int:
    """One run that records these results of one source, and who submitted them."""
    with Record.writing(folder) as record:
        number = record.begin(under or the_conditions(), empty=empty)
        for result in results:
            record.add(result, b"f", source)
        decision_log.save_submission_info(record, people)
        record.finish(state)  # type: ignore[arg-type]
        return number
