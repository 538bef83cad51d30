"""``staff/manual.html``: each report beside its rubric, to be marked by a person."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assignment.checks.look import document, plural, text
from autograder.course import Criterion
from autograder.exports.manual_look import SCRIPT, STYLE


class Report(msgspec.Struct, frozen=True):
    """One submission's report: whose it is, and whether there is one."""

    id: str
    name: str = ""
    section: str = ""
    report: bool = False


def manual_page(reports: Sequence[Report], rubric: Sequence[Criterion], title: str) -> str:
    """The page as HTML; the reports themselves lie beside it, in ``reports/<id>.pdf``."""
    data = msgspec.json.encode({"reports": reports, "rubric": rubric}).decode()
    # No sign of a name or comment may end the element that it stands in.
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    body = (
        f'<header><h1>Reports</h1><p class="soft">{text(title)}; for staff only</p>'
        '<p id="progress" role="status"></p></header>'
        "<noscript><p>Marking needs JavaScript, which is part of this page.</p></noscript>"
        f"{_TOOLS}"
        f'<p class="notice" id="empty" hidden>No report of {plural(len(reports), "submission")} '
        "fits: choose others at “show”.</p>"
        f'<main id="main">{_PAPER}{_MARKS}</main>\n'
        f'<script type="application/json" id="data">{data}</script>\n'
    )
    return document(f"{title}: reports", body, style=STYLE, script=SCRIPT, frames=True)


_TOOLS = (
    '<div class="tools" role="group" aria-label="Reports">'
    '<button type="button" id="previous" title="key p">← previous</button>'
    '<label>report <select id="who"></select></label>'
    '<button type="button" id="next" title="key n">next →</button>'
    '<label>show <select id="which"></select></label></div>'
    '<div class="tools" role="group" aria-label="Graders and file">'
    '<label>graders <input id="graders" size="24" placeholder="Ann, Bo" autocomplete="off"></label>'
    '<label>I am <select id="me"></select></label>'
    '<button type="button" id="save">save manual.csv</button>'
    '<label>load one <input type="file" id="load" accept=".csv,text/csv"></label>'
    '<span class="soft">keys: n next, p previous, Enter the next part</span></div>'
    '<p class="notice" id="told" role="status"></p>'
)
_PAPER = (
    '<section id="paper" aria-labelledby="name"><h2 id="name"></h2><p class="soft">'
    '<span id="facts"></span> <a id="alone" target="_blank" rel="noopener">open it alone</a></p>'
    '<div id="none" hidden><p>No report was handed in, or none that is a PDF.</p>'
    '<p><button type="button" id="zero">Give 0 points for every part</button></p></div>'
    '<div id="frame"></div></section>'
)
_MARKS = (
    '<section id="marks" aria-label="Rubric"><p class="sum" id="sum" role="status"></p>'
    '<div id="parts"></div></section>'
)
