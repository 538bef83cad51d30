"""course.toml: defaults, what may be set, and sentences for what does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.cases import HIDDEN_SEED
from autograder.course import Course, load
from autograder.errors import ConfigError


def test_everything_works_without_a_file() -> None:
    """The defaults are the kit's own."""
    assert load(None) == Course()
    assert Course().hidden_seed == HIDDEN_SEED
    assert Course().sandbox_limits().call_seconds == 5.0


def test_settings_are_read(tmp_path: Path) -> None:
    """A seed and limits of one's own reach the sandbox."""
    path = tmp_path / "course.toml"
    path.write_text(
        'name = "ML"\nhidden_seed = 7\n[limits]\ncall_seconds = 2.5\nmemory_mib = 512\n'
    )
    course = load(path)
    assert (course.name, course.hidden_seed) == ("ML", 7)
    assert course.sandbox_limits().memory == 512 << 20
    assert course.sandbox_limits().call_seconds == 2.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hiden_seed = 7", "hiden_seed"),
        ('hidden_seed = "7"', "hidden_seed"),
        ("hidden_seed = -1", "hidden_seed"),
        ("[limits]\ncall_seconds = 0", "call_seconds"),
        ("[limits\n", "course.toml"),
    ],
)
def test_what_does_not_fit_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    """An unknown key, a wrong type or value, and broken TOML name the place."""
    path = tmp_path / "course.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load(path)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    """The path and the reason are told."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")
