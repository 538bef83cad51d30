"""The handout as one HTML page that needs no network: for readers without a Markdown viewer."""

from __future__ import annotations

import html
import re
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from autograder.errors import PackageError

_SIGNS = {
    **{"sigma": "σ", "delta": "δ", "eta": "η", "Delta": "Δ", "nabla": "∇", "partial": "∂"},
    **{"alpha": "α", "epsilon": "ε"},
    **{"sum": "∑", "ln": "ln ", "exp": "exp", "leftarrow": "←", "rightarrow": "→", "cdot": "·"},
    **{"times": "×", "le": "≤", "ge": "≥", "ne": "≠", "in": "∈", "approx": "≈", "quad": "\u2003"},
}
_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|(.)", re.DOTALL)
_STYLE = """
body { max-width: 46em; margin: 2em auto; padding: 0 1em; line-height: 1.5;
       font-family: Georgia, "Times New Roman", serif; color: #222; background: #fff; }
code, pre { font-family: Consolas, Menlo, monospace; font-size: 0.9em; }
pre { background: #f4f4f2; padding: 0.7em 1em; overflow-x: auto; }
table { border-collapse: collapse; } th, td { border: 1px solid #bbb; padding: 0.25em 0.6em; }
.math { font-style: italic; white-space: nowrap; } .math.block { text-align: center; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1c1c1c; }
  pre { background: #2a2a2a; } a { color: #8ab4f8; } }
"""


class UnknownMath(PackageError):
    """A formula uses a TeX command that is not known here; the text names it."""


def page(markdown: str, title: str = "The Back-propagation Algorithm") -> str:
    """The handout's Markdown, with formulas between dollar signs, as a page of HTML.

    UnknownMath for a formula that cannot be set.
    """
    parser = MarkdownIt("commonmark").enable("table")
    parser.use(dollarmath_plugin, renderer=_render, allow_space=False)
    parser.add_render_rule("math_block", _block)
    body = parser.render(markdown)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{body}</body>\n</html>\n"
    )


def _render(content: str, options: dict[str, Any]) -> str:
    return formula(content)


def _block(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return f'<p class="math block">{formula(tokens[index].content)}</p>\n'


def formula(tex: str) -> str:
    """A formula of letters, signs, ``^``, ``_`` and braces as HTML.

    UnknownMath for a command that is not in the list above.
    """
    tokens = [_sign(match) for match in _TOKEN.finditer(tex.strip())]
    return "".join(_items(iter(tokens)))


def _sign(match: re.Match[str]) -> str:
    command, escaped, plain = match.groups()
    if command is not None:
        if command not in _SIGNS:
            raise UnknownMath(f"The formula uses \\{command}, which the page cannot set.")
        return _SIGNS[command]
    if escaped is not None:
        return html.escape({",": "\u2009", ";": "\u2005", " ": " "}.get(escaped, escaped))
    return {"'": "′", "-": "−"}.get(plain, plain if plain in "{}^_" else html.escape(plain))


def _items(tokens: Any) -> Any:
    """Text and tags until the closing brace or the end."""
    for sign in tokens:
        if sign == "}":
            return
        if sign in "^_":
            tag = "sup" if sign == "^" else "sub"
            yield f"<{tag}>{''.join(_one(tokens))}</{tag}>"
        elif sign == "{":
            yield from _items(tokens)
        else:
            yield sign


def _one(tokens: Any) -> Any:
    """The next sign, or what stands between the next braces."""
    first = next(tokens, "")
    return _items(tokens) if first == "{" else (first,)
