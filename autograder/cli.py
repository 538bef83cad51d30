"""The commands. Each is thin: what it does stands in a module of its own.

Exit codes: 0 when all went well (for ``grade``: every submission was judged or refused), 1 when
something needs a person, 2 when the command could not do its work, 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Optional

# Before numpy comes in: the grader compares small arrays and needs no threads for that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import typer

from autograder.commands import export as exporting
from autograder.errors import GraderError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Grades the assignment on the back-propagation algorithm.",
)
app.add_typer(exporting.app, name="export")

Config = Annotated[
    Optional[Path],  # noqa: UP045 # typer reads the annotation when the program runs
    typer.Option(help="The course's settings, course.toml; everything works without it."),
]


@app.command()
def grade(
    paths: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(help="Files, archives, folders, a platform's download.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the record and the results go.")] = Path(
        "results"
    ),
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, max=256, help="How many at once; default: one per core."),
    ] = None,
    config: Config = None,
    demo: Annotated[bool, typer.Option("--demo", help="Grade a made-up class.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run unchanged ones again too.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change and write nothing.")
    ] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Grade although this machine cannot confine code.")
    ] = False,
    move_damaged: Annotated[
        bool,
        typer.Option("--move-damaged", help="Put a damaged record aside and begin a new one."),
    ] = False,
    cluster: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="The scheduler of a Dask cluster, tcp://… or tls://…"),
    ] = None,
) -> None:
    """Grade submissions; the results go to DIR: class.html, results.csv, feedback/."""
    from autograder.commands import grade as session

    options = session.Options(
        out=out,
        jobs=jobs,
        config=config,
        demo=demo,
        fresh=fresh,
        dry_run=dry_run,
        unsafe=unsafe,
        move_damaged=move_damaged,
        cluster=cluster,
    )
    raise typer.Exit(session.grade(paths or [], options))


@app.command()
def verify(config: Config = None) -> None:
    """Prove the kit: reference, stub, variants, misconceptions, tolerances, margins, fresh key."""
    from autograder.commands import verify as proofs

    raise typer.Exit(proofs.show(config))


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="The file, or the folder it goes into.")] = Path(
        "course.toml"
    ),
) -> None:
    """Write a course's settings, course.toml, with every key explained."""
    from autograder.course import template

    typer.echo(f"wrote {template.write(path)}")


@app.command()
def key() -> None:
    """Generate again all that is generated, and say what changed."""
    from autograder.cases.answers import Answers
    from autograder.cases.public_key import generated

    for file in generated(Answers()):
        if file.stale:
            file.path.write_text(file.text, encoding="utf-8", newline="\n")
        typer.echo(f"{file.path.name}: {f'written ({file.stale})' if file.stale else 'unchanged'}")


@app.command()
def package(
    folder: Annotated[Path, typer.Argument(help="Where the packages go.", metavar="DIR")],
    config: Config = None,
) -> None:
    """Write student.zip, gradescope.zip, and autograder.zip for otter-grader, if installed."""
    from autograder.course.load import load
    from autograder.platforms.gradescope.bundle import gradescope_zip
    from autograder.platforms.otter import bundle
    from autograder.platforms.student_kit import student_zip

    settings = load(config)
    typer.echo(f"wrote {student_zip(folder, settings)}")
    typer.echo(f"wrote {gradescope_zip(folder, config)}")
    if bundle.installed():
        typer.echo(f"wrote {bundle.otter_zip(folder, settings)}")
    else:
        typer.echo(f"not written: {bundle.NAME}. {bundle.MISSING}")


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(help="A folder with graded results.", metavar="DIR")],
    submission: Annotated[str, typer.Argument(help="The submission's id.", metavar="ID")],
    case: Annotated[str, typer.Option(help="Only this case, right or wrong.")] = "",
    config: Config = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Run it although this machine cannot confine code.")
    ] = False,
) -> None:
    """Explain a result, for staff: inputs, answers, every run; writes DIR/staff/explain."""
    from autograder.commands import explain as command

    raise typer.Exit(command.show(folder, submission, case=case, config=config, unsafe=unsafe))


@app.command()
def manual(
    folder: Annotated[Path, typer.Argument(help="A folder with graded results.", metavar="DIR")],
    config: Config = None,
) -> None:
    """Write DIR/staff/manual.html, on which people mark the reports; it saves manual.csv."""
    from autograder.commands import manual as command

    raise typer.Exit(command.show(folder, config))


@app.command()
def doctor() -> None:
    """Look at this machine: isolation level, versions, and how to get what is missing."""
    from autograder.commands import doctor as checkup

    raise typer.Exit(checkup.show())


@app.command()
def similar(
    folder: Annotated[Path, typer.Argument(help="A folder with graded results.", metavar="DIR")],
    at_least: Annotated[
        int, typer.Option(min=1, max=100, help="Percent of a file that another has too.")
    ] = 50,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many pairs at most.")] = 30,
) -> None:
    """Say which submissions share code, and write DIR/staff/similar.html; needs copydetect."""
    from autograder.commands import similar as command

    raise typer.Exit(command.show(folder, at_least=at_least / 100, top=top))


def main() -> None:
    """Run a command; what goes wrong is a sentence on stderr, never a traceback."""
    try:
        app()
    except GraderError as problem:
        sys.stderr.write(f"autograder: {problem}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("autograder: stopped.\n")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has had enough; Python must not complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
