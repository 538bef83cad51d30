"""``autograder explain``: why a submission has the points that it has, for staff.

What is in the record is told, and where this machine can confine students' code, the file from
the record is judged once more, so that the answers of both chains can be shown and compared with
the record. Everything here may show hidden inputs: it goes to the console and to ``staff/``.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import msgspec

from autograder import course, ledger
from autograder.answers import Answers
from autograder.errors import ConfigError, SandboxError, StoreError
from autograder.fingerprint import conditions
from autograder.grades import Grades
from autograder.history import History, RunInfo
from autograder.likeness import recorded
from autograder.rejudge import Attempted, asked_of, judge_again
from autograder.results import OutputResult, SubmissionResult
from autograder.story import Asked, Story


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
        adjusted = ledger.adjusted(history, submission)
    said = [*_about_the_run(run, latest, result), *standing.said, *adjusted]
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
        cases = tuple(Asked(id_, None, recorded(told)) for id_, told in chosen.items())
        return Story(result, run, source, cases, tuple(said))
    others = [what for what in run.conditions.differences(now) if what != "the cases"]
    if others:
        said.append(f"Since then {_listed(others)} changed.")
    attempt: Attempted | None = None
    if source is not None and own.keys() & chosen.keys():
        try:
            attempt = judge_again(answers, settings, source, result.file, unsafe=unsafe)
        except SandboxError as problem:
            why = str(problem)
            said.append(
                f"Not run again, so both chains and replies are missing. {why[:1].upper()}{why[1:]}"
            )
    cases = tuple(
        asked_of(*known[id_], told, attempt if id_ in own else None)
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


def show(folder: Path, submission: str, *, case: str, config: Path | None, unsafe: bool) -> int:
    """Print the story and write its page; 1 where an answer is not what it was."""
    from autograder import explain_text
    from autograder.exports.explain_page import write

    settings = course.load(config)
    story = explain(folder, submission, settings, case=case, unsafe=unsafe)
    page = write(story, folder)
    print(explain_text.told(story, whole=not case))
    print(f"page: {page}")
    if story.differs:
        sys.stderr.write("An answer is not what it was: a person must look at it.\n")
    return 1 if story.differs else 0
