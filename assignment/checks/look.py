"""The look that all pages share, and what makes a page one file that needs no network."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import lru_cache
from pathlib import Path

_CODE = re.compile(r"`([^`\n]+)`")
# What a browser may not show, and what would turn a line of text around.
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

STYLE = """
:root { color-scheme: light dark;
  --paper: #fff; --card: #f6f7f9; --ink: #1a1e24; --soft: #545d69; --line: #d5dae1;
  --link: #1f55c0; --good: #16703a; --bad: #b3261e; --open: #855500;
  --above: #c8500a; --below: #2a5fd0; --cell: #fff; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #15181d; --card: #1e2228; --ink: #e4e7eb; --soft: #a3adba; --line: #3a414b;
  --link: #8ab0f8; --good: #6fcf92; --bad: #ff8d84; --open: #e8b65a;
  --above: #ff9a52; --below: #7aa5ff; --cell: #15181d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .5rem; line-height: 1.3; }
h3 { font-size: 1rem; margin: 0 0 .3rem; line-height: 1.4; }
p { margin: .3rem 0; } a { color: var(--link); }
p, li, dd { overflow-wrap: anywhere; } td { overflow-wrap: break-word; }
code, pre { font-family: ui-monospace, Consolas, Menlo, "DejaVu Sans Mono", monospace;
  font-size: .9em; }
pre { overflow-x: auto; background: var(--card); padding: .6rem .8rem; border-radius: .4rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .9rem; padding-bottom: .25rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th.n, td.n { text-align: right; } thead th { font-weight: 600; white-space: nowrap; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--link); }
.soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
.open { color: var(--open); }
.bar { display: inline-block; width: 8rem; height: .7rem; background: var(--line);
  border-radius: .35rem; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--good); }
.notice { border-left: 4px solid var(--open); padding: .5rem .9rem; background: var(--card);
  border-radius: 0 .4rem .4rem 0; margin: .8rem 0; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem;
  margin: .8rem 0; }
details > summary { cursor: pointer; color: var(--link); width: fit-content; }
svg { display: block; max-width: 100%; height: auto; }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
@media print { :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000;
    --soft: #333; --line: #999; --link: #000; --good: #0a4d25; --bad: #8c1a14; --open: #5c3b00;
    --above: #c8500a; --below: #2a5fd0; --cell: #fff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  article, figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .bar, .bar i, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .noprint { display: none; } }
"""

_SHEET = Path(__file__).parent / "html/static/feedback.css"
FEEDBACK = _SHEET.read_text("utf-8")
"""What only the feedback page has."""


def document(
    title: str, body: str, *, style: str = "", script: str = "", frames: bool = False
) -> str:
    """A whole page. Only this very script may run in it, and nothing may be loaded from anywhere.

    ``title`` is text and is escaped here; ``body``, ``style`` and ``script`` are ours. With
    ``frames`` it may show files that lie beside it.
    """
    allowed = f" script-src 'sha256-{_sha256(script)}';" if script else ""
    if frames:
        allowed += " frame-src 'self' file:;"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline';{allowed} base-uri 'none'; "
        "form-action 'none'"
    )
    code = f"<script>{script}</script>\n" if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">To the content</a>\n{body}{code}</body>\n</html>\n'
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def text(words: str) -> str:
    """Text of anybody's as HTML: every sign of it is shown and none of it is markup."""
    return html.escape(_UNSHOWN.sub("\ufffd", words))


@lru_cache(maxsize=1024)  # titles and hints are the same for a whole class
def prose(words: str) -> str:
    """The same, with what stands between backticks set as code."""
    return _CODE.sub(r"<code>\1</code>", text(words))


def plural(number: int, what: str) -> str:
    """A number of things: 1 point, 2 points."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
