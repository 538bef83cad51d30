"""``autograder verify``: check every claim that the grading rests on, and print what fails."""

import doctest
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_letters

from rich.console import Console
from rich.markup import escape

from assignment.checks.judging.judge import REMEMBERED, all_calls, both_replies, judge
from assignment.checks.model.case import Case, Verdict, every_call
from assignment.checks.model.questions import BONUS, FUNCTIONS, NUMBERS, by_function
from autograder.cases import expected as answers_
from autograder.cases.answers import Answers
from autograder.cases.expected import Misconception
from autograder.cases.margins import (
    LEAST_FACTOR,
    LEAST_MARGIN,
    WORK_BUDGET,
    margins,
    spreads,
    total_work,
)
from autograder.cases.points import kit_sections, pointed
from autograder.cases.public_key import generated
from autograder.course.load import load
from autograder.course.settings import Course
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.sandbox import Sandbox

PUBLIC_SHARE = (0.3, 0.5)
"""The least and the largest share of a question's points in public cases."""


@dataclass(frozen=True)
class Proof:
    """One claim, whether it holds, and the measured value or the fault."""

    claim: str
    holds: bool
    detail: str = ""


def run(config: Path | None, *, everything: bool = False) -> int:
    """Print the settings, the proofs that fail, and how many hold; with ``everything`` all proofs.

    Returns 0 if all proofs hold, otherwise 1.
    """
    settings = load(config)
    console = Console(highlight=False)
    console.soft_wrap = not console.is_terminal
    answers = Answers(settings.hidden_seed, settings.course_points())
    began, count, broken = time.monotonic(), 0, 0
    console.print(escape(_sentence(settings)))
    with Sandbox(settings.sandbox_limits()) as sandbox, console.status("Proving ..."):
        for proof in prove(answers, sandbox):
            count += 1
            broken += not proof.holds
            if everything or not proof.holds:
                mark = "[green]ok   [/]" if proof.holds else "[red]WRONG[/]"
                console.print(f"{mark} {escape(proof.claim)}: {escape(proof.detail)}")
        isolation = sandbox.isolation
    if everything:
        _print_matrix(console, answers)
        _print_matrix(console, answers.bonus)
    held = f"{count - broken} of {count}" if broken else f"All {count}"
    seconds = time.monotonic() - began
    console.print(escape(f"{held} proofs hold, in {seconds:.0f} s, at isolation {isolation}."))
    return 1 if broken else 0


def _sentence(settings: Course) -> str:
    """The settings that decide scores, as a sentence."""
    limits = settings.limits
    points = ", ".join(f"{number} {points}" for number, points in settings.points.items() if points)
    late = settings.late
    parts = [
        f"hidden seed {settings.hidden_seed}",
        f"points {points}",
        f"{settings.dependency_credit:.0%} of the points for what is right with our functions",
        f"due {settings.due:%Y-%m-%d %H:%M %z}" if settings.due else "no due date",
        f"late {late.per_day:g} % a day, at most {late.cap:g} %" if late else "no late policy",
        f"{len(settings.excused)} excused",
        f"{limits.call_seconds:g} s a call, {limits.submission_seconds:g} s a submission, "
        f"{limits.memory_mib} MiB",
    ]
    return f"{settings.name}: {'; '.join(parts)}."


def prove(answers: Answers, sandbox: Sandbox) -> Iterator[Proof]:
    """Check every claim of the kit for this hidden seed, one at a time."""
    yield from _points(answers)
    yield from _course_points(answers)
    yield from _scores(answers, sandbox)
    yield from _bonus(answers, sandbox)
    yield from _margins(answers)
    yield from _tolerances(answers)
    yield from _catalogue(answers)
    yield from _catalogue(answers.bonus)
    yield from _generated(answers)
    yield _handout()


def _points(answers: Answers) -> Iterator[Proof]:
    yield from _sections(answers.graded, kit_sections(), "")
    work = total_work(answers.cases)
    yield Proof("work budget", work <= WORK_BUDGET, f"{work} of {WORK_BUDGET} evaluations")


def _course_points(answers: Answers) -> Iterator[Proof]:
    """Check the points of a course that has its own; the cases have the kit's."""
    points = answers.course_points
    if points.key:
        yield from _sections(pointed(answers.graded, points), points.sections, " in this course")


