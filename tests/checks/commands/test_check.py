"""``check.py`` on files that are right, unfinished, wrong or cannot be run."""

import codecs
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assignment.checks import console as layout
from assignment.checks.commands import check as door
from assignment.checks.commands import details, steps
from assignment.checks.commands import submit as receipt
from assignment.checks.model.case import Verdict
from assignment.checks.model.questions import FUNCTIONS
from assignment.checks.running import examine
from assignment.checks.running.examine import Examination
from assignment.checks.running.kit import FILE, Kit
from assignment.checks.running.process import CannotRun
from autograder.paths import ROOT
from solution import neural_network as reference

STUB = (ROOT / "assignment" / FILE).read_text("utf-8")
REFERENCE = (ROOT / "solution" / FILE).read_text("utf-8")

MakeKit = Callable[..., Kit]
RunCheck = Callable[..., tuple[int, str]]


def edited(*edits: tuple[str, str]) -> str:
    """The reference with some of its text exchanged; an edit that does not apply is an error."""
    source = REFERENCE
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    return source


def without(function: str) -> str:
    """The reference with one function still to do."""
    return f'{REFERENCE}\n\ndef {function}(*_):\n    raise NotImplementedError("to do")\n'


NO_BIAS = ("z1 = np.ones(M + 1)", "z1 = np.zeros(M + 1)")
SIGN = ("delta_k = y - target_y", "delta_k = target_y - y")
GUARD = ("np.where(a < -100.0, 0.0, value)", "np.where(a < -100.0, 0.5, value)")
FORGETS = ("value = sigmoid(x)", "value = 0.5")


@pytest.fixture
def kit(tmp_path: Path) -> MakeKit:
    """A student's folder with this source in it."""

    def make(source: str | bytes = "") -> Kit:
        data = source.encode() if isinstance(source, str) else source
        (tmp_path / FILE).write_bytes(data)
        return Kit(tmp_path)

    return make


@pytest.fixture
def run_check(capsys: pytest.CaptureFixture[str]) -> RunCheck:
    """Run the check and return the exit code and what it printed."""

    def run(kit: Kit, *names: str) -> tuple[int, str]:
        code = door.run(names, kit)
        return code, capsys.readouterr().out

    return run


def states(found: Examination) -> dict[str, str]:
    """The state of each function that was asked for."""
    return {outcome.question.function: outcome.state for outcome in found.shown}


def test_an_untouched_file_is_seven_quiet_lines(kit: MakeKit, run_check: RunCheck) -> None:
    """Nothing is called wrong that has not been begun, and no points are lost."""
    code, text = run_check(kit(STUB))
    assert code == 1
    assert text.count("to do") == len(FUNCTIONS)
    assert "wrong" not in text
    assert "Next: 1.1 `sigmoid`: write it" in text
    assert "still open      4" in text
    assert len(text.splitlines()) <= 24


def test_the_reference_is_right(kit: MakeKit, run_check: RunCheck) -> None:
    """Seven times ok, hidden points and receipt pointed at, exit code 0."""
    made = kit(REFERENCE)
    code, text = run_check(made)
    assert code == 0
    assert text.count("  ok\n") == len(FUNCTIONS)
    assert "python check.py --submit" in text
    assert "Hidden cases decide the other" in text
    assert f"Digest {made.digest}" in text


def test_one_mistake_is_reported_once(kit: MakeKit, run_check: RunCheck) -> None:
    """With place, hint and lines to paste; the points of functions built on it stay open."""
    code, text = run_check(kit(edited(NO_BIAS)))
    assert code == 1
    assert "`z1[0]` (bias) is 0; expected 1" in text
    assert "Also wrong: `y[0]`" in text
    assert 'example("ffnn-handout")' in text
    assert "Next: 1.3 `ffnn`, output `z1`" in text
    assert text.count("blocked by ffnn") == 3
    assert "the grader judges each of them" in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "source",
    [edited(NO_BIAS), edited(SIGN, GUARD), without("sigmoid"), edited(FORGETS)],
    ids=["bias", "sign and guard", "sigmoid to do", "d_sigmoid"],
)
def test_all_fits_on_a_screen(kit: MakeKit, source: str) -> None:
    """No line is wider than 80 columns, and no function takes more than a screenful."""
    made = kit(source)
    found = examine.examine(made)
    assert max(map(len, door.report(found, made).splitlines())) <= 80
    for outcome in found.shown:
        assert len(details.details(outcome).splitlines()) <= 24


def test_a_flipped_sign_below_is_no_mistake_of_the_training(kit: MakeKit) -> None:
    """`train_nn` looks as if it climbed the error, but that is the fault of `backprop`."""
    found = examine.examine(kit(edited(SIGN)))
    assert states(found)["backprop"] == "wrong"
    assert states(found)["train_nn"] == "blocked"
    text = details.details(found.outcomes["backprop"])
    assert "Also wrong: `dE2[0, 0]` is 0.57370955; expected -0.57370955.\n" in text
    assert "train_nn` itself" not in details.blocked(found)


