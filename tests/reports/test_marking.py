"""Marking reports by hand: the page in headless Chromium."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.commands.manual import run
from autograder.course.directory import SubmissionInfo
from autograder.course.load import load
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.errors import ConfigError
from autograder.gradebook import rubric
from autograder.record.decisions import Mark
from autograder.reports.marking.collect import Report
from autograder.reports.marking.page import marking_page
from tests.builders import records
from tests.builders.chromium import chromium as chromium
from tests.builders.courses import NO_REPORT, course_in
from tests.builders.downloads import pdf
from tests.builders.html_page import Page
from tests.builders.results import verdict

KEY = "'reports marked by hand, ' + location.pathname"
"""Under this name, in JavaScript, the page keeps its marks in the browser."""
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
PART_0, PART_1 = "[data-part='0']", "[data-part='1']"
PEOPLE = {
    "anna": Person("anna", "Anna Björk", section="A 1"),
    "bob": Person("bob", f"Bob {EVIL}", section="B"),
    "chloé": Person("chloé", "Chloé Ng", section="B"),
}
COURSE = """
[[rubric]]
name = "numbers, all"
points = 8
comments = ["Right.", "The axes, for instance, are not \\"named\\"."]
[[rubric]]
name = "text"
points = 12
comments = ["−2: The text is short.", "-0,5: No title."]
"""


def test_the_page_is_whole_and_text_stays_text() -> None:
    """Names and comments are data, whatever they say; the policy allows this very script only."""
    reports = [Report("a", EVIL, EVIL, True), Report("b", "\u2028")]
    source = marking_page(reports, Course(name=EVIL))
    page = Page(source)
    page.check()
    assert len(page.all("script")) == 2
    assert page.all("img") == []
    (policy,) = (m["content"] for m in page.all("meta") if "http-equiv" in m)
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "script-src 'sha256-" in policy
    begin = source.index('id="data">') + len('id="data">')
    data = json.loads(source[begin : source.index("</script>", begin)])
    assert data["reports"][0]["name"] == EVIL


def test_a_course_whose_report_has_no_points(tmp_path: Path) -> None:
    """A message says that there is nothing to mark."""
    course_in(tmp_path, NO_REPORT)
    with pytest.raises(ConfigError, match="the report has no points"):
        run(tmp_path, tmp_path / "course.toml")


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class of three, two of them with a report, and its course."""
    out = tmp_path_factory.mktemp("results")
    course_in(out, COURSE)
    people = [SubmissionInfo(name, person) for name, person in PEOPLE.items()]
    records.run(out, *(verdict(name) for name in PEOPLE), people=people)
    reports = out / "staff" / "reports"
    reports.mkdir(parents=True)
    for name in ("anna", "chloé"):
        (reports / f"{name}.pdf").write_bytes(pdf())
    run(out, out / "course.toml")
    return out


@pytest.fixture
def class_(graded_class: Path, tmp_path: Path) -> Path:
    """A copy for one test: a page at another path has other marks in the browser."""
    return shutil.copytree(graded_class, tmp_path / "class")


