"""``staff/explain/<id>.html``: the story of a submission with pictures, for staff only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from assignment.checks import picture
from assignment.checks.case import Array, Expected, Verdict
from assignment.checks.judge import in_shape, nearest
from assignment.checks.look import FEEDBACK, document, plural, prose, text
from assignment.checks.page import WORDS
from assignment.checks.questions import by_function
from assignment.checks.source import SourceError, decode
from assignment.checks.words import shape, signature
from autograder.explain_text import array, ended, facts, grouped, replied, score, tolerance
from autograder.exports.files import replacing
from autograder.results import left_out_words
from autograder.story import Asked, Story, Told, Way

STYLE = """
.told > li { border-top: 1px solid var(--line); padding: .6rem 0; }
.told { list-style: none; padding: 0; } pre { margin: .3rem 0; }
.ways td, .ways th { font-size: .9rem; } .inputs > div { margin: .4rem 0; }
.seen { border-left: 3px solid var(--line); padding-left: .7rem; margin: .4rem 0; }
.code { counter-reset: line; font-size: .85rem; }
.code span::before { counter-increment: line; content: counter(line); color: var(--soft);
  display: inline-block; width: 3rem; padding-right: 1rem; text-align: right; user-select: none; }
@media print { details { display: block; } }
"""
MOST = 5_000
"""Elements of an array that are printed in full; no input or answer of a case has as many."""
WIDTH = 104
"""Columns of a printed array."""
LINES = 5_000
"""Lines of the student's file that are shown."""


def write(story: Story, folder: Path) -> Path:
    """Write the page into the folder's ``staff/explain``; its path."""
    path = folder / "staff" / "explain" / f"{story.result.submission}.html"
    with replacing(path) as part:
        part.write_text(explain_page(story), encoding="utf-8")
    return path


def explain_page(story: Story) -> str:
    """The page as HTML."""
    name = story.result.submission
    said = "".join(f"<p>{prose(sentence)}</p>" for sentence in story.said)
    message = f'<p class="notice">{prose(story.result.message)}</p>' if story.result.message else ""
    body = [
        '<header><p class="soft">For staff only: this page shows hidden inputs</p>'
        f'<h1>{text(name)}</h1><p class="score">{text(score(story))}</p>{message}{said}</header>',
        f'<main id="main">{_contents(story.cases)}',
        *(_case(asked) for asked in story.cases),
        _printed(story.printed),
        _source(story.source),
        f"</main>{_facts(story)}",
    ]
    style = picture.STYLE + FEEDBACK + STYLE
    return document(f"{name}: explained", "\n".join(filter(None, body)), style=style)


def _contents(cases: Sequence[Asked]) -> str:
    if not cases:
        return "<p>There is no failed output to tell of.</p>"
    items = "".join(
        f'<li><a href="#{asked.id}">{text(asked.id)}</a>: '
        f"{', '.join(_status(told) for told in asked.outputs)}</li>"
        for asked in cases
    )
    return f'<nav aria-label="Cases"><ul>{items}</ul></nav>'


def _status(told: Told) -> str:
    sign, words, colour = WORDS[told.output.status]
    name = text(told.output.output)
    return f'<span class="{colour}">{sign} <code>{name}</code> {words}</span>'


def _case(asked: Asked) -> str:
    first = asked.outputs[0].output
    kind = "public" if first.public else "hidden"
    items = "".join(f"<li>{_group(group)}</li>" for group in grouped(asked.outputs))
    inputs = "" if asked.case is None else _inputs(asked)
    return (
        f'<section class="part"><h2 id="{asked.id}">{text(asked.id)} '
        f'<span class="soft">{kind} case</span></h2><p>{prose(first.title)}</p>{inputs}'
        f'<ul class="told">{items}</ul>{_ways(asked)}</section>'
    )


def _inputs(asked: Asked) -> str:
    assert asked.case is not None
    function = asked.case.function
    values = "".join(
        _value(name, asked.case.inputs[name]) for name in by_function(function).parameters
    )
    return (
        f"<details open><summary>Inputs of <code>{signature(function)}</code></summary>"
        f'<div class="inputs">{values}</div></details>'
    )


def _value(name: str, value: object) -> str:
    if isinstance(value, np.ndarray) and value.size > 1:
        what = f"{shape(value)}, {value.dtype}"
        return f"<div><code>{text(name)}</code>, {text(what)}{_pre(value)}</div>"
    single = value.reshape(-1)[0] if isinstance(value, np.ndarray) and value.size else value
    return f"<div><code>{text(name)} = {text(str(single))}</code></div>"


def _pre(value: Array) -> str:
    return f"<pre>{text(chr(10).join(array(value, 0, MOST, WIDTH)))}</pre>"


def _group(group: Sequence[Told]) -> str:
    first = group[0]
    output = first.output
    points = sum(told.output.points for told in group)
    most = sum(told.output.max_points for told in group)
    names = ", ".join(_status(told) for told in group)
    decided = f'<p class="notice">{prose(output.decision)}</p>' if output.decision else ""
    differs = f'<p class="notice">Run again: {prose(first.differs)}.</p>' if first.differs else ""
    return (
        f'<p>{names} <span class="soft">{points} of {plural(most, "point")}</span></p>'
        f"<p>{prose(output.staff)}</p>{decided}{differs}{''.join(_answers(told) for told in group)}"
        f"{_fits(first)}{_seen(first)}"
    )


