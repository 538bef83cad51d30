"""What a student finds in the feedback folder, after a real grading with a course."""

from pathlib import Path

import pytest

from autograder.commands import grade
from autograder.gradebook import rubric
from autograder.reports.feedback_page import excerpt
from tests.builders.courses import course_in
from tests.builders.files import folder_of
from tests.builders.html_page import Page
from tests.builders.sources import RIGHT, STUB, mistake

SOURCES = {
    "ada": mistake("train-plus-eta"),
    "bob": RIGHT.replace("def ffnn(", "def ffnn(("),
    "cid": STUB,
    "dan": mistake("ffnn-output-softmax"),
}


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; everybody but Dan has sent a report, and Ada's is marked."""
    folder = tmp_path_factory.mktemp("course")
    comments = {"discussion": "Well said."}
    marks = (f"ada,{part.name},2,{comments.get(part.name, '')}\n" for part in rubric.DEFAULT)
    course_in(
        folder,
        'name = "NN"\ndue = 2026-11-30T23:59:00+01:00\n[late]\n',
        roster='id,name,section\nada,"Doe, Jane",A\nbob,Bo,B\ncid,Ci,B\ndan,Da,B\n',
        adjustments="submission,question,points,reason,by,date\nada,1.1,-1,Seen,Kim,2026-12-03\n",
        manual=f"submission,item,points,comment\n{''.join(marks)}",
    )
    for name, source in SOURCES.items():
        more = {"report.pdf": b"%PDF-1.4", "notes.txt": "mine"} if name != "dan" else {}
        folder_of(folder / "in" / name, {"neural_network.py": source, **more})
    options = grade.Options(out=folder / "out", unsafe=True, jobs=1, config=folder / "course.toml")
    assert grade.grade([folder / "in"], options) == 0
    return folder / "out" / "feedback"


def text_of(feedback: Path, name: str) -> str:
    """The text of a page."""
    return Page((feedback / f"{name}.html").read_text("utf-8")).text


def test_the_grade_comes_first(feedback: Path) -> None:
    """Name, sum and parts of the grade, the next step and the report stand above all tables."""
    text = text_of(feedback, "ada")
    head = text[: text.index("Points by question")]
    for words in (
        "Doe, Jane (ada, section A) 71 of 100: code 60, adjusted −1, report 12, late 0",
        "Next: 2.1 train_nn , output W1tr",
        "Report received: report.pdf",
    ):
        assert words in head
    assert "Other files notes.txt" in text
    assert "80 points; " not in text
    assert "80 of 80" not in text_of(feedback, "cid")


def test_the_report_may_be_missing_or_not_marked(feedback: Path) -> None:
    """The page says which of the two it is."""
    text = text_of(feedback, "cid")
    assert "0 of 80: code 0, late 0. The report, worth 20, is not marked yet." in text
    assert "Report received: report.pdf" in text
    assert "No report was received." in text_of(feedback, "dan")


def test_a_file_that_does_not_run_has_one_banner(feedback: Path) -> None:
    """The line with a caret, once, and no word about single functions."""
    text = text_of(feedback, "bob")
    assert text.count("Syntax error in line") == 1
    assert "The file does not run, so none of its functions has points." in text
    source = (feedback / "bob.html").read_text("utf-8")
    code, caret = source.partition("<pre>")[2].partition("</pre>")[0].split("\n")
    assert code.endswith("| def ffnn((")
    assert code[caret.index("^")] == "("
    assert "raised SyntaxError" not in text
    assert "python check.py" in text


def test_what_is_right_is_folded(feedback: Path) -> None:
    """Right functions are folded; one that is wrong, or credited with a message, is not."""
    page = Page((feedback / "dan.html").read_text("utf-8"))
    folded = [a for a in page.all("details") if a.get("class") == "part"]
    assert len(folded) == 4
    for words in (
        "✓ 1.2 perceptron",
        "Next: 1.3 ffnn , output y",
        "Correct when tested with our ffnn",
    ):
        assert words in page.text
    assert "Next: 1.1 sigmoid : write it (README.md, section 1.1)" in text_of(feedback, "cid")


def test_the_same_is_there_as_plain_text(feedback: Path) -> None:
    """Grade, next step, messages and hints, in short lines without markup."""
    text = (feedback / "ada.txt").read_text("utf-8")
    assert text.startswith(
        "NN: Doe, Jane (ada, section A)\n71 of 100: code 60, adjusted −1, report 12, late 0\n"
    )
    joined = " ".join(text.split())
    for words in (
        "Next: 2.1 train_nn, output W1tr",
        "discussion: 2. Well said.",
        "1.1 sigmoid: 5 of 5 points, right",
        "Hint: The weights climb the error",
        "Hint: the same as above.",
    ):
        assert words in joined
    assert max(map(len, text.splitlines())) < 80
    assert "<" not in text
    broken = (feedback / "bob.txt").read_text("utf-8")
    assert broken.count("Syntax error") == 1
    assert "| def ffnn((\n" in broken


def test_an_excerpt_has_the_line_of_a_cell() -> None:
    """The line of a notebook's cell is found; without a place, or a line, there is none."""
    source = "# The code cells\n# %% cell 1\nx = 1\n# %% cell 2\ny = 2\n\tz = = 3\n"
    message = "Syntax error in cell 2, line 2, column 6: invalid syntax (“z = = 3”)."
    assert excerpt(message, source.encode()) == "    2 |  z = = 3\n      |      ^"
    assert excerpt("Syntax error in line 9.", b"x = 1") == ""
    assert excerpt("The file is not a Python program.", b"x = 1") == ""
    long = b"x" * 300 + b" = = 3"
    code, caret = excerpt("Syntax error in line 1, column 304: x.", long).split("\n")
    assert code[caret.index("^")] == "="
    assert len(code) < 140
