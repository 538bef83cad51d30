"""``results.json``: a result in the words of the platform. Nothing for staff only is shown.

Hidden cases speak of themselves in their own entries only, which have a visibility of their own;
what the student sees at once, such as the text at the top, is made from public ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from assignment.checks.model.questions import NUMBERS
from assignment.checks.model.version import VERSION
from autograder.course.settings import Course
from autograder.gradebook.late_policy import Penalty
from autograder.platforms.gradescope import markdown
from autograder.platforms.summary import LATER, points_of, public_summary
from autograder.results import OutputResult, SubmissionResult

Document = dict[str, Any]

NOT_JUDGED = (
    "This submission could not be judged, through no fault of yours. Your teachers can see this "
    "and will have it judged again; you need not do anything."
)


def judged(result: SubmissionResult, course: Course, late: Penalty | None = None) -> Document:
    """The document of a judged submission; ``late`` is what the late rule takes, if anything."""
    tests = _tests(result, course)
    if late is not None and late.sentence:
        # It tells the total, which hidden cases are part of.
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
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": _extra(result),
        "tests": tests,
    }


def refused(result: SubmissionResult) -> Document:
    """The document of a submission that has nothing to grade: 0 points, and what to do."""
    lines = [f"**Nothing was graded.** {markdown.text(result.message)}"]
    lines += [markdown.text(note) for note in result.notes]
    if result.ignored:
        lines.append(markdown.text(f"Found: {', '.join(result.ignored)}."))
    return {
        "score": 0,
        "output": "\n\n".join(lines),
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"kit": VERSION, "status": "refused"},
        "tests": [],
    }


def not_judged(why: str, previous: float | None, course: Course | None, most: int) -> Document:
    """The document where the fault is ours: no score, or the one that stood before.

    The platform wants a score at the top or in a test. There is none at either place when nothing
    stood before: whether it then shows an error or no score, nobody has been given a 0. A score
    that is restated stands in a hidden test, as its total would else tell what hidden cases gave.
    """
    hidden = (course or Course()).visibility.hidden
    entry: Document = {
        "name": "Not judged (for staff)",
        "status": "failed",
        "visibility": "hidden",
        "output": f"{markdown.text(why)}\n\nWhen that is mended, choose Regrade. "
        + (
            "Until then the score of the latest judged submission stands."
            if previous is not None
            else "There is no earlier score, and none was given."
        ),
        "output_format": "md",
    }
    document: Document = {
        "output": NOT_JUDGED,
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"kit": VERSION, "status": "not_judged", "restated": previous is not None},
        "tests": [entry],
    }
    if previous is not None:
        document["score"] = previous
        document["output"] += " Until then the score of your latest judged submission stands."
        document["tests"].append(
            {
                "name": "Score of the latest judged submission",
                "score": previous,
                "max_score": max(most, previous),
                "visibility": "after_published" if hidden == "visible" else hidden,
            }
        )
    return document


def _tests(result: SubmissionResult, course: Course) -> list[Document]:
    seen: Counter[str] = Counter()
    tests = []
    for group in _by_case(result.outputs):
        first = group[0]
        seen[first.question] += 1
        visibility = course.visibility.public if first.public else course.visibility.hidden
        passed = all(output.status == "passed" for output in group)
        tests.append(
            {
                "number": f"{first.question}.{seen[first.question]}",
                "name": f"{_bonus(first)}{first.title.replace('`', '')}",
                "status": "passed" if passed else "failed",
                "score": sum(output.points for output in group),
                # Points of the bonus come on top of what the platform counts as all.
                "max_score": 0 if _bonus(first) else sum(output.max_points for output in group),
                "output": _messages(group),
                "output_format": "md",
                "tags": [first.function, "public" if first.public else "hidden"],
                "visibility": visibility,
                "extra_data": {
                    "case": first.case,
                    "outputs": {output.output: output.status for output in group},
                    "misconceptions": _ids(group),
                },
            }
        )
    return tests


def _bonus(output: OutputResult) -> str:
    """What the name of a test of the bonus begins with; "" for the others."""
    return "" if output.question in NUMBERS else "Bonus: "


def _by_case(outputs: Iterable[OutputResult]) -> list[list[OutputResult]]:
    groups: dict[str, list[OutputResult]] = {}
    for output in outputs:
        groups.setdefault(output.case, []).append(output)
    return list(groups.values())


def _messages(group: Sequence[OutputResult]) -> str:
    """A line for each output, what they share once, and each hint once."""
    lines = []
    messages = {output.message for output in group}
    shared = len(group) > 1 and len(messages) == 1 and "" not in messages
    for output in group:
        told = output.decision if shared else f"{output.message} {output.decision}"
        mark = "right" if output.status == "passed" else output.status.replace("_", " ")
        line = f"- `{output.output}`: {mark}, {output.points} of {output.max_points}."
        lines.append(f"{line} {markdown.text(told)}".rstrip())
    if shared:
        lines += ["", markdown.text(messages.pop())]
    for hint in dict.fromkeys(output.hint for output in group if output.hint):
        lines += ["", f"**Hint:** {markdown.text(hint)}"]
    return "\n".join(lines)


def _top(result: SubmissionResult, course: Course) -> str:
    summary = public_summary(result)
    got, most = points_of(summary.public)
    lines = [
        f"**Public cases: {got} of {most} points.** {summary.hidden} more points are judged by "
        f"hidden cases, which {LATER[course.visibility.hidden]}. {course.points['2.3']} are for "
        "the report, which a person marks."
    ]
    lines.append(markdown.text(summary.message))
    lines.append(
        markdown.text(
            f"Graded: {result.file}, digest {result.digest} (`check.py --submit` shows it)."
        )
    )
    if result.ignored:
        lines.append(markdown.text(f"Not looked at: {', '.join(result.ignored)}."))
    lines += map(markdown.text, summary.notes)
    return "\n\n".join(line for line in lines if line)


def _extra(result: SubmissionResult) -> Document:
    return {
        "kit": VERSION,
        "status": result.status,
        "isolation": {"level": result.isolation, "mechanisms": list(result.mechanisms)},
        "digest": result.digest,
        "sha256": result.sha256,
        "file": result.file,
        "misconceptions": list(result.misconceptions),
    }


def _ids(group: Sequence[OutputResult]) -> list[str]:
    return list(dict.fromkeys(output.misconception for output in group if output.misconception))
