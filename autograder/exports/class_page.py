"""``class.html``: what a class has and has not understood, and who needs a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from assignment.checks.look import document, plural, prose, text
from assignment.checks.questions import NUMBERS, QUESTIONS
from autograder.exports.class_look import ROWS, SCRIPT, STYLE, TITLES, begin
from autograder.exports.overview import overview
from autograder.exports.tally import Mistake, Row, Tally

STATUSES = {"judged": "judged", "refused": "refused", "not_judged": "not judged"}
FEW = 3
"""Names that are shown at once; more are folded away."""
MOST_STOPPED = 50
"""Submissions that hung or crashed which are listed at the top; the table has them all."""


def class_page(tally: Tally, title: str) -> str:
    """The page as HTML."""
    numbers = _numbers(tally.rows)
    sections = {
        "person": _needs_a_person(tally.rows, numbers),
        "overview": overview(tally),
        "mistakes": _mistakes(tally, numbers),
        "hardest": _hardest(tally),
        "all": _table(tally.rows, numbers),
    }
    links = "".join(
        f'<li><a href="#{name}">{TITLES[name]}</a></li>' for name in sections if sections[name]
    )
    page = (
        f'<header><p class="soft">{text(title)}</p><h1>The class</h1>{_switch()}</header>'
        f'<nav class="noprint" aria-label="On this page"><ul>{links}</ul></nav>\n'
        f'<main id="main">{"".join(sections.values())}</main>\n'
    )
    return document(f"{title}: the class", page, style=STYLE, script=SCRIPT)


def _numbers(rows: Iterable[Row]) -> dict[str, int]:
    """A number for each submission that says nothing about its name, not even its place."""
    ids = sorted(
        (row.submission for row in rows), key=lambda name: hashlib.sha256(name.encode()).digest()
    )
    return {name: number for number, name in enumerate(ids, 1)}


def _switch() -> str:
    return (
        '<p class="noprint"><label id="switch" hidden><input type="checkbox" id="nameless"> '
        "Hide names, to project this page</label></p>"
    )


def _who(name: str, numbers: Mapping[str, int]) -> str:
    href = text(quote(f"feedback/{name}.html"))
    return f'<a data-no="{numbers[name]}" href="{href}">{text(name)}</a>'


def _needs_a_person(rows: Iterable[Row], numbers: Mapping[str, int]) -> str:
    """Not judged, refused, hung or crashed: with what it means and what to do."""
    rows = list(rows)
    groups = (
        (
            "Not judged",
            "through the grader's own fault. They have no score yet: run the command again.",
            [row for row in rows if row.status == "not_judged"],
        ),
        (
            "Refused",
            "there was nothing that could be graded. They have 0 points unless you decide "
            "otherwise.",
            [row for row in rows if row.status == "refused"],
        ),
        (
            "No answer in time, or crashed",
            "the functions named count as failed. Their authors may want help.",
            [row for row in rows if row.stopped and row.status == "judged"],
        ),
    )
    parts = [_group(title, words, members, numbers) for title, words, members in groups if members]
    if not parts:
        return ""
    return f"{begin('person', 'notice')}{''.join(parts)}</section>"


def _group(title: str, words: str, rows: list[Row], numbers: Mapping[str, int]) -> str:
    items = "".join(
        f"<li>{_who(row.submission, numbers)}: {prose(_why(row))}</li>"
        for row in rows[:MOST_STOPPED]
    )
    more = len(rows) - MOST_STOPPED
    if more > 0:
        items += f"<li>and {more:,} more; the table below has them</li>"
    return (
        f"<h3>{title}: {len(rows):,}</h3><p>{plural(len(rows), 'submission')}: {words}</p>"
        f'<ul class="who">{items}</ul>'
    )


def _why(row: Row) -> str:
    if row.status == "judged" and not row.message:
        return ", ".join(f"`{name}`" for name in row.stopped)
    return row.message


def _mistakes(tally: Tally, numbers: Mapping[str, int]) -> str:
    ranked = tally.ranked()
    if not ranked:
        return ""
    of = len(tally.judged) or 1
    items = "".join(_mistake(name, mistake, of, numbers) for name, mistake in ranked)
    return (
        f"{begin('mistakes')}"
        f'<p class="soft">Known mistakes, by the number of submissions with them.</p>'
        f'<ol class="mistakes">{items}</ol></section>'
    )


def _mistake(name: str, mistake: Mistake, of: int, numbers: Mapping[str, int]) -> str:
    count = len(mistake.submissions)
    links = ", ".join(_who(submission, numbers) for submission in mistake.submissions)
    functions = ", ".join(
        f"<code>{q.function}</code>" for q in QUESTIONS if q.function in mistake.functions
    )
    who = f'<span class="who">{links}</span>'
    if count > FEW:
        who = f'<details class="who"><summary>Who</summary><p>{links}</p></details>'
    return (
        f'<li><p class="many"><b>{count:,}</b> <span class="bar" aria-hidden="true">'
        f'<i style="width:{100 * count / of:.0f}%"></i></span></p><div><p><b>{text(name)}</b> '
        f'<span class="soft">in {functions}</span></p><p>{prose(mistake.hint)}</p>{who}</div></li>'
    )


def _hardest(tally: Tally) -> str:
    hardest = tally.hardest()
    if not hardest:
        return ""
    rows = []
    for place, count in hardest:
        hidden = "" if place.public else " (hidden)"
        common = ", ".join(f"{name} ({n})" for name, n in count.mistakes.most_common(2))
        rows.append(
            f"<tr><td><code>{place.output}</code></td><td class=case>{prose(place.title)}{hidden}"
            f'</td><td class="n">{100 * count.share:.0f} %</td>'
            f"<td>{text(common)}</td></tr>"
        )
    return (
        f"{begin('hardest')}"
        '<div class="wide" role="region" tabindex="0" aria-labelledby="hardest"><table>'
        "<caption>The outputs of single cases that the fewest have right</caption><thead><tr>"
        '<th scope="col">output</th><th scope="col">case</th><th scope="col" class="n">right</th>'
        '<th scope="col">mistakes found most often</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _table(rows: Iterable[Row], numbers: Mapping[str, int]) -> str:
    heads = [("submission", ""), ("points", "n"), *((number, "n") for number in NUMBERS)]
    heads += [("status", ""), ("seconds", "n"), ("known mistakes", "")]
    columns = "".join(
        f'<th scope="col"{f" class={kind}" if kind else ""}>{name}</th>' for name, kind in heads
    )
    body = "\n".join(_row(row, numbers, place >= ROWS) for place, row in enumerate(rows))
    return (
        f"{begin('all')}"
        '<p class="noprint" id="tools" hidden><label>Show only rows with '
        '<input type="search" id="filter" autocomplete="off" spellcheck="false"></label> '
        '<span id="shown" role="status"></span> '
        '<button type="button" id="every" hidden>Show all of them</button></p>'
        "<noscript><style>#table tr[hidden] { display: table-row; }</style></noscript>"
        '<div class="wide" role="region" tabindex="0" aria-labelledby="all">'
        f'<table id="table" data-rows="{ROWS}">'
        '<caption>Every submission; a name leads to its page<span id="how" hidden>, a column\'s '
        "head sorts by it</span></caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div></section>"
    )


def _row(row: Row, numbers: Mapping[str, int], later: bool) -> str:
    questions = "".join(f"<td class=n>{points}</td>" for points in row.questions)
    status = STATUSES[row.status]
    if row.status == "judged" and row.stopped:
        status = "stopped"
    return (
        f"<tr{' hidden' if later else ''}><th scope=row>{_who(row.submission, numbers)}</th>"
        f"<td class=n>{row.score}</td>{questions}<td>{status}</td>"
        f"<td class=n>{row.seconds:.2f}</td><td>{text(' '.join(row.misconceptions))}</td></tr>"
    )
