"""Define an entry of the catalogue, and make the source of a wrong submission from it."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assignment.checks.model.case import Case
from assignment.checks.model.questions import ALL_FUNCTIONS, BONUS_FUNCTIONS
from solution import bonus, neural_network


class DoesNotApply(ValueError):
    """An edit's old text does not occur exactly once in the function."""


@dataclass(frozen=True)
class Misconception:
    """One misconception, as a change of the reference.

    ``edits`` are pairs (old, new) for the text of ``function``, with the helpers before it; each
    old text occurs there exactly once. Where edits are not enough, ``source`` replaces the text, or
    ``added`` follows at the end of the file.

    ``breaks`` says which outputs are lost if all lower functions are right: ``"dE1"`` in every
    graded case that judges dE1, ``"backprop-small:dE1"`` in that case only, and
    ``"backprop-small:*"`` all that this case judges. A ``remark`` costs no points and breaks
    nothing. An entry that ``remembers`` depends on earlier calls: its hint belongs to two different
    answers to one case, never to a misconception output, and it breaks what is wrong when all
    graded cases are asked in order and then some again.
    """

    id: str
    function: str
    edits: tuple[tuple[str, str], ...]
    hint: str
    breaks: tuple[str, ...] = ()
    remark: bool = False
    source: str = ""
    added: str = ""
    remembers: bool = False

    def broken(self, cases: Iterable[Case]) -> frozenset[tuple[str, str]]:
        """``breaks`` as pairs (case id, output) of the graded cases among ``cases``."""
        return frozenset(
            (case.id, output)
            for case in cases
            if case.function == self.function
            for output in case.points
            if not {output, f"{case.id}:{output}", f"{case.id}:*"}.isdisjoint(self.breaks)
        )


def swayed(case: Case, output: str) -> bool:
    """Whether it depends on the hidden seed if a mistake shows in this output.

    A network that has learnt something else may guess the same, and another order of errors may
    lead a perceptron to the same weights. So for these outputs ``breaks`` holds for the kit's seed
    only; for all others it holds for every seed.
    """
    luck = output in ("misclassification_rate", "guesses")
    return not case.public and (luck or case.function in ("perceptron_pass", "learn_perceptron"))


def source_of(*entries: Misconception) -> str:
    """Return the source of the reference with these mistakes, made one after the other.

    For mistakes in functions of the bonus it is the reference answer to the bonus.

    Raises:
        DoesNotApply: an old text does not occur exactly once.
    """
    source = _reference(any(entry.function in BONUS_FUNCTIONS for entry in entries))
    for entry in entries:
        source = _applied(entry, source)
    return source


def _applied(entry: Misconception, source: str) -> str:
    text = text_of(source, entry.function)
    edited = entry.source or text
    for old, new in entry.edits:
        if edited.count(old) != 1:
            raise DoesNotApply(f"{entry.id}: {old!r} occurs {edited.count(old)} times")
        edited = edited.replace(old, new)
    return source.replace(text, edited, 1) + entry.added


@cache
def text_of(source: str, function: str) -> str:
    """The text of a function in ``source``, with the helpers before it."""
    begin = 0
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        begin = begin or node.lineno
        if node.name == function:
            return "\n".join(source.split("\n")[begin - 1 : node.end_lineno])
        if node.name in ALL_FUNCTIONS:
            begin = 0
    raise DoesNotApply(f"there is no function {function}")


@cache
def _reference(of_bonus: bool) -> str:
    module = bonus if of_bonus else neural_network
    return Path(str(module.__file__)).read_text(encoding="utf-8")
