"""The commands: their options, and a call of the module in ``commands`` that does the work.

Exit codes: 0 when all went well (for ``grade``: every submission was judged or refused), 1 when
something needs attention, 2 when the command could not do its work, 130 after Ctrl-C.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

# Before numpy is imported: the grader compares small arrays and needs no threads for that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import typer

from assignment.checks.console import width
from autograder.commands import export as export_commands
from autograder.commands.options import Commands, Config, Results, Unsafe
from autograder.errors import GraderError
from autograder.reports.say import say

app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Grade the assignment on the back-propagation algorithm.",
)
app.add_typer(export_commands.app, name="export")


@app.command()
def grade(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files, archives, folders or downloads.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for the results.")] = Path("results"),
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Pool processes; default: one per core.")
    ] = None,
    config: Config = None,
    demo: Annotated[bool, typer.Option("--demo", help="Grade a demo class.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run unchanged submissions again too.")
    ] = False,
    regrade_all: Annotated[
        bool, typer.Option("--regrade-all", help="Run all that the folder has again.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove all submissions that are not given.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
    unsafe: Unsafe = False,
    move_damaged: Annotated[
        bool, typer.Option("--move-damaged", help="Move a damaged record aside.")
    ] = False,
    cluster: Annotated[
        str | None, typer.Option(help="Scheduler of a Dask cluster: tcp://… or tls://…")
    ] = None,
) -> None:
    """Grade submissions; write tables, feedback and a page.

    The results go to --out: class.html, results.csv, grades.csv and feedback/.
    They are added to those that are there.
    """
    given = dict(locals())
    from autograder.commands import grade as command

    raise typer.Exit(command.grade(given.pop("paths") or [], command.Options(**given)))


@app.command()
def status(
    folder: Results,
    config: Config = None,
    section: Annotated[str, typer.Option(help="Only students of this section.")] = "",
) -> None:
    """Say what still needs a person, the most urgent first.

    Exit code 1 while something does. Nothing is written.
    """
    from autograder.commands import status as command

    raise typer.Exit(command.run(folder, config, section))


@app.command()
def verify(
    config: Config = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Print every proof, and which case catches what.")
    ] = False,
) -> None:
    """Check the kit: reference, misconceptions, tolerances.

    Also the stub, the variants, the margins, the points and the generated files. What fails is
    printed, and one line if nothing does.
    """
    from autograder.commands import verify as command

    raise typer.Exit(command.run(config, everything=everything))


@app.command()
def init(
    path: Annotated[
        Path | None, typer.Argument(help="The file, or the folder for it; default: course.toml.")
    ] = None,
    config: Config = None,
) -> None:
    """Write a course.toml with every key explained."""
    from autograder.commands import init as command

    raise typer.Exit(command.run(path or config or Path("course.toml")))


@app.command()
def key(config: Config = None) -> None:
    """Generate the public key and the table of points again."""
    from autograder.commands import key as command

    raise typer.Exit(command.run(config))


@app.command()
def package(
    folder: Annotated[
        Path, typer.Argument(help="The folder for the packages.", metavar="DIR", show_default=False)
    ],
    config: Config = None,
) -> None:
    """Write zips for students, Gradescope and otter-grader.

    These are student.zip, gradescope.zip and, if otter is installed, autograder.zip.
    """
    from autograder.commands import package as command

    raise typer.Exit(command.run(folder, config))


@app.command()
def explain(
    folder: Results,
    submission: Annotated[
        str,
        typer.Argument(
            help="The submission's id, or the student's id, login, e-mail or name.",
            metavar="WHO",
            show_default=False,
        ),
    ],
    case: Annotated[str, typer.Option(help="Only this case, right or wrong.")] = "",
    config: Config = None,
    unsafe: Unsafe = False,
) -> None:
    """Explain a result to staff: inputs, answers, every run.

    Writes a page into DIR/staff/explain.
    """
    from autograder.commands import explain as command

    raise typer.Exit(command.run(folder, submission, case=case, config=config, unsafe=unsafe))


@app.command()
def manual(folder: Results, config: Config = None) -> None:
    """Write DIR/staff/manual.html, the page to mark reports.

    The page saves the marks as manual.csv.
    """
    from autograder.commands import manual as command

    raise typer.Exit(command.run(folder, config))


@app.command()
def doctor(config: Config = None) -> None:
    """Show the isolation level and what this machine lacks."""
    from autograder.commands import doctor as command

    raise typer.Exit(command.run(config))


@app.command()
def similar(
    folder: Results,
    at_least: Annotated[int, typer.Option(min=1, max=100, help="Least percentage shared.")] = 50,
    top: Annotated[int, typer.Option(min=1, max=1000, help="Most pairs to list.")] = 30,
    config: Config = None,
) -> None:
    """List submissions that share code (needs copydetect).

    Writes DIR/staff/similar.html.
    """
    from autograder.commands import similar as command

    raise typer.Exit(command.run(folder, at_least=at_least / 100, top=top, config=config))


def main() -> None:
    """Run a command; an error is a sentence on stderr, never a traceback."""
    try:
        app(terminal_width=width())
    except GraderError as problem:
        say(f"autograder: {problem}", sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        say("autograder: stopped.", sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output has closed it; Python must not complain about that at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
