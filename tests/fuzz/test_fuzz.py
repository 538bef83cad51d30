"""A sample of ``make fuzz``: edited files end with a status."""

import sys

import pytest

from tests.fuzz.drive import files

FILES = 200


@pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")
def test_edited_files_end_with_a_status() -> None:
    """Whatever was edited, the file is judged, with a sentence for whatever failed."""
    tally = files(range(FILES))
    assert tally.failures == []
    assert tally.seen.total() == FILES
    assert {"passed", "failed", "error"} <= set(tally.seen), "edits that say nothing"
