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
        for title, rare in (("Commands", False), ("Rarely needed", True)):
            names = [name for name in self.list_commands(ctx) if (name in RARE) is rare]
            rows = [(name, self.commands[name].get_short_help_str(60)) for name in names]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
