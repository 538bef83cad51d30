"""Both pages of a real grading, opened in headless Chromium."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.course.directory import Directory, SubmissionInfo
from autograder.course.roster import Person
from autograder.gradebook.status import Entry, Group, Status
from autograder.reports.class_page.page import class_page
from autograder.reports.class_page.statistics import Statistics
from tests.builders.chromium import chromium as chromium
from tests.builders.chromium import look, one
from tests.builders.files import written
from tests.builders.results import verdict
from tests.builders.sources import RIGHT, graded, mistake

EVIL = "<img src=x onerror=alert(1)><b id=evil>bold</b><script>alert(2)</script>"
RAISES = f"\n\ndef perceptron(x, w):\n    raise ValueError({EVIL!r})\n"
NAME = "jón_þórðarson"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real grading of five files."""
    sources = {
        "anna": RIGHT,
        NAME: RIGHT + RAISES,
        "cecilia": mistake("train-plus-eta"),
        "diana": mistake("delta-sign"),
        "emil": "",
    }
    return graded(tmp_path_factory.mktemp("in"), sources, tmp_path_factory.mktemp("results"))


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The browser; after every test nothing was loaded but pages, and nothing complained."""
    chromium.get("about:blank")
    chromium.get_log("performance"), chromium.get_log("browser")
    yield chromium
    assert chromium.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    sent = [event for event in events if event["method"] == "Network.requestWillBeSent"]
    asked = [event["params"]["request"]["url"] for event in sent]
    assert asked
    assert [url for url in asked if not re.match(r"file://.*\.html", url)] == []


def rows(browser: Any) -> Any:
    """The cells of the table's rows, those that can be seen."""
    return browser.execute_script(
        "return [...document.querySelectorAll('#table tbody tr')]"
        ".filter(row => row.checkVisibility()).map(row => [...row.cells].map(c => c.textContent))"
    )


@pytest.mark.parametrize(
    ("width", "mode"),
    [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark"), (700, "print")],
)
@pytest.mark.parametrize("page", ["class", "feedback/cecilia", "feedback/diana", "feedback/emil"])
def test_pages_fit_and_can_be_read(
    browser: Any, results: Path, page: str, width: int, mode: str
) -> None:
    """No page is wider than a phone or paper, and text stands out from its ground everywhere."""
    look(browser, results / f"{page}.html", width, mode)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    found = browser.execute_script(COLOURS)
    assert len(found) > 1
    assert [row for row in found if contrast(*row[:2]) < 4.5] == []


COLOURS = """
const seen = new Map();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement, words = walker.currentNode.data.trim();
  if (!words || !element.checkVisibility() || element.closest("script, style")) continue;
  const style = getComputedStyle(element);
  let ground = element;
  const clear = (e) => /rgba\\(.*, 0\\)/.test(getComputedStyle(e).backgroundColor);
  while (clear(ground)) ground = ground.parentElement;
  const pair = [element.closest("svg") ? style.fill : style.color,
                getComputedStyle(ground).backgroundColor];
  seen.set(pair.join(), [...pair, words]);
}
return [...seen.values()];
"""
"""Every pair of colours of a text and its ground, with an example."""


def contrast(*colours: str) -> float:
    """The ratio of luminances (WCAG) of two colours such as rgb(1, 2, 3)."""
    parts = np.array([colour.strip("rgba()").split(",")[:3] for colour in colours], float) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return float(high / low)


def test_a_column_sorts(browser: Any, results: Path) -> None:
    """The head of a column sorts by it, numbers as numbers, and once more turns it round."""
    look(browser, results / "class.html")
    names = [row[0] for row in rows(browser)]
    assert names == ["anna", "cecilia", "diana", "emil", NAME]
    one(browser, "#table th:nth-child(2) button").click()
    points = [int(row[1]) for row in rows(browser)]
    assert points == sorted(points, reverse=True)
    assert points[0] == 80
    assert one(browser, "#table th:nth-child(2)").get_attribute("aria-sort") == "descending"
    one(browser, "#table th:nth-child(2) button").click()
    assert [int(row[1]) for row in rows(browser)] == points[::-1]


def test_the_table_filters(browser: Any, results: Path) -> None:
    """A row is shown if it has all words; the number of rows is shown."""
    look(browser, results / "class.html")
    one(browser, "#filter").send_keys("judged train-plus")
    assert [row[0] for row in rows(browser)] == ["cecilia"]
    assert one(browser, "#shown").text == "1 of 5 shown"


def test_names_can_be_hidden(browser: Any, results: Path) -> None:
    """No name is left in the page that is shown, nor can it be searched; and it comes back."""
    names = {"anna", NAME, "cecilia", "diana", "emil"}
    look(browser, results / "class.html")
    one(browser, "#nameless").click()
    assert not [name for name in names if name in shown(browser)]
    assert browser.find_elements("css selector", "a[href*=feedback]") == []
    assert not one(browser, "#status").is_displayed()
    assert sorted(row[0] for row in rows(browser)) == [f"No. {number}" for number in range(1, 6)]
    one(browser, "#filter").send_keys("anna")
    assert rows(browser) == []
    one(browser, "#filter").clear()
    browser.refresh()
    assert not [name for name in names if name in shown(browser)]
    one(browser, "#nameless").click()
    assert names <= {row[0] for row in rows(browser)}
    assert "Nothing could be run, 0 points: 1" in shown(browser)


def shown(browser: Any) -> Any:
    """All visible text."""
    return browser.execute_script("return document.body.innerText")


def test_a_roster_gives_names_and_sections(browser: Any, tmp_path: Path) -> None:
    """Sorted by name, one section alone on request; when presented neither name nor id is shown."""
    people = [Person("s1", "Wang, Bo", section="B"), Person("s2", "Doe, Jane", section="A")]
    statistics = Statistics()
    for person in people:
        statistics.add(verdict(person.id))
    entries = tuple(Entry(person.id, str(person)) for person in people)
    status = Status((Group("No report", "Ask.", "x", entries),), "2: 0 final")
    infos = {person.id: SubmissionInfo(person.id, person) for person in people}
    directory = Directory(infos, infos, people)
    look(browser, written(tmp_path / "class.html", class_page(statistics, "A", status, directory)))
    assert [row[0] for row in rows(browser)] == ["Doe, Jane s2", "Wang, Bo s1"]
    one(browser, "#section option:nth-child(3)").click()
    assert [row[0] for row in rows(browser)] == ["Wang, Bo s1"]
    one(browser, "#nameless").click()
    hidden = ("Doe", "Wang", "s1", "s2", "0 final", "No report", "What needs you")
    text = shown(browser)
    assert [words for words in hidden if words in text] == []
