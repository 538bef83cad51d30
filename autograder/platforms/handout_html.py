"""Make the handout one HTML page that needs no network, for readers without a Markdown viewer."""

import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from assignment.checks.html.document import render
from autograder.errors import PackageError

_FOLDERS = tuple(Path(__file__).with_name(name) for name in ("templates", "static"))
_HEADING = re.compile(r'<h([23]) id="([^"]*)">(.*?)</h\1>')
_LAST_LINE = re.compile(r"\s+</code></pre>")


def page(markdown: str, title: str = "The Back-propagation Algorithm") -> str:
    """Render the handout's Markdown, with TeX between dollar signs, as a page of HTML.

    Its contents stand below the title. Raises PackageError for a formula that cannot be converted.
    """
    parser = MarkdownIt("commonmark").enable("table")
    parser.use(anchors_plugin, min_level=2, max_level=3)
    parser.use(dollarmath_plugin, renderer=lambda tex, _: formula(tex), allow_space=False)
    parser.add_render_rule("math_block", _block)
    body = _LAST_LINE.sub("</code></pre>", parser.render(markdown))
    text = body.replace("</h1>\n", f"</h1>\n{_contents(body)}", 1)
    return render("handout.html", *_FOLDERS, styles=["handout.css"], title=title, text=Markup(text))


def _contents(body: str) -> str:
    """A list of links to the headings, those of the third level below those of the second."""
    items: list[list[str]] = []
    for level, anchor, heading in _HEADING.findall(body):
        link = f'<a href="#{anchor}">{heading}</a>'
        if level == "2":
            items.append([link])
        elif items:
            items[-1].append(f"<li>{link}</li>")
    listed = ""
    for link, *below in items:
        inner = f"<ul>{''.join(below)}</ul>" if below else ""
        listed += f"<li>{link}{inner}</li>"
    return f'<nav aria-label="Contents"><ul>{listed}</ul></nav>\n' if items else ""


def _block(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return f'<div class="math">{formula(tokens[index].content, display="block")}</div>\n'


def formula(tex: str, display: str = "inline") -> str:
    """A formula as MathML; PackageError where the TeX is wrong, or has an unknown command."""
    try:
        mathml = convert(tex.strip(), display=display)
    except Exception as problem:  # the library's errors have no common base class
        raise PackageError(f"The formula {tex} is not TeX: {type(problem).__name__}.") from None
    if "\\" in mathml:  # the library leaves unknown commands unchanged
        raise PackageError(f"The formula {tex} has an unknown command.")
    return mathml