def test_what_the_command_says(class_: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many have a report, who has none, and where the page is."""
    assert run(class_, class_ / "course.toml") == 0
    printed = capsys.readouterr().out
    assert "3 submissions, 2 with a report." in printed
    assert "Without a report: bob" in printed
    assert str(class_ / "staff" / "manual.html") in printed


@pytest.fixture
def browser(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """The browser with a folder for downloads; it may not complain."""
    chromium.saved = tmp_path / "saved"
    saves = {"behavior": "allow", "downloadPath": str(chromium.saved)}
    chromium.execute_cdp_cmd("Browser.setDownloadBehavior", saves)
    chromium.get_log("browser")
    yield chromium
    assert chromium.get_log("browser") == []
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    first, *others = chromium.window_handles
    for tab in others:
        chromium.switch_to.window(tab)
        chromium.close()
    chromium.switch_to.window(first)


def look(browser: Any, folder: Path) -> None:
    browser.get((folder / "staff" / "manual.html").resolve().as_uri())


def one(browser: Any, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def text(browser: Any, selector: str) -> str:
    found: str = one(browser, selector).text
    return found


def kept(browser: Any) -> str | None:
    """What the browser keeps of this page."""
    found: str | None = browser.execute_script(f"return localStorage.getItem({KEY})")
    return found


def wait(browser: Any, until: Callable[[Any], Any]) -> Any:
    """Wait for another process of the browser; what it then gives."""
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(browser, 20).until(until)


def until(browser: Any, selector: str, words: str, *, again: bool = False) -> None:
    """Wait for a text; reload the page ``again`` until it is not what was kept before."""

    def shown(_: object) -> bool:
        if again:
            browser.refresh()
        return text(browser, selector) == words

    wait(browser, shown)


def choose(browser: Any, selector: str, words: str) -> None:
    from selenium.webdriver.support.select import Select

    Select(one(browser, selector)).select_by_visible_text(words)


def share_out(browser: Any, names: str) -> None:
    one(browser, "#more summary").click()
    one(browser, "#graders").send_keys(names)
    one(browser, "#more summary").click()


def give(browser: Any, part: int, points: str) -> None:
    field = one(browser, f"[data-part='{part}']")
    field.clear()
    field.send_keys(points)


def value(browser: Any, selector: str) -> str:
    found: str = one(browser, selector).get_attribute("value")
    return found


def save(browser: Any, class_: Path, name: str = "manual.csv") -> list[Mark]:
    """Press the button; the marks in the file that the browser writes, as the grader reads them."""
    path: Path = browser.saved / name
    one(browser, "#save").click()
    wait(browser, lambda _: path.is_file() and path.stat().st_size)
    return rubric.read(path, load(class_ / "course.toml"), PEOPLE, [])


def test_two_reports_are_marked_and_kept(browser: Any, class_: Path) -> None:
    """After a reload all is there; the file that is saved is what the grader reads."""
    look(browser, class_)
    assert text(browser, "#progress") == "0 of 3 marked"
    assert text(browser, "#name") == "Anna Björk"
    assert text(browser, "#facts") == "section A 1"
    assert "/staff/reports/anna.pdf#" in one(browser, "#frame").get_attribute("src")
    share_out(browser, "Bo, Ann")
    choose(browser, "#me", "Ann")
    give(browser, 0, "7.5")
    one(browser, "fieldset:nth-of-type(1) label:nth-of-type(3) input").click()
    one(browser, "fieldset:nth-of-type(1) textarea").send_keys("\nMore: a; b, c.")
    assert text(browser, "#sum") == "7.5 of 20, not all parts are marked"
    give(browser, 1, "12")
    assert text(browser, "#sum") == "19.5 of 20"
    assert text(browser, "#progress") == "1 of 3 marked"
    one(browser, PART_1).send_keys("n")
    assert text(browser, "#name") == f"Bob {EVIL}"
    assert "No report was submitted" in text(browser, "#none")
    one(browser, "#zero").click()
    assert text(browser, "#progress") == "2 of 3 marked"
    until(browser, "#progress", "2 of 3 marked", again=True)
    assert text(browser, "#name") == f"Bob {EVIL}"
    one(browser, "body").send_keys("p")
    assert value(browser, PART_0) == "7.5"
    comment = 'The axes, for instance, are not "named".\nMore: a; b, c.'
    nothing = "No report was submitted."
    marks = [
        Mark("anna", "numbers, all", 7.5, comment, "Ann"),
        Mark("anna", "text", 12.0, "", "Ann"),
        Mark("bob", "numbers, all", 0.0, nothing, "Ann"),
        Mark("bob", "text", 0.0, nothing, "Ann"),
    ]
    assert save(browser, class_, "manual-ann.csv") == marks
    browser.execute_script(f"localStorage.removeItem({KEY})")
    until(browser, "#progress", "0 of 3 marked", again=True)
    one(browser, "#load").send_keys(str(browser.saved / "manual-ann.csv"))
    until(browser, "#progress", "2 of 3 marked")
    assert "4 rows of manual-ann.csv were read." in text(browser, "#message")
    (browser.saved / "manual-ann.csv").unlink()
    assert save(browser, class_) == marks


def test_two_tabs_do_not_lose_each_others_marks(browser: Any, class_: Path) -> None:
    """A page that is only opened writes nothing, and what is marked in one is in the other too."""
    look(browser, class_)
    assert kept(browser) is None
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    look(browser, class_)
    give(browser, 0, "7")
    give(browser, 1, "2")
    second = browser.current_window_handle
    browser.switch_to.window(first)
    until(browser, "#progress", "1 of 3 marked")
    assert value(browser, PART_1) == "2"
    one(browser, "#next").click()
    one(browser, "#zero").click()
    browser.switch_to.window(second)
    until(browser, "#progress", "2 of 3 marked")
    assert text(browser, "#name") == "Anna Björk"
    until(browser, "#progress", "2 of 3 marked", again=True)
    assert value(browser, "#who") == "bob"


def listed(browser: Any) -> list[str]:
    """Whose reports can be chosen."""
    options = one(browser, "#who").find_elements("css selector", "option")
    return [entry.get_attribute("value") for entry in options]


def test_reports_are_shared_out(browser: Any, class_: Path) -> None:
    """By section, by grader, each to exactly one, and only those that are still open."""
    look(browser, class_)
    choose(browser, "#which", "B")
    assert text(browser, "#progress") == "0 of 2 marked here, 0 of 3 in all"
    assert text(browser, "#name") == f"Bob {EVIL}"
    one(browser, "#next").click()
    assert text(browser, "#name") == "Chloé Ng"
    one(browser, "#next").click()
    assert text(browser, "#name") == "Chloé Ng"
    share_out(browser, "Ann, Bo")
    shares = []
    for name in ("Ann", "Bo"):
        browser.execute_script(
            "const which = document.getElementById('which'); which.value = arguments[0]; "
            "which.dispatchEvent(new Event('change'))",
            f"grader {name}",
        )
        shares += listed(browser)
    assert sorted(shares) == sorted(PEOPLE)
    choose(browser, "#which", "all reports")
    choose(browser, "#who", "\u2003 Anna Björk (anna)".strip())
    give(browser, 0, "8")
    give(browser, 1, "1")
    choose(browser, "#which", "not yet marked")
    one(browser, "#next").click()
    assert listed(browser) == ["bob", "chloé"]


def written(folder: Path, manual: str, settings: str = "") -> None:
    """Write the page anew, with these marks beside the course, and settings in front of it."""
    course, marks = folder / "course.toml", folder / "manual.csv"
    course.write_text(settings + COURSE, encoding="utf-8")
    marks.write_text("submission,item,points,comment,grader\n" + manual, encoding="utf-8")
    run(folder, course)
    marks.unlink()
    course.write_text(COURSE, encoding="utf-8")


def test_the_page_has_the_marks_of_the_files(browser: Any, class_: Path) -> None:
    """They are shown without being loaded; a grader's own file leaves out those of the others."""
    marks = 'anna,"numbers, all",6.5,Fine.,Ann\nchloé,text,3,,Bo\n'
    written(class_, marks)
    look(browser, class_)
    assert (value(browser, PART_0), value(browser, "textarea")) == ("6.5", "Fine.")
    assert kept(browser) is None
    share_out(browser, "Ann, Bo")
    choose(browser, "#me", "Ann")
    give(browser, 1, "12")
    assert save(browser, class_, "manual-ann.csv") == [
        Mark("anna", "numbers, all", 6.5, "Fine.", "Ann"),
        Mark("anna", "text", 12.0, "", "Ann"),
    ]
    assert "1 mark of others is not in it." in text(browser, "#message")
    written(class_, marks + "anna,text,11,,Ann\n")
    look(browser, class_)
    assert value(browser, PART_1) == "12"
    assert text(browser, "#message").startswith("1 mark of this browser differs")


def test_names_can_be_hidden(browser: Any, class_: Path) -> None:
    """Reports are then called by their place, in the list and above the report."""
    look(browser, class_)
    one(browser, "#anonymous").click()
    for place in (1, 2, 3):
        assert text(browser, "#name") == f"Report {place}"
        one(browser, "#next").click()
    until(browser, "#name", "Report 3", again=True)
    shown = text(browser, "body")
    assert not any(name in shown for name in ("Anna", "Bob", "Chloé", *PEOPLE))
    one(browser, "#anonymous").click()
    assert text(browser, "#name") == "Chloé Ng"


def test_comments_carry_points(browser: Any, class_: Path) -> None:
    """What a comment takes away follows from the box that is ticked, or the line that is typed."""
    look(browser, class_)
    boxes = browser.find_elements("css selector", "fieldset:nth-of-type(2) [type=checkbox]")
    for box, points in ((boxes[0], "10"), (boxes[1], "9.5"), (boxes[0], "11.5")):
        box.click()
        assert value(browser, PART_1) == points
    one(browser, "fieldset:nth-of-type(2) textarea").send_keys("\n- 20: nothing else is right")
    assert value(browser, PART_1) == "0"
    assert "12 of" not in text(browser, "#sum")


@pytest.mark.parametrize("no_report", ["incomplete", "zero"])
def test_without_a_report(no_report: str, browser: Any, class_: Path) -> None:
    """As the course says; a 0 for no report no longer counts when there is one."""
    nothing = "No report was submitted."
    marks = f'anna,"numbers, all",0,{nothing},\nanna,text,0,{nothing},\n'
    written(class_, marks, f'no_report = "{no_report}"\n')
    look(browser, class_)
    zero = no_report == "zero"
    assert text(browser, "#progress") == f"{int(zero)} of 3 marked"
    one(browser, "#next").click()
    assert ("The grade is incomplete." in text(browser, "#none")) is not zero
    assert one(browser, "#zero").is_displayed() is not zero
    bob = [Mark("bob", part, 0.0, nothing) for part in ("numbers, all", "text")]
    assert save(browser, class_) == (bob if zero else [])


def test_impossible_points_are_no_marks(browser: Any, class_: Path) -> None:
    """Too many points are shown as wrong, leave the part unmarked and are not saved."""
    look(browser, class_)
    give(browser, 0, "9")
    give(browser, 1, "12")
    assert text(browser, "#progress") == "0 of 3 marked"
    assert browser.execute_script("return document.querySelector(':invalid') !== null")
    assert save(browser, class_) == [Mark("anna", "text", 12.0)]


def test_a_file_that_differs_needs_a_confirmation(
    browser: Any, class_: Path, tmp_path: Path
) -> None:
    """No mark is replaced without a question; unknown rows are left out and counted."""
    from selenium.webdriver.support.expected_conditions import alert_is_present

    read = "2 rows of manual-bo.csv were read; 2 were left"
    look(browser, class_)
    give(browser, 0, "8")
    path = tmp_path / "manual-bo.csv"
    path.write_text(
        'Item;Submission;Points;Grader\n"numbers, all";anna;5,5;Bo\ntext;anna;3;Bo\n'
        "text;nobody;3;Bo\ntext;bob;13;Bo\n",
        encoding="utf-8",
    )
    for answer, points in (("dismiss", "8"), ("accept", "5.5")):
        one(browser, "#load").send_keys(str(path))
        alert = wait(browser, alert_is_present())
        assert "In manual-bo.csv 1 marks or comments are not as they are here." in alert.text
        getattr(alert, answer)()
        wait(browser, lambda _: read in text(browser, "#message"))
        assert (value(browser, PART_0), value(browser, PART_1)) == (points, "3")
        browser.execute_script("document.getElementById('message').textContent = ''")
    assert "marked by Bo" in text(browser, "fieldset")
    look(browser, class_)
    browser.execute_script(f"localStorage.setItem({KEY}, 'damaged')")
    look(browser, class_)
    assert "load your last manual.csv" in text(browser, "#message")
    assert text(browser, "#progress") == "0 of 3 marked"


def test_the_page_fits_a_tablet_and_a_phone(browser: Any, class_: Path) -> None:
    """Nothing is wider than the window, whether or not there is a report."""
    for width in (360, 800):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": True}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        look(browser, class_)
        for _ in PEOPLE:
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width
            one(browser, "#next").click()
