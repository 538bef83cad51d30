"""``autograder export``: what a graded folder gives to other systems. Each command is thin."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def export() -> None:
    """Write grades and feedback of DIR in the form that others read."""
