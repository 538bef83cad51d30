"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

Config = Annotated[
    Optional[Path],  # noqa: UP045 # typer reads the annotation when the program runs
    typer.Option(help="The course's settings, course.toml; optional."),
]
Results = Annotated[
    Path, typer.Argument(help="A folder with graded results.", metavar="DIR", show_default=False)
]
Unsafe = Annotated[
    bool, typer.Option("--unsafe", help="Run code although this machine cannot confine it.")
]
