"""``check.py`` on files that are right, unfinished, wrong or cannot be run."""

import codecs
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from assignment.checks import console as layout
from assignment.checks.commands import check as door
from assignment.checks.commands import details, steps
from assignment.checks.commands import submit as receipt
from assignment.checks.model.questions import FUNCTIONS
from assignment.checks.running import examine
from assignment.checks.running.kit import FILE, Kit
from assignment.checks.running.process import CannotRun, Child
from autograder.paths import ROOT
from solution import neural_network as reference
from tests.builders.home import checked, examined, kit_with, said
from tests.builders.sources import RIGHT, STUB


def edited(*edits: tuple[str, str]) -> str:
    """The reference with some of its text exchanged; an edit that does not apply is an error."""
    source = RIGHT
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    return source


def without(function: str) -> str:
    """The reference with one function still to do."""
    return f'{RIGHT}\n\ndef {function}(*_):\n    raise NotImplementedError("to do")\n'


NO_BIAS = ("z1 = np.ones(M + 1)", "z1 = np.zeros(M + 1)")
SIGN = ("delta_k = y - target_y", "delta_k = target_y - y")
GUARD = ("np.where(a < -100.0, 0.0, value)", "np.where(a < -100.0, 0.5, value)")
FORGETS = ("value = sigmoid(x)", "value = 0.5")
NO_RETURN = ("    return y, dE1, dE2\n", "")
TYPO = ("guesses[n] =", "gueses[n] =")
LOWEST = ("guesses[n] = np.argmax(y)", "guesses[n] = np.argmin(y)")
LOOP = ("    a = np.asarray(x, dtype=float)\n", "    while True:\n        pass\n")
CRASH = ("    N = len(X_test)", "    import os\n    os.abort()")
RENAMED = ("def test_nn", "def test_network")


def test_an_untouched_file_is_seven_quiet_lines(tmp_path: Path) -> None:
    """Nothing is called wrong that has not been begun, and no points are lost."""
    code, text = checked(kit_with(tmp_path, STUB))
    assert code == 1
    assert text.count("to do") == len(FUNCTIONS)
    assert "wrong" not in text
    assert "Next: 1.1 `sigmoid`: write it" in text
    assert "still open      4" in text
    assert len(text.splitlines()) <= 24


def test_the_reference_is_right(tmp_path: Path) -> None:
    """Seven times ok, hidden points and receipt pointed at, exit code 0; one function alone too."""
    kit = kit_with(tmp_path, RIGHT)
    code, text = checked(kit)
    assert code == 0
    assert text.count("  ok\n") == len(FUNCTIONS)
    assert "python check.py --submit" in text
    assert "Hidden cases decide the other" in text
    assert f"Digest {kit.digest}" in text
    code, text = checked(kit, "ffnn")
    assert (code, text.count("  ok\n")) == (0, 1)
    assert "Public points of `ffnn`" in text


def test_one_mistake_is_reported_once(tmp_path: Path) -> None:
    """With place, hint and lines to paste; the points of functions built on it stay open."""
    code, text = checked(kit_with(tmp_path, edited(NO_BIAS)))
    assert code == 1
    assert "`z1[0]` (bias) is 0; expected 1" in text
    assert "Also wrong: `y[0]`" in text
    assert 'example("ffnn-handout")' in text
    assert "Next: 1.3 `ffnn`, output `z1`" in text
    assert text.count("blocked by ffnn") == 3
    assert "the grader judges each of them" in text


