"""Render the handout's table of points, with the kit's points or those of a course."""

from .public_key import About
from .questions import QUESTIONS

BEGIN = "<!-- points:begin -->"
END = "<!-- points:end -->"


def points_table(about: About) -> str:
    """Make a Markdown table: a line for each function, for the report if it counts, and the sum."""
    lines = ["| section | what | points |", "|---|---|---:|"]
    for one in QUESTIONS:
        lines.append(f"| {one.number} | `{one.function}` | {about.points[one.function]} |")
    if about.report:
        lines.append(f"| 2.3 | the report, `report.pdf` (marked by hand) | {about.report} |")
    total = about.report + sum(about.points.values())
    lines.append(f"| | together | {total} |")
    return "\n".join(lines)


def with_points_table(text: str, about: About | None = None, rules: str = "") -> str:
    """Replace the text between the two markers by the table of points.

    The points are the kit's, or those of a course, whose ``rules`` come before the table.
    ValueError if a marker is missing.
    """
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The text has no place for the table: {BEGIN} … {END}")
    above = f"{rules}\n\n" if rules else ""
    return f"{head}{BEGIN}\n{above}{points_table(about or About())}\n{END}{tail}"