def _sections(cases: Iterable[Case], asked: Mapping[str, int], where: str) -> Iterator[Proof]:
    """Check that each section has the points asked for, and a fair share of them public."""
    low, high = PUBLIC_SHARE
    for number in NUMBERS:
        mine = [case for case in cases if by_function(case.function).number == number]
        given = sum(sum(case.points.values()) for case in mine)
        public = sum(sum(case.points.values()) for case in mine if case.public)
        least = min(min(case.points.values()) for case in mine)
        holds = given == asked[number] and least >= 1 and low <= public / given <= high
        detail = f"{given} of {asked[number]}, {public} of them public"
        yield Proof(f"points of {number}{where}", holds, detail)


def _scores(answers: Answers, sandbox: Sandbox) -> Iterator[Proof]:
    grader, most = Grader(answers, sandbox), answers.course_points.automatic
    right = grader.grade(Submission("reference", answers_.reference_source()))
    yield Proof("reference", right.score == most, f"{right.score} of {most}")
    handout = (ROOT / "assignment" / "neural_network.py").read_bytes()
    stub = grader.grade(Submission("stub", handout))
    quiet = all(output.status == "not_implemented" for output in stub.outputs)
    yield Proof("stub", stub.score == 0 and quiet, f"{stub.score} of {most}")
    for variant in answers_.VARIANTS:
        result = grader.grade(Submission(variant.id, variant.source.encode()))
        yield Proof(f"variant {variant.id}", result.score == most, f"{result.score}")


def _bonus(answers: Answers, sandbox: Sandbox) -> Iterator[Proof]:
    """Check the bonus: points, reference, stub, and that rounding changes no hidden case."""
    grader, most = Grader(answers, sandbox), sum(question.points for question in BONUS)
    given = sum(sum(case.points.values()) for case in answers.bonus.graded)
    yield Proof("points of the bonus", given == most, f"{given} of {most}")
    source = answers.reference()
    right = grader.grade(Submission("reference", source, bonus=answers.bonus.reference()))
    yield Proof("reference of the bonus", right.bonus == most, f"{right.bonus} of {most}")
    handout = (ROOT / "assignment" / "bonus.py").read_bytes()
    stub = grader.grade(Submission("stub", source, bonus=handout))
    holds = (stub.bonus, stub.status) == (0, "judged")
    yield Proof("stub of the bonus", holds, f"{stub.bonus} of {most}")
    hidden = [case for case in answers.bonus.graded if not case.public]
    apart = {case.id: answers_.moved(case) for case in hidden}
    worst = max(apart, key=lambda name: apart[name])
    detail = f"{apart[worst]:.1e} at most ({worst})"
    holds = apart[worst] * LEAST_FACTOR <= answers_.TOLERANCE
    yield Proof("rounding in hidden cases of the bonus", holds, detail)


def _margins(answers: Answers) -> Iterator[Proof]:
    for margin in margins(answers):
        detail = f"{margin.least:.1e} (at least {LEAST_MARGIN:.0e}), {margin.classes} classes"
        yield Proof(f"margin of {margin.case}", margin.ok, detail)


def _tolerances(answers: Answers) -> Iterator[Proof]:
    for spread in spreads(answers):
        detail = f"tolerance {spread.tolerance:.0e}, spread {spread.widest:.1e} ({spread.variant})"
        if spread.tolerance == 0:
            detail = "equal in all variants" if spread.holds else f"differs in {spread.variant}"
        claim = f"tolerance of {spread.function}.{spread.output}, factor {LEAST_FACTOR}"
        yield Proof(claim, spread.holds, detail)


def _entries(answers: Answers) -> list[Misconception]:
    return [entry for entry in answers_.EVERY_ENTRY if entry.function in answers.functions]


def _catalogue(answers: Answers) -> Iterator[Proof]:
    for entry in _entries(answers):
        verdicts = misconception_verdicts(answers, entry)
        lucky = set() if answers.is_default else answers_.decided_by_luck(answers.graded)
        failed = {place for place, v in verdicts.items() if not v.passed} - lucky
        expected = entry.broken(answers.graded) - lucky
        problem = _problem(answers, entry, verdicts, failed, expected)
        detail = problem or f"{len(failed)} outputs" + (" (costs nothing)" if entry.remark else "")
        yield Proof(f"misconception {entry.id}", not problem, detail)


