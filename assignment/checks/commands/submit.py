"""``python check.py --submit``: a receipt for the files to be submitted."""

import ast
from collections.abc import Sequence

from ..console import hang, say, wrap
from ..loading.source import SourceError, parse
from ..loading.statements import does_nothing
from ..model.questions import FUNCTIONS
from ..model.version import VERSION
from ..running.kit import FILE, REPORT, Kit
from ..running.process import CannotRun


def submit(kit: Kit | None = None) -> int:
    """Print the receipt. Returns 0 if all is there, 1 if not, 2 without a file."""
    kit = kit or Kit()
    try:
        missing = unwritten(kit.source)
        say(receipt(kit, missing))
    except CannotRun as problem:
        say(wrap(str(problem)))
        return 2
    complete = not kit.key.about.report or (kit.folder / REPORT).is_file()
    return 0 if complete and not missing else 1


def receipt(kit: Kit, missing: tuple[str, ...]) -> str:
    """Return the receipt as text."""
    report = kit.key.about.report
    written = f"{len(FUNCTIONS) - len(missing)} of {len(FUNCTIONS)} written"
    if missing:
        written += f"; still to do: {', '.join(missing)}"
    lines = [
        hang(f"{FILE}  ", f"saved {kit.saved}, {size(len(kit.data))}, in {kit.folder}", whole=True),
        hang("functions          ", written),
        *([hang(f"{REPORT}         ", _report(kit))] if report else []),
        hang("digest             ", f"{kit.digest} (kit {VERSION}, its cases and your file)"),
        "",
        wrap(
            f"Upload these two files, with these names: {FILE} and {REPORT}."
            if report
            else f"Upload this file, with this name: {FILE}."
        ),
        wrap(
            "Keep the digest: the result of the grader shows it too, so you can see that this "
            "file was graded. This is a receipt, not a check: python check.py tells what is right."
        ),
    ]
    return "\n".join(lines)


def _report(kit: Kit) -> str:
    path = kit.folder / REPORT
    if path.is_file():
        return f"found, {size(path.stat().st_size)}"
    return f"not found beside it; it is worth {kit.key.about.report} points (handout 2.3)"


def size(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count} bytes" if count < 1000 else f"{count / 1000:,.1f} kB"


def unwritten(source: str, functions: Sequence[str] = FUNCTIONS) -> tuple[str, ...]:
    """Find the functions that are missing or still only raise NotImplementedError.

    Raises:
        CannotRun: if the file has a syntax error.
    """
    try:
        body = parse(source, FILE)[0].body
    except SourceError as problem:
        raise CannotRun(f"{FILE} cannot be run. {problem}") from None
    written: dict[str, bool] = {}
    for node in ast.walk(ast.Module(body, [])):
        if isinstance(node, ast.FunctionDef):
            written[node.name] = not _is_stub(node)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            written[node.id] = True
        elif isinstance(node, ast.alias):
            written[node.asname or node.name] = True
    return tuple(name for name in functions if not written.get(name))


def _is_stub(function: ast.FunctionDef) -> bool:
    """Whether a body does nothing but raise NotImplementedError, pass or document itself."""
    rest = [statement for statement in function.body if not does_nothing(statement)]
    raises = bool(rest) and isinstance(rest[0], ast.Raise)
    return not rest or (raises and "NotImplementedError" in ast.unparse(rest[0]))
