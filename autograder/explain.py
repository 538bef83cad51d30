"""``autograder explain``: why a submission has the points that it has, for staff.

What is in the record is told, and where this machine can confine students' code, the file from
the record is judged once more, so that the answers of both chains can be shown and compared with
the record. Everything here may show hidden inputs: it goes to the console and to ``staff/``.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

import msgspec
import numpy as np

from assignment.checks.case import Array, Case, Expected, Reply, Verdict
from assignment.checks.diagnose import same
from assignment.checks.judge import REMEMBERED, cleared, numbers_of, split
from assignment.checks.questions import FUNCTIONS
from autograder import course
from autograder.answers import Answers
from autograder.conventions import Convention, as_lists, as_rows
from autograder.errors import ConfigError, SandboxError, StoreError
from autograder.fingerprint import conditions
from autograder.grade import Attempt, Judged, Tried, Verdicts
from autograder.grades import Grades
from autograder.history import History, RunInfo
from autograder.jobs import refusal
from autograder.results import Numbers, OutputResult, SubmissionResult
from autograder.sandbox import LoadReport, Sandbox

SAFE_LEVEL = 2
"""Isolation from which on students' files are run without being asked for."""
_ALIKE = 1e-6  # answers of two processors differ by rounding


@dataclass(frozen=True)
class Way:
    """One way in which a case was asked, just now: the reply, and the verdicts on it.

    ``own`` is the student's own chain; otherwise right functions stood in for some of theirs.
    ``crashed`` is the exception at which running every statement ended, if it did.
    """

    name: str
    own: bool
    reply: Reply
    again: Reply | None
    verdicts: tuple[Verdict, ...]
    crashed: Reply | None = None

    def answers(self, case: Case) -> dict[str, Array]:
        """What came back, by output; only what is made of numbers."""
        if self.reply.status != "returned":
            return {}
        named = split(case, self.reply.value)
        return {} if isinstance(named, str) else numbers_of(named)


@dataclass(frozen=True)
class Fit:
    """A known mistake that gives the answer that came back, and why it was (not) named."""

    id: str
    hint: str
    why: str


