"""What ``autograder verify`` shows: a line per proof, then the matrix of cases and mistakes."""

from __future__ import annotations

import time
from pathlib import Path
from string import ascii_letters

from rich.console import Console
from rich.markup import escape

from autograder.cases.answers import Answers
from autograder.commands.proofs import matrix, prove
from autograder.course.load import load
from autograder.sandbox import Sandbox


def show(config: Path | None) -> int:
    """Prove the kit and print it; 0 if everything holds, otherwise 1."""
    settings = load(config)
    console = Console(highlight=False, soft_wrap=True)
    answers = Answers(settings.hidden_seed, settings.course_points())
    began, count, broken = time.monotonic(), 0, 0
    with Sandbox(settings.sandbox_limits()) as sandbox:
        console.print(f"isolation {sandbox.isolation}, hidden seed {settings.hidden_seed}")
        for proof in prove(answers, sandbox):
            count += 1
            broken += not proof.holds
            mark = "[green]ok   [/]" if proof.holds else "[red]WRONG[/]"
            console.print(f"{mark} {escape(proof.claim)}: {escape(proof.detail)}")
    _show_matrix(console, answers)
    seconds = time.monotonic() - began
    console.print(f"{count - broken} of {count} proofs hold, in {seconds:.0f} s")
    return 1 if broken else 0


def _show_matrix(console: Console, answers: Answers) -> None:
    console.print("\nWhich graded case catches which misconception; * only one does.")
    for letter, case in zip(ascii_letters, answers.graded, strict=False):
        kind = "public" if case.public else "hidden"
        console.print(f"  {letter}  {case.id}, {kind}")
    letters = ascii_letters[: len(answers.graded)]
    console.print(f"{'':34}{letters}")
    for name, signs, caught in matrix(answers):
        console.print(f"{'*' if caught == 1 else ' '} {name:32.32}{signs}".rstrip(), markup=False)
    console.print()
