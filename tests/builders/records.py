"""Results and records as the grader would make them, without running anything."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from autograder.course.directory import SubmissionInfo
from autograder.record import decision_log
from autograder.record.fingerprint import Conditions
from autograder.record.writer import Record
from autograder.results import OutputResult, SubmissionResult
from autograder.sandbox import Limits

SOURCE = b"def sigmoid(x):\n    return 1\n"


def the_conditions(**changes: object) -> Conditions:
    made = Conditions(
        kit="1", code="c", cases="k", python="3.12.0", numpy="2.0", scipy="1.14", limits=Limits()
    )
    return msgspec.structs.replace(made, **changes)


def an_output(status: str = "passed", question: str = "1.1", **changes: object) -> OutputResult:
    passed = status == "passed"
    made = OutputResult(
        question=question,
        function="sigmoid",
        case=f"{question}-case",
        title="a call",
        output="value",
        public=True,
        status=status,  # type: ignore[arg-type]
        points=2 if passed else 0,
        max_points=2,
        message="" if passed else "It gave 3 where 4 was expected.",
        hint="" if passed else "Look at the sign.",
        misconception="" if passed else "sign",
        staff="" if passed else "got 3",
    )
    return msgspec.structs.replace(made, **changes)


def a_result(
    submission: str = "alice", *outputs: OutputResult, **changes: object
) -> SubmissionResult:
    made = SubmissionResult(
        submission=submission,
        status="judged",
        message="All right.",
        isolation=3,
        mechanisms=("seccomp", "namespaces"),
        seconds=0.25,
        digest="abc",
        sha256="00ff",
        file="neural_network.py",
        ignored=("notes.txt",),
        notes=("a note",),
        remarks=("a remark",),
        left_out=((3, "train()"),),
        outputs=outputs or (an_output(), an_output("failed", "1.2")),
        printed="hello\n",
    )
    return msgspec.structs.replace(made, **changes)


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
