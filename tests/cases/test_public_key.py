"""Generated files are fresh, and what makes them stale is noticed and named."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from assignment.checks.model import public_key as key
from assignment.checks.model.case import Expected
from autograder.cases.answers import Answers
from autograder.cases.public_key import generated, stale_key
from autograder.commands import key as command
from autograder.paths import PUBLIC_KEY
from tests.builders.files import written

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
    """Reading and writing again gives the same text, which any JSON reader can read.

    There are no literals for NaN or Infinity.
    """
    found = key.loads(TEXT)
    assert key.dumps(found.cases, found.expected) == TEXT
    json.loads(TEXT, parse_constant=pytest.fail)


def rounded(right: Expected) -> Expected:
    """The same answers as another processor computes them."""
    whole = right.tolerance == 0
    accepted = tuple(a if whole else np.asarray(a, float) * (1 + 1e-13) for a in right.accepted)
    return dataclasses.replace(right, accepted=tuple(map(np.array, accepted)))


def test_last_digits_do_not_make_it_stale(tmp_path: Path) -> None:
    """Another processor's rounding is not a change."""
    found = key.loads(TEXT)
    moved = {
        case: {output: rounded(right) for output, right in outputs.items()}
        for case, outputs in found.expected.items()
    }
    path = written(tmp_path / "cases.json", key.dumps(found.cases, moved))
    assert stale_key(path, TEXT) == ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("1e-06", "1e-05", "sigmoid-handout, output value: another tolerance"),
        ("which falls where it", "that falls where it", "the hints have changed"),
    ],
)
def test_a_change_makes_it_stale(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """A tolerance that differs is named with its case and output; so is a hint."""
    path = written(tmp_path / "cases.json", TEXT.replace(old, new, 1))
    assert stale_key(path, TEXT) == reason


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 9, "cases": []}'])
def test_a_damaged_key_is_a_sentence(tmp_path: Path, text: str) -> None:
    """A damaged or foreign file is refused with what to do, not with a traceback."""
    with pytest.raises(key.KeyUnreadable, match=r"zip again|format"):
        key.load(written(tmp_path / "cases.json", text))


def test_line_ends_do_not_change_the_receipt() -> None:
    """The same source saved on Windows and on Linux has one digest.

    Another source, version or set of cases has another.
    """
    unix = key.receipt("cases", "1", b"a = 1\nb = 2\n")
    assert key.receipt("cases", "1", b"a = 1\r\nb = 2\r\n") == unix
    assert key.receipt("cases", "1", b"a = 1\nb = 3\n") != unix
    assert key.receipt("cases", "2", b"a = 1\nb = 2\n") != unix
    assert key.receipt("other", "1", b"a = 1\nb = 2\n") != unix
