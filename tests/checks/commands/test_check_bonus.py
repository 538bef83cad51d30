"""``python check.py bonus`` at home: stubs, right and wrong functions, and parts of the bonus."""

from pathlib import Path

import pytest

from assignment import check
from assignment.checks.commands import check as door
from assignment.checks.model.questions import BONUS_FUNCTIONS
from assignment.checks.running.kit import BONUS_FILE, Kit
from assignment.checks.running.process import CannotRun
from autograder.paths import ROOT
from solution.misconceptions import BONUS_CATALOGUE, Misconception, source_of

RIGHT = (ROOT / "solution/bonus.py").read_text("utf-8")
STUBS = (ROOT / "assignment/bonus.py").read_text("utf-8")


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A folder in which bonus.py may stand."""
    return Kit(tmp_path, file=BONUS_FILE)


def bonus_check(
    kit: Kit, source: str, *names: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit code and text for a bonus.py of this content."""
    (kit.folder / BONUS_FILE).write_text(source, "utf-8")
    code = door.run(names, kit)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    return code, text


def test_stubs_are_to_do_and_nothing_is_wrong(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    """Every function is to do, and the text says that nothing is lost."""
    code, text = bonus_check(kit, STUBS, capsys=capsys)
    assert code == 1
    assert text.count("  to do\n") == len(BONUS_FUNCTIONS)
    assert "Nothing is wrong." in text
    assert "Public points: 0 of 7." in text


def test_the_reference_is_right(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    """All is right, practice cases too, and the file to submit is named."""
    code, text = bonus_check(kit, RIGHT, capsys=capsys)
    assert code == 0
    assert text.count("  ok\n") == len(BONUS_FUNCTIONS)
    assert "Right. Submit bonus.py together with neural_network.py." in text
    assert "Public points: 7 of 7." in text


def test_a_mistake_blocks_what_is_built_on_it(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    """The tie of the step is found in a further call; functions built on it are blocked."""
    source = RIGHT.replace("return 1 if a > 0 else 0", "return 1 if a >= 0 else 0")
    assert source != RIGHT
    code, text = bonus_check(kit, source, "B.1", capsys=capsys)
    assert code == 1
    assert "perceptron_pass   blocked by step" in text
    assert "`value` is 1; expected 0" in text
    assert "from bonus import step; print(step(*inputs))" in text
    assert "Next: B.1 `step`" in text
    assert "mlp_forward" not in text


@pytest.mark.parametrize("entry", BONUS_CATALOGUE, ids=lambda entry: entry.id)
def test_a_misconception_is_named(
    kit: Kit, entry: Misconception, capsys: pytest.CaptureFixture[str]
) -> None:
    """The student reads its hint at home, and no other one of the catalogue."""
    code, text = bonus_check(kit, source_of(entry), entry.function, capsys=capsys)
    assert code == 1
    text = " ".join(text.split())
    assert [one.id for one in BONUS_CATALOGUE if one.hint in text] == [entry.id]


def test_a_missing_file_is_a_sentence(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    """Without bonus.py the text says where to get it."""
    assert door.run((), kit) == 2
    assert "There is no bonus.py in" in capsys.readouterr().out


def test_parts_are_chosen_by_name_and_number(kit: Kit) -> None:
    """Functions and sections may be mixed; their order is kept."""
    assert door.chosen(["predict", "B.4"], kit) == (
        "predict",
        "numerical_gradient",
        "relative_error",
    )
    assert door.chosen([], kit) == BONUS_FUNCTIONS
    with pytest.raises(CannotRun, match="no function `ffnn` in the bonus"):
        door.chosen(["ffnn"], kit)


def test_names_of_the_bonus_need_no_word_before_them(capsys: pytest.CaptureFixture[str]) -> None:
    """python check.py step, and B.2, mean the bonus; names of both kinds together do not."""
    assert door.are_of_bonus(["step", "B.2"])
    assert not door.are_of_bonus(["step", "ffnn"])
    assert not door.are_of_bonus([])
    assert check.main(["bonus", "nonsense"]) == 2
    assert "no function `nonsense` in the bonus" in capsys.readouterr().out
