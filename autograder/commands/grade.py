"""``autograder grade``: from files and downloads to the record, the exports and a summary.

A run adds to what the folder has; only ``--replace`` drops anybody.
"""

import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from autograder.cases.answers import Answers
from autograder.cases.expected import demo_class
from autograder.cases.points import REPORT
from autograder.commands import publish
from autograder.course import roster
from autograder.course.directory import Directory
from autograder.course.load import load
from autograder.course.settings import Course
from autograder.errors import ConfigError, StoreError
from autograder.gradebook import decision_tables
from autograder.gradebook.merge import FolderBefore
from autograder.gradebook.policy import GradingPolicy
from autograder.gradebook.sync import sync_decisions
from autograder.grading import attempts, progress
from autograder.grading.batch import Pool, grade_all
from autograder.grading.pool import LocalPool, cores
from autograder.intake import who_submitted
from autograder.intake.copy_reports import ReportCopier
from autograder.intake.submission import Submission
from autograder.intake.submissions import Intake
from autograder.record import decision_log
from autograder.record.course_file import course_path, remember_course
from autograder.record.decision_log import TableChange
from autograder.record.fingerprint import Conditions, conditions
from autograder.record.reader import DEMO, History
from autograder.record.writer import Record
from autograder.reports import console
from autograder.reports.say import say, say_all
from autograder.sandbox import SAFE_LEVEL


@dataclass(frozen=True)
class Options:
    """The options of the command."""

    out: Path = Path("results")
    jobs: int | None = None
    config: Path | None = None
    demo: bool = False
    fresh: bool = False
    regrade_all: bool = False
    replace: bool = False
    dry_run: bool = False
    unsafe: bool = False
    move_damaged: bool = False
    cluster: str | None = None


def grade(paths: list[Path], options: Options) -> int:
    """Grade and report.

    Returns 0 if every submission was judged or refused and every table is complete, 1 otherwise,
    130 after Ctrl-C.

    Raises:
        GraderError: where the command cannot do its work.
    """
    if options.demo:
        paths = []
    elif not paths and not options.regrade_all:
        raise ConfigError(
            "nothing to grade: give a file, an archive, a folder, or --demo for a demo class."
        )
    config = _course_file(options)
    settings = load(config)
    # Report a wrong table before hours of grading; its submissions are known only afterwards.
    decision_tables.from_course(settings, Directory(()), [])
    path = settings.file("roster")
    people = roster.read(path) if path and not options.demo else None
    with (
        Intake(paths, people, report=bool(settings.points[REPORT])) as given,
        closing(_record(options)) as record,
    ):
        if options.demo and record.last() is not None and not record.fact(DEMO):
            raise ConfigError(
                f"{options.out} has the results of submissions. Give another folder for the demo "
                "class with --out."
            )
        run = _Run(options, settings, given, record)
        if not (paths or options.demo or run.there):
            raise ConfigError(f"{options.out} has no submissions to run again.")
        return run.grade(config)


