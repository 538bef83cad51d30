"""Make the handout one HTML page that needs no network, for readers without a Markdown viewer."""

from __future__ import annotations

import html
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from autograder.errors import PackageError

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
body { max-width: 46em; margin: 2em auto; padding: 0 1em; line-height: 1.5;
       font-family: Georgia, "Times New Roman", serif; color: #222; background: #fff; }
code, pre { font-family: Consolas, Menlo, monospace; font-size: 0.9em; }
pre { background: #f4f4f2; padding: 0.7em 1em; overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid #bbb; padding: 0.25em 0.6em; overflow-wrap: anywhere; }
math { font-family: "Cambria Math", "STIX Two Math", "Latin Modern Math", "DejaVu Math TeX Gyre",
       math; }
.math { overflow-x: auto; overflow-y: hidden; padding: 0.2em 0; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1c1c1c; }
  pre { background: #2a2a2a; } a { color: #8ab4f8; } }
"""


class UnknownMath(PackageError):
    """A formula that cannot be converted."""


def page(markdown: str, title: str = "The Back-propagation Algorithm") -> str:
    """Render the handout's Markdown, with TeX between dollar signs, as a page of HTML.

    Raises UnknownMath for a formula that cannot be converted.
    """
    parser = MarkdownIt("commonmark").enable("table")
    parser.use(dollarmath_plugin, renderer=_render, allow_space=False)
    parser.add_render_rule("math_block", _block)
    body = parser.render(markdown)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{body}</body>\n</html>\n"
    )


def _render(content: str, options: dict[str, Any]) -> str:
    return formula(content)


def _block(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return f'<div class="math">{formula(tokens[index].content, display="block")}</div>\n'


def formula(tex: str, display: str = "inline") -> str:
    """A formula as MathML; UnknownMath where the TeX is wrong, or has an unknown command."""
    try:
        mathml = convert(tex.strip(), display=display)
    except Exception as problem:  # the library's errors have no common base class
        raise UnknownMath(f"The formula {tex} is not TeX: {type(problem).__name__}.") from None
    if "\\" in mathml:  # the library leaves unknown commands unchanged
        raise UnknownMath(f"The formula {tex} has an unknown command.")
    return mathml
