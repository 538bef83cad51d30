"""Dependency credit: a mistake costs points in one function only.

A function with a failed output is judged again with reference functions below it:

1. in place of those that are wrong by themselves;
2. in place of all others. Where only this helps, two functions do not work together, although the
   lower one passes its own tests. It is found (the lowest whose replacement is enough), and the
   upper function loses at most as many points as the dearest hidden case of the lower one has.
   Functions further up lose nothing by it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from assignment.checks.judging.judge import REMEMBERED
from assignment.checks.model.case import Case, Place, Verdict, work
from assignment.checks.model.questions import below, not_above
from autograder.cases.points import cap, kit_points
from autograder.grading.interplay import Interplay, Watch
from autograder.grading.reference_functions import OTHERS, Convention, as_arrays
from autograder.grading.runs import SourceRuns
from autograder.grading.verdicts import EvaluatedRun, Verdicts

HELPS = {"failed", "error", "bad_answer"}
"""What a function that expects lists or rows from the functions below may end in."""


class Credit:
    """Gives dependency credit to the functions of one source."""

    def __init__(self, runs: SourceRuns) -> None:
        self._runs = runs
        self._functions = runs.answers.functions
        self._made: dict[tuple[object, ...], EvaluatedRun] = {}
        self._at_fault: set[str] = set()  # functions that are wrong whatever is below them
        self._interplays: dict[str, Interplay] = {}  # by the lower function
        self._cases: Sequence[Case] = ()
        self._full = False

    def give(self, cases: Sequence[Case], *, full: bool) -> None:
        """Judge again what has failed in these cases."""
        self._cases, self._full = cases, full
        own = self._runs.own
        failed = {
            name
            for name in self._functions
            if any(not own[place].passed for place in self._runs.places(name))
        }
        wrong: set[str] = set()
        for name in self._functions:
            replaced = tuple(low for low in below(name) if low in wrong)
            if replaced and self._may_gain(name):
                self._judge_with(name, replaced)
            if not_above(name) and self._may_gain(name):
                self._judge_without_own(name, wrong, failed)
            if self._failures(name):
                wrong.add(name)

    def noted(self, verdicts: Verdicts) -> Verdicts:
        """Add to what stays failed that two functions do not work together."""
        for interplay in self._interplays.values():
            for place in interplay.kept:
                judged = verdicts[place]
                if not judged.verdict.passed:
                    note = interplay.note(place[0])
                    verdicts[place] = replace(judged, pair=interplay.pair, note=note)
        return verdicts

    # 1. Reference functions in place of what has failed below

    def _judge_with(self, name: str, replaced: tuple[str, ...]) -> None:
        """Count what is better with reference functions in place of ``replaced``.

        A failure counts too: it is the function's own, so its message says more than the first one.
        """
        run = self._asked(name, replaced)
        for place in self._failures(name):
            if run.first[place].status != "not_judged":
                self._runs.count(place, run)
        self._count(self._right(name, run))

    def _asked(self, name: str, replaced: tuple[str, ...]) -> EvaluatedRun:
        """A run in which the cases of a function were asked with these reference functions.

        Functions that need the same reference functions share a worker. What passes there counts;
        what fails is asked again in a worker of its own, since another one may be at fault.
        """
        alone = self._run(name, replaced, as_arrays)
        if alone.outcome.replies:
            self._runs.ask(alone, self._of(name))
            return alone
        shared = self._run("", replaced, as_arrays)
        fresh = not shared.run.is_open
        self._runs.ask(shared, self._of(name))
        places = self._runs.places(name)
        if fresh or all(shared.first[place].passed for place in places):
            return shared
        self._runs.ask(alone, self._of(name))
        return alone

    def _run(self, name: str, replaced: tuple[str, ...], convention: Convention) -> EvaluatedRun:
        """The run for a function (or for all, ""); a second call returns the same."""
        key = (name, replaced, convention, self._full)
        if key not in self._made:
            self._made[key] = self._runs.new(
                full=self._full, replaced=replaced, convention=convention
            )
        return self._made[key]

    # 2. Reference functions in place of all others

    def _judge_without_own(self, name: str, wrong: set[str], failed: set[str]) -> None:
        """Find out whether a function is right by itself, and with which other it is not."""
        lower = not_above(name)
        if name in self._at_fault or self._is_at_fault(name):
            self._at_fault.add(name)
            return
        base = tuple(low for low in lower if low in wrong)
        gained = {
            place: run
            for place, run in self._right(name, self._asked(name, lower)).items()
            # The first call was right with the student's own functions: the second one is at fault.
            if failed.intersection(lower) or self._runs.own[place].misconception != REMEMBERED
        }
        if not gained:
            return
        known = [one.lower for one in self._interplays.values() if one.upper == name]
        for low in dict.fromkeys([*known, *lower]):
            right = {} if low in base else self._right_with_one(name, (*base, low), gained)
            if right:
                if self._is_right(low, base):
                    right = self._not_charged(name, low, right, base)
                self._count(right)
                return
        # One that has lost points for itself may be the reason.
        some = tuple(low for low in lower if low in failed)
        if some:
            self._count(gained | self._right(name, self._asked(name, some)))

    def _is_at_fault(self, name: str) -> bool:
        """Whether just the same goes wrong with reference functions in place of all others.

        The case of least work shows it.
        """
        wrong = [p for p in self._failures(name) if self._runs.verdict(p).status in HELPS]
        if not wrong:
            return True
        tried = self._tried(name, wrong, not_above(name), as_arrays)
        return all(one.message == self._runs.verdict(place).message for place, one in tried.items())

    def _right_with_one(
        self, name: str, replaced: Iterable[str], gained: Mapping[Place, EvaluatedRun]
    ) -> dict[Place, EvaluatedRun]:
        """The failures that are right with these reference functions, if ``gained`` all are.

        The case of least work is asked first, since most functions are not the one.
        """
        convention = next(iter(gained.values())).convention
        replaced = tuple(other for other in not_above(name) if other in replaced)
        if not all(one.passed for one in self._tried(name, gained, replaced, convention).values()):
            return {}
        run = self._run(name, replaced, convention)
        self._runs.ask(run, self._of(name))
        right = {place: run for place in self._failures(name) if run.first[place].passed}
        return right if gained.keys() <= right.keys() else {}

    def _count(self, right: Mapping[Place, EvaluatedRun]) -> None:
        for place, run in right.items():
            self._runs.count(place, run)

    def _right(self, name: str, arrays: EvaluatedRun) -> dict[Place, EvaluatedRun]:
        """The failures of a function that are right in this run, or in one with lists or rows.

        A correct function may expect lists or rows from the reference functions, if it called one
        in the run with ``arrays``. The case of least work shows whether it does.
        """
        failures, replaced = self._failures(name), arrays.replaced
        found = {place: arrays for place in failures if arrays.first[place].passed}
        wrong = [
            place
            for place in failures
            if place not in found and self._runs.verdict(place).status in HELPS
        ]
        for convention in OTHERS if wrong and name in arrays.run.called_back else ():
            run = self._run(name, replaced, convention)
            if not run.outcome.replies:
                tried = self._tried(name, wrong, replaced, convention)
                if not any(one.passed for one in tried.values()):
                    continue
            self._runs.ask(run, self._of(name))
            more = [place for place in failures if place not in found and run.first[place].passed]
            found |= dict.fromkeys(more, run)
        return found

    def _is_right(self, low: str, base: Collection[str]) -> bool:
        """Whether a function passes its tests with reference functions in place of ``base``.

        Where it does not, it is wrong itself, or it relies on something that ours do not have.
        """
        places = self._runs.places(low)
        replaced = tuple(other for other in below(low) if other in base)
        if not replaced:
            return all(self._runs.own[place].passed for place in places)
        run = self._asked(low, replaced)
        return all(run.first[place].passed for place in places)

    def _not_charged(
        self, name: str, low: str, right: dict[Place, EvaluatedRun], base: tuple[str, ...]
    ) -> dict[Place, EvaluatedRun]:
        """What of ``right`` is credited; the rest stays failed, up to the cap of the function.

        A lower function is charged once, where it shows first.
        """
        known = self._interplays.setdefault(low, Interplay(name, low, cap(kit_points(), low)))
        if known.upper != name:
            return right
        for place in right:
            points = self._runs.own[place].max_points
            if place not in known.kept and known.has_room_for(points):
                known.kept[place] = points
        if known.kept and not self._runs.hidden:
            self._watch(known, base)
        return {place: run for place, run in right.items() if place not in known.kept}

    def _watch(self, interplay: Interplay, base: tuple[str, ...]) -> None:
        """Watch the lower function in the public cases, in the order in which they were asked."""
        interplay.shown = next(iter(interplay.kept))[0]
        watch = Watch(self._runs.reference, interplay.lower)
        run = self._runs.new(
            full=self._full, replaced=base, watched=(interplay.lower,), handler=watch.handler
        )
        for case in self._cases:
            shown = case.id == interplay.shown
            watch.start(heard=shown)
            self._runs.ask(run, [case])
            if shown:
                break
        interplay.call = watch.sentence or watch.shapes

    # What the steps have in common

    def _tried(
        self,
        name: str,
        places: Collection[Place],
        replaced: tuple[str, ...],
        convention: Convention,
    ) -> dict[Place, Verdict]:
        """The verdicts on these outputs of one case, the one of least work, in a run of its own.

        It only tells whether a run is worth while: a function that keeps something from an earlier
        call may be right in it. Where the outputs are wrong in the first call of the case, the
        further calls are not made.
        """
        cases = {case for case, _ in places}
        probe = min((case for case in self._of(name) if case.id in cases), key=work)
        asked = [place for place in places if place[0] == probe.id]
        if {self._runs.verdict(place).case for place in asked} <= {probe.id}:
            probe = replace(probe, also=())
        run = self._runs.new(full=self._full, replaced=replaced, convention=convention)
        self._runs.ask(run, [probe])
        return {place: run.first[place] for place in asked}

    def _of(self, name: str) -> list[Case]:
        return [case for case in self._cases if case.function == name]

    def _failures(self, name: str) -> list[Place]:
        places = self._runs.places(name)
        return [place for place in places if not self._runs.verdict(place).passed]

    def _may_gain(self, name: str) -> bool:
        """Whether reference functions below could help: not where all that fails is unwritten."""
        statuses = {self._runs.verdict(place).status for place in self._runs.places(name)}
        return not statuses <= {"passed", "not_implemented"}