@dataclass(frozen=True)
class Told:
    """One output of a case: what the record has, and what belongs to it.

    ``got`` is the wrong answer where it is known, ``now`` today's verdict where the file was run
    again, and ``differs`` says how that is another one ("" where it is not).
    """

    output: OutputResult
    expected: Expected | None = None
    got: Array | None = None
    now: Verdict | None = None
    differs: str = ""
    fits: tuple[Fit, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One case with its outputs; ``case`` is None where the record has other cases than the kit.

    ``expected`` is what is right for every output of the function, told here or not.
    """

    id: str
    case: Case | None
    outputs: tuple[Told, ...]
    ways: tuple[Way, ...] = ()
    expected: Mapping[str, Expected] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """All that is told of a submission. ``said`` are sentences on how far this can be relied on.

    ``ran`` is how the file was confined when it was run again; "" where it was not. Then
    ``loaded`` is what was loaded, ``full`` whether with every top-level statement.
    """

    result: SubmissionResult
    run: RunInfo
    source: bytes | None
    cases: tuple[Asked, ...]
    said: tuple[str, ...] = ()
    ran: str = ""
    loaded: LoadReport | None = None
    full: bool = False
    printed: str = ""

    @property
    def differs(self) -> bool:
        """Whether an answer is not what it was."""
        return any(told.differs for asked in self.cases for told in asked.outputs)


def explain(
    folder: Path, submission: str, settings: course.Course, *, case: str = "", unsafe: bool = False
) -> Story:
    """The story of one submission: of the outputs that failed, or of all outputs of ``case``.

    The bonus, which is in a file of its own, is told from the record alone.

    Raises:
        GraderError: where there is no such record, submission or case.
    """
    with History.open(folder) as history:
        run, result = _find(history, folder, submission)
        source = history.source(submission, run.id)
        latest = history.last()
        standing = Grades(history, settings, run.id).standing(result)
    said = [*_about_the_run(run, latest, result), *standing.said]
    result = standing.result
    answers = Answers(settings.hidden_seed)
    chosen = _chosen(result, answers, case)
    now = msgspec.structs.replace(
        conditions(answers.cases, settings.sandbox_limits()), worth=run.conditions.worth
    )  # points are laid over verdicts, whatever they were then
    own = {one.id: (one, answers) for one in answers.graded}
    known = own | {one.id: (one, answers.bonus) for one in answers.bonus.graded}
    if run.conditions.cases != now.cases:
        said.append(
            "It was judged with other cases than these, so only what the record has is shown: "
            "name the course.toml that it was graded with (--config). If the kit has changed "
            "since, grade once more."
        )
        cases = tuple(Asked(id_, None, _recorded(told)) for id_, told in chosen.items())
        return Story(result, run, source, cases, tuple(said))
    others = [what for what in run.conditions.differences(now) if what != "the cases"]
    if others:
        said.append(f"Since then {_listed(others)} changed.")
    attempt: _Attempted | None = None
    if source is not None and own.keys() & chosen.keys():
        try:
            attempt = _judge(answers, settings, source, result.file, unsafe=unsafe)
        except SandboxError as problem:
            why = str(problem)
            said.append(
                f"Not run again, so both chains and replies are missing. {why[:1].upper()}{why[1:]}"
            )
    cases = tuple(
        _asked(*known[id_], told, attempt if id_ in own else None)
        for id_, told in chosen.items()
        if id_ in known
    )
    if attempt is None:
        return Story(result, run, source, cases, tuple(said))
    chain = attempt.attempt.chain
    story = Story(
        result,
        run,
        source,
        cases,
        tuple(said),
        attempt.ran,
        chain.load,
        attempt.attempt.full,
        chain.printed,
    )
    return replace(story, said=(*story.said, _compared(story)))


def _find(history: History, folder: Path, submission: str) -> tuple[RunInfo, SubmissionResult]:
    run = history.latest_with(submission)
    if run is None:
        raise StoreError(_unknown("submission", submission, history.known(), str(folder)))
    result = history.result(submission, run)
    assert result is not None
    return next(info for info in history.runs() if info.id == run), result


def _unknown(what: str, name: str, known: Collection[str], where: str) -> str:
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.6)
    near += [one for one in folded if name.casefold() in one and one not in near][:3]
    meant = [f"“{folded[one]}”" for one in near[:4]]
    guess = f" Did you mean {' or '.join(meant)}?" if meant else ""
    some = ", ".join(list(known)[:8]) + (", …" if len(known) > 8 else "")
    return f"{where} has no {what} “{name}”.{guess or f' It has {some}.' if known else ''}"


def _about_the_run(run: RunInfo, latest: int | None, result: SubmissionResult) -> list[str]:
    said = []
    if run.id != latest:
        said.append(
            f"It is not in the latest run ({latest}); this is what run {run.id} of {run.started} "
            "has."
        )
    if result.status == "refused":
        said.append("It was refused, so no code was run and there is nothing to compare.")
    elif result.status == "not_judged" and not result.outputs:
        said.append("It has no verdicts yet: grade once more into this folder.")
    return said


def _chosen(result: SubmissionResult, answers: Answers, case: str) -> dict[str, list[OutputResult]]:
    """The outputs to tell of, by case: those that failed, or all of the case asked for."""
    found: dict[str, list[OutputResult]] = {}
    for output in result.outputs:
        if output.case == case or (not case and output.status != "passed"):
            found.setdefault(output.case, []).append(output)
    if case and not found:
        known = dict.fromkeys(output.case for output in result.outputs)
        if case in {one.id for one in answers.cases if one.practice}:
            raise ConfigError(f"“{case}” is practice: it has no points and is not graded.")
        raise ConfigError(_unknown("case", case, known, f"The result of {result.submission}"))
    return found


def _listed(words: Sequence[str]) -> str:
    told = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    plural = len(words) > 1 or words[0].endswith("s")
    return f"{told} {'have' if plural else 'has'}"


# --- judging once more


@dataclass(frozen=True)
class _Attempted:
    """The file judged once more: every run of it, and the best verdicts."""

    attempt: Attempt
    verdicts: Verdicts
    ran: str


def _judge(
    answers: Answers, settings: course.Course, source: bytes, file: str, *, unsafe: bool
) -> _Attempted:
    """Judge a source again; SandboxError where that may or can not be done here."""
    with Sandbox(settings.sandbox_limits()) as sandbox:
        refused = refusal(sandbox.isolation, 0 if unsafe else SAFE_LEVEL)
        if refused:
            raise SandboxError(refused)
        attempt = Attempt(answers, sandbox, source, file)
        return _Attempted(attempt, attempt.judge(), str(sandbox.isolation))


def _asked(
    case: Case, answers: Answers, outputs: Sequence[OutputResult], attempted: _Attempted | None
) -> Asked:
    known = answers.with_lookalikes(case)
    if attempted is None:
        told = [_told(output, known[output.output], None, frozenset()) for output in outputs]
        return Asked(case.id, case, tuple(told), expected=known)
    excluded = _contradicted(case.function, answers, attempted.verdicts)
    told = [
        _told(
            output,
            known[output.output],
            attempted.verdicts[case.id, output.output],
            excluded,
        )
        for output in outputs
    ]
    ways = tuple(_ways(case, attempted.attempt.tried))
    return Asked(case.id, case, tuple(told), ways, known)


def _contradicted(
    function: str, answers: Answers, verdicts: Verdicts
) -> frozenset[tuple[str, str]]:
    """Known mistakes that other outputs or cases of a function speak against."""
    by_id = {case.id: case for case in answers.graded}
    return cleared(
        (judged.verdict, answers.with_lookalikes(by_id[id_])[output])
        for (id_, output), judged in verdicts.items()
        if by_id[id_].function == function
    )


def _ways(case: Case, tried: Sequence[Tried]) -> Iterator[Way]:
    for one in tried:
        if case.id in one.chain.replies:
            yield Way(
                way_name(one.full, one.replaced, one.convention),
                not one.replaced,
                one.chain.replies[case.id],
                one.chain.again.get(case.id),
                tuple(
                    judged.verdict for (id_, _), judged in one.verdicts.items() if id_ == case.id
                ),
                one.chain.load.crashed if one.chain.load else None,
            )


_CONVENTIONS: Mapping[Convention, str] = {as_lists: ", in lists", as_rows: ", in rows"}


def way_name(full: bool, replaced: Sequence[str], convention: Convention) -> str:
    """A way of asking in words, such as "own merits: right ffnn, in lists"."""
    whole = ", every statement run" if full else ""
    if not replaced:
        return f"own chain{whole}"
    names = ", ".join(f"`{name}`" for name in FUNCTIONS if name in replaced)
    return f"own merits: right {names} in place of theirs{_CONVENTIONS.get(convention, '')}{whole}"


# --- one output


def _recorded(outputs: Sequence[OutputResult]) -> tuple[Told, ...]:
    return tuple(Told(output, got=_array(output.got)) for output in outputs)


def _array(numbers: Numbers | None) -> Array | None:
    return None if numbers is None else numbers.array()


def _told(
    output: OutputResult,
    expected: Expected,
    judged: Judged | None,
    excluded: Collection[tuple[str, str]],
) -> Told:
    now = None if judged is None else judged.verdict
    got = _array(output.got)
    if got is None and now is not None and now.status == output.status:
        got = now.got  # too large for the record
    return Told(
        output,
        expected,
        got,
        now,
        "" if judged is None else _difference(output, judged),
        tuple(_fits(output, expected, got, now, excluded)),
    )


def _difference(output: OutputResult, judged: Judged) -> str:
    """How today's verdict is another one than the record's; "" where it is the same."""
    now = judged.verdict
    if now.status != output.status:
        return f"now {now.status.replace('_', ' ')}, {output.status.replace('_', ' ')} then"
    if output.got is not None and Numbers.of(now.got) is not None:
        then, today = output.got.array(), now.got
        assert today is not None
        if then.shape != today.shape:
            return "the answer has another shape now"
        with np.errstate(all="ignore"):
            close = np.allclose(then, today.astype(float), rtol=_ALIKE, atol=_ALIKE, equal_nan=True)
        if not close:
            return "the answer has other values now"
    if now.misconception != output.misconception:
        return f"another known mistake is named now: {now.misconception or 'none'}"
    return ""


def _fits(
    output: OutputResult,
    expected: Expected,
    got: Array | None,
    now: Verdict | None,
    excluded: Collection[tuple[str, str]],
) -> Iterator[Fit]:
    """The known mistakes that give this very answer, the one that was named first."""
    if output.status == "passed":
        return
    if output.misconception == REMEMBERED:
        yield Fit(
            REMEMBERED, output.hint, "named: right the first time, wrong when asked once more"
        )
    failure = now.failure if now is not None else ""
    tolerance = expected.tolerance or 1e-9
    fitting = []
    for alike in expected.lookalikes:
        if alike.value is not None:
            with np.errstate(all="ignore"):
                fits = got is not None and same(got, alike.value, tolerance)
        else:
            fits = bool(failure) and alike.failure == failure
        if fits:
            fitting.append(alike)
    fitting.sort(key=lambda alike: alike.id != output.misconception)
    for alike in fitting:
        if alike.id == output.misconception:
            others = len(fitting) - 1
            why = "named: it gives this very answer"
            why += ", and nothing speaks against it" if others else ", and no other one does"
        elif (output.output, alike.id) in excluded:
            why = "not named: another output or case speaks against it"
        else:
            why = "not named: it explains fewer outputs, or others fit as well"
        yield Fit(alike.id, alike.hint, why)


def _compared(story: Story) -> str:
    differing = [
        f"{asked.id}, {told.output.output}: {told.differs}"
        for asked in story.cases
        for told in asked.outputs
        if told.differs
    ]
    if not differing:
        bonus = "" if all(asked.ways for asked in story.cases) else " (The bonus was not run.)"
        return f"Run again just now, every answer shown here is as it is in the record.{bonus}"
    return f"Run again just now, it is not as in the record: {'; '.join(differing)}."


# --- the command


def show(folder: Path, submission: str, *, case: str, config: Path | None, unsafe: bool) -> int:
    """Print the story and write its page and scripts; 1 where an answer is not what it was."""
    from autograder import explain_text, replay
    from autograder.exports.explain_page import write

    settings = course.load(config)
    story = explain(folder, submission, settings, case=case, unsafe=unsafe)
    scripts = replay.save(story, folder, settings)
    page = write(story, folder)
    print(explain_text.told(story, whole=not case))
    if len(scripts) == 1:
        print(f"run it:   {scripts[0]}")
    elif scripts:
        print(f"run them: {scripts[0].parent}/replay_CASE.py ({len(scripts)} scripts)")
    print(f"page:     {page}")
    if story.differs:
        sys.stderr.write("An answer is not what it was: a person must look at it.\n")
    return 1 if story.differs else 0
