"""The feedback page: one file of HTML on one submission, the same from the grader and at home.

Whoever has results puts them into a ``Page``; nothing here knows where they are from. What is
hidden must not be in it: of a hidden case the grader passes on a title, a message and a hint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import picture
from .case import Array, Status
from .look import FEEDBACK, document, plural, prose, text
from .questions import BONUS, BONUS_NUMBERS, COURSE, NUMBERS, REPORT_POINTS, Question
from .words import signature, to_paste

WORDS: dict[Status, tuple[str, str, str]] = {
    "passed": ("✓", "right", "good"),
    "failed": ("✗", "not right", "bad"),
    "not_implemented": ("○", "to do", "open"),
    "error": ("✗", "exception", "bad"),
    "timeout": ("✗", "no answer in time", "bad"),
    "killed": ("✗", "crashed", "bad"),
    "bad_answer": ("✗", "not numbers", "bad"),
    "not_judged": ("?", "not judged yet", "open"),
}
"""A sign, the words and the colour of each status; the words suffice."""


@dataclass(frozen=True)
class Line:
    """One output of a case. ``got`` and ``expected`` make a picture; a hidden case has neither.

    ``decision`` is what a person has decided about its points.
    """

    output: str
    status: Status
    points: int
    max_points: int
    message: str = ""
    hint: str = ""
    got: Array | None = None
    expected: Array | None = None
    tolerance: float = 0.0
    decision: str = ""


@dataclass(frozen=True)
class Asked:
    """One case: what was called, and what became of each output."""

    id: str
    function: str
    title: str
    public: bool
    lines: tuple[Line, ...]
    practice: bool = False

    @property
    def right(self) -> bool:
        """Whether every output is."""
        return all(line.status == "passed" for line in self.lines)


@dataclass(frozen=True)
class Part:
    """One function. ``open_`` are points that are neither safe nor lost, ``note`` says why."""

    question: Question
    cases: tuple[Asked, ...]
    points: int
    max_points: int
    open_: int = 0
    note: str = ""


@dataclass(frozen=True)
class Page:
    """All that is told of a submission. ``facts`` are pairs of a name and what is to be known.

    ``course`` is its name, ``report`` what the report of section 2.3 is worth there, and ``marks``
    are its parts that a person has marked: name, points, comment. ``decisions`` are sentences on
    what people have decided.
    """

    name: str
    parts: tuple[Part, ...]
    facts: tuple[tuple[str, str], ...]
    message: str = ""
    next_step: str = ""
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    printed: str = ""
    local: bool = False
    course: str = COURSE
    report: int = REPORT_POINTS
    decisions: tuple[str, ...] = ()
    marks: tuple[tuple[str, float, str], ...] = ()

    @property
    def points(self) -> int:
        """The sum of the parts."""
        return sum(part.points for part in self.parts)

    @property
    def max_points(self) -> int:
        """What the parts are worth; the bonus comes on top."""
        return sum(part.max_points for part in self.parts if part.question not in BONUS)

    @property
    def bonus(self) -> int:
        """The points of the optional exercises among them."""
        return sum(part.points for part in self.parts if part.question in BONUS)


def render(page: Page) -> str:
    """The page as HTML."""
    body = [
        _head(page),
        '<main id="main">',
        _overview(page) if page.parts else "",
        _decisions(page),
        *(_part(part) for part in page.parts),
        _remarks(page),
        _facts(page),
        "</main>\n",
    ]
    title = f"{page.name}: {page.points} of {page.max_points}" if page.parts else page.name
    return document(
        title, "\n".join(piece for piece in body if piece), style=picture.STYLE + FEEDBACK
    )


def _head(page: Page) -> str:
    what = "Local check" if page.local else "Feedback"
    score = ""
    if page.parts:
        of = "public points" if page.local else "points"
        if page.decisions:
            of = "automatic points"  # what else counts stands below
        if page.bonus:
            of += f", {page.bonus} of them bonus"
        score = f'<p class="score"><b>{page.points}</b> of {page.max_points} {of}</p>'
    message = f'<p class="notice">{prose(page.message)}</p>' if page.message else ""
    after = f'<p class="notice">{prose(page.next_step)}</p>' if page.next_step else ""
    return (
        f'<header><p class="soft">{what} · {text(page.course)}</p>'
        f"<h1>{text(page.name)}</h1>{score}{message}{after}</header>"
    )


def _overview(page: Page) -> str:
    has_open = any(part.open_ for part in page.parts)
    rows = []
    for number in (*NUMBERS, *BONUS_NUMBERS):
        for part in (part for part in page.parts if part.question.number == number):
            name = part.question.function
            share = 100 * part.points / part.max_points if part.max_points else 0
            open_ = f'<td class="n">{part.open_}</td>' if has_open else ""
            bar = f'<span class="bar" aria-hidden="true"><i style="width:{share:.0f}%"></i></span>'
            rows.append(
                f'<tr><th scope="row">{number}</th><td><a href="#{name}"><code>{name}</code></a>'
                f'</td><td class="n">{part.points}</td>{open_}<td class="n">{part.max_points}</td>'
                f'<td class="wee">{bar}</td></tr>'
            )
    open_head = '<th scope="col" class="n">still open</th>' if has_open else ""
    open_sum = f'<td class="n">{sum(p.open_ for p in page.parts)}</td>' if has_open else ""
    extra = " and bonus" if any(part.question in BONUS for part in page.parts) else ""
    caption = "Points from the public cases" if page.local else "Points by question"
    report = ""
    if page.report:
        report = f" The report (2.3) is worth {page.report} more and is marked by a person."
    return (
        f'<section aria-labelledby="points"><h2 id="points">Points</h2><div class="wide"><table>'
        f"<caption>{caption}.{report}</caption>"
        '<thead><tr><th scope="col">section</th><th scope="col">function</th>'
        f'<th scope="col" class="n">points</th>{open_head}<th scope="col" class="n">of</th>'
        '<td class="wee"></td></tr></thead>'
        f'<tbody>{"".join(rows)}</tbody><tfoot><tr><th scope="row">all</th><td></td>'
        f'<td class="n">{page.points}</td>{open_sum}<td class="n">{page.max_points}{extra}</td>'
        '<td class="wee"></td></tr></tfoot></table></div></section>'
    )


def _decisions(page: Page) -> str:
    """What people have decided, and the marks of the report."""
    pieces = []
    if page.decisions:
        items = "".join(f"<li>{prose(sentence)}</li>" for sentence in page.decisions)
        pieces.append(
            '<section aria-labelledby="decided"><h2 id="decided">What else counts</h2>'
            f"<ul>{items}</ul></section>"
        )
    if page.marks:
        rows = "".join(
            f'<tr><th scope="row">{text(name)}</th><td class="n">{points:g}</td>'
            f"<td>{'<br>'.join(map(text, comment.splitlines()))}</td></tr>"
            for name, points, comment in page.marks
        )
        pieces.append(
            '<section aria-labelledby="report"><h2 id="report">The report</h2><div class="wide">'
            f"<table><caption>Marked by a person, {page.report} points at most</caption>"
            '<thead><tr><th scope="col">part</th><th scope="col" class="n">points</th>'
            '<th scope="col">comment</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div></section>"
        )
    return "\n".join(pieces)


def _part(part: Part) -> str:
    name = part.question.function
    wrong = [case for case in part.cases if not case.right]
    right = [case for case in part.cases if case.right]
    pieces = [
        f'<section class="part" aria-labelledby="{name}"><h2 id="{name}">'
        f"{part.question.number} <code>{name}</code> "
        f'<span class="soft">{text(part.question.title)}, {part.points} of '
        f"{plural(part.max_points, 'point')}</span></h2>"
    ]
    if part.note:
        pieces.append(f"<p>{prose(part.note)}</p>")
    if wrong and all(_untouched(case) for case in part.cases):
        pieces.append(f'<p class="open">○ To do: {prose(wrong[0].lines[0].message)}</p>')
        return "".join(pieces) + "</section>"
    pieces += [_case(case) for case in wrong]
    if right:
        items = "".join(f"<li>{_right(case)}</li>" for case in right)
        pieces.append(f'<ul class="right">{items}</ul>')
    return "".join(pieces) + "</section>"


def _untouched(case: Asked) -> bool:
    return all(line.status == "not_implemented" and not line.decision for line in case.lines)


def _right(case: Asked) -> str:
    points = sum(line.points for line in case.lines)
    told = dict.fromkeys(line.message for line in case.lines if line.message)
    said = f" {prose(' '.join(told))}" if told else ""
    return f'<span class="good">✓</span> {_title(case)} {_worth(case, points)}{said}'


def _title(case: Asked) -> str:
    start, _, rest = case.title.partition(": ")
    title = rest if start.startswith("`") and rest else case.title
    return prose(title[:1].upper() + title[1:])


def _worth(case: Asked, points: int) -> str:
    if case.practice:
        return '<span class="soft">(practice, no points)</span>'
    most = sum(line.max_points for line in case.lines)
    hidden = "" if case.public else "hidden case, "
    return f'<span class="soft">({hidden}{points} of {plural(most, "point")})</span>'


def _case(case: Asked) -> str:
    points = sum(line.points for line in case.lines)
    call = paste = ""
    if case.public:
        call = f'<p class="soft">Called: <code>{signature(case.function)}</code></p>'
        lines = "\n".join(to_paste(case.id, case.function))
        paste = (
            "<details><summary>See it yourself</summary><p>Paste in Python or a notebook, in the "
            f"kit's folder:</p><pre>{text(lines)}</pre></details>"
        )
    told: set[str] = set()
    rows = []
    for group in _grouped(case.lines):
        rows.append(_line(group, again=group[0].hint in told))
        told.add(group[0].hint)
    return (
        f"<article><h3>{_title(case)} {_worth(case, points)}</h3>{call}"
        f'<ul class="lines">{"".join(rows)}</ul>{paste}</article>'
    )


def _grouped(lines: Iterable[Line]) -> list[list[Line]]:
    """Outputs of which the same is said, together: right ones, and those of one exception."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.status, line.message, line.hint, line.decision), []).append(line)
    return list(groups.values())


