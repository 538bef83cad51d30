"""Choose hints when all verdicts are known: no coincidences, and a case's own hint where it fits.

Few numbers, or the same one again and again, agree with a misconception by chance. Such a hint
needs a second case that agrees. The hint of a case names what is special about its inputs, so it
is shown only where the output is right in every case without this speciality.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from ..model.case import Array, Case, Place, Verdict, every_call
from .diagnose import BEFORE, FEW
from .judge import REMEMBERED

FACTS = ("step", "d_activation")
"""Functions with plain answers: their misconceptions' hints say what came back, so they are true.

A step and the derivative of relu never give more than 0 and 1.
"""


def settled(cases: Iterable[Case], verdicts: Mapping[Place, Verdict]) -> dict[Place, Verdict]:
    """The verdicts with the hints that stay, and a case's own hint where there is no other."""
    found = {place: _without_coincidence(v, verdicts.values()) for place, v in verdicts.items()}
    by_id = {call.id: call for call in every_call(cases)}
    for place, verdict in found.items():
        # Not for exceptions: what they say is more than what is special about the inputs.
        if verdict.status == "failed" and verdict.got is not None and not verdict.hint:
            found[place] = replace(verdict, hint=_case_hint(by_id, verdict, found.values()))
    return found


def _case_hint(cases: Mapping[str, Case], verdict: Verdict, verdicts: Iterable[Verdict]) -> str:
    """The first speciality of the case without which the output is right; "" if there is none.

    What the output is computed from must be right there, too: guesses may be right by chance.
    """
    before = BEFORE.get(verdict.function, {}).get(verdict.output, ())
    others = [
        (cases[v.case].specialities, v.passed)
        for v in verdicts
        if v.function == verdict.function and v.case != verdict.case
        if v.output in (verdict.output, *before)
    ]
    for speciality in cases[verdict.case].specialities:
        without = [passed for found, passed in others if speciality not in found]
        if without and all(without):
            return speciality
    return ""


def _without_coincidence(verdict: Verdict, verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict itself, or without its hint, or with what is known of the output elsewhere."""
    if not verdict.hint or _is_telling(verdict) or verdict.misconception == REMEMBERED:
        return verdict
    of = verdict.function, verdict.output
    others = [v for v in verdicts if (v.function, v.output) == of and v.case != verdict.case]
    if any(other.hint == verdict.hint for other in others):
        return verdict
    known = {(o.misconception, o.hint) for o in others if o.misconception and _is_telling(o)}
    misconception, hint = known.pop() if len(known) == 1 else ("", "")
    return replace(verdict, misconception=misconception, hint=hint)


def _is_telling(verdict: Verdict) -> bool:
    """Whether the numbers that fit a hint are too many or too odd to fit by chance.

    A misconception was compared with what came back, a pattern with the right answer.
    """
    numbers = verdict.got if verdict.misconception else verdict.expected
    if numbers is None or (verdict.misconception and verdict.function in FACTS):
        return True
    if verdict.output in ("guesses", "misclassification_rate"):
        return numbers.size >= FEW and len(np.unique(numbers)) > 2
    return len(np.unique(numbers)) > 2 or not _is_plain(numbers)


def _is_plain(numbers: Array) -> bool:
    """Whether all numbers are wholes and halves, such as 0, 0.5 and 1."""
    return bool(np.all(np.isfinite(numbers) & (np.mod(2 * numbers.astype(float), 1) == 0)))
