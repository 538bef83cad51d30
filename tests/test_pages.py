"""The pages: whole, safe to open, and silent about hidden cases."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from urllib.parse import unquote

import msgspec
import numpy as np
import pytest

from assignment.checks import browser, picture
from assignment.checks.case import Expected
from assignment.checks.kit import FILE, Kit
from assignment.checks.look import document, prose
from assignment.checks.page import Page as FeedbackPage
from assignment.checks.page import render
from assignment.checks.questions import FUNCTIONS, QUESTIONS
from autograder import details
from autograder.answers import Answers
from autograder.exports.class_page import class_page
from autograder.exports.feedback import unknown, write_feedback
from autograder.exports.figures import inline
from autograder.exports.pages import feedback_page
from autograder.exports.tally import Tally
from autograder.results import MAX_NUMBERS, Numbers, OutputResult, SubmissionResult, feedback
from tests.builders.html_page import Page

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = (ROOT / "solution" / FILE).read_text("utf-8")
HOSTILE = (
    "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&`<b>`\x00\u202e"
)
ANSWERS = Answers()
SECRET = 12345.678


def an_output(case: str, output: str, **changes: object) -> OutputResult:
    """A wrong output of one of the kit's cases."""
    (found,) = (one for one in ANSWERS.graded if one.id == case)
    number = next(q.number for q in QUESTIONS if q.function == found.function)
    fields: dict[str, object] = {
        "question": number,
        "function": found.function,
        "case": case,
        "title": found.title,
        "output": output,
        "public": found.public,
        "status": "failed",
        "points": 0,
        "max_points": found.points[output],
        **changes,
    }
    return OutputResult(**fields)  # type: ignore[arg-type]


def a_result(*outputs: OutputResult, **changes: object) -> SubmissionResult:
    """A judged submission."""
    fields: dict[str, object] = {"submission": "ann", "status": "judged", "isolation": 3, **changes}
    return SubmissionResult(**fields, outputs=outputs)  # type: ignore[arg-type]


def page_of(result: SubmissionResult) -> Page:
    """The feedback page, read and checked."""
    page = Page(feedback_page(result, ANSWERS.public))
    page.check()
    return page


def test_a_students_text_stays_text() -> None:
    """Whatever a file, its name, its prints and its exceptions say, none of it becomes markup."""
    wrong = an_output("ffnn-handout", "y", message=HOSTILE, hint=HOSTILE, status="error")
    result = a_result(
        wrong,
        submission=HOSTILE,
        message=HOSTILE,
        file=HOSTILE,
        ignored=(HOSTILE,),
        notes=(HOSTILE,),
        remarks=(HOSTILE,),
        left_out=((3, HOSTILE),),
    )
    page = page_of(result)
    assert page.all("script") == page.all("img") == []
    assert page.text.count("<script>alert(1)</script>") >= 8
    tally = Tally()
    tally.add(msgspec.structs.replace(result, status="refused"))
    tally.add(msgspec.structs.replace(result, submission="bob"))
    whole = Page(class_page(tally, HOSTILE))
    whole.check()
    assert len(whole.all("script")) == 1
    assert whole.all("img") == []


@pytest.mark.parametrize("script", ["", "let a = '<b>';"])
def test_a_page_may_load_nothing_and_run_its_own_script_only(script: str) -> None:
    """The policy in the page forbids what is not in it; a script is allowed by its digest."""
    source = document("t", "<main id='main'><h1>t</h1></main>", script=script)
    (policy,) = (m["content"] for m in Page(source).all("meta") if "http-equiv" in m)
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert ("script-src 'sha256-" in policy) == bool(script)


def test_code_is_set_as_code_after_escaping() -> None:
    """Backticks make code, and what is in them is still text."""
    assert prose("`a < b` & c") == "<code>a &lt; b</code> &amp; c"


