"""The feedback page: whole, safe to open, and silent about hidden cases."""

import re
import zlib
from pathlib import Path
from unittest.mock import Mock

import msgspec
import numpy as np
import pytest

from assignment.checks.commands import html
from assignment.checks.html.document import render
from assignment.checks.model.questions import FUNCTIONS
from assignment.checks.running.kit import Kit
from autograder.record import blob
from autograder.results import MAX_NUMBERS, Numbers, feedback
from tests.builders.home import kit_with
from tests.builders.html_page import Page
from tests.builders.results import ANSWERS, HOSTILE, a_result, an_output, feedback_page
from tests.builders.sources import RIGHT

SECRET = 12345.678


def test_a_students_text_stays_text() -> None:
    """Whatever a file, its name, its prints and its exceptions say, none of it becomes markup."""
    wrong = an_output("ffnn-handout", "y", message=HOSTILE, hint=HOSTILE, status="error")
    texts = dict.fromkeys(("submission", "message", "file"), HOSTILE)
    lists = dict.fromkeys(("ignored", "notes", "remarks"), (HOSTILE,))
    page = Page(feedback_page(a_result(wrong, **texts, **lists, left_out=((3, HOSTILE),))))
    assert page.all("script") == page.all("img") == []
    assert page.text.count("<script>alert(1)</script>") >= 8


def test_a_wrong_array_of_a_public_case_has_pictures() -> None:
    """Expected, yours and the difference, with words for screen readers."""
    right = ANSWERS.public("backprop-handout", "dE1")
    assert right is not None
    got = right.accepted[0].copy()
    got[0] *= 2
    page = Page(feedback_page(a_result(an_output("backprop-handout", "dE1", got=Numbers.of(got)))))
    assert len(page.all("svg")) == 3
    assert "wrong in row 0 (the bias) only" in page.text
    assert sum(a.get("class") == "pointer" for a in page.all("path")) == 2


def test_the_error_has_both_curves() -> None:
    """Both are drawn with their names; one that is far away is drawn at the edge."""
    right = ANSWERS.public("train-handout", "E_total")
    assert right is not None
    got = right.accepted[0] * 1e200
    got[3:5] = np.nan
    got[6] = np.inf
    page = Page(feedback_page(a_result(an_output("train-handout", "E_total", got=Numbers.of(got)))))
    curves = [a["d"] for a in page.all("path") if (a.get("class") or "").startswith("curve")]
    assert len(curves) == 2
    assert not re.search(r"nan|inf|e\+", " ".join(map(str, curves)))
    assert "over the iterations; 7 of your 7 values leave the picture" in page.text
    assert re.search(r" yours expected 2\.\d 1\.\d 0 iteration 6", page.text)


def test_a_hidden_case_shows_no_value() -> None:
    """Of a hidden case the page has title, message and hint: nothing returned, nothing expected."""
    hidden = an_output(
        "ffnn-two-classes",
        "y",
        hint="a hint",
        message="Not right in this hidden case.",
        staff=f"staff only {SECRET}",
        got=Numbers.of(np.full(2, SECRET)),
    )
    expected = Mock()
    source = feedback_page(a_result(hidden), expected)
    expected.assert_not_called()
    assert ANSWERS.public("ffnn-two-classes", "y") is None
    page = Page(source)
    assert page.all("svg") == []
    assert [words for words in ("staff", "Called") if words in page.text] == []
    assert [words for words in ("hidden case", "a hint") if words not in page.text] == []
    told = feedback(a_result(hidden))
    assert "12345" not in source + str(told)
    agreed = "question function case output public points max_points status message hint"
    assert {*agreed.split(), "misconception", "own_chain"} <= told["outputs"][0].keys()


def test_a_refused_submission_has_a_page() -> None:
    """It says why, and has no table of points."""
    page = Page(feedback_page(a_result(status="refused", message="There is no file to grade.")))
    assert "Not graded: There is no file to grade." in page.text
    assert page.all("table") == []


def test_the_page_says_what_was_graded() -> None:
    """File, what lay beside it, what was not run, digest and isolation."""
    facts = {"file": "src/neural_network.py", "ignored": ("old.py",), "digest": "abc123"}
    result = a_result(an_output("ffnn-handout", "y"), **facts, left_out=((7, "train()"),))
    text = Page(feedback_page(result)).text
    level = "level 3: proved, with namespaces"
    for words in (facts["file"], "old.py", "line 7 was not run: train()", "abc123", level):
        assert words in text


def test_kept_numbers_come_back_and_are_bounded() -> None:
    """Wrong answers survive the record; a large one, or one too many, has words only."""
    small = Numbers.of(np.arange(6.0).reshape(2, 3))
    assert small is not None
    assert np.array_equal(small.array(), np.arange(6.0).reshape(2, 3))
    assert Numbers.of(np.zeros(MAX_NUMBERS + 1)) is None
    assert Numbers.of(None) is Numbers.of(np.array(["a"])) is None
    many = [an_output("ffnn-handout", "y", got=Numbers.of(np.zeros(MAX_NUMBERS)))] * 60
    kept = [texts.got for texts in blob.unpack(blob.pack(a_result(*many))).texts]
    assert 0 < sum(got is not None for got in kept) * 8 * MAX_NUMBERS <= blob.MAX_GOT
    assert kept[0] == many[0].got


def test_a_record_without_numbers_can_be_read() -> None:
    """Results that were recorded before wrong answers were kept have none."""
    old = zlib.compress(msgspec.msgpack.encode({"texts": [[2, "message", "hint", "staff"]]}))
    assert blob.unpack(old).texts == [blob.OutputTexts(2, "message", "hint", "staff", None)]


def test_a_student_gets_the_same_page_at_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """check.py --html writes the public part: pictures, what blocks what, the digest."""
    source = RIGHT.replace("z1 = np.ones(M + 1)", "z1 = np.zeros(M + 1)") + "\nprint('<b>')\n"
    kit = kit_with(tmp_path, source)
    assert html.run((), kit) == 1
    printed = capsys.readouterr().out
    assert (tmp_path / "feedback.html").resolve().as_uri() in printed
    page = Page((tmp_path / "feedback.html").read_text("utf-8"))
    assert set(FUNCTIONS) <= set(page.ids)
    assert page.all("svg")
    assert kit.digest in page.text
    assert "the grader judges backprop for itself" in page.text
    assert "hidden case," not in page.text


def test_without_a_file_there_is_no_page_at_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the student's own or one of the kit, a sentence and exit code 2."""
    assert html.run((), Kit(tmp_path)) == 2
    assert "There is no neural_network.py" in capsys.readouterr().out
    assert not (tmp_path / "feedback.html").exists()
    monkeypatch.setattr(html, "feedback_html", lambda _: render("gone.html"))
    assert html.run((), kit_with(tmp_path, RIGHT)) == 2
    assert "gone.html is missing in the folder `checks`: unzip" in capsys.readouterr().out
