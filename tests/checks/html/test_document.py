"""What all pages share: escaping, the content security policy, and jinja2 only where it is used."""

import base64
import hashlib
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jinja2
import pytest

from assignment.checks.console import count
from assignment.checks.html.document import environment, prose, render
from autograder.paths import ROOT
from tests.builders.html_page import Page
from tests.builders.processes import run
from tests.builders.results import HOSTILE

PAGE = """{% extends "document.html" %}
{% block title %}{{ words }}{% endblock %}
{% block body %}<main id="main"><h1>{{ words }}</h1><p>{{ words|prose }}</p>
<p title="{{ words }}">{{ path }}</p></main>{% endblock %}
"""


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., str]:
    """A page of one template, with a script and a style sheet in its room's folder."""
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page.js").write_text('let a = "<b> & {{ words }}";\n', encoding="utf-8")
    (tmp_path / "page.css").write_text("p::before { content: '<'; }\n", encoding="utf-8")
    return partial(render, "page.html", tmp_path)


def test_every_value_is_escaped_and_can_be_shown(page: Callable[..., str]) -> None:
    """In the title, in text, in an attribute and in prose, markup in a value stays text.

    Control characters, reversed text and lone surrogates become U+FFFD.
    """
    source = page(words=f"{HOSTILE}\ud800", path=Path("<i>\x1b"))
    found = Page(source)
    assert found.all("script") == found.all("img") == found.all("i") == []
    assert found.text.count("<script>alert(1)</script>") == 3
    shown = HOSTILE.replace("\x00\u202e", "\ufffd\ufffd\ufffd")
    assert [p.get("title") for p in found.all("p")] == [None, shown]
    assert source.count("\ufffd\ufffd\ufffd") == 4
    assert not re.search("[\x00\x1b\u202e\ud800]", source)
    source.encode()


def test_a_name_that_is_not_given_is_an_error(page: Callable[..., str]) -> None:
    """A template never shows an empty place for a misspelt name."""
    with pytest.raises(jinja2.UndefinedError, match="path"):
        page(words="a")


def test_the_policy_allows_exactly_the_script_of_the_page(page: Callable[..., str]) -> None:
    """Its digest is that of the text between the tags; without one none may run, and no frame."""
    source = page(script="page.js", words="a", path="b")
    found = re.search("<script>(.*?)</script>", source, re.DOTALL)
    assert found
    assert found[1] == 'let a = "<b> & {{ words }}";\n'
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy(source)
    plain = policy(page(words="a", path="b"))
    assert plain.startswith("default-src 'none';")
    assert "script-src" not in plain
    assert "frame-src" not in plain
    assert "frame-src 'self' file:;" in policy(page(frames=True, words="a", path="b"))


def policy(source: str) -> str:
    """The content security policy of a page."""
    (found,) = (m["content"] for m in Page(source).all("meta") if "http-equiv" in m)
    assert found is not None
    return found


def test_style_sheets_follow_the_shared_one(page: Callable[..., str]) -> None:
    """A page's own rules come last, so that they win, and are not escaped."""
    source = page(styles=("page.css",), words="a", path="b")
    assert source.index("--paper: #fff") < source.index("p::before { content: '<'; }")


def test_code_is_set_as_code_after_escaping() -> None:
    """Backticks make code, their content is escaped, and so is a value that is markup already."""
    assert prose("`a < b` & c") == "<code>a &lt; b</code> &amp; c"
    made = environment().from_string("{{ words|prose }}").render(words=prose("<i>"))
    assert made == "&amp;lt;i&amp;gt;"


def test_numbers_are_counted() -> None:
    """One point, several points, and thousands with a comma."""
    assert [count(n, "point") for n in (0, 1, 2000)] == ["0 points", "1 point", "2,000 points"]


@pytest.mark.parametrize(
    ("argument", "code", "said"),
    [("sigmoid", 1, "to do"), ("--html", 2, "The package jinja2 is missing here.")],
)
def test_students_check_without_jinja2(argument: str, code: int, said: str) -> None:
    """Only ``--html`` needs jinja2; where it is missing, the message says how to install it."""
    start = "import sys, check; sys.modules['jinja2'] = None; sys.exit(check.main(sys.argv[1:]))"
    done = run([sys.executable, "-c", start, argument], ROOT / "assignment")
    assert (done.returncode, done.stderr) == (code, "")
    assert said in done.stdout
