"""Marking reports by hand: the page in headless Chromium."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.commands.manual import run
from autograder.course.directory import Directory, SubmissionInfo
from autograder.course.load import load
from autograder.course.roster import Person
from autograder.course.settings import Course, Files
from autograder.gradebook import rubric
from autograder.record.decisions import Mark
from autograder.reports.marking import Report, marking_page
from tests.builders import records
from tests.builders.chromium import chromium as chromium
from tests.builders.chromium import look, one
from tests.builders.courses import course_in
from tests.builders.downloads import pdf
from tests.builders.files import folder_of, written
from tests.builders.html_page import Page
from tests.builders.results import verdict

KEY = "'reports marked by hand, ' + location.pathname"
"""Under this name, in JavaScript, the page keeps its marks in the browser."""
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
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
    """Names and comments are data, whatever they say."""
    reports = [Report("a", EVIL, EVIL, True), Report("b", "\u2028")]
    source = marking_page(reports, Course(name=EVIL))
    page = Page(source)
    assert len(page.all("script")) == 2
    assert page.all("img") == []
    data = source.partition('id="data">')[2].partition("</script>")[0]
    assert json.loads(data)["reports"][0]["name"] == EVIL


@pytest.fixture
def class_(tmp_path: Path) -> Path:
    """A graded class of three, two of them with a report, and its course."""
    out = tmp_path / "class"
    course_in(out, COURSE)
    people = [SubmissionInfo(name, person) for name, person in PEOPLE.items()]
    records.run(out, *(verdict(name) for name in PEOPLE), people=people)
    folder_of(out / "staff/reports", {"anna.pdf": pdf(), "chloé.pdf": pdf()})
    run(out, out / "course.toml")
    return out


def test_what_the_command_says(class_: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many have a report, who has none, and where the page is."""
    assert run(class_, class_ / "course.toml") == 0
    printed = capsys.readouterr().out
    assert "3 submissions, 2 with a report." in printed
    assert "Without a report: bob" in printed
    assert str(class_ / "staff" / "manual.html") in printed


@pytest.fixture
def browser(chromium: Any, tmp_path: Path, class_: Path) -> Iterator[Any]:
    """The browser with the page and a folder for downloads; it may not complain."""
    chromium.saved = tmp_path / "saved"
    saves = {"behavior": "allow", "downloadPath": str(chromium.saved)}
    chromium.execute_cdp_cmd("Browser.setDownloadBehavior", saves)
    chromium.get_log("browser")
    look(chromium, class_ / "staff/manual.html")
    yield chromium
    assert chromium.get_log("browser") == []
    first, *others = chromium.window_handles
    for tab in others:
        chromium.switch_to.window(tab)
        chromium.close()
    chromium.switch_to.window(first)


def shows(browser: Any, **texts: str) -> bool:
    """Whether the elements with these ids have these texts."""
    return all(one(browser, f"#{name}").text == words for name, words in texts.items())


def press(browser: Any, *names: str) -> None:
    for name in names:
        one(browser, f"#{name}").click()


def kept(browser: Any) -> Any:
    """What the browser keeps of this page."""
    return browser.execute_script(f"return localStorage.getItem({KEY})")


def wait(browser: Any, until: Callable[[Any], Any]) -> Any:
    """Wait for another process of the browser; what it then gives."""
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(browser, 20).until(until)


def reload(browser: Any, **texts: str) -> None:
    """Reload the page until these texts are shown, not what was kept before the last change."""
    wait(browser, lambda _: browser.refresh() or shows(browser, **texts))


def choose(browser: Any, selector: str, value: str) -> None:
    from selenium.webdriver.support.select import Select

    Select(one(browser, selector)).select_by_value(value)


def share_out(browser: Any, names: str) -> None:
    one(browser, "#more summary").click()
    one(browser, "#graders").send_keys(names)
    one(browser, "#more summary").click()


def give(browser: Any, *points: str, first: int = 0) -> None:
    """Write points into the fields of the parts."""
    for part, text in enumerate(points, first):
        field = one(browser, f"[data-part='{part}']")
        field.clear()
        field.send_keys(text)


def given(browser: Any) -> list[str]:
    """The points in the fields of both parts."""
    return [one(browser, f"[data-part='{part}']").get_attribute("value") for part in (0, 1)]


def save(browser: Any, class_: Path, name: str = "manual.csv") -> list[Mark]:
    """Press the button; the marks in the file that the browser writes, as the grader reads them."""
    path: Path = browser.saved / name
    press(browser, "save")
    wait(browser, lambda _: path.is_file() and path.stat().st_size)
    course = load(class_ / "course.toml")
    course = msgspec.structs.replace(course, folder=path.parent, files=Files(manual=name))
    return [*(rubric.read(course, Directory(PEOPLE), []) or ())]


