"""Choose which file of a submission is graded.

1. The file called ``neural_network.py``; of several, the one in the outermost folder. It counts
   if any of the seven functions is written in it, or in no other file.
2. Else the .py file or notebook with most of the seven functions written, that is, defined and
   not left as a stub; of a .py file and a notebook with equally many, the .py file.
3. Else, where there is only one .py file or notebook at all, that one.

The optional bonus.py is no candidate; it is taken from the folder of the graded file. Files with
the same content count as one. Any other tie is refused, and the files are named. Nothing is parsed
or run here: regular expressions on the first lines of a body decide whether a function is written,
in time linear in the size of the file.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from assignment.checks.loading.source import SourceError, decode
from assignment.checks.model.questions import FUNCTIONS
from autograder.intake.notebooks import to_source
from autograder.text import listed

ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
EXPECTED = "neural_network.py"
BONUS = "bonus.py"
"""The optional exercises; never graded in place of the seven functions."""
MAX_CANDIDATES = 100
MAX_NAMES = 5
"""Files that a refusal names."""
_DEFINITIONS = 500  # of one file that are looked at; an honest file has seven
_NAMES = "|".join(FUNCTIONS)
_DEFINITION = re.compile(
    rf"^(?:(?:async[ \t]+)?def[ \t]+({_NAMES})[ \t]*\(|({_NAMES})[ \t]*(?::[^=\n]*)?=(?!=))", re.M
)
_DOCSTRING = re.compile(r"(?:\s|#[^\n]*\n)*[rRuU]?(\"\"\"|'''|\"|')")
_NEXT_TOP = re.compile(r"^[^\s#)]", re.M)
_STUB = re.compile(r"raise\s+NotImplementedError\b")
_NOTHING = re.compile(r"(pass|\.\.\.|return(\s+None)?)\s*(#.*)?")


class Refused(Exception):
    """Something cannot be graded; ``str()`` is the message for student and instructor."""


@dataclass(frozen=True)
class SubmittedFile:
    """A file of a submission: its printable path inside, and a function that reads it.

    ``read`` raises Refused when the file is too large or damaged, and NotJudged when the machine
    cannot read it.
    """

    path: str
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.path).name

    @property
    def kind(self) -> str:
        """The suffix, in lower case."""
        return PurePosixPath(self.path).suffix.lower()


@dataclass(frozen=True)
class _Candidate:
    found: SubmittedFile
    source: bytes = b""
    problem: str = ""
    written: int = 0

    @property
    def is_stub(self) -> bool:
        """Whether it can be read, and none of the seven functions is written in it."""
        return not self.problem and not self.written


def is_archive(name: str) -> bool:
    """Whether a file has the name of an archive, including kinds that cannot be read here."""
    return name.lower().endswith(ARCHIVES)


def choose(files: Sequence[SubmittedFile]) -> tuple[SubmittedFile, bytes, str]:
    """Choose the file to grade; return it, its source as a script, and a note on the choice.

    The note is empty except where a stub gave way. Refused if no file fits.
    """
    looked = [_look(file) for file in candidates(files)]
    named = _named([one.found for one in looked])
    if named and not any(one.written for one in looked):
        looked = [one for one in looked if one.found in named]
    chosen = _best(looked)
    if chosen.problem:
        raise Refused(chosen.problem)
    stubs = [one.found.path for one in looked if one.is_stub and one.found in named]
    note = ""
    if stubs and chosen.written:
        why = f"None of the seven functions is written in “{stubs[0]}”"
        note = f"{why}, so “{chosen.found.path}” was graded."
    return chosen.found, chosen.source, note


def candidates(files: Sequence[SubmittedFile]) -> list[SubmittedFile]:
    """The files to choose from; Refused where there are none or too many.

    They are those called ``neural_network.py``, unless these can be read and are only stubs.
    """
    possible = [file for file in files if file.kind in (".py", ".ipynb") and file.name != BONUS]
    if not possible:
        if any(file.name == BONUS for file in files):
            raise Refused(f"The submission has {BONUS}, but no {EXPECTED}.")
        raise Refused(
            f"There is no Python file (.py) or notebook (.ipynb) in it.{instead_of_code(files)}"
        )
    named = _named(possible)
    only_stubs = len(named) < len(possible) <= MAX_CANDIDATES and all(
        _look(file).is_stub for file in named
    )
    if named and not only_stubs:
        possible = named
    if len(possible) > MAX_CANDIDATES:
        raise Refused(
            f"The submission has {len(possible)} Python files, and none is called {EXPECTED}: "
            f"submit {EXPECTED} alone."
        )
    return possible


def instead_of_code(files: Sequence[SubmittedFile]) -> str:
    """The sentence, after a space, on files that may be meant for code, or ""."""
    for file in files:
        if file.kind == ".txt":
            return f" “{file.path}” is text by its name: rename it to {EXPECTED}."
    archives = [f"“{file.path}”" for file in files if is_archive(file.path)]
    if len(archives) < 2:
        return ""
    return f" It has the archives {listed(MAX_NAMES, archives)}: submit {EXPECTED} itself."


def _named(possible: Sequence[SubmittedFile]) -> list[SubmittedFile]:
    """The files of the expected name in the outermost folder that has one."""
    named = [file for file in possible if file.name == EXPECTED]
    depth = min((file.path.count("/") for file in named), default=0)
    return [file for file in named if file.path.count("/") == depth]


def bonus_beside(files: Sequence[SubmittedFile], chosen: SubmittedFile) -> tuple[bytes, str]:
    """Read the optional ``bonus.py`` in the folder of the graded file; returns source and note.

    Both are empty where there is none; the note says why it cannot be read.
    """
    folder = PurePosixPath(chosen.path).parent
    for file in files:
        if file.name == BONUS and PurePosixPath(file.path).parent == folder:
            try:
                return file.read(), ""
            except Refused as problem:
                return b"", f"“{file.path}” was not graded and has no points: {problem}"
    return b"", ""


def bonus_alone(files: Sequence[SubmittedFile]) -> bytes:
    """Read a ``bonus.py`` without other code: it counts beside the code of an attempt before."""
    for file in files:
        if file.name == BONUS:
            with suppress(Refused):
                return file.read()
    return b""


def written_functions(text: str) -> set[str]:
    """Which of the seven functions are defined at the top level and not left as stubs."""
    written = set()
    for count, match in enumerate(_DEFINITION.finditer(text)):
        if count == _DEFINITIONS:
            break
        function, alias = match.groups()
        if alias or not _is_stub(text, match.end()):
            written.add(alias or function)
    return written


def _look(file: SubmittedFile) -> _Candidate:
    try:
        source = file.read()
        if file.kind == ".ipynb":
            source = to_source(source)
        return _Candidate(file, source, written=len(written_functions(decode(source))))
    except (Refused, SourceError, ValueError) as problem:
        return _Candidate(file, problem=f"“{file.path}” cannot be graded. {problem}")


def _best(candidates: list[_Candidate]) -> _Candidate:
    if len(candidates) == 1:
        return candidates[0]
    most = max(candidate.written for candidate in candidates)
    best = [candidate for candidate in candidates if candidate.written == most]
    scripts = [candidate for candidate in best if candidate.found.kind == ".py"]
    best = scripts or best
    names = listed(MAX_NAMES, [f"“{candidate.found.path}”" for candidate in best])
    if len({(candidate.source, candidate.problem) for candidate in best}) == 1:
        return best[0]
    if most == 0:
        raise Refused(f"None of the seven functions is written in any of these files: {names}.")
    raise Refused(
        f"These files have equally many of the seven functions ({most}): {names}. "
        f"Submit one of them, and call it {EXPECTED}."
    )


def _is_stub(text: str, start: int) -> bool:
    """Whether the function whose parameters begin at ``start`` has no body of its own."""
    end = _signature_end(text, start)
    doc = _DOCSTRING.match(text, end)
    if doc:
        closing = text.find(doc.group(1), doc.end())
        end = closing + len(doc.group(1)) if closing >= 0 else len(text)
    following = _NEXT_TOP.search(text, text.find("\n", end) + 1 or len(text))
    body = text[end : following.start() if following else len(text)]
    lines = [line.strip() for line in body.split("\n")]
    code = [line for line in lines if line and not line.startswith("#")]
    return not code or bool(_STUB.match(code[0])) or all(map(_NOTHING.fullmatch, code))


def _signature_end(text: str, start: int) -> int:
    """The place after the colon that ends the signature."""
    depth = 1
    for place in range(start, min(start + 2000, len(text))):
        char = text[place]
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and char == ":":
            return place + 1
    return start
