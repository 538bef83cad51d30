"""Say which statements outside the functions were not run, and whether running them helps."""

from ..model.case import Reply
from .process import Loading


def left_out_notes(first: Loading, full: Loading, better: bool) -> list[str]:
    """Notes on the statements outside functions, if something has failed."""
    lines = [
        f"line {line}: {text}" + (f" ({why})" if why else "") for line, text, why in first.left_out
    ]
    some = "; ".join(lines[:3]) + (f"; and {len(lines) - 3} more" if len(lines) > 3 else "")
    notes = [f"Not run, because it stands outside the functions: {some}."]
    if better:
        notes.append("With these lines run it is better, so the result below is with them.")
    elif full.reply is None:
        notes.append("With these lines run it is no better.")
    else:
        notes.append(f"With these lines run, loading ends early: {_why(full.reply)}")
    return notes


def _why(reply: Reply) -> str:
    where = f" in line {reply.line}" if reply.line else ""
    return reply.text if not reply.kind else f"{reply.kind}{where}: {reply.text}"