def _problem(
    answers: Answers,
    entry: Misconception,
    verdicts: Mapping[tuple[str, str], Verdict],
    failed: set[tuple[str, str]],
    expected: frozenset[tuple[str, str]],
) -> str:
    if failed != expected:
        return "breaks other outputs than listed: " + ", ".join(
            ".".join(place) for place in sorted(failed ^ expected)
        )
    own = REMEMBERED if entry.remembers else entry.id
    others = {verdict.misconception for verdict in verdicts.values()} - {"", own}
    if others:
        return f"is named {', '.join(sorted(others))}"
    if entry.remark or entry.remembers:
        return ""
    hidden = {case.id for case in answers.graded if not case.public}
    # A function of the bonus has one or two graded cases, and some have no hidden one.
    if answers.functions is FUNCTIONS and not any(
        case in hidden and not v.passed for (case, _), v in verdicts.items()
    ):
        return "no hidden case catches it"
    if entry.id not in {verdict.misconception for verdict in verdicts.values()}:
        return "its hint is never shown"
    return ""


@cache
def misconception_verdicts(
    answers: Answers, entry: Misconception
) -> dict[tuple[str, str], Verdict]:
    """Judge a misconception in the cases of its function, in this process.

    The order is that of ``grading.run``: public cases, then hidden ones, each kind followed by
    those that are asked again.
    """
    module = answers_.module_of(answers_.source_of(entry))
    mine = [case for case in answers.graded if case.function == entry.function]
    again = [case for case in answers.asked_again if case in mine]
    verdicts: dict[str, list[Verdict]] = {}
    for public in (True, False):
        for call in (*every_call(mine), *again):
            if call.public is public:
                # Judged at once, because the next call may change what was returned.
                found = judge(call, answers.with_misconceptions(call), answers_.call(module, call))
                first = verdicts.get(call.id, found)
                verdicts[call.id] = [both_replies(a, b) for a, b in zip(first, found, strict=True)]
    return {
        (case.id, verdict.output): verdict
        for case in mine
        for verdict in all_calls(case, (verdicts[call.id] for call in case.calls))
    }


def _print_matrix(console: Console, answers: Answers) -> None:
    """Print a line for each misconception, with a sign for each graded case.

    ``x``: the case catches it; ``.``: it does not; blank: the case calls another function.
    """
    console.soft_wrap = True
    console.print("\nWhich graded case catches which misconception; * only one does.")
    for letter, case in zip(ascii_letters, answers.graded, strict=False):
        kind = "public" if case.public else "hidden"
        console.print(f"  {letter}  {case.id}, {kind}")
    console.print(f"{'':34}{ascii_letters[: len(answers.graded)]}")
    for entry in _entries(answers):
        if entry.remark:
            continue
        caught = {
            case for (case, _), v in misconception_verdicts(answers, entry).items() if not v.passed
        }
        signs = "".join(
            " " if case.function != entry.function else "x" if case.id in caught else "."
            for case in answers.graded
        )
        mark = "*" if len(caught) == 1 else " "
        console.print(f"{mark} {entry.id:32.32}{signs}".rstrip(), markup=False)
    console.print()


def _generated(answers: Answers) -> Iterator[Proof]:
    if not answers.is_default:
        return  # the committed files belong to the kit's own course
    for file in generated(answers):
        detail = file.stale and f"{file.stale}: run `autograder key`"
        yield Proof(f"fresh {file.path.name}", not file.stale, detail or "fresh")


def _handout() -> Proof:
    """Run every example of the handout with the reference, in a folder like the student's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "data", folder / "data")
        for file in ("README.md", "iris.py"):
            shutil.copy(ROOT / "assignment" / file, folder / file)
        (folder / "neural_network.py").write_bytes(answers_.reference_source())
        run = subprocess.run(
            [sys.executable, "-m", "doctest", "README.md"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        text = (folder / "README.md").read_text(encoding="utf-8")
    count = len(doctest.DocTestParser().get_examples(text))
    detail = f"{count} examples" if run.returncode == 0 else run.stdout[-300:] + run.stderr[-300:]
    return Proof("handout's examples", run.returncode == 0 and count > 0, detail)
