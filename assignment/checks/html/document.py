"""Render templates as pages: each is one file that loads nothing and runs its own script only.

A page's template extends ``document.html`` and fills its blocks ``title`` and ``body``. Every value
that a template shows is escaped, unless a filter or macro has made HTML of it.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from ..console import count

_HERE = Path(__file__).resolve().parent
_CODE = re.compile(r"`([^`\n]+)`")
# Characters that browsers do not show, and those that reverse the direction of text.
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def render(
    template: str,
    *folders: Path,
    styles: Sequence[str] = (),
    script: str = "",
    frames: bool = False,
    **values: object,
) -> str:
    """Render a page from the ``template`` of this name.

    ``folders`` are searched for templates, style sheets and scripts before this room's own.
    ``styles`` are names of ``.css`` files, which follow ``document.css``, and ``script`` is the
    name of a ``.js`` file. A page with ``frames`` may show files that lie beside it.
    """
    found = environment(*folders)
    code = _source(found, script) if script else ""
    style = "\n".join(_source(found, name) for name in ("document.css", *styles))
    page = found.get_template(template).render(
        values, policy=_policy(code, frames), style=Markup(style), script=Markup(code)
    )
    return _showable(page)


@lru_cache(maxsize=8)
def environment(*folders: Path) -> jinja2.Environment:
    """Return the settings for templates in ``folders`` and in this room.

    Everything is escaped, and an undefined name is an error.
    """
    places = (*folders, _HERE / "templates", _HERE / "static")
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(places),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(prose=prose, plural=count)
    return made


@lru_cache(maxsize=32)
def _source(found: jinja2.Environment, name: str) -> str:
    """The text of a style sheet or script, which is no template."""
    assert found.loader is not None
    return found.loader.get_source(found, name)[0]


def _policy(script: str, frames: bool) -> str:
    """The page's content security policy, which allows this very script."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f" script-src 'sha256-{digest}';" if script else ""
    if frames:
        allowed += " frame-src 'self' file:;"
    return (
        f"default-src 'none'; style-src 'unsafe-inline';{allowed} base-uri 'none'; "
        "form-action 'none'"
    )


def _showable(page: str) -> str:
    """Replace characters that cannot be shown, wherever in the page they are."""
    return page if page.replace("\n", "").isprintable() else _UNSHOWN.sub("\ufffd", page)


@lru_cache(maxsize=1024)  # titles and hints are the same for a whole class
def prose(words: str) -> Markup:
    """Escape text and set what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(str(words)))))
