"""The handout: every printed example comes out, the points are the table's, nothing is left out."""

import doctest
import re
import sys
from pathlib import Path

import pytest

from assignment import iris
from assignment.checks.model.points_table import with_points_table
from assignment.checks.model.questions import QUESTIONS, Question
from solution import neural_network as reference

HANDOUT = Path(iris.__file__).with_name("README.md")
TEXT = HANDOUT.read_text(encoding="utf-8")
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]\d+)?")


def unit(number: str) -> float:
    """The value of one in the last printed place."""
    mantissa, _, exponent = number.partition("e")
    return float(10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2])))


class AllPrintedDigits(doctest.OutputChecker):
    """Equal text but for the numbers, and numbers equal in every digit that is printed.

    Columns do not matter, and a number printed to all its 16 digits may differ by rounding.
    """

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Whether ``got`` says what ``want`` prints."""
        if "".join(NUMBER.sub("#", want).split()) != "".join(NUMBER.sub("#", got).split()):
            return False
        pairs = zip(NUMBER.findall(want), NUMBER.findall(got), strict=True)
        return all(
            abs(float(one) - float(two)) <= 0.5 * unit(one) + 4e-16 * abs(float(one))
            for one, two in pairs
        )


def as_doctest() -> doctest.DocTest:
    """All examples of the handout, in one namespace and in their order."""
    return doctest.DocTestParser().get_doctest(TEXT, {}, "handout", str(HANDOUT), 0)


def failures(test: doctest.DocTest) -> str:
    """What doctest reports when the examples are run; empty if all is as printed."""
    report: list[str] = []
    doctest.DocTestRunner(AllPrintedDigits(), verbose=False).run(test, out=report.append)
    return "".join(report)


def test_every_printed_example_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference prints all digits that the handout prints, and the last digit counts."""
    monkeypatch.setitem(sys.modules, "iris", iris)
    monkeypatch.setitem(sys.modules, "neural_network", reference)
    test = as_doctest()
    assert sum(bool(example.want) for example in test.examples) >= 20
    assert failures(test) == ""
    for example in test.examples:
        example.want = re.sub(r"81937318|0\.9\b", lambda found: found[0][:-1] + "7", example.want)
    assert failures(test).count("Expected:") == 2


def test_the_points_are_those_of_the_table_of_questions() -> None:
    """The table between the markers is what points_table renders; a lost marker is an error."""
    assert with_points_table(TEXT) == TEXT
    assert "| | together | 100 |" in TEXT
    with pytest.raises(ValueError, match="no place for the table"):
        with_points_table(TEXT.replace("<!-- points:end -->", ""))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.function)
def test_the_section_names_parameters_and_outputs(question: Question) -> None:
    """The handout gives each function with its parameters in order, its outputs and a call."""
    flat = re.sub(r"\s+", " ", TEXT)
    assert f"{question.function}({', '.join(question.parameters)})" in flat
    if question.outputs not in (("value",), ("sum", "activation")):
        assert f"`{', '.join(question.outputs)} = {question.function}(" in flat
    source = "".join(example.source for example in as_doctest().examples)
    assert re.search(rf"\b{question.function}\(", source)


def test_the_sections_are_all_there() -> None:
    """Sections 1.1 to 2.3, the independent section and the errata."""
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    numbered = [heading.split()[0] for heading in headings if heading[0].isdigit()]
    assert numbered == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3"]
    assert {"Independent section", "Look inside your network"} <= set(headings)