def test_a_wrong_array_of_a_public_case_has_pictures() -> None:
    """Expected, yours and the difference, with words for those who do not see them."""
    right = ANSWERS.public("backprop-handout", "dE1")
    assert right is not None
    got = right.accepted[0].copy()
    got[0] *= 2
    page = page_of(a_result(an_output("backprop-handout", "dE1", got=Numbers.of(got))))
    assert len(page.all("svg")) == 3
    assert "wrong in row 0 (the bias) only" in page.text
    assert sum(a.get("class") == "pointer" for a in page.all("path")) == 2


def test_the_error_has_both_curves() -> None:
    """An error curve is drawn over the expected one, also where it is not finite or far away."""
    right = ANSWERS.public("train-handout", "E_total")
    assert right is not None
    got = right.accepted[0] * 1e200
    got[3:5] = np.nan
    got[6] = np.inf
    page = page_of(a_result(an_output("train-handout", "E_total", got=Numbers.of(got))))
    curves = [a["d"] for a in page.all("path") if (a.get("class") or "").startswith("curve")]
    assert len(curves) == 2
    assert not re.search(r"nan|inf|e\+", " ".join(map(str, curves)))
    assert "25 of your 25 values leave the picture" in page.text


def test_a_hidden_case_gives_no_value_away() -> None:
    """Of a hidden case the page has title, message and hint: nothing returned, nothing expected."""
    hidden = an_output(
        "ffnn-two-classes",
        "y",
        hint="a hint",
        message="Not right in this hidden case.",
        staff=f"staff only {SECRET}",
        got=Numbers.of(np.full(2, SECRET)),
    )
    asked: list[str] = []

    def watched(case: str, output: str) -> Expected | None:
        asked.append(case)
        return ANSWERS.public(case, output)

    source = feedback_page(a_result(hidden), watched)
    assert asked == []
    assert ANSWERS.public("ffnn-two-classes", "y") is None
    page = Page(source)
    assert page.all("svg") == []
    assert "staff" not in page.text
    assert "12345" not in source
    assert "Called" not in page.text
    assert "hidden case" in page.text
    assert "a hint" in page.text
    assert "12345" not in str(feedback(a_result(hidden)))


def test_a_refused_submission_has_a_page() -> None:
    """It says why, and has no table of points."""
    page = page_of(a_result(status="refused", message="There is no file to grade."))
    assert "Not graded: There is no file to grade." in page.text
    assert page.all("table") == []


def test_what_was_graded_is_told() -> None:
    """File, what lay beside it, what was not run, digest and isolation."""
    page = page_of(
        a_result(
            an_output("ffnn-handout", "y"),
            file="src/neural_network.py",
            ignored=("old.py",),
            left_out=((7, "train()"),),
            digest="abc123",
            sha256="f" * 64,
        )
    )
    for words in ("src/neural_network.py", "old.py", "line 7 was not run: train()", "abc123"):
        assert words in page.text
    assert "level 3: proved, with namespaces" in page.text


def test_own_merits_are_told() -> None:
    """What is right only with right functions beneath it says so."""
    words = "Right, once `ffnn` is right."
    right = an_output(
        "backprop-handout", "y", status="passed", points=1, message=words, own_chain=False
    )
    assert "Right, once ffnn is right." in page_of(a_result(right)).text.replace(" .", ".")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([[1, 1], [0, 0], [0, 0]], "wrong in row 0 (the bias) only"),
        ([[0, 1, 0], [0, 1, 0]], "wrong in column 1 only"),
        ([[1, 0], [0, 1]], "2 of 4 elements are wrong"),
        ([[1, 1], [1, 1]], "every element is wrong"),
        ([0, 0, 1], "1 of 3 elements is wrong"),
    ],
)
def test_the_row_or_column_at_fault_is_named(wrong: list[object], words: str) -> None:
    """Few rows or columns that hold all wrong elements are named; otherwise they are counted."""
    assert picture.where_wrong(np.array(wrong, dtype=bool)) == words


