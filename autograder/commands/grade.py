"""``autograder grade``: from files and downloads to the record, the exports and a summary."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.cases.expected import demo_class
from autograder.commands import publish
from autograder.course import roster
from autograder.course.load import load
from autograder.course.roster import Roster
from autograder.course.settings import Course
from autograder.errors import ConfigError
from autograder.gradebook import decision_tables
from autograder.grading import progress
from autograder.grading.batch import Pool, Summary, grade_all
from autograder.grading.pool import LocalPool, cores
from autograder.intake import who_submitted
from autograder.intake.copy_reports import ReportCopier
from autograder.intake.submission import Submission
from autograder.intake.submissions import Intake
from autograder.record import decision_log
from autograder.record.fingerprint import Conditions, conditions
from autograder.record.writer import Record
from autograder.reports import console
from autograder.sandbox import SAFE_LEVEL
from autograder.text import one_line


@dataclass(frozen=True)
class Options:
    """The options of the command."""

    out: Path = Path("results")
    jobs: int | None = None
    config: Path | None = None
    demo: bool = False
    fresh: bool = False
    dry_run: bool = False
    unsafe: bool = False
    move_damaged: bool = False
    cluster: str | None = None


def grade(paths: list[Path], options: Options) -> int:
    """Grade and report; returns the command's exit code.

    Raises:
        GraderError: where the command cannot do its work.
    """
    if options.demo:
        paths = []
    elif not paths:
        raise ConfigError(
            "nothing to grade: give a file, an archive, a folder, or --demo for a demo class."
        )
    settings = load(options.config)
    decision_tables.from_course(settings)  # report wrong lines before hours of grading
    answers = Answers(settings.hidden_seed, settings.course_points())
    limits = settings.sandbox_limits()
    with (
        Intake(paths, _roster(settings, options)) as given,
        closing(_record(options)) as record,
    ):
        publish.check_course_given(record, options.out, options.config)
        total = len(demo_class()) if options.demo else len(given.uploads)
        pool = _pool(options, answers, settings, total)
        _print(who_submitted.summary(given))
        if people := who_submitted.people(given, settings.local_zone):
            decision_log.save_submission_info(record, people)
        now = conditions(answers.cases, limits)
        if note := _other_versions(record, now):
            _print([note])
        reports = ReportCopier(options.out, given.reports)
        summary = grade_all(
            _submissions(given, options, reports),
            pool,
            record,
            now,
            course_points=answers.course_points,
            fresh=options.fresh,
            total=total,
            progress=progress.choose(total),
        )
        exported = not (options.dry_run or summary.interrupted)
        if summary.interrupted:
            publish.print_stopped(record, settings)
        else:
            publish.publish(record, settings, answers, options.out if exported else None)
        _print(map(one_line, reports.problems))
        console.summary(record, summary, options.out if exported else None)
    return exit_code(summary)


def exit_code(summary: Summary) -> int:
    """Return 0 if every submission was judged or refused, 1 if one was not, 130 after Ctrl-C."""
    if summary.interrupted:
        return 130
    return 1 if summary.not_judged else 0


def _roster(settings: Course, options: Options) -> Roster | None:
    path = settings.file("roster")
    if path is None or options.demo:
        return None
    return roster.read(path)


def _submissions(given: Intake, options: Options, reports: ReportCopier) -> Iterator[Submission]:
    if options.demo:
        return _demo()
    if options.dry_run or len(given.uploads) < 2:
        return given.submissions()
    return reports.copying(given.submissions())


def _record(options: Options) -> Record:
    if options.dry_run:
        return Record.rehearsal(options.out)
    return Record.writing(options.out, move_damaged=options.move_damaged)


def _other_versions(record: Record, now: Conditions) -> str:
    """Say that the latest run had another Python or numpy, so that nothing is reused; or ""."""
    runs = record.runs()
    before = runs[-1].conditions if runs else now
    if (before.python, before.numpy) == (now.python, now.numpy):
        return ""
    return (
        f"The record was made with Python {before.python} and numpy {before.numpy}, this run has "
        f"Python {now.python} and numpy {now.numpy}: every submission is run again, and results "
        "may change."
    )


def _pool(options: Options, answers: Answers, settings: Course, total: int) -> Pool:
    least = 0 if options.unsafe or options.demo else SAFE_LEVEL
    if options.cluster is not None:
        from autograder.grading.dask_pool import DaskPool

        return DaskPool(options.cluster, settings, least)
    processes = max(1, min(options.jobs or cores(), total))
    pool = LocalPool(answers, settings.sandbox_limits(), processes, least)
    level = min(pool.levels())
    if level < SAFE_LEVEL:
        why = "the demo class is our own code" if options.demo else "--unsafe was given"
        sys.stderr.write(
            f"Isolation level {level}, below {SAFE_LEVEL}: {why}. "
            "`autograder doctor` shows what is missing.\n"
        )
    return pool


def _demo() -> Iterator[Submission]:
    for name, source in demo_class():
        yield Submission(name, source)


def _print(lines: Iterable[str]) -> None:
    print("".join(f"{line}\n" for line in lines), end="", flush=True)
