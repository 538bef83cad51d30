"""What adjustments come to: changes of points, laid over what was judged, within what there is.

Those of outputs count first, then those of cases, then those of questions. None takes its place,
nor the question that it is in, below 0 or above its points; what does not fit does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.cases.points import Target
from autograder.record.decisions import Adjustment
from autograder.results import SubmissionResult


@dataclass(frozen=True)
class Adjusted:
    """An adjustment with the points that it changes, which are fewer where it reaches a bound."""

    adjustment: Adjustment
    place: Target
    points: int

    def __str__(self) -> str:
        """The sentence for the student."""
        made = self.adjustment
        bound = ""
        if not made.sets and self.points != made.points:
            more = "gain" if made.points > 0 else "lose"
            bound = f" ({abs(self.points)} of them count: there are no more to {more})"
        about = self.place.name if self.place.rank == 2 else f"`{self.place.name}`"
        return f"{about}: {made}{bound}. {_sentence(made.reason)} ({made.made_on})"


def adjusted(
    result: SubmissionResult, adjustments: Iterable[Adjustment], targets: Mapping[str, Target]
) -> list[Adjusted]:
    """What each of a submission's adjustments comes to, in the order in which they count.

    An adjustment of a place that the kit no longer has counts nothing, and is left out.
    """
    found = [(made, targets[made.place]) for made in adjustments if made.place in targets]
    if not found:
        return []
    points = _Points(result, targets)
    found.sort(key=lambda pair: (pair[1].rank, pair[1].name))
    return [Adjusted(made, place, points.change(made, place)) for made, place in found]


class _Points:
    """Points of outputs, cases and questions, each as what has been laid over it leaves it."""

    def __init__(self, result: SubmissionResult, targets: Mapping[str, Target]) -> None:
        self._points = dict.fromkeys(targets, 0)
        self._most = {name: place.points for name, place in targets.items()}
        for output in result.outputs:
            for name in (output.question, output.case, f"{output.case}/{output.output}"):
                if name in self._points:
                    self._points[name] += output.points

    def change(self, made: Adjustment, place: Target) -> int:
        """Make one change as far as it fits; returns by how much."""
        inside = [place.name]
        if place.output:
            inside.append(place.case)
        if place.case:
            inside.append(place.question)
        now = self._points[place.name]
        wanted = made.points - now if made.sets else made.points
        for name in inside:
            wanted = min(wanted, self._most[name] - self._points[name])
            wanted = max(wanted, -self._points[name])
        for name in inside:
            self._points[name] += wanted
        return wanted


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
