"""Every kind of file that students submit, graded in one run."""

import pytest

from tests.builders import file_kinds_page as kinds
from tests.builders.file_kinds import DOWNLOADS

SCORES = {name: kind.score for name, kind in kinds.single()}
SCORES |= {name: score for one in DOWNLOADS for name, score in one.scores.items()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> kinds.Graded:
    """The feedback of every kind."""
    return kinds.grade(tmp_path_factory.mktemp("kinds"))


@pytest.mark.slow
def test_every_kind_gets_what_it_should(graded: kinds.Graded) -> None:
    """A file that can be read gets its points, any other is refused; lost points have a reason."""
    assert {name: kinds.score(one) for name, one in graded.items()} == SCORES
    assert len(SCORES) > 120
    told = [one["message"] for one in graded.values() if kinds.score(one) != 80]
    assert [text for text in told if not text.endswith((".", ")")) or "Traceback" in text] == []


def test_the_page_is_up_to_date(graded: kinds.Graded) -> None:
    """docs/file-kinds.md is what `make kinds` would write."""
    assert kinds.PAGE.read_text("utf-8") == kinds.page(graded)
