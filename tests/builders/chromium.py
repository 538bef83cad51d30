"""Headless Chromium, for the tests of pages with scripts."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import lacking

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--window-size=1400,1000"),
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser that looks at nothing but files; skips the test (in CI: fails) if there is none."""
    driver = start(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


def start(profile: Path) -> Any:
    """Start the browser with this profile; skips the test (in CI: fails) if there is none."""
    # Debian's, Ubuntu's, and Google's, which GitHub's machines have.
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    chromedriver = shutil.which("chromedriver")
    if program is None or chromedriver is None:
        lacking("chromium")
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ModuleNotFoundError:
        lacking("selenium")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(chromedriver))


def look(browser: Any, page: Path, width: int = 1280, mode: str = "light") -> None:
    """Open a page in a window of this width, in the light, the dark or as it is printed."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"name": "prefers-color-scheme", "value": mode}
    media = {"media": "print" if mode == "print" else "", "features": [feature]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get(page.resolve().as_uri())


def one(browser: Any, selector: str) -> Any:
    """The element of a page; a click on it fails where something lies above it."""
    return browser.find_element("css selector", selector)
