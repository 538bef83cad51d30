"""Run the public cases on a student's file and sum up the results, function by function.

It works as the grader does: first the functions, without the file's training runs; then all of the
file in a fresh process if something failed; at the end one case per function again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ..judging.judge import split
from ..judging.probes.find import explained
from ..judging.saturated import not_for_nothing
from ..judging.settled import settled
from ..judging.source_hints import missing, with_advice
from ..judging.verdicts import RunVerdicts
from ..model.case import Case, Expected, Place, Reply, Verdict, work
from ..model.questions import Question, below, by_function
from .kit import Kit
from .probing import facts_about
from .process import LOAD_SECONDS, CannotRun, Child, Loading, Printed

State = Literal["ok", "to do", "wrong", "blocked"]
OWN_FAULTS = frozenset({"ImportError", "NameError", "UnboundLocalError"})
"""Exceptions that are always a mistake of the function whose line raised them."""
Answer = tuple[Case, tuple[Verdict, ...]]
"""A case and the verdicts on its outputs."""


@dataclass(frozen=True)
class Outcome:
    """The result of one function.

    ``blocked`` means: it is not right, but functions that it calls (``because``, lowest first) are
    not right either, so its points are open. ``alone`` tells that the functions it calls are right
    at least in the handout's cases. ``answers`` are the cases that were run, in their order.
    """

    question: Question
    state: State
    answers: tuple[Answer, ...]
    because: tuple[str, ...]
    of: int
    alone: bool = True
    printed: tuple[Printed, ...] = ()

    @property
    def got(self) -> int:
        """Public points that are safe."""
        return sum(verdict.points for _, verdicts in self.answers for verdict in verdicts)

    @property
    def open(self) -> int:
        """Public points that are neither safe nor lost."""
        return self.of - self.got if self.state in ("to do", "blocked") else 0

    @property
    def failed(self) -> tuple[Answer, ...]:
        """The cases with a wrong output, each with its wrong outputs only."""
        return tuple(
            (case, wrong)
            for case, verdicts in self.answers
            if (wrong := tuple(verdict for verdict in verdicts if not verdict.passed))
        )


@dataclass(frozen=True)
class Examination:
    """All outcomes: of the functions that were ``asked`` for, and of those below them."""

    asked: tuple[str, ...]
    outcomes: Mapping[str, Outcome]
    notes: tuple[str, ...] = ()
    printed: Printed = field(default_factory=Printed)

    @property
    def shown(self) -> tuple[Outcome, ...]:
        """The outcomes that were asked for."""
        return tuple(self.outcomes[name] for name in self.asked)

    @property
    def right(self) -> bool:
        """Whether everything that was asked for is right."""
        return all(outcome.state == "ok" for outcome in self.shown)


def examine(
    kit: Kit,
    names: Iterable[str] | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> Examination:
    """Run the public cases of the functions ``names``, all if None.

    ``progress`` is called with the name of each function before it is run.

    Raises:
        CannotRun: if nothing can be run at all.
    """
    wanted = set(kit.functions if names is None else names)
    asked = tuple(name for name in kit.functions if name in wanted)
    run = _Run(kit, progress)
    run.ask(asked)
    notes: list[str] = []
    better = False
    if run.loading.left_out and not run.all_written_right():
        full = _Run(kit, progress, full=True)
        full.ask(asked)
        notes = _left_out_notes(run.loading, full.loading, better := full.points() > run.points())
        if better:
            run, full = full, run
        run.take_better(full)
    outcomes = run.outcomes()
    found = [v for one in outcomes.values() for _, verdicts in one.answers for v in verdicts]
    hints = facts_about(kit, found, full=better)
    for name, one in outcomes.items():
        answers = ((case, tuple(explained(v, hints) for v in vs)) for case, vs in one.answers)
        outcomes[name] = replace(one, answers=tuple(answers))
    return Examination(asked, outcomes, tuple(notes), run.printed_at_load)


def _left_out_notes(first: Loading, full: Loading, better: bool) -> list[str]:
    """Notes on the statements outside functions, if something has failed."""
    lines = [
        f"line {line}: {text}" + (f" ({why})" if why else "") for line, text, why in first.left_out
    ]
    some = "; ".join(lines[:3]) + (f"; and {len(lines) - 3} more" if len(lines) > 3 else "")
    notes = [f"Not run, because it stands outside the functions: {some}."]
    if better:
        notes.append("With these lines run it is better, so the result below is with them.")
    elif full.reply is None:
        notes.append("With these lines run it is no better.")
    else:
        notes.append(f"With these lines run, loading ends early: {_why(full.reply)}")
    return notes


def _why(reply: Reply) -> str:
    where = f" in line {reply.line}" if reply.line else ""
    return reply.text if not reply.kind else f"{reply.kind}{where}: {reply.text}"


class _Run:
    """One load of the file and its answers; after a hang or crash it is loaded again."""

    def __init__(self, kit: Kit, progress: Callable[[str], None], *, full: bool = False) -> None:
        self.loading = Loading()
        self.printed_at_load = Printed()
        self._kit = kit
        self._progress = progress
        self._full = full
        self._verdicts = RunVerdicts(kit.key.cases, self._expected, self._expected, kit.file)
        self._asked: dict[str, list[Case]] = {}
        self._replies: dict[str, Reply] = {}
        self._better: dict[Place, Verdict] = {}
        self._printed: dict[str, list[Printed]] = {}
        self._ended: set[str] = set()
        self._child: Child | None = None
        self._dead: Reply | None = None

    def ask(self, asked: Sequence[str]) -> None:
        """Run the functions, those called by one that is not right, and one case of each again."""
        try:
            for name in asked:
                self._ask_function(name)
            for name in reversed(self._kit.functions):
                if name in self._asked and not self._right(name):
                    for lower in below(name):
                        self._ask_function(lower)
            for name in asked:
                if self._asked[name] and name not in self._ended:
                    case = min(self._asked[name], key=work)
                    self._verdicts.add(case, self._reply(case))
        finally:
            if self._child is not None:
                self._child.close()

    def _ask_function(self, name: str) -> None:
        if name in self._asked:
            return
        self._progress(name)
        asked = self._asked[name] = []
        self._printed[name] = []
        if self._ended & set(below(name)):
            return
        for case in self._cases(name):
            if name in self._ended or (case.practice and not self._right(name)):
                continue
            for call in case.calls:
                reply = self._replies[call.id] = self._reply(call)
                self._verdicts.add(call, reply)
                if reply.status in ("timeout", "killed"):
                    self._ended.add(name)
                    break
            asked.append(case)

    def _reply(self, case: Case) -> Reply:
        child = self._loaded()
        if self._dead is not None:
            return self._dead
        if case.function not in self.loading.functions:
            text = missing(case.function, self._kit.source, self._kit.file)
            return Reply("not_implemented", text=text, origin=case.function)
        parameters = by_function(case.function).parameters
        reply = child.call(case.function, [case.inputs[name] for name in parameters])
        printed = child.printed()
        if printed.text or printed.more:
            self._printed[case.function].append(printed)
        return with_advice(case.function, reply, self._kit.source, self.loading.left_out)

    def _loaded(self) -> Child:
        if self._child is not None:
            if self._child.alive or self._dead is not None:
                return self._child
            self._child.close()
        self._child = Child(self._kit.folder)
        self.loading = self._child.load(self._kit.source, full=self._full, file=self._kit.file)
        self.printed_at_load = self._child.printed()
        if not self._full and self.loading.reply is not None:
            raise CannotRun(
                f"{self._kit.file} could not be loaded within {LOAD_SECONDS:g} seconds: what does "
                "it do outside its functions?"
            )
        if not self._child.alive:
            self._dead = self.loading.reply
        return self._child

    def _expected(self, call: Case) -> Mapping[str, Expected]:
        return self._kit.key.expected[call.id]

    def _best(self, case: Case, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """The verdicts on a case, or those of the other run where it alone is right."""
        return [self._better.get((case.id, verdict.output), verdict) for verdict in verdicts]

    def _first(self, name: str) -> list[Verdict]:
        """The verdicts on all cases of a function, without hints."""
        return [v for c in self._asked[name] for v in self._best(c, self._verdicts.first(c))]

    def _cases(self, name: str) -> list[Case]:
        return [case for case in self._kit.key.cases if case.function == name]

    def _right(self, name: str) -> bool:
        return all(verdict.passed for verdict in self._first(name))

    def _unwritten(self, name: str) -> bool:
        """Tell whether the function itself, not one that it calls, is still the stub."""
        replies = [self._replies[case.id] for case in self._asked[name]]
        return bool(replies) and all(
            reply.status == "not_implemented" and reply.origin == name for reply in replies
        )

    def all_written_right(self) -> bool:
        """Tell whether every function is right or still a stub."""
        return all(
            self._right(name) or (self._unwritten(name) and name in self.loading.functions)
            for name in self._asked
        )

    def points(self) -> tuple[int, int]:
        """Return the points and the number of right outputs, to compare two runs."""
        verdicts = [verdict for name in self._asked for verdict in self._first(name)]
        return sum(v.points for v in verdicts), sum(v.passed for v in verdicts)

    def take_better(self, other: "_Run") -> None:
        """Take the outputs that only the other run has right."""
        for case in (case for cases in other._asked.values() for case in cases):
            right = (verdict for verdict in other._verdicts.first(case) if verdict.passed)
            self._better |= {(case.id, verdict.output): verdict for verdict in right}

    def outcomes(self) -> dict[str, Outcome]:
        """Return one outcome for each function that was run, lower ones first."""
        verdicts = self._verdicts.final(self._asked)
        found: dict[str, Outcome] = {}
        for name in (name for name in self._kit.functions if name in self._asked):
            question = by_function(name)
            lower = [found[other] for other in question.calls if other in found]
            because: tuple[str, ...] = ()
            if any(outcome.state != "ok" for outcome in lower):
                because = tuple(
                    other for other in below(name) if found[other].state in ("wrong", "to do")
                )
            state = self._state(name, because)
            answers = [(case, self._best(case, verdicts[case.id])) for case in self._asked[name]]
            found[name] = Outcome(
                question,
                state,
                self._earned(answers),
                because if state == "blocked" else (),
                sum(sum(case.points.values()) for case in self._cases(name)),
                all(o.answers and all(v.passed for v in o.answers[0][1]) for o in lower),
                tuple(self._printed[name]),
            )
        return found

    def _earned(self, answers: Sequence[tuple[Case, Sequence[Verdict]]]) -> tuple[Answer, ...]:
        """The answers, without points for constants that happen to be right, and with hints."""
        found = {(case.id, v.output): v for case, verdicts in answers for v in verdicts}
        expected = {place: self._kit.key.expected[place[0]][place[1]] for place in found}
        found = settled(self._kit.key.cases, found | not_for_nothing(found, expected))
        return tuple(
            (case, tuple(found[case.id, v.output] for v in verdicts)) for case, verdicts in answers
        )

    def _state(self, name: str, because: tuple[str, ...]) -> State:
        if self._unwritten(name):
            return "to do"
        if self._asked[name] and self._right(name):
            return "ok"
        return "blocked" if because and not self._own_fault(name) else "wrong"

    def _own_fault(self, name: str) -> bool:
        """Tell whether something is wrong that no lower function can have caused."""
        for case in self._asked[name]:
            right = all(v.passed for v in self._best(case, self._verdicts.first(case)))
            replies = [self._replies[call.id] for call in case.calls if call.id in self._replies]
            for reply in replies:
                if reply.status == "error" and reply.origin == name and reply.kind in OWN_FAULTS:
                    return True
                returned = reply.status == "returned" and not right
                if returned and isinstance(split(case, reply.value), str):
                    return True
        return False
