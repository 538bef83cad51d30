"""Make ``results.json`` from a result; messages for staff only are left out.

Hidden cases appear only in their own entries, which have their own visibility. Everything that the
student sees at once, such as the text at the top, is made from public cases.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from assignment.checks.model.questions import NUMBERS
from assignment.checks.model.version import VERSION
from autograder.course.settings import Course
from autograder.gradebook.late_policy import Penalty
from autograder.platforms.gradescope import markdown
from autograder.platforms.summary import LATER, points_of, public_summary, submission_lines
from autograder.results import OutputResult, SubmissionResult

Document = dict[str, Any]

NOT_JUDGED = (
    "This submission could not be graded, through no fault of yours. Your teachers can see this "
    "and will have it graded again; you need not do anything."
)
_FORMAT: Document = {
    "output_format": "md",
    "visibility": "visible",
    "stdout_visibility": "hidden",
}


def judged(result: SubmissionResult, course: Course, late: Penalty | None = None) -> Document:
    """The document of a judged submission; ``late`` is the late penalty, if any."""
    tests = _tests(result, course)
    if late is not None and late.sentence:
        # The sentence has the total, which includes hidden cases.
        tests.append(
            {
                "name": "Late",
                "output": markdown.text(late.sentence),
                "output_format": "md",
                "visibility": course.visibility.hidden,
            }
        )
    return {
        "score": max(0, result.score - late.points) if late else result.score,
        "output": _top(result, course),
        **_FORMAT,
        "extra_data": {
            "kit": VERSION,
            "status": result.status,
            "isolation": {"level": result.isolation, "mechanisms": list(result.mechanisms)},
            "digest": result.digest,
            "sha256": result.sha256,
            "file": result.file,
            "misconceptions": list(result.misconceptions),
        },
        "tests": tests,
    }


def refused(result: SubmissionResult) -> Document:
    """The document of a submission that has nothing to grade: 0 points, and what to do."""
    lines = [f"**Nothing was graded.** {markdown.text(result.message)}"]
    lines += map(markdown.text, submission_lines(result))
    return {
        "score": 0,
        "output": "\n\n".join(lines),
        **_FORMAT,
        "extra_data": {"kit": VERSION, "status": "refused"},
        "tests": [],
    }


def not_judged(why: str, previous: float | None, course: Course) -> Document:
    """The document of a fault that is not the student's: no score, or the earlier one.

    The platform expects a score at the top or in a test. Without an earlier score there is none at
    either place: the platform may show an error or no score, but no student is given a 0. The test
    with the earlier score is hidden, because the total would reveal the points of hidden cases.
    """
    entry: Document = {
        "name": "Not judged (for staff)",
        "status": "failed",
        "visibility": "hidden",
        "output": f"{markdown.text(why)}\n\nWhen that is fixed, choose Regrade. "
        + (
            "Until then the score of the latest judged submission counts."
            if previous is not None
            else "There is no earlier score, and none was given."
        ),
        "output_format": "md",
    }
    document: Document = {
        "output": NOT_JUDGED,
        **_FORMAT,
        "extra_data": {"kit": VERSION, "status": "not_judged", "restated": previous is not None},
        "tests": [entry],
    }
    if previous is not None:
        hidden = course.visibility.hidden
        document["score"] = previous
        document["output"] += " Until then the score of your latest graded submission counts."
        document["tests"].append(
            {
                "name": "Score of the latest judged submission",
                "score": previous,
                "max_score": max(course.course_points().automatic, previous),
                "visibility": "after_published" if hidden == "visible" else hidden,
            }
        )
    return document


def _tests(result: SubmissionResult, course: Course) -> list[Document]:
    by_case: dict[str, list[OutputResult]] = defaultdict(list)
    for output in result.outputs:
        by_case[output.case].append(output)
    seen: Counter[str] = Counter()
    tests = []
    for group in by_case.values():
        first = group[0]
        seen[first.question] += 1
        visibility = course.visibility.public if first.public else course.visibility.hidden
        ids = (output.misconception for output in group if output.misconception)
        passed = all(output.status == "passed" for output in group)
        tests.append(
            {
                "number": f"{first.question}.{seen[first.question]}",
                "name": f"{_bonus(first)}{first.title.replace('`', '')}",
                "status": "passed" if passed else "failed",
                "score": sum(output.points for output in group),
                # Bonus points come on top of the platform's maximum.
                "max_score": 0 if _bonus(first) else sum(output.max_points for output in group),
                "output": _messages(group),
                "output_format": "md",
                "tags": [first.function, "public" if first.public else "hidden"],
                "visibility": visibility,
                "extra_data": {
                    "case": first.case,
                    "outputs": {output.output: output.status for output in group},
                    "misconceptions": list(dict.fromkeys(ids)),
                },
            }
        )
    return tests


def _bonus(output: OutputResult) -> str:
    """The prefix of a bonus test's name; "" for the others."""
    return "" if output.question in NUMBERS else "Bonus: "


def _messages(group: Sequence[OutputResult]) -> str:
    """A line for each output; a shared message and each hint appear once."""
    lines = []
    messages = {output.message for output in group}
    shared = len(group) > 1 and len(messages) == 1 and "" not in messages
    for output in group:
        message = output.decision if shared else f"{output.message} {output.decision}"
        mark = "correct" if output.status == "passed" else output.status.replace("_", " ")
        line = f"- `{output.output}`: {mark}, {output.points} of {output.max_points}."
        lines.append(f"{line} {markdown.text(message)}".rstrip())
    if shared:
        lines += ["", markdown.text(messages.pop())]
    for hint in dict.fromkeys(output.hint for output in group if output.hint):
        lines += ["", f"**Hint:** {markdown.text(hint)}"]
    return "\n".join(lines)


def _top(result: SubmissionResult, course: Course) -> str:
    summary = public_summary(result)
    got, most = points_of(summary.public)
    report = course.course_points().report
    lines = [
        f"**Public cases: {got} of {most} points.** {summary.hidden} more points are for hidden "
        f"cases, which {LATER[course.visibility.hidden]}."
        + f" {report} are for the report, which is marked by a person."
        * bool(report)
    ]
    lines += map(markdown.text, (summary.message, *submission_lines(result)))
    return "\n\n".join(line for line in lines if line)
