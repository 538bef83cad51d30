"""Verdicts as the grader would make them, without running anything."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from assignment.checks.model.questions import by_function
from autograder.cases import graded as cases
from autograder.results import OutputResult, SubmissionResult


def verdict(
    submission: str = "anna", wrong: Collection[str] = (), **changes: object
) -> SubmissionResult:
    """A result in which the outputs of these cases, or ``case/output``, are wrong."""
    outputs = []
    for case in cases.graded(cases.all_cases()):
        question = by_function(case.function)
        for name, points in case.points.items():
            failed = case.id in wrong or f"{case.id}/{name}" in wrong
            outputs.append(
                OutputResult(
                    question=question.number,
                    function=case.function,
                    case=case.id,
                    title=case.title,
                    output=name,
                    public=case.public,
                    status="failed" if failed else "passed",
                    points=0 if failed else points,
                    max_points=points,
                    message="It is not right." if failed else "",
                )
            )
    made = SubmissionResult(
        submission=submission, status="judged", outputs=tuple(outputs), sha256=submission
    )
    return msgspec.structs.replace(made, **changes)
