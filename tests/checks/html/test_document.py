"""What all pages share: escaping, the content security policy, and jinja2 only where it is used."""

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

from assignment.checks.console import count
from assignment.checks.html.document import environment, prose, render
from autograder.paths import ROOT
from tests.builders.html_page import Page
from tests.builders.processes import run

PAGE = """{% extends "document.html" %}
{% block title %}{{ words }}{% endblock %}
{% block body %}<main id="main"><h1>{{ words }}</h1><p>{{ words|prose }}</p>
<p title="{{ words }}">{{ path }}</p></main>{% endblock %}
"""
HOSTILE = "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&`<b>`"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A room's folder with one template, one script and one style sheet."""
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page.js").write_text('let a = "<b> & {{ words }}";\n', encoding="utf-8")
    (tmp_path / "page.css").write_text("p::before { content: '<'; }\n", encoding="utf-8")
    return tmp_path


def test_every_value_is_escaped(folder: Path) -> None:
    """In the title, in text, in an attribute and in prose, markup in a value stays text."""
    page = Page(render("page.html", folder, words=HOSTILE, path=Path("<i>")))
    page.check()
    assert page.all("script") == page.all("img") == page.all("i") == []
    assert page.text.count("<script>alert(1)</script>") == 3
    assert [p.get("title") for p in page.all("p")] == [None, HOSTILE]


def test_characters_that_cannot_be_shown_are_replaced_everywhere(folder: Path) -> None:
    """Control characters, reversed text and lone surrogates become U+FFFD, also in prose."""
    source = render("page.html", folder, words="a\x00\u202e\ud800`b`", path=Path("c\x1b"))
    assert source.count("a\ufffd\ufffd\ufffd") == 4
    assert "c\ufffd" in source
    assert not re.search("[\x00\x1b\u202e\ud800]", source)
    source.encode()


def test_a_name_that_is_not_given_is_an_error(folder: Path) -> None:
    """A template never shows an empty place for a misspelt name."""
    with pytest.raises(jinja2.UndefinedError, match="path"):
        render("page.html", folder, words="a")


def test_the_policy_allows_exactly_the_script_of_the_page(folder: Path) -> None:
    """The digest in the policy is that of the text between the script tags, as it stands."""
    source = render("page.html", folder, script="page.js", words="a", path="b")
    found = re.search("<script>(.*?)</script>", source, re.DOTALL)
    assert found
    assert found[1] == (folder / "page.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy(source)


def test_without_a_script_none_may_run(folder: Path) -> None:
    """The policy starts from nothing; frames are allowed only where they are asked for."""
    plain = policy(render("page.html", folder, words="a", path="b"))
    assert plain.startswith("default-src 'none';")
    assert "script-src" not in plain
    assert "frame-src" not in plain
    framed = policy(render("page.html", folder, frames=True, words="a", path="b"))
    assert "frame-src 'self' file:;" in framed


def policy(source: str) -> str:
    """The content security policy of a page."""
    (found,) = (m["content"] for m in Page(source).all("meta") if "http-equiv" in m)
    assert found is not None
    return found


def test_style_sheets_follow_the_shared_one(folder: Path) -> None:
    """A page's own rules come last, so that they win, and are not escaped."""
    source = render("page.html", folder, styles=("page.css",), words="a", path="b")
    assert source.index("--paper: #fff") < source.index("p::before { content: '<'; }")


def test_code_is_set_as_code_after_escaping() -> None:
    """Backticks make code, their content is escaped, and so is a value that is markup already."""
    assert prose("`a < b` & c") == "<code>a &lt; b</code> &amp; c"
    made = environment().from_string("{{ words|prose }}").render(words=prose("<i>"))
    assert made == "&amp;lt;i&amp;gt;"


def test_numbers_are_counted() -> None:
    """One point, several points, and thousands with a comma."""
    assert [count(n, "point") for n in (0, 1, 2000)] == ["0 points", "1 point", "2,000 points"]


@pytest.mark.parametrize("program", ["check.py", "assignment.check"])
def test_students_check_without_jinja2(program: str) -> None:
    """Only ``--html`` needs jinja2; where it is missing, the message says how to install it."""
    start = (
        "import sys, runpy; sys.modules['jinja2'] = None; sys.argv[0] = 'check.py'; "
        "run = runpy.run_path if sys.argv[1].endswith('.py') else runpy.run_module; "
        "name = sys.argv.pop(1); run(name, run_name='__main__')"
    )
    cwd, name = (ROOT / "assignment", program) if program == "check.py" else (ROOT, program)

    def check(*words: str) -> subprocess.CompletedProcess[str]:
        return run([sys.executable, "-c", start, name, *words], cwd)

    done = check("sigmoid")
    assert done.returncode == 1, done.stderr
    assert "jinja2" not in done.stdout + done.stderr
    done = check("--html")
    assert done.returncode == 2, done.stderr
    assert "The package jinja2 is missing here." in done.stdout
