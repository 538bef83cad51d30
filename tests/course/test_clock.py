"""The course's time zone, and times at the change of clocks."""

from pathlib import Path

import pytest

from autograder.course import clock
from autograder.errors import ConfigError
from tests.builders.courses import course_in


@pytest.mark.parametrize(
    ("zone", "due", "expected"),
    [
        ("Atlantic/Reykjavik", "2026-11-30T23:59:00", "2026-11-30T23:59:00+00:00"),
        ("Europe/Berlin", "2026-07-01T23:59:00", "2026-07-01T23:59:00+02:00"),
        ("Europe/Berlin", "2026-07-01T23:59:00-05:00", "2026-07-01T23:59:00-05:00"),
        ("Europe/Berlin", "2026-10-25T02:30:00", "occurs twice in Europe/Berlin"),
        ("Europe/Berlin", "2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
        ("Europe/Berlin", "2026-03-29T02:30:00", "does not exist in Europe/Berlin"),
        ("Europe/Berlni", "2026-07-01T23:59:00", "Did you mean `Europe/Berlin`"),
        ("Europe/Reykjavik", "2026-07-01T23:59:00", "Did you mean `Atlantic/Reykjavik`?"),
        ("../passwd", "2026-07-01T23:59:00", "there is no time zone “../passwd”"),
    ],
)
def test_a_due_date_in_a_named_zone(tmp_path: Path, zone: str, due: str, expected: str) -> None:
    """The zone says the offset of that day; what the clocks show twice or never is refused."""
    text = f'zone = "{zone}"\ndue = {due}\n'
    if expected.startswith("2026"):
        found = course_in(tmp_path, text)
        assert found.due is not None
        assert found.due.isoformat() == expected
        assert str(found.local_zone) == zone
    else:
        with pytest.raises(ConfigError) as caught:
            course_in(tmp_path, text)
        assert expected in str(caught.value)


def test_tables_use_the_zone_of_their_own_day(tmp_path: Path) -> None:
    """A table's time in summer has summer's offset, though the due date is in winter."""
    local = course_in(tmp_path, 'zone = "Europe/Berlin"\ndue = 2026-11-30T23:59:00\n').local_zone
    times = ("2026-10-20 9:00", "2026-11-20T09:00", "2026-10-20 09:00Z")
    found = [clock.placed(clock.written(text), local).isoformat()[-6:] for text in times]
    assert found == ["+02:00", "+01:00", "+00:00"]