@pytest.mark.parametrize(
    "got",
    [
        np.full((5, 6), np.nan),
        np.full((5, 6), np.inf),
        np.zeros((6, 5)),
        np.zeros(30),
        np.zeros((5, 6), dtype=bool),
        np.full((5, 6), 1e308),
        np.full((5, 6), 5e-324),
        np.arange(30).reshape(5, 6),
    ],
)
def test_any_array_can_be_drawn(got: np.ndarray) -> None:
    """Not finite, huge, tiny, of another shape or kind: there is a picture and no warning."""
    source = picture.picture("dE1", got, np.linspace(-1, 1, 30).reshape(5, 6), 1e-6)
    assert "<svg" in source
    Page(document("t", f"<main id='main'><h1>t</h1>{source}</main>")).check()


@pytest.mark.parametrize("shape", [(), (0,), (2, 2, 2), (40, 40)])
def test_what_cannot_be_seen_is_not_drawn(shape: tuple[int, ...]) -> None:
    """Single numbers, nothing, three dimensions and large arrays are told in words only."""
    assert picture.picture("y", np.zeros(shape), np.ones(shape), 1e-6) == ""


def test_a_long_vector_is_folded() -> None:
    """Guesses for many points stand in several rows, with their digits."""
    got = np.arange(70) % 3
    source = picture.picture("guesses", got, np.zeros(70), 0)
    assert source.count("<text") == 3 * 70


def test_kept_numbers_come_back_and_are_bounded() -> None:
    """Wrong answers survive the record; a large one, and one too many, is told in words only."""
    small = Numbers.of(np.arange(6.0).reshape(2, 3))
    assert small is not None
    assert np.array_equal(small.array(), np.arange(6.0).reshape(2, 3))
    assert Numbers.of(np.zeros(MAX_NUMBERS + 1)) is None
    assert Numbers.of(None) is Numbers.of(np.array(["a"])) is None
    many = [
        an_output("ffnn-handout", "y", got=Numbers.of(np.zeros(MAX_NUMBERS))) for _ in range(60)
    ]
    kept = [words.got for words in details.unpack(details.pack(a_result(*many))).words]
    assert 0 < sum(got is not None for got in kept) * 8 * MAX_NUMBERS <= details.MAX_GOT
    assert kept[0] == many[0].got


def test_a_record_without_numbers_can_be_read() -> None:
    """Results that were recorded before wrong answers were kept have none."""
    old = zlib.compress(msgspec.msgpack.encode({"words": [[2, "message", "hint", "staff"]]}))
    assert details.unpack(old).words == [details.Words(2, "message", "hint", "staff", None)]


def made_up_class(size: int) -> list[SubmissionResult]:
    """A class with the marks, mistakes and misfortunes of a large one."""
    results = []
    for index in range(size):
        outputs = [
            an_output(
                case.id,
                output,
                status="failed" if (index + place) % 4 == 0 else "passed",
                points=0 if (index + place) % 4 == 0 else case.points[output],
                misconception=f"mistake-{place % 23}" if (index + place) % 8 == 0 else "",
                hint="What to look at. " * 8,
            )
            for place, (case, output) in enumerate(PLACES)
        ]
        name = f"{index:04d} Jón Ágúst Þórðarson <{index}>"
        status = "refused" if index % 500 == 7 else "not_judged" if index % 900 == 8 else "judged"
        results.append(
            a_result(
                *(outputs if status == "judged" else ()),
                submission=name,
                status=status,
                seconds=0.1 + index % 9,
            )
        )
    return results


PLACES = [(case, output) for case in ANSWERS.graded for output in case.points]


def test_the_class_page_of_three_thousand_is_small_and_links_everybody() -> None:
    """Under 5 MB, well-formed, and every submission leads to its page."""
    small = made_up_class(30)
    results = [
        msgspec.structs.replace(small[index % 30], submission=f"{index}-Jón <b>")
        for index in range(3000)
    ]
    tally = Tally()
    for result in results:
        tally.add(result)
    source = class_page(tally, "A course")
    assert len(source.encode()) < 5_000_000
    page = Page(source)
    page.check()
    links = {unquote(str(a["href"])) for a in page.all("a") if "data-no" in a}
    assert links == {f"feedback/{result.submission}.html" for result in results}
    numbers = {a["data-no"] for a in page.all("a") if "data-no" in a}
    assert len(numbers) == 3000


