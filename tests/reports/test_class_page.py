"""The class page: complete, safe to open, and about the right people."""

from urllib.parse import unquote

import numpy as np

from assignment.checks.model.questions import NUMBERS
from autograder.gradebook.status import Entry, Group, Status
from autograder.reports.class_page.charts import points_bars, section_bars
from autograder.reports.class_page.equal_answers import beginning
from autograder.reports.class_page.page import class_page
from autograder.reports.class_page.statistics import Statistics
from autograder.results import Numbers, SubmissionResult
from tests.builders.html_page import Page
from tests.builders.results import ANSWERS, HOSTILE, a_result, an_output, verdict

QUIET = Status((), "")
PLACES = [(case.id, output) for case in ANSWERS.graded for output in case.points]


def counted(*results: SubmissionResult) -> Statistics:
    """The statistics of a class."""
    statistics = Statistics()
    for result in results:
        statistics.add(result)
    return statistics


def page_of(statistics: Statistics, status: Status = QUIET, title: str = "A course") -> Page:
    """The page."""
    return Page(class_page(statistics, title, status))


def test_text_of_a_student_stays_text() -> None:
    """Names, messages and hints of submissions do not become markup, nor does the title."""
    wrong = an_output("ffnn-handout", "y", message=HOSTILE, hint=HOSTILE, misconception=HOSTILE)
    refused = a_result(submission=HOSTILE, status="refused", message=HOSTILE)
    statistics = counted(refused, a_result(wrong, submission="bob", message=HOSTILE))
    page = page_of(statistics, title=HOSTILE)
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert page.text.count("<script>alert(1)</script>") >= 6


def test_the_class_page_of_three_thousand_is_small_and_links_everybody() -> None:
    """Under 5 MB, well-formed, and every submission leads to its page."""
    wrong = [
        an_output(*place, misconception=f"mistake-{number % 23}", hint="What to look at. " * 8)
        for number, place in enumerate(PLACES)
    ]
    names = [f"{index}-Jón <b>" for index in range(3000)]
    results = (a_result(*wrong[i % 4 :: 4], submission=name) for i, name in enumerate(names))
    source = class_page(counted(*results), "A course", QUIET)
    assert len(source.encode()) < 5_000_000
    page = Page(source)
    links = {a["data-no"]: unquote(str(a["href"])) for a in page.all("a") if "data-no" in a}
    assert sorted(links.values()) == sorted(f"feedback/{name}.html" for name in names)


def test_the_page_begins_with_what_needs_a_person() -> None:
    """The first line, each group with its reason and next command; what is not open is folded."""
    full, xu = (Entry("ann", "Ann", "", "Full."),), (Entry("x", "Xu"),)
    groups = (
        Group("Not judged", "Grade again.", "autograder grade", full),
        Group("Nothing submitted", "No grade.", "autograder grade", xu, open=False),
    )
    status = Status(groups, "3 on the roster: 1 final")
    page = page_of(counted(verdict("ann"), verdict("bob")), status)
    text = page.text[page.text.index("Submissions") :]
    order = ("3 on the roster: 1 final", "Not judged: 1", "autograder grade", "Full: Ann", "Xu")
    places = [text.index(words) for words in (*order, "Overview")]
    assert places == sorted(places)
    assert page.all("section")[0]["class"] == "who notice"


def test_a_class_without_judged_submissions_has_a_page() -> None:
    """Without a score there are no figures, and the page still says what is the matter."""
    refused = (a_result(submission=name, status="refused", message="No.") for name in "ab")
    text = page_of(counted(*refused)).text
    assert "2 submissions, 2 of which nothing could be run." in text


def test_misconceptions_are_ranked_and_counted_once_a_submission() -> None:
    """The misconception of most submissions comes first, however many outputs are wrong."""
    places = [("ffnn-handout", output) for output in ("y", "z0", "z1")]
    wrong = [an_output(*place, misconception=one) for place, one in zip(places, "aab", strict=True)]
    statistics = counted(a_result(*wrong), a_result(wrong[2], submission="bob"))
    ranked = [(one.id, one.submissions) for one in statistics.ranked()]
    assert ranked == [("b", ["ann", "bob"]), ("a", ["ann"])]


def test_three_misconceptions_have_a_line_of_code() -> None:
    """The most frequent ones are there to discuss, but no pair of functions."""
    found = ("train-plus-eta", "train-plus-eta", "rate-count", "train-no-eta", "error-sign")
    found += ("train_nn-with-ffnn",) * 3
    wrong = [an_output("train-small", "W1tr", misconception=name) for name in found]
    statistics = counted(*(a_result(one, submission=str(n)) for n, one in enumerate(wrong)))
    discussed = [one.id for one in statistics.to_discuss()]
    assert discussed == ["train-plus-eta", "error-sign", "rate-count"]
    text = page_of(statistics).text
    assert "2 of 8 train_nn train-plus-eta For example: W1tr = W1tr + eta * dE1_total / N" in text


def test_charts_count_files_that_run_and_functions_that_are_written() -> None:
    """Neither a syntax error nor an unwritten function lowers what the others know."""
    broken = [an_output(*place, status="error") for place in PLACES]
    stub = [an_output(*place, status="not_implemented") for place in PLACES]
    unwritten = an_output("backprop-handout", "dE1", status="not_implemented")
    others = (
        a_result(an_output("ffnn-handout", "y", points=points, max_points=6), unwritten)
        for points in (0, 6, 6, 4)
    )
    statistics = counted(
        a_result(*broken, submission="cid", message="Syntax error in line 3."),
        a_result(*stub, submission="dan", message="Nothing is written."),
        *others,
    )
    scores, sections = points_bars(statistics), section_bars(statistics)
    assert sum(int(bar.value) for bar in scores) == 4
    assert [bar.length for bar in scores][:3] == [100, 100, 0]
    assert [bar.name.split()[0] for bar in sections] == list(NUMBERS)
    assert [bar.value for bar in sections][2:4] == ["25 % of 4", "nobody"]
    page = page_of(statistics)
    assert "6 submissions, 2 of which nothing could be run. The others have" in page.text
    assert "1.3 ffnn 0 % right, 0 of 4" in page.text
    assert "1.4 backprop nobody wrote it" in page.text
    assert page.all("svg") == []


def test_equal_wrong_answers_are_one_group() -> None:
    """Unnamed answers that agree within tolerance are one group; hidden ones are not shown."""
    statistics = Statistics()
    for name, y, known in (("ann", 0.25, ""), ("bob", 0.25 + 1e-9, ""), ("cid", 0.5, ""),
                           ("dan", 0.25, "named")):  # fmt: skip
        got = Numbers.of(np.array([y, 0.75]))
        cases = ("ffnn-handout", "ffnn-two-classes")
        wrong = (an_output(case, "y", got=got, misconception=known) for case in cases)
        statistics.add(a_result(*wrong, submission=name))
    (group,) = statistics.wrong.groups()
    assert (group.function, group.submissions) == ("ffnn", ("ann", "bob"))
    assert [(one.output, one.public, beginning(one)) for one in group.answers] == [
        ("y", True, "0.25, 0.75 (shape (2,))"),
        ("y", False, ""),
    ]
    assert "2 students: ffnn , y, 2 answers ann , bob" in page_of(statistics).text
