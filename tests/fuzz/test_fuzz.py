"""A sample of ``make fuzz``: edited files and frames end with a status."""

from tests.fuzz.drive import files, frames

FILES, FRAMES = 60, 1_000


def test_edited_files_end_with_a_status() -> None:
    """Whatever was edited, the file is judged, with a sentence for whatever failed."""
    tally = files(range(FILES))
    assert tally.failures == []
    assert tally.seen.total() == FILES
    assert {"failed", "error"} <= set(tally.seen), "edits that say nothing"


def test_edited_frames_are_read_or_refused() -> None:
    """Whatever was edited, the bytes are a frame or refused, in little memory."""
    tally = frames(range(FRAMES))
    assert tally.failures == []
    assert tally.seen.total() == FRAMES
    assert {"refused", "Returned", "Callback"} <= set(tally.seen), "edits that say nothing"