def _line(group: Sequence[Line], *, again: bool) -> str:
    first = group[0]
    sign, words, colour = WORDS[first.status]
    names = ", ".join(f"<code>{text(line.output)}</code>" for line in group)
    message = f"<p>{prose(first.message)}</p>" if first.message else ""
    hint = "the same as above." if again else prose(first.hint)
    hint = f'<p class="hint"><b>Hint:</b> {hint}</p>' if first.hint else ""
    decision = f'<p class="notice">{prose(first.decision)}</p>' if first.decision else ""
    pictures = "".join(
        picture.picture(line.output, line.got, line.expected, line.tolerance)
        for line in group
        if line.got is not None and line.expected is not None
    )
    return (
        f'<li><p><span class="{colour}"><span aria-hidden="true">{sign}</span> {names} {words}'
        f"</span></p>{message}{decision}{hint}{pictures}</li>"
    )


def _remarks(page: Page) -> str:
    remarks = "".join(f"<li>{prose(remark)}</li>" for remark in page.remarks)
    pieces = [f"<h2>Remarks</h2><p>They cost nothing.</p><ul>{remarks}</ul>" if remarks else ""]
    if page.printed:
        pieces.append(f"<h2>What your code printed</h2><pre>{text(page.printed)}</pre>")
    inner = "".join(pieces)
    return f"<section>{inner}</section>" if inner else ""


def _facts(page: Page) -> str:
    facts = "".join(f"<dt>{text(name)}</dt><dd>{prose(value)}</dd>" for name, value in page.facts)
    notes = "".join(f"<li>{prose(note)}</li>" for note in page.notes)
    listed = f"<ul>{notes}</ul>" if notes else ""
    what = "What was checked" if page.local else "What was graded"
    return f"<footer><h2>{what}</h2><dl>{facts}</dl>{listed}</footer>"
