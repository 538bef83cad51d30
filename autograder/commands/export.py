"""``autograder export``: what a graded folder gives to other systems. Each command is thin."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Platform(StrEnum):
    """Platforms that take feedback back."""

    canvas = "canvas"
    moodle = "moodle"


class Points(StrEnum):
    """Which of a submission's points go into a gradebook."""

    final = "final"
    automatic = "automatic"


Folder = Annotated[
    Path, typer.Argument(help="A folder with graded results.", metavar="DIR", show_default=False)
]
Theirs = Annotated[
    Path, typer.Option("--gradebook", help="The gradebook as the platform exported it.")
]
Config = Annotated[
    Optional[Path],  # noqa: UP045 # typer reads the annotation when the program runs
    typer.Option(help="The course's settings, course.toml."),
]
Column = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="The assignment's title; default: the course's name.", metavar="TITLE"),
]
IdColumn = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="The title of the column with the roster's ids.", metavar="TITLE"),
]
Which = Annotated[
    Points, typer.Option(help="All points, or those that the grader gave, without the report.")
]
Out = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help="The new file; default: beside what is read.", metavar="FILE"),
]


@app.callback()
def export() -> None:
    """Write grades and feedback of DIR in the form that others read."""


@app.command()
def grades(folder: Folder, config: Config = None) -> None:
    """Write all results of DIR again, with people's decisions as they are now; runs nothing."""
    from autograder.commands import publish as regrade

    raise typer.Exit(regrade.export(folder, config))


@app.command()
def canvas(
    folder: Folder,
    gradebook: Theirs,
    config: Config = None,
    column: Column = None,
    id_column: IdColumn = None,
    points: Which = Points.final,
    out: Out = None,
) -> None:
    """Fill the grades into a gradebook that Canvas exported; all else in it stays as it is."""
    _fill("canvas", folder, gradebook, config, column, id_column, points, out)


@app.command()
def moodle(
    folder: Folder,
    gradebook: Theirs,
    config: Config = None,
    column: Column = None,
    id_column: IdColumn = None,
    points: Which = Points.final,
    out: Out = None,
) -> None:
    """Fill the grades into a gradebook or worksheet that Moodle exported, in any language."""
    _fill("moodle", folder, gradebook, config, column, id_column, points, out)


@app.command()
def feedback(
    folder: Folder,
    platform: Annotated[Platform, typer.Option("--for", help="Who takes the zip back.")],
    download: Annotated[
        Path, typer.Option(help="The zip with all submissions, as it came from the platform.")
    ],
    out: Out = None,
) -> None:
    """Pack the feedback pages as a zip that the platform imports; default: in DIR."""
    from autograder.platforms.lms.export import pack_feedback

    raise typer.Exit(pack_feedback(platform.value, folder, download, out))


def _fill(
    platform: Literal["canvas", "moodle"],
    folder: Path,
    theirs: Path,
    config: Path | None,
    column: str | None,
    id_column: str | None,
    points: Points,
    out: Path | None,
) -> None:
    from autograder.platforms.lms.export import GradebookRequest, fill_gradebook

    asked = GradebookRequest(platform, folder, theirs, config, column, id_column, points.value, out)
    raise typer.Exit(fill_gradebook(asked))
