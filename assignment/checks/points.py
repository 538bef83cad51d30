"""The handout's table of points, rendered from the table of questions."""

from __future__ import annotations

from .questions import QUESTIONS, REPORT_POINTS

BEGIN = "<!-- points:begin -->"
END = "<!-- points:end -->"


def points_table() -> str:
    """A Markdown table: one line for each function, one for the report, one for the sum."""
    lines = ["| section | what | points |", "|---|---|---:|"]
    for question in QUESTIONS:
        lines.append(f"| {question.number} | `{question.function}` | {question.points} |")
    lines.append(f"| 2.3 | the report, `report.pdf` (marked by hand) | {REPORT_POINTS} |")
    total = REPORT_POINTS + sum(question.points for question in QUESTIONS)
    lines.append(f"| | together | {total} |")
    return "\n".join(lines)


def with_points_table(text: str) -> str:
    """``text`` with what stands between the two markers replaced by the table of points.

    ValueError when a marker is missing.
    """
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The text has no place for the table: {BEGIN} … {END}")
    return f"{head}{BEGIN}\n{points_table()}\n{END}{tail}"
