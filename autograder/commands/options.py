"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

Config = Annotated[Path | None, typer.Option(help="The course's settings, course.toml; optional.")]
Results = Annotated[
    Path, typer.Argument(help="A folder with graded results.", metavar="DIR", show_default=False)
]
Unsafe = Annotated[
    bool, typer.Option("--unsafe", help="Run code although this machine cannot confine it.")
]

RARE = ("key", "doctor")
"""Commands that are seldom needed."""


class Commands(typer.core.TyperGroup):
    """Lists commands with their whole sentences, and the rare ones apart from the others."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each of the two."""
        names = self.list_commands(ctx)
        sections = {
            "Commands": [name for name in names if name not in RARE],
            "Rarely needed": [name for name in names if name in RARE],
        }
        for title, several in sections.items():
            if not several:
                continue
            with formatter.section(title):
                formatter.write_dl(
                    [(one, self.commands[one].get_short_help_str(60)) for one in several]
                )
