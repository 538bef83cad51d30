"""Settings that all of the kit's own tests share."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# What commands print is that of a pipe, however wide the terminal of the tests is.
os.environ.pop("COLUMNS", None)

# Shared, noisy machines: a slow example is no failure, and a run can be repeated.
settings.register_profile(
    "kit", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("kit")


def lacking(component: str) -> None:
    """Skip a test for a component that this machine lacks; in CI, which installs it, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {component}: .ci/run installs it", pytrace=False)
    pytest.skip(f"this machine lacks {component}")


def needed(*packages: str) -> None:
    """Skip where one of these packages is not installed; in CI, fail."""
    for name in packages:
        if find_spec(name) is None:
            lacking(name)


@pytest.fixture(scope="session")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """otter's autograder.zip for the default course, made once by `autograder package`."""
    from autograder.commands import package
    from autograder.platforms.otter import bundle

    if not bundle.installed():
        lacking("otter-grader")
    folder = tmp_path_factory.mktemp("dist")
    package.run(folder, None)
    return folder / bundle.NAME


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the rooms of confinement elsewhere than on Linux, and sort files with slow tests first.

    So no core waits for the last one; with xdist the order counts only under
    ``--no-loadscope-reorder``, as in the Makefile.
    """
    confined = () if sys.platform == "linux" else ("sandbox", "attacks", "fuzz")
    for item in items:
        if item.path.parent.name in confined:
            item.add_marker(pytest.mark.skip("confinement needs Linux"))
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The students' tests run in the students' kit: `pytest` in assignment/ or unzipped."""
    tests = Path(__file__).resolve().parent
    ours = config.rootpath == tests.parent and collection_path == tests / "public"
    return True if ours else None
