"""The bonus, and the table of systems in docs/sources.md: every row is something CI runs."""

import re

import pytest

from assignment.checks.model.questions import BONUS, BONUS_NUMBERS, by_function
from autograder.paths import ROOT

HANDOUT = (ROOT / "assignment/README.md").read_text("utf-8")
SOURCES = (ROOT / "docs/sources.md").read_text("utf-8")
NOTEBOOK = (ROOT / "assignment/explore.py").read_text("utf-8")
TABLE = SOURCES.partition("<!-- explore:begin -->")[2].partition("<!-- explore:end -->")[0]
ROWS = [tuple(cell.strip() for cell in row.split("|")[1:4]) for row in TABLE.splitlines()[3:]]
SECTIONS = dict(re.findall(r"^# ## (\d+)\. (.+?)(?=^# ## |\Z)", NOTEBOOK, re.MULTILINE | re.DOTALL))


def test_every_section_of_the_notebook_has_a_row() -> None:
    """What the other texts show can be found in the table."""
    assert {number for *_, see in ROWS for number in re.findall(r"section (\d+)", see)} == {
        *SECTIONS
    }


@pytest.mark.parametrize(("what", "do", "see"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_says_what_is_there(what: str, do: str, see: str) -> None:
    """Its functions are in that section of the handout, and the notebook's section needs them.

    CI runs the notebook with the reference, and the reference's functions have tests and cases.
    """
    number = re.findall(r"section (\d+)", see)
    code = SECTIONS[number[0]]
    needed = re.findall(r'"(\w+)"', " ".join(re.findall(r"own\.needs\((.+)\)", code)))
    for part in do.split(";"):
        section, _, names = part.strip().partition(": ")
        functions = re.findall(r"`(\w+)`", names)
        assert functions
        assert {by_function(name).number for name in functions} == {section}
    drawn = set(re.findall(r"`(\w+)`", do))
    built = {"learn_perceptron": "perceptron_pass"}
    built |= dict.fromkeys(("layer_forward", "layer_backward"), "mlp_gradient")
    assert {built.get(name, name) for name in drawn} <= set(needed), what


@pytest.mark.parametrize("number", BONUS_NUMBERS)
def test_the_bonus_is_worth_what_it_says(number: str) -> None:
    """The points in the text are those of the table of questions, and each function is named."""
    mine = [question for question in BONUS if question.number == number]
    found = re.search(rf"^\*\*{number} .+?\*\* \((\d+) points\)", HANDOUT, re.MULTILINE)
    assert found
    assert int(found[1]) == sum(question.points for question in mine)
    text = HANDOUT[found.start() :].partition("\n**B.")[0]
    assert [q.function for q in mine if f"`{q.function}" not in text] == []
    assert f"for up to {sum(q.points for q in BONUS)} points on top" in HANDOUT
