"""``python check.py bonus`` at home: stubs, right and wrong functions, and parts of the bonus."""

from pathlib import Path

import pytest

from assignment import check
from assignment.checks.commands import check as door
from assignment.checks.model.questions import BONUS_FUNCTIONS
from assignment.checks.running.kit import BONUS_FILE, Kit
from assignment.checks.running.process import CannotRun
from autograder.paths import ROOT
from solution.misconceptions import BONUS_CATALOGUE
from tests.builders.home import checked, kit_with, said

RIGHT = (ROOT / "solution/bonus.py").read_text("utf-8")
STUBS = (ROOT / "assignment/bonus.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "code", "state", "said"),
    [
        (STUBS, 1, "to do", "Nothing is wrong."),
        (RIGHT, 0, "ok", "Right. Submit bonus.py together with neural_network.py."),
    ],
    ids=["stubs", "right"],
)
def test_stubs_are_to_do_and_the_reference_is_right(
    tmp_path: Path, source: str, code: int, state: str, said: str
) -> None:
    """In practice cases too; nothing is lost by a stub, and the file to submit is named."""
    found, text = checked(kit_with(tmp_path, source, BONUS_FILE))
    assert (found, text.count(f"  {state}\n")) == (code, len(BONUS_FUNCTIONS))
    assert said in text
    assert f"Public points: {0 if code else 7} of 7." in text


def test_a_mistake_blocks_what_is_built_on_it(tmp_path: Path) -> None:
    """The tie of the step is found in a further call and has the hint of its misconception."""
    source = RIGHT.replace("return 1 if a > 0 else 0", "return 1 if a >= 0 else 0")
    code, text = checked(kit_with(tmp_path, source, BONUS_FILE), "B.1")
    assert code == 1
    for words in (
        "perceptron_pass   blocked by step",
        "`value` is 1; expected 0",
        "from bonus import step; print(step(*inputs))",
        "Next: B.1 `step`",
    ):
        assert words in text
    assert "mlp_forward" not in text
    told = [one.id for one in BONUS_CATALOGUE if one.hint in " ".join(text.split())]
    assert told == ["bonus-step-at-zero"]


def test_parts_are_chosen_by_name_and_number() -> None:
    """Functions and sections may be mixed, and their order is kept; others are refused."""
    kit = Kit(file=BONUS_FILE)
    sections = ("predict", "numerical_gradient", "relative_error")
    assert door.chosen(["predict", "B.4"], kit) == sections
    assert door.chosen([], kit) == BONUS_FUNCTIONS
    with pytest.raises(CannotRun, match="no function `ffnn` in the bonus"):
        door.chosen(["ffnn"], kit)


def test_names_of_the_bonus_need_no_word_before_them(tmp_path: Path) -> None:
    """python check.py step, and B.2, mean the bonus; names of both kinds together do not."""
    named = (["step", "B.2"], ["step", "ffnn"], [])
    assert [door.are_of_bonus(names) for names in named] == [True, False, False]
    code, text = said(lambda: check.main(["bonus", "nonsense"]))
    assert code == 2
    assert "no function `nonsense` in the bonus" in text
    assert "There is no bonus.py in" in checked(Kit(tmp_path, file=BONUS_FILE))[1]