@pytest.mark.parametrize(
    ("edits", "states", "expected_text"),
    [
        # `train_nn` looks as if it climbed the error, but that is the fault of `backprop`.
        ((SIGN,), {"backprop": "wrong", "train_nn": "blocked"},
         "Also wrong: `dE2[0, 0]` is 0.57370955; expected -0.57370955."),
        # If the called functions are right in the main, the misconception is the caller's own.
        ((SIGN, GUARD), {"sigmoid": "wrong", "backprop": "blocked"}, "`backprop` itself, `dE1`"),
        # Errors that no lower function causes are reported although `ffnn` is wrong, too.
        ((NO_BIAS, NO_RETURN), {"ffnn": "wrong", "backprop": "wrong"}, "returned nothing (None)"),
        ((NO_BIAS, TYPO), {"ffnn": "wrong", "test_nn": "wrong"}, "raised NameError in line"),
        # A mistake far below that no called function shows is no excuse.
        ((LOWEST, GUARD), {"test_nn": "wrong"}, "`guesses[0]`"),
        ((FORGETS,), {"d_sigmoid": "wrong", "ffnn": "ok", "backprop": "blocked"}, "`value`"),
        ((CRASH,), {"ffnn": "ok", "test_nn": "wrong"}, "Python itself crashed"),
        ((RENAMED,), {"test_nn": "to do"}, "not in the file"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_from_what_is_blocked(
    tmp_path: Path, edits: tuple[tuple[str, str], ...], states: dict[str, str], expected_text: str
) -> None:
    """The state of each function, with a sentence on its own mistake and no other's."""
    found = examined(kit_with(tmp_path, edited(*edits)), *states)
    assert {outcome.question.function: outcome.state for outcome in found.shown} == states
    told = [door.overview(found.shown), details.blocked(found), *map(details.details, found.shown)]
    assert expected_text in " ".join("\n".join(told).split())
    assert "train_nn` itself" not in details.blocked(found)


@pytest.mark.parametrize(
    ("source", "state", "expected_text"),
    [
        (without("sigmoid"), "to do", "`sigmoid`, which is still to do: write that first"),
        (edited(LOOP), "wrong", "no answer within 0.5 seconds"),
    ],
    ids=["to do", "endless loop"],
)
def test_what_is_built_on_an_empty_or_endless_sigmoid_is_blocked(
    tmp_path: Path, source: str, state: str, expected_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All functions are, after one time limit, and it is said in one sentence."""
    monkeypatch.setattr(examine, "Child", partial(Child, call_seconds=0.5))
    found = examined(kit_with(tmp_path, source))
    states = {outcome.question.function: outcome.state for outcome in found.shown}
    assert states == dict.fromkeys(FUNCTIONS, "blocked") | {"sigmoid": state}
    told = details.blocked(found) + details.details(found.outcomes["sigmoid"])
    assert " ".join(told.split()).count(expected_text) == 1


def test_a_hint_that_other_answers_contradict_is_not_given(tmp_path: Path) -> None:
    """d_sigmoid(-800) is 0.25 by a slip in sigmoid, not by taking the sigmoid twice."""
    found = examined(kit_with(tmp_path, edited(GUARD)), "d_sigmoid")
    assert [v.misconception for _, vs in found.outcomes["d_sigmoid"].failed for v in vs] == [""]


def test_left_out_lines_are_run_and_mentioned_only_where_they_matter(tmp_path: Path) -> None:
    """A function that needs them is right in the second load; to train below needs no note."""
    source = edited(("    return value if value.ndim", "    return H[0] + value if value.ndim"))
    source = source.replace("float(value)", "float(H[0] + value)")
    lines = "\nH = []\nfor item in (0.0,):\n    H.append(item)\n"
    found = examined(kit_with(tmp_path, source + lines), "sigmoid")
    assert found.right
    assert "for item in (0.0,):" in found.notes[0]
    assert "better" in found.notes[1]
    found = examined(kit_with(tmp_path, RIGHT + "\nfor _ in iter(int, 1):\n    pass\n"), "sigmoid")
    assert (found.right, found.notes) == (True, ())


def test_a_flood_of_prints_is_cut_and_shown(tmp_path: Path) -> None:
    """What the student prints is there to see, and does not bury the result."""
    flood = "    for i in range(5000): print(i, x)\n    value = sigmoid(x)"
    found = examined(kit_with(tmp_path, edited(("    value = sigmoid(x)", flood))), "d_sigmoid")
    text = details.printed(found)
    assert found.right
    assert "Your file printed, in d_sigmoid:\n  | 0 " in text
    assert "more lines" in text
    assert len(text.splitlines()) <= 20


@pytest.mark.parametrize(
    ("file", "source", "sentence"),
    [
        (FILE, "def sigmoid(x):\n    return 1 +\n", "Syntax error in line 2"),
        (FILE, codecs.BOM_UTF16_LE + "x = 1".encode("utf-16-le"), "UTF-16"),
        ("neural_network (1).py", STUB, "There is `neural_network (1).py`: if that is your work"),
    ],
    ids=["syntax", "UTF-16", "another name"],
)
def test_a_file_that_cannot_be_run_is_one_sentence(
    tmp_path: Path, file: str, source: str | bytes, sentence: str
) -> None:
    """What is wrong with it or where it may be, and exit code 2; there is no receipt, either."""
    kit = replace(kit_with(tmp_path, source, file), file=FILE)
    code, text = checked(kit)
    assert code == 2
    assert sentence in " ".join(text.split())
    assert len(text.splitlines()) <= 4
    assert receipt.submit(kit) == 2


def test_a_damaged_key_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The student is told to take the tests from the zip again."""
    monkeypatch.setattr("assignment.checks.running.kit.KEYS", [tmp_path])
    (tmp_path / "cases.json").write_text("{")
    code, text = checked(kit_with(tmp_path, STUB))
    assert code == 2
    assert "take cases.json from the zip again" in " ".join(text.split())


def test_a_typing_mistake_is_understood(tmp_path: Path) -> None:
    """fnn means ffnn, and sections are fine as names."""
    code, text = checked(kit_with(tmp_path, STUB), "fnn")
    assert code == 2
    assert "did you mean `ffnn`?" in text
    assert door.chosen(["1.1"], Kit()) == ("sigmoid", "d_sigmoid")
    with pytest.raises(CannotRun):
        door.chosen(["quite something else"], Kit())


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_every_text_can_be_shown_on_every_console(encoding: str) -> None:
    """Signs that a console lacks are written out, and plain text is left alone."""
    shown = layout.showable("σ(a) … “δ” ≥ 1 – 漢", encoding)
    assert shown.encode(encoding)
    assert layout.showable("plain", encoding) == "plain"


def test_the_receipt_names_what_is_submitted(tmp_path: Path) -> None:
    """File, time of saving, functions, report and the grader's digest."""
    kit = kit_with(tmp_path, without("test_nn"))
    code, text = said(lambda: receipt.submit(kit))
    assert code == 1
    for part in ("6 of 7 written; still to do: test_nn", kit.saved, "not found", kit.digest):
        assert part in text
    (tmp_path / "report.pdf").write_bytes(b"%PDF-" + bytes(2000))
    assert said(lambda: receipt.submit(kit))[0] == 1
    code, text = said(lambda: receipt.submit(kit_with(tmp_path, RIGHT)))
    assert code == 0
    assert "7 of 7 written" in text
    assert "found, 2.0 kB" in text


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        *(("pass", 1), ("...", 1), ("'Later.'", 1), ("raise NotImplementedError", 1)),
        *(("raise ValueError", 0), ("return 1", 0)),
    ],
)
def test_a_body_that_does_nothing_is_still_to_do(body: str, missing: int) -> None:
    """The stub's raise, ``pass`` and a docstring are not work; another exception is."""
    assert len(receipt.unwritten(f"def sigmoid(x):\n    {body}\n", ("sigmoid",))) == missing


@pytest.mark.parametrize(
    ("edits", "code", "last"),
    [
        ((), 0, "All steps are right."),
        ((SIGN,), 1, "Step 2 is the first that differs: README.md, section 1.4, step 2"),
        ((("d_sigmoid(a1)", "d_sigmoid(z1[1:])"),), 1, "Step 3 is the first that differs: "),
        ((("dE2 = np.outer(z1", "dE2 = np.outer(z0"),), 1, "Step 5 is the first that differs: "),
        ((NO_BIAS,), 1, "Step 1 is the first that differs: python check.py ffnn"),
        ((("np.outer(z0, delta_j)", "np.outer(delta_j, z0)"),), 1,
         "`dE1` has shape (2, 3); expected shape (3, 2)."),
        ((("return y, dE1, dE2", "return y, dE1"),), 1, "returned 2 values"),
        ((("def backprop", "def backProp"),), 1, "but there is `backProp` in line"),
        ((("dE1 = np.outer(z0, delta_j)", "dE1 = 1 / 0"),), 1, "raised ZeroDivisionError in line"),
    ],
)  # fmt: skip
def test_backprop_is_shown_step_by_step(
    tmp_path: Path, edits: tuple[tuple[str, str], ...], code: int, last: str
) -> None:
    """The deltas are read from the gradients, and the first step that differs is named."""
    found, text = said(lambda: steps.run(["backprop"], kit_with(tmp_path, edited(*edits))))
    assert found == code
    assert last in " ".join(text.split())
    text.encode("cp1252")


def test_the_example_by_hand_is_right() -> None:
    """The reference gives the numbers of --steps, and the handout prints them and those between."""
    x, target_y, M, K, W1, W2 = given = [np.asarray(i) for i in steps.EXAMPLE.inputs.values()]
    right = reference.backprop(*given)
    between = reference.ffnn(x, M, K, W1, W2)
    sums, slopes = W2[1:] @ (right[0] - target_y), reference.d_sigmoid(between[3])
    for got, printed in zip(right, ("y", "dE1", "dE2"), strict=True):
        np.testing.assert_array_equal(np.round(got, 4), steps.RIGHT[printed])
    handout = (ROOT / "assignment" / "README.md").read_text("utf-8")
    by_hand = handout.partition("**By hand.**")[2].partition("**One-hot")[0]
    for number in np.concatenate([np.ravel(a) for a in (*given, *right, *between, sums, slopes)]):
        assert f"{number:.4f}" in by_hand or f"{number:g}" in by_hand
