"""``autograder export``: write grades and feedback in the form that platforms read."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from autograder.commands.options import Commands, Config, Results

app = typer.Typer(cls=Commands, no_args_is_help=True, rich_markup_mode=None)


GradebookFile = Annotated[
    Path, typer.Option("--gradebook", help="The gradebook exported by the platform.")
]
Column = Annotated[
    str | None, typer.Option(help="The assignment; default: the course's name.", metavar="TITLE")
]
IdColumn = Annotated[
    str | None, typer.Option(help="The column with the roster's ids.", metavar="TITLE")
]
Which = Annotated[
    Literal["final", "automatic"], typer.Option(help="All points, or only automatic ones.")
]
Out = Annotated[
    Path | None, typer.Option(help="The new file; default: a name beside the old.", metavar="FILE")
]


@app.callback()
def export() -> None:
    """Write grades and feedback for other systems."""


@app.command()
def grades(folder: Results, config: Config = None) -> None:
    """Write all results of DIR again, with new decisions.

    No code runs. Decisions are those that the course's tables have now.
    """
    from autograder.commands import publish

    raise typer.Exit(publish.run(folder, config))


@app.command()
def canvas(
    folder: Results,
    gradebook: GradebookFile,
    config: Config = None,
    column: Column = None,
    id_column: IdColumn = None,
    points: Which = "final",
    out: Out = None,
) -> None:
    """Fill the grades into a gradebook from Canvas.

    Everything else in the file stays as it is.
    """
    from autograder.platforms.lms import export as lms

    request = lms.GradebookRequest(
        "canvas", folder, gradebook, config, column, id_column, points, out
    )
    raise typer.Exit(lms.fill_gradebook(request))


@app.command()
def moodle(
    folder: Results,
    gradebook: GradebookFile,
    config: Config = None,
    column: Column = None,
    id_column: IdColumn = None,
    points: Which = "final",
    out: Out = None,
    comments: Annotated[
        str | None, typer.Option(help="A column to fill with comments.", metavar="TITLE")
    ] = None,
) -> None:
    """Fill the grades into a gradebook from Moodle.

    Also into a grading worksheet, in any language; everything else stays as it is.
    """
    from autograder.platforms.lms import export as lms

    request = lms.GradebookRequest(
        "moodle", folder, gradebook, config, column, id_column, points, out, comments
    )
    raise typer.Exit(lms.fill_gradebook(request))


@app.command()
def feedback(
    folder: Results,
    platform: Annotated[Literal["canvas", "moodle"], typer.Option("--for", help="The platform.")],
    download: Annotated[Path, typer.Option(help="The zip of submissions from the platform.")],
    out: Annotated[
        Path | None, typer.Option(help="The new zip; default: in DIR.", metavar="FILE")
    ] = None,
    config: Config = None,
) -> None:
    """Zip the feedback pages for Canvas or Moodle."""
    from autograder.platforms.lms import export as lms

    raise typer.Exit(lms.pack_feedback(platform, folder, download, out, config))
