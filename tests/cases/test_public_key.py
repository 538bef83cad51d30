"""Generated files are fresh, and what makes them stale is noticed and named."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from assignment.checks.model import public_key as key
from autograder.cases.answers import Answers
from autograder.cases.public_key import generated, stale_key
from autograder.commands import key as command
from autograder.paths import PUBLIC_KEY

TEXT = PUBLIC_KEY.read_text(encoding="utf-8")


@pytest.mark.slow
def test_everything_generated_is_fresh(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is committed is what the kit would generate now, so the command writes nothing."""
    files = list(generated(Answers()))
    for file in files:
        assert file.stale == "", f"{file.path.name}: {file.stale}; run `autograder key`"
    before = [file.path.stat().st_mtime_ns for file in files]
    monkeypatch.setattr(command, "generated", lambda answers: files)
    assert command.run() == 0
    assert capsys.readouterr().out == "".join(f"{file.path.name}: unchanged\n" for file in files)
    assert [file.path.stat().st_mtime_ns for file in files] == before


def test_the_key_holds_public_cases_only() -> None:
    """Nothing of a hidden case is in what students get."""
    answers = Answers()
    ids = [case.id for case in key.loads(TEXT).cases]
    assert ids == [case.id for case in answers.cases if case.public]
    for case in answers.cases:
        assert case.public or f'"{case.id}"' not in TEXT


def test_the_key_survives_a_round_trip() -> None:
    """Reading and writing again gives the same text, bit for bit."""
    found = key.loads(TEXT)
    assert key.dumps(found.cases, found.expected) == TEXT


def test_the_key_is_plain_json() -> None:
    """Any JSON reader can read it: no NaN or Infinity literals."""

    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads(TEXT, parse_constant=refuse)


def test_last_digits_do_not_make_it_stale(tmp_path: Path) -> None:
    """Another processor's rounding is not a change."""
    found = key.loads(TEXT)
    moved = {
        case: {
            output: dataclasses.replace(
                right,
                accepted=tuple(np.array(np.asarray(a, float) * (1 + 1e-13)) for a in right.accepted)
                if output != "guesses"
                else right.accepted,
            )
            for output, right in outputs.items()
        }
        for case, outputs in found.expected.items()
    }
    path = tmp_path / "cases.json"
    path.write_text(key.dumps(found.cases, moved), encoding="utf-8")
    assert stale_key(path, TEXT) == ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            *('"tolerance": 1e-06', '"tolerance": 1e-05'),
            "sigmoid-handout, output value: another tolerance",
        ),
        ("which falls where it", "that falls where it", "the hints have changed"),
    ],
)
def test_a_change_makes_it_stale(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """A tolerance that differs is named with its case and output; so is a hint."""
    path = tmp_path / "cases.json"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    assert stale_key(path, TEXT) == reason


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 9, "cases": []}'])
def test_a_damaged_key_is_a_sentence(tmp_path: Path, text: str) -> None:
    """A damaged or foreign file is refused with what to do, not with a traceback."""
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(key.KeyUnreadable, match=r"zip again|format"):
        key.load(path)


def test_line_ends_do_not_change_the_receipt() -> None:
    """The same source saved on Windows and on Linux has one digest; another source another."""
    unix = key.receipt("cases", "1", b"a = 1\nb = 2\n")
    assert key.receipt("cases", "1", b"a = 1\r\nb = 2\r\n") == unix
    assert key.receipt("cases", "1", b"a = 1\nb = 3\n") != unix
    assert key.receipt("cases", "2", b"a = 1\nb = 2\n") != unix
    assert key.receipt("other", "1", b"a = 1\nb = 2\n") != unix