def test_a_misconception_of_a_blocked_function_is_reported(kit: MakeKit) -> None:
    """If the called functions are right in the main, the misconception is the caller's own."""
    found = examine.examine(kit(edited(SIGN, GUARD)))
    assert states(found)["backprop"] == "blocked"
    assert "`backprop` itself, `dE1`" in details.blocked(found)


def test_an_error_that_no_lower_function_causes_is_wrong(kit: MakeKit) -> None:
    """A missing return or an undefined name is reported although `ffnn` is wrong, too."""
    source = edited(NO_BIAS, ("    return y, dE1, dE2\n", ""), ("guesses[n] =", "gueses[n] ="))
    found = examine.examine(kit(source), ["backprop", "test_nn"])
    assert states(found) == {"backprop": "wrong", "test_nn": "wrong"}
    assert "returned nothing (None)" in details.details(found.outcomes["backprop"])
    assert "raised NameError in line" in details.details(found.outcomes["test_nn"])


def test_a_function_is_not_blocked_by_uncalled_ones(kit: MakeKit) -> None:
    """A mistake far below that no called function shows is no excuse."""
    source = edited(("guesses[n] = np.argmax(y)", "guesses[n] = np.argmin(y)"), GUARD)
    assert states(examine.examine(kit(source), ["test_nn"])) == {"test_nn": "wrong"}


def test_a_hint_that_other_answers_contradict_is_not_given(kit: MakeKit) -> None:
    """d_sigmoid(-800) is 0.25 by a slip in sigmoid, not by taking the sigmoid twice."""
    found = examine.examine(kit(edited(GUARD)), ["d_sigmoid"])
    assert [v.misconception for _, vs in found.outcomes["d_sigmoid"].failed for v in vs] == [""]


def test_a_missing_lower_function_is_to_do_first(kit: MakeKit) -> None:
    """All functions built on an empty sigmoid are blocked by it, in one sentence."""
    found = examine.examine(kit(without("sigmoid")))
    assert states(found) == dict.fromkeys(FUNCTIONS, "blocked") | {"sigmoid": "to do"}
    text = " ".join(details.blocked(found).split())
    assert "`sigmoid`, which is still to do: write that first" in text
    assert text.count("still to do") == 1


def test_a_renamed_function_is_not_in_the_file(kit: MakeKit) -> None:
    """A missing name is reported as such."""
    found = examine.examine(kit(edited(("def test_nn", "def test_network"))), ["test_nn"])
    assert "to do (not in the file)" in door.overview(found.shown)


def test_state_kept_between_calls_is_found(kit: MakeKit) -> None:
    """One case is asked a second time at the end, and an answer that differs is wrong."""
    source = REFERENCE + (
        "\n\ndef perceptron(x, w, seen=[]):\n"
        "    seen.append(str(x))\n"
        "    a = np.sum(x * w)\n"
        "    return a + seen.count(str(x)) - 1, sigmoid(a)\n"
    )
    found = examine.examine(kit(source), ["perceptron"])
    text = " ".join(details.details(found.outcomes["perceptron"]).split())
    assert "Right the first time, wrong when the same call is repeated" in text
    assert "kept between two calls" in text


def test_left_out_lines_are_run_where_they_matter(kit: MakeKit) -> None:
    """A function that needs them is right in the second load, and a note says which they are."""
    source = edited(("return value if value.ndim else", "return H[0] * value if value.ndim else"))
    source = source.replace("return H[0] * value", "value = H[0] * value\n    return value")
    made = kit(source + "\nH = []\nfor item in (1.0,):\n    H.append(item)\n")
    found = examine.examine(made, ["sigmoid"])
    assert states(found) == {"sigmoid": "ok"}
    assert "for item in (1.0,):" in found.notes[0]
    assert "better" in found.notes[1]


def test_left_out_lines_are_not_mentioned_where_they_do_not_matter(kit: MakeKit) -> None:
    """A right file may train and plot below its functions without a note."""
    found = examine.examine(kit(REFERENCE + "\nfor _ in iter(int, 1):\n    pass\n"), ["sigmoid"])
    assert found.right
    assert found.notes == ()


def test_a_flood_of_prints_is_cut_and_shown(kit: MakeKit) -> None:
    """What the student prints is there to see, and does not bury the result."""
    source = edited(("    value = sigmoid(x)", '    print("x is", x)\n    value = sigmoid(x)'))
    made = kit(source.replace('print("x is", x)', "for i in range(5000): print(i, x)"))
    found = examine.examine(made, ["d_sigmoid"])
    text = details.printed(found)
    assert found.right
    assert "Your file printed, in d_sigmoid:\n  | 0 " in text
    assert "more lines" in text
    assert len(text.splitlines()) <= 20


def test_a_hang_costs_one_time_limit(kit: MakeKit) -> None:
    """An endless loop is reported, and its callers are not run."""
    source = edited(("    a = np.asarray(x, dtype=float)\n", "    while True:\n        pass\n"))
    found = examine.examine(kit(source), call_seconds=0.5)
    assert states(found) == dict.fromkeys(FUNCTIONS, "blocked") | {"sigmoid": "wrong"}
    assert "no answer within 0.5 seconds" in details.details(found.outcomes["sigmoid"])