def test_the_class_page_says_who_needs_a_person_first() -> None:
    """Not judged, refused, hung: before anything else, each with its reason."""
    hung = an_output("ffnn-handout", "y", status="timeout")
    tally = Tally()
    tally.add(a_result(submission="ann", status="refused", message="No file."))
    tally.add(a_result(submission="bob", status="not_judged", message="The disk was full."))
    tally.add(a_result(hung, submission="cid"))
    tally.add(a_result(an_output("ffnn-handout", "y", status="passed"), submission="dan"))
    text = Page(class_page(tally, "A course")).text
    first = text[text.index("Needs a person", text.index("The class") + 60) : text.index("median")]
    for words in ("Refused: 1", "No file.", "Not judged: 1", "The disk was full.", "cid : ffnn"):
        assert words in first
    assert "dan" not in first


def test_a_class_of_which_nobody_was_judged_has_a_page() -> None:
    """Without a score there are no figures, and the page still says what is the matter."""
    tally = Tally()
    for name in ("ann", "bob"):
        tally.add(a_result(submission=name, status="refused", message="No file."))
    page = Page(class_page(tally, "A course"))
    page.check()
    assert "2 submissions, 0 of them judged" in page.text


def test_mistakes_are_ranked_and_counted_once_a_submission() -> None:
    """The mistake that most have made comes first, however many outputs it spoils."""
    tally = Tally()
    for name, mistakes in (("ann", ("a", "a", "b")), ("bob", ("b",))):
        places = zip(("y", "z0", "z1"), mistakes, strict=False)
        tally.add(
            a_result(
                *(an_output("ffnn-handout", o, misconception=m) for o, m in places),
                submission=name,
            )
        )
    assert [(n, m.submissions) for n, m in tally.ranked()] == [
        ("b", ["ann", "bob"]),
        ("a", ["ann"]),
    ]


def test_figures_take_the_colours_of_the_page() -> None:
    """Ids are made unique, headers and namespaces go, and ink becomes a variable."""
    svg = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><metadata>x</metadata>'
        '<g id="a"/><g id="b" style="fill: #010203" clip-path="url(#b)"/></svg>'
    )
    assert inline(svg, "f") == (
        '<svg aria-hidden="true"><g/><g id="f-b" style="fill: var(--ink)" clip-path="url(#f-b)"/>'
        "</svg>"
    )


def test_both_files_are_written_for_everybody(tmp_path: Path) -> None:
    """JSON and page under the id of the submission."""
    write_feedback([a_result(submission="ann"), a_result(submission="bob")], tmp_path, unknown)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["ann.html", "ann.json", "bob.html", "bob.json"]


def test_a_student_gets_the_same_page_at_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """check.py --html writes the public part: pictures, what waits for what, the digest."""
    source = REFERENCE.replace("z1 = np.ones(M + 1)", "z1 = np.zeros(M + 1)") + "\nprint('<b>')\n"
    (tmp_path / FILE).write_text(source, encoding="utf-8")
    kit = Kit(tmp_path)
    assert browser.run((), kit) == 1
    said = capsys.readouterr().out
    assert (tmp_path / "feedback.html").resolve().as_uri() in said
    page = Page((tmp_path / "feedback.html").read_text("utf-8"))
    page.check()
    assert set(FUNCTIONS) <= set(page.ids)
    assert page.all("svg")
    assert kit.digest in page.text
    assert "the grader judges backprop for itself" in page.text
    assert "hidden case," not in page.text


def test_the_page_at_home_says_why_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a file, a sentence and exit code 2, as the door does."""
    assert browser.run((), Kit(tmp_path)) == 2
    assert "There is no neural_network.py" in capsys.readouterr().out
    assert not (tmp_path / "feedback.html").exists()


def test_an_empty_page_is_a_page() -> None:
    """Nothing is needed but a name."""
    Page(render(FeedbackPage("ann", (), ()))).check()
