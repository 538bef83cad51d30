"""Collect all that explains a submission's result, for staff.

The record says what was judged. Where this machine can confine students' code, the file from the
record is judged once more, so that the answers of every run can be shown and compared with the
record. The explanation may show hidden inputs: it goes to the console and to ``staff/``.
"""

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec

from autograder.cases.answers import Answers
from autograder.course.directory import Directory
from autograder.course.settings import Course
from autograder.errors import ConfigError, SandboxError, StoreError
from autograder.gradebook.gradebook import Gradebook, directory_of
from autograder.record import decision_log
from autograder.record.fingerprint import conditions
from autograder.record.reader import History, RunInfo
from autograder.reports.explain.model import ExplainedCase, Explanation, Rerun
from autograder.reports.explain.rerun import explained, recorded, rerun
from autograder.results import OutputResult, SubmissionResult
from autograder.text import joined


def explain(
    folder: Path, submission: str, settings: Course, *, case: str = "", unsafe: bool = False
) -> Explanation:
    """Explain the failed outputs of a submission, or all outputs of ``case``.

    The bonus is in a file of its own, so it is explained from the record alone.

    Raises:
        GraderError: if there is no such record, submission or case.
    """
    with History.open(folder) as history:
        directory = directory_of(history, settings)
        submission = _key(submission, directory, folder)
        run = history.run_of(submission)
        result = history.result(submission, run.id)
        assert result is not None
        source = history.source(submission, run.id)
        latest = history.last()
        grade = Gradebook(history, settings, run.id).grade(result)
        adjusted = decision_log.adjustment_history(history, submission)
    notes = [*_about_the_run(run, latest, result), *grade.notes, *adjusted]
    result = grade.result
    answers = Answers(settings.hidden_seed)
    chosen = _chosen(result, answers, case)
    now = msgspec.structs.replace(
        conditions(answers.cases, settings.sandbox_limits()),
        course_points=run.conditions.course_points,
    )  # points are laid over verdicts, so other points make no difference here
    again: Rerun | None = None
    if run.conditions.cases != now.cases:
        notes.append(
            "It was judged with other cases than these, so only what the record has is shown: "
            "name the course.toml that it was graded with (--config). If the kit has changed "
            "since, grade once more."
        )
        cases = [ExplainedCase(id_, None, recorded(some)) for id_, some in chosen.items()]
    else:
        changed = [what for what in run.conditions.differences(now) if what != "the cases"]
        if changed:
            have = "have" if len(changed) > 1 or changed[0].endswith("s") else "has"
            notes.append(f"Since then {joined(changed)} {have} changed.")
        own = {one.id: (one, answers) for one in answers.graded}
        if source is not None and own.keys() & chosen.keys():
            try:
                again = rerun(answers, settings, source, result.file, unsafe=unsafe)
            except SandboxError as problem:
                why = str(problem)
                why = f"{why[:1].upper()}{why[1:]}"
                notes.append(f"Not run again, so runs and replies are missing. {why}")
        known = own | {one.id: (one, answers.bonus) for one in answers.bonus.graded}
        cases = [
            explained(*known[id_], outputs, again if id_ in own else None)
            for id_, outputs in chosen.items()
            if id_ in known
        ]
        if again is not None:
            notes.append(_compared(cases))
    who = directory.label(submission)
    return Explanation(result, run, source, tuple(cases), tuple(notes), who, again)


def _key(name: str, directory: Directory, folder: Path) -> str:
    """Return the submission that belongs to an id, login, e-mail address or name.

    Raises:
        StoreError: if there is none, or more than one.
    """
    key = directory.find(name)
    keys = directory.named(name) if key is None else [key]
    if len(keys) > 1:
        raise StoreError(f"“{name}” fits {joined(list(map(directory.label, keys)))}: give the id.")
    if not keys:
        raise StoreError(_unknown("submission", name, sorted(directory.submissions), str(folder)))
    if keys[0] not in directory.submissions:
        raise StoreError(f"{directory.label(keys[0])} has submitted nothing.")
    return keys[0]


def _unknown(what: str, name: str, known: Collection[str], where: str) -> str:
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.6)
    near += [one for one in folded if name.casefold() in one and one not in near][:3]
    meant = [f"“{folded[one]}”" for one in near[:4]]
    guess = f" Did you mean {' or '.join(meant)}?" if meant else ""
    some = ", ".join(list(known)[:8]) + (", …" if len(known) > 8 else "")
    return f"{where} has no {what} “{name}”.{guess or f' It has {some}.' if known else ''}"


def _about_the_run(run: RunInfo, latest: int | None, result: SubmissionResult) -> list[str]:
    notes = []
    if run.id != latest:
        notes.append(
            f"It is not in the latest run ({latest}); this is what run {run.id} of {run.started} "
            "has."
        )
    if result.status == "refused":
        notes.append("It was refused, so no code was run and there is nothing to compare.")
    elif result.status == "not_judged" and not result.outputs:
        notes.append("It has no verdicts yet: grade once more into this folder.")
    return notes


def _chosen(result: SubmissionResult, answers: Answers, case: str) -> dict[str, list[OutputResult]]:
    """Return the outputs to explain, by case: the failed ones, or all of the ``case``."""
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


def _compared(cases: Sequence[ExplainedCase]) -> str:
    differing = [
        f"{case.id}, {output.recorded.output}: {output.differs}"
        for case in cases
        for output in case.outputs
        if output.differs
    ]
    if not differing:
        bonus = "" if all(case.runs for case in cases) else " (The bonus was not run.)"
        return f"Run again just now, every answer shown here is as it is in the record.{bonus}"
    return f"Run again just now, it differs from the record: {'; '.join(differing)}."
