"""Apply adjustments: changes of points that people make, within the points that there are.

Adjustments of outputs count first, then those of cases, then those of questions. None takes its
target, or the question around it, below 0 or above its points; the rest does not count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.cases.points import Target
from autograder.record.decisions import Adjustment
from autograder.results import SubmissionResult


@dataclass(frozen=True)
class AppliedAdjustment:
    """An adjustment and the points that it changes, which are fewer where it reaches a bound."""

    adjustment: Adjustment
    target: Target
    points: int

    def __str__(self) -> str:
        """The sentence for the student."""
        asked = self.adjustment
        bound = ""
        if not asked.sets and self.points != asked.points:
            more = "gain" if asked.points > 0 else "lose"
            bound = f" ({abs(self.points)} of them count: there are no more to {more})"
        about = self.target.name if self.target.rank == 2 else f"`{self.target.name}`"
        reason = asked.reason if asked.reason.endswith((".", "!", "?")) else f"{asked.reason}."
        return f"{about}: {asked}{bound}. {reason} ({asked.made_on})"


def apply_adjustments(
    result: SubmissionResult, adjustments: Iterable[Adjustment], targets: Mapping[str, Target]
) -> list[AppliedAdjustment]:
    """Apply a submission's adjustments, and return them in the order in which they count.

    An adjustment of a question, case or output that the kit no longer has is left out.
    """
    found = [(one, targets[one.place]) for one in adjustments if one.place in targets]
    if not found:
        return []
    points: Counter[str] = Counter()  # of outputs, cases and questions after the adjustments so far
    for output in result.outputs:
        for name in (output.question, output.case, f"{output.case}/{output.output}"):
            points[name] += output.points
    applied = []
    for asked, target in sorted(found, key=lambda pair: (pair[1].rank, pair[1].name)):
        change = asked.points - points[target.name] if asked.sets else asked.points
        affected = {target.name, target.case, target.question} - {""}
        for name in affected:
            change = max(min(change, targets[name].points - points[name]), -points[name])
        for name in affected:
            points[name] += change
        applied.append(AppliedAdjustment(asked, target, change))
    return applied