def test_two_reports_are_marked_and_kept(browser: Any, class_: Path) -> None:
    """After a reload all is there; the file that is saved is what the grader reads."""
    assert shows(browser, progress="0 of 3 marked", name="Anna Björk", facts="section A 1")
    assert "/staff/reports/anna.pdf#" in one(browser, "#frame").get_attribute("src")
    share_out(browser, "Bo, Ann")
    choose(browser, "#me", "Ann")
    give(browser, "7.5")
    one(browser, "fieldset:nth-of-type(1) label:nth-of-type(3) input").click()
    one(browser, "fieldset:nth-of-type(1) textarea").send_keys("\nMore: a; b, c.")
    assert shows(browser, sum="7.5 of 20, not all parts are marked")
    give(browser, "12", first=1)
    assert shows(browser, sum="19.5 of 20", progress="1 of 3 marked")
    one(browser, "[data-part='1']").send_keys("n")
    assert shows(browser, name=f"Bob {EVIL}")
    assert "No report was submitted" in one(browser, "#none").text
    press(browser, "zero")
    assert shows(browser, progress="2 of 3 marked")
    reload(browser, progress="2 of 3 marked", name=f"Bob {EVIL}")
    one(browser, "body").send_keys("p")
    assert given(browser) == ["7.5", "12"]
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
    reload(browser, progress="0 of 3 marked")
    one(browser, "#load").send_keys(str(browser.saved / "manual-ann.csv"))
    wait(browser, lambda _: shows(browser, progress="2 of 3 marked"))
    assert "4 rows of manual-ann.csv were read." in one(browser, "#message").text
    assert save(browser, class_) == marks


def test_two_tabs_do_not_lose_each_others_marks(browser: Any) -> None:
    """A page that is only opened writes nothing, and what is marked in one is in the other too."""
    assert kept(browser) is None
    first, page = browser.current_window_handle, browser.current_url
    browser.switch_to.new_window("tab")
    browser.get(page)
    give(browser, "7", "2")
    second = browser.current_window_handle
    browser.switch_to.window(first)
    wait(browser, lambda _: shows(browser, progress="1 of 3 marked"))
    assert given(browser) == ["7", "2"]
    press(browser, "next", "zero")
    browser.switch_to.window(second)
    wait(browser, lambda _: shows(browser, progress="2 of 3 marked"))
    assert shows(browser, name="Anna Björk")
    reload(browser, progress="2 of 3 marked", name=f"Bob {EVIL}")


def listed(browser: Any) -> list[str]:
    """Whose reports can be chosen."""
    options = one(browser, "#who").find_elements("css selector", "option")
    return [entry.get_attribute("value") for entry in options]


def test_reports_are_shared_out(browser: Any) -> None:
    """By section, by grader, each to exactly one, and only those that are still open."""
    choose(browser, "#which", "section B")
    assert shows(browser, progress="0 of 2 marked here, 0 of 3 in all", name=f"Bob {EVIL}")
    for _ in range(2):
        press(browser, "next")
        assert shows(browser, name="Chloé Ng")
    share_out(browser, "Ann, Bo")
    shares = []
    for name in ("Ann", "Bo"):
        choose(browser, "#which", f"grader {name}")
        shares += listed(browser)
    assert sorted(shares) == sorted(PEOPLE)
    choose(browser, "#which", "all")
    choose(browser, "#who", "anna")
    give(browser, "8", "1")
    choose(browser, "#which", "open")
    press(browser, "next")
    assert listed(browser) == ["bob", "chloé"]


def write_anew(browser: Any, folder: Path, manual: str, settings: str = "") -> None:
    """Look at the page with these marks beside the course, and settings in front of it."""
    manual = f"submission,item,points,comment,grader\n{manual}"
    course_in(folder, settings + COURSE, manual=manual)
    run(folder, folder / "course.toml")
    (folder / "manual.csv").unlink()
    course_in(folder, COURSE)
    browser.refresh()