class _Run:
    """One run of the command, with all that it has opened."""

    def __init__(self, options: Options, settings: Course, given: Intake, record: Record) -> None:
        self.options, self.settings, self.given, self.record = options, settings, given, record
        self.answers = Answers(settings.hidden_seed, settings.course_points())
        self.ids = {name for name, _ in (demo_class() if options.demo else given.ids)}
        # A real class replaces the demo class.
        self.empty = bool(record.fact(DEMO)) and not options.demo
        self.before = FolderBefore(record, empty=self.empty)
        self.there = {} if self.empty else record.attempts()

    def grade(self, config: Path | None) -> int:
        record, options, settings, given = self.record, self.options, self.settings, self.given
        entered: list[TableChange] = []
        if self.there:  # what people decided about the files that counted until now
            entered, _ = sync_decisions(record, settings, ("adjustments", "manual"))
        say_all(remember_course(record, options.out, config))
        if options.demo:
            record.remember(DEMO, "yes")
        submissions = self._submissions()
        total = len(self.ids) + (len(self._others()) if options.regrade_all else 0)
        pool = _pool(options, self.answers, settings, total)
        say_all(who_submitted.summary(given, self.before.students()))
        now = conditions(self.answers.cases, settings.sandbox_limits())
        say_all(self._announced(now))
        people = who_submitted.people(given, settings.local_zone)
        decision_log.save_submission_info(record, people)
        reports = ReportCopier(options.out, given.reports, self.there)
        summary = grade_all(
            submissions if options.dry_run else reports.copying(submissions),
            pool,
            record,
            now,
            course_points=self.answers.course_points,
            fresh=options.fresh,
            empty=self.empty,
            only=self.ids if options.replace else None,
            total=total,
            progress=progress.choose(total),
        )
        record.save_reports(reports.copied)
        settled = self.before.settled(record, people, summary.earlier)
        decision_log.save_submission_info(record, [*settled])
        graded = self.ids | ({*record.attempts()} if options.regrade_all else set())
        exported = not (options.dry_run or summary.interrupted)
        complete = True
        if summary.interrupted:
            grades = map(GradingPolicy(settings).grade, record.results())
            console.results(grades, record.attempts().keys() & graded)
        else:
            out = options.out if exported else None
            complete = publish.publish(
                record, settings, self.answers, out, graded=graded, entered=entered
            )
        earlier = [f"{one}: {why}" for one, why in sorted(summary.earlier.items())]
        say_all([*earlier, *reports.problems])
        console.summary(
            record, summary, options.out if exported else None, self.before.summary(record)
        )
        if summary.interrupted:
            return 130
        return 1 if summary.not_judged or not complete else 0

    def _others(self) -> set[str]:
        """The submissions with code that this run was not given, and that stay."""
        if self.options.replace:
            return set()
        return {one for one, attempt in self.there.items() if attempt.code} - self.ids

    def _submissions(self) -> Iterator[Submission]:
        if self.options.demo:
            return (Submission(name, source.encode()) for name, source in demo_class())
        if not self.options.regrade_all:
            return self.given.submissions()
        return chain(self.given.submissions(), attempts.from_record(self.record, self._others()))

    def _announced(self, now: Conditions) -> Iterator[str]:
        """Say before the run who will go, and which results were made under other conditions."""
        if self.empty:
            yield "The demo class in the folder is removed."
        if self.options.replace:
            gone = sorted(self.there.keys() - self.ids)
            yield f"--replace removes {len(gone)}: {', '.join(gone) or 'nobody'}"
        run = self.record.last() or 0
        for given, left_out in ((False, self.ids), (True, self.there.keys() - self.ids)):
            for made_under, count in self.record.judged_under(run, left_out):
                differences = made_under.described(now) if self.there else ""
                if differences and (given or not self.options.replace):
                    again = given or self.options.regrade_all
                    yield _conditions_note(count, differences, given=given, again=again)


def _course_file(options: Options) -> Path | None:
    """The file of the course: as given, else as the folder remembers it."""
    with suppress(StoreError), History.open(options.out) as record:
        return course_path(record, options.out, options.config)
    return options.config  # there is no record yet, or ``_record`` says what is wrong with it


def _conditions_note(count: int, differences: str, *, given: bool, again: bool) -> str:
    """Say that results were made under other conditions, and what happens to them."""
    which = "these" if given else "other"
    results, were, they = (
        ("result", "was", "It is") if count == 1 else ("results", "were", "They are")
    )
    then = "run again" if again else "kept; --regrade-all runs all of them again"
    return (
        f"{count} {results} of {which} submissions {were} made with {differences}. {they} {then}."
    )


def _record(options: Options) -> Record:
    if options.dry_run:
        return Record.rehearsal(options.out)
    return Record.writing(options.out, move_damaged=options.move_damaged)


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
        say(
            f"Isolation level {level}, below {SAFE_LEVEL}: {why}. "
            "`autograder doctor` shows what is missing.",
            sys.stderr,
        )
    return pool