def test_a_crash_is_reported_and_the_others_are_run(kit: MakeKit) -> None:
    """A function that crashes Python does not affect the others."""
    source = edited(("    N = len(X_test)", "    import os; os.abort()")).replace(
        "import os; os.abort()", "import os\n    os.abort()"
    )
    found = examine.examine(kit(source), ["ffnn", "test_nn"])
    assert states(found) == {"ffnn": "ok", "test_nn": "wrong"}
    assert "Python itself crashed" in details.details(found.outcomes["test_nn"])


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "syntax": ("def sigmoid(x):\n    return 1 +\n", "Syntax error in line 2"),
    "UTF-16": (codecs.BOM_UTF16_LE + "x = 1".encode("utf-16-le"), "UTF-16"),
    "binary": (b"\x7fELF\0\0\0", "null bytes"),
    "latin-1": ("# café".encode("latin-1"), "save the file as UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_run_is_one_sentence(
    kit: MakeKit, run_check: RunCheck, name: str
) -> None:
    """What is wrong with it, exit code 2, and no traceback."""
    source, sentence = BROKEN[name]
    code, text = run_check(kit(source))
    assert code == 2
    assert sentence in " ".join(text.split())
    assert len(text.splitlines()) <= 3


def test_a_missing_file_is_looked_for(tmp_path: Path, run_check: RunCheck) -> None:
    """A file that was saved under another name is pointed at."""
    (tmp_path / "neural_network (1).py").write_text(STUB)
    code, text = run_check(Kit(tmp_path))
    assert code == 2
    assert "`neural_network (1).py`" in text


@pytest.mark.parametrize("content", ["{", '{"format": 99}', None])
def test_a_damaged_key_is_one_sentence(
    kit: MakeKit, tmp_path: Path, run_check: RunCheck, content: str | None
) -> None:
    """The student is told to take the tests from the zip again."""
    if content is not None:
        (tmp_path / "cases.json").write_text(content)
    made = Kit(kit(STUB).folder, tmp_path / "cases.json")
    code, text = run_check(made)
    assert code == 2
    assert "Traceback" not in text


def test_a_typing_mistake_is_understood(kit: MakeKit, run_check: RunCheck) -> None:
    """fnn means ffnn, and sections are fine as names."""
    code, text = run_check(kit(STUB), "fnn")
    assert code == 2
    assert "did you mean `ffnn`?" in text
    assert door.chosen(["1.1"], Kit()) == ("sigmoid", "d_sigmoid")
    with pytest.raises(CannotRun):
        door.chosen(["quite something else"], Kit())


def test_one_function_is_checked_alone(kit: MakeKit, run_check: RunCheck) -> None:
    """`python check.py ffnn` has one line, and the points of that function."""
    code, text = run_check(kit(REFERENCE), "ffnn")
    assert code == 0
    assert "1.3  ffnn" in text
    assert "1.4  backprop" not in text
    assert "Public points of `ffnn`" in text


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_every_text_can_be_shown_on_every_console(encoding: str) -> None:
    """Signs that a console lacks are written out, and plain text is left alone."""
    shown = layout.showable("σ(a) … “δ” ≥ 1 – 漢", encoding)
    assert shown.encode(encoding)
    assert layout.showable("plain", encoding) == "plain"


def test_the_hint_and_the_first_output_in_computing_order(kit: MakeKit) -> None:
    """For ffnn the hidden layer comes before the output that it spoils."""
    verdicts = [Verdict("c", "ffnn", name, "failed", 0, 1) for name in ("y", "z1", "a2")]
    assert details.first_of(verdicts).output == "z1"


def test_the_receipt_names_what_is_submitted(
    kit: MakeKit, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, time of saving, functions, report and the grader's digest; no syntax error is."""
    made = kit(without("test_nn"))
    assert receipt.submit(made) == 1
    text = capsys.readouterr().out
    assert "6 of 7 written; still to do: test_nn" in text
    assert made.saved in text
    assert "not found" in text
    assert made.digest in text
    (made.folder / "report.pdf").write_bytes(b"%PDF-" + bytes(2000))
    made = kit(REFERENCE)
    assert receipt.submit(made) == 0
    text = capsys.readouterr().out
    assert "7 of 7 written" in text
    assert "found, 2.0 kB" in text
    assert receipt.submit(kit("def f(:\n")) == 2


def test_line_ends_do_not_change_the_digest(kit: MakeKit) -> None:
    """A file that went through Windows is the same file."""
    assert kit(STUB).digest == kit(STUB.replace("\n", "\r\n")).digest


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
    kit: MakeKit, capsys: pytest.CaptureFixture[str],
    edits: tuple[tuple[str, str], ...], code: int, last: str,
) -> None:  # fmt: skip
    """The deltas are read from the gradients, and the first step that differs is named."""
    assert steps.run(["backprop"], kit(edited(*edits))) == code
    text = capsys.readouterr().out
    assert last in " ".join(text.split())
    assert max(map(len, text.splitlines())) < 80
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