def _answers(told: Told) -> str:
    if told.expected is None:
        return "" if told.got is None else f"<p>Got</p>{_pre(told.got)}"
    drawn = _picture(told.output.output, told.got, told.expected)
    got = "" if told.got is None else f"<p>Got, {shape(told.got)}</p>{_pre(told.got)}"
    accepted = "".join(
        f"<p>Expected, {shape(right)}</p>{_pre(right)}" for right in told.expected.accepted
    )
    several = " Each of these answers is accepted." if len(told.expected.accepted) > 1 else ""
    return (
        f"{drawn}<details{' open' if not drawn else ''}><summary>Got and expected</summary>{got}"
        f"{accepted}<p>{text(tolerance(told.expected.tolerance))}.{several}</p></details>"
    )


def _picture(output: str, got: Array | None, expected: Expected) -> str:
    if got is None:
        return ""
    shaped = in_shape(got, expected.accepted[0])
    right = expected.accepted[0] if shaped is None else nearest(shaped, expected)
    return picture.picture(output, got, right, expected.tolerance)


def _fits(told: Told) -> str:
    items = "".join(
        f"<li><b>{text(fit.id)}</b>, {prose(fit.why)}. "
        f'<span class="soft">{prose(fit.hint)}</span></li>'
        for fit in told.fits
    )
    if items:
        return f"<p>Known mistakes that fit:</p><ul>{items}</ul>"
    if told.expected is None or told.got is None or told.output.status == "passed":
        return ""
    return "<p>No known mistake gives this answer.</p>"


def _seen(told: Told) -> str:
    output = told.output
    if not (output.message or output.hint):
        return ""
    hint = f"<p><b>Hint:</b> {prose(output.hint)}</p>" if output.hint else ""
    return f'<div class="seen"><p>The student read: {prose(output.message)}</p>{hint}</div>'


def _ways(asked: Asked) -> str:
    if not asked.ways:
        return ""
    outputs = [verdict.output for verdict in asked.ways[0].verdicts]
    heads = "".join(f'<th scope="col"><code>{text(name)}</code></th>' for name in outputs)
    rows = "".join(_way_row(way, outputs) for way in asked.ways)
    answers = "".join(_way_answers(way, asked) for way in asked.ways)
    return (
        '<h3>Both chains, run just now</h3><div class="wide"><table class="ways"><thead><tr>'
        f'<th scope="col">way</th><th scope="col">reply</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{answers}"
    )


def _way_row(way: Way, outputs: Iterable[str]) -> str:
    by_output = {verdict.output: verdict for verdict in way.verdicts}
    cells = "".join(f"<td>{_mark(by_output[name])}</td>" for name in outputs)
    reply = ended(way) + replied(way.reply, way.again)
    return f'<tr><th scope="row">{prose(way.name)}</th><td>{text(reply)}</td>{cells}</tr>'


def _mark(verdict: Verdict) -> str:
    sign, words, colour = WORDS[verdict.status]
    return f'<span class="{colour}">{sign} {words}</span>'


def _way_answers(way: Way, asked: Asked) -> str:
    """What came back this way, folded: each output's message, picture and numbers."""
    assert asked.case is not None
    answers = way.answers(asked.case)
    pieces = []
    for verdict in way.verdicts:
        pieces.append(f"<p><code>{verdict.output}</code> {_mark(verdict)}</p>")
        if verdict.message:
            pieces.append(f"<p>{prose(verdict.message)}</p>")
        if verdict.output in answers:
            got = answers[verdict.output]
            if not verdict.passed:
                pieces.append(_picture(verdict.output, got, asked.expected[verdict.output]))
            if got.size <= MOST:
                pieces.append(_pre(got))
    if way.reply.text:
        pieces.append(f"<pre>{text(way.reply.text)}</pre>")
    return f"<details><summary>{prose(way.name)}: the answers</summary>{''.join(pieces)}</details>"


def _printed(printed: str) -> str:
    if not printed.strip():
        return ""
    return f"<section><h2>What it printed</h2><pre>{text(printed)}</pre></section>"


def _source(source: bytes | None) -> str:
    if source is None:
        return ""
    try:
        lines = decode(source).splitlines()
    except SourceError as problem:
        return f"<section><h2>The file</h2><p>{prose(str(problem))}</p></section>"
    more = "" if len(lines) <= LINES else f"<p>and {len(lines) - LINES:,} lines more</p>"
    code = "\n".join(f"<span>{text(line)}</span>" for line in lines[:LINES])
    return (
        "<section><h2>The file</h2><details><summary>"
        f'{plural(len(lines), "line")}</summary><pre class="code">{code}</pre>{more}</details>'
        "</section>"
    )


def _facts(story: Story) -> str:
    entries = "".join(
        f"<dt>{text(name)}</dt><dd>{prose(value)}</dd>" for name, value in facts(story)
    )
    result = story.result
    notes = (*result.notes, *left_out_words(result.left_out), *result.remarks)
    listed = "".join(f"<li>{prose(note)}</li>" for note in notes)
    listed = f"<ul>{listed}</ul>" if listed else ""
    return f"<footer><h2>What was graded</h2><dl>{entries}</dl>{listed}</footer>"