def test_the_page_has_the_marks_of_the_files(browser: Any, class_: Path) -> None:
    """They are shown without being loaded; a grader's own file leaves out those of the others."""
    marks = 'anna,"numbers, all",6.5,Fine.,Ann\nchloé,text,3,,Bo\n'
    write_anew(browser, class_, marks)
    assert given(browser) == ["6.5", ""]
    assert one(browser, "textarea").get_attribute("value") == "Fine."
    assert kept(browser) is None
    share_out(browser, "Ann, Bo")
    choose(browser, "#me", "Ann")
    give(browser, "12", first=1)
    assert save(browser, class_, "manual-ann.csv") == [
        Mark("anna", "numbers, all", 6.5, "Fine.", "Ann"),
        Mark("anna", "text", 12.0, "", "Ann"),
    ]
    assert "1 mark of others is not in it." in one(browser, "#message").text
    write_anew(browser, class_, marks + "anna,text,11,,Ann\n")
    assert given(browser) == ["6.5", "12"]
    assert one(browser, "#message").text.startswith("1 mark of this browser differs")


def test_names_can_be_hidden(browser: Any) -> None:
    """Reports are then called by their place, in the list and above the report."""
    press(browser, "anonymous")
    for place in (1, 2, 3):
        assert shows(browser, name=f"Report {place}")
        press(browser, "next")
    reload(browser, name="Report 3")
    shown = one(browser, "body").text
    assert not any(name in shown for name in ("Anna", "Bob", "Chloé", *PEOPLE))
    press(browser, "anonymous")
    assert shows(browser, name="Chloé Ng")


def test_comments_carry_points(browser: Any) -> None:
    """What a comment takes away follows from the box that is ticked, or the line that is typed."""
    boxes = browser.find_elements("css selector", "fieldset:nth-of-type(2) [type=checkbox]")
    for box, points in ((boxes[0], "10"), (boxes[1], "9.5"), (boxes[0], "11.5")):
        box.click()
        assert given(browser) == ["", points]
    one(browser, "fieldset:nth-of-type(2) textarea").send_keys("\n- 20: nothing else is right")
    assert given(browser) == ["", "0"]
    assert "12 of" not in one(browser, "#sum").text


@pytest.mark.parametrize("no_report", ["incomplete", "zero"])
def test_without_a_report(no_report: str, browser: Any, class_: Path) -> None:
    """As the course says; a 0 for no report no longer counts when there is one."""
    nothing = "No report was submitted."
    marks = f'anna,"numbers, all",0,{nothing},\nanna,text,0,{nothing},\n'
    write_anew(browser, class_, marks, f'no_report = "{no_report}"\n')
    zero = no_report == "zero"
    assert shows(browser, progress=f"{int(zero)} of 3 marked")
    press(browser, "next")
    assert ("The grade is incomplete." in one(browser, "#none").text) is not zero
    assert one(browser, "#zero").is_displayed() is not zero
    bob = [Mark("bob", part, 0.0, nothing) for part in ("numbers, all", "text")]
    assert save(browser, class_) == (bob if zero else [])


def test_impossible_points_are_no_marks(browser: Any, class_: Path) -> None:
    """Too many points are shown as wrong, leave the part unmarked and are not saved."""
    give(browser, "9", "12")
    assert shows(browser, progress="0 of 3 marked")
    assert browser.execute_script("return document.querySelector(':invalid') !== null")
    assert save(browser, class_) == [Mark("anna", "text", 12.0)]


def test_a_file_that_differs_needs_a_confirmation(browser: Any, tmp_path: Path) -> None:
    """No mark is replaced without a question; unknown rows are left out and counted."""
    from selenium.webdriver.support.expected_conditions import alert_is_present

    read = "2 rows of manual-bo.csv were read; 2 were left"
    give(browser, "8")
    rows = '"numbers, all";anna;5,5;Bo\ntext;anna;3;Bo\ntext;nobody;3;Bo\ntext;bob;13;Bo\n'
    path = written(tmp_path / "manual-bo.csv", f"Item;Submission;Points;Grader\n{rows}")
    for answer, points in (("dismiss", "8"), ("accept", "5.5")):
        one(browser, "#load").send_keys(str(path))
        alert = wait(browser, alert_is_present())
        assert "In manual-bo.csv 1 marks or comments are not as they are here." in alert.text
        getattr(alert, answer)()
        wait(browser, lambda _: read in one(browser, "#message").text)
        assert given(browser) == [points, "3"]
        browser.execute_script("document.getElementById('message').textContent = ''")
    assert "marked by Bo" in one(browser, "fieldset").text
    browser.execute_script(f"localStorage.setItem({KEY}, 'damaged')")
    browser.refresh()
    assert "load your last manual.csv" in one(browser, "#message").text
    assert shows(browser, progress="0 of 3 marked")


@pytest.mark.parametrize("width", [360, 800])
def test_the_page_fits_a_tablet_and_a_phone(browser: Any, class_: Path, width: int) -> None:
    """Nothing is wider than the window, whether or not there is a report."""
    look(browser, class_ / "staff/manual.html", width)
    for _ in PEOPLE:
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        press(browser, "next")
