"""The class page: complete, safe to open, and about the right people."""

from urllib.parse import unquote

from assignment.checks.model.questions import NUMBERS
from autograder.reports.class_page.charts import charts
from autograder.reports.class_page.page import class_page
from autograder.reports.class_page.statistics import Statistics
from tests.builders.html_page import Page
from tests.builders.results import ANSWERS, HOSTILE, a_result, an_output

PLACES = [(case.id, output) for case in ANSWERS.graded for output in case.points]


def test_text_of_a_student_stays_text() -> None:
    """Names, messages and hints of submissions do not become markup, nor does the title."""
    statistics = Statistics()
    wrong = an_output("ffnn-handout", "y", message=HOSTILE, hint=HOSTILE, misconception=HOSTILE)
    statistics.add(a_result(submission=HOSTILE, status="refused", message=HOSTILE))
    statistics.add(a_result(wrong, submission="bob", message=HOSTILE))
    page = Page(class_page(statistics, HOSTILE))
    page.check()
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert page.text.count("<script>alert(1)</script>") >= 6


def test_the_class_page_of_three_thousand_is_small_and_links_everybody() -> None:
    """Under 5 MB, well-formed, and every submission leads to its page."""
    statistics = Statistics()
    kinds = [
        [
            an_output(
                *place,
                misconception=f"mistake-{number % 23}" if (number + kind) % 8 == 0 else "",
                hint="What to look at. " * 8,
            )
            for number, place in enumerate(PLACES)
            if (number + kind) % 4 == 0
        ]
        for kind in range(8)
    ]
    names = [f"{index}-Jón <b>" for index in range(3000)]
    for index, name in enumerate(names):
        statistics.add(a_result(*kinds[index % 8], submission=name, seconds=0.1 + index % 9))
    source = class_page(statistics, "A course")
    assert len(source.encode()) < 5_000_000
    page = Page(source)
    page.check()
    links = {unquote(str(a["href"])) for a in page.all("a") if "data-no" in a}
    assert links == {f"feedback/{name}.html" for name in names}
    assert len({a["data-no"] for a in page.all("a") if "data-no" in a}) == 3000


def test_the_class_page_shows_first_what_needs_attention() -> None:
    """Not judged, refused, hung: before anything else, each with its reason."""
    hung = an_output("ffnn-handout", "y", status="timeout")
    statistics = Statistics()
    statistics.add(a_result(submission="ann", status="refused", message="No file."))
    statistics.add(a_result(submission="bob", status="not_judged", message="The disk was full."))
    statistics.add(a_result(hung, submission="cid"))
    statistics.add(a_result(an_output("ffnn-handout", "y", status="passed"), submission="dan"))
    apart = an_output("train-small", "E_total", misconception="train_nn-with-ffnn")
    statistics.add(a_result(apart, submission="eva"))
    text = Page(class_page(statistics, "A course")).text
    first = text[text.index("Needs attention", text.index("The class") + 60) : text.index("median")]
    for words in (
        "Refused: 1",
        "No file.",
        "Not judged: 1",
        "The disk was full.",
        "cid : ffnn",
        "eva : train_nn",
    ):
        assert words in first
    assert "dan" not in first


def test_a_class_without_judged_submissions_has_a_page() -> None:
    """Without a score there are no figures, and the page still says what is the matter."""
    statistics = Statistics()
    for name in ("ann", "bob"):
        statistics.add(a_result(submission=name, status="refused", message="No file."))
    page = Page(class_page(statistics, "A course"))
    page.check()
    assert "2 submissions, 0 judged" in page.text


def test_misconceptions_are_ranked_and_counted_once_a_submission() -> None:
    """The misconception of most submissions comes first, however many outputs are wrong."""
    statistics = Statistics()
    for name, misconceptions in (("ann", ("a", "a", "b")), ("bob", ("b",))):
        places = zip(("y", "z0", "z1"), misconceptions, strict=False)
        statistics.add(
            a_result(
                *(an_output("ffnn-handout", o, misconception=m) for o, m in places), submission=name
            )
        )
    assert [(one.id, one.submissions) for one in statistics.ranked()] == [
        ("b", ["ann", "bob"]),
        ("a", ["ann"]),
    ]


def test_a_chart_is_a_table_with_a_bar_for_each_value() -> None:
    """The distribution counts everybody; the most frequent points have the longest bar."""
    statistics = Statistics()
    for points in (0, 3, 3, 2):
        output = an_output("ffnn-handout", "y", points=2 * points, max_points=6)
        statistics.add(a_result(output, submission=str(len(statistics.rows))))
    scores, sections, _ = charts(statistics)
    assert sum(int(bar.value) for bar in scores.bars) == len(statistics.judged)
    assert [bar.length for bar in scores.bars][:3] == [100, 100, 0]
    assert [bar.name.split()[0] for bar in sections.bars] == list(NUMBERS)
    page = Page(class_page(statistics, "A course"))
    assert len(page.all("table")) >= 4
    assert page.all("svg") == []
