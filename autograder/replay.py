"""One call once more, outside a grading: a script for staff that runs a student's code confined.

``save`` writes, into ``staff/explain/<id>/``, the student's source (under a name that nobody's
Python imports), one JSON file a case with its inputs and accepted answers in the kit's tagged
form, and beside it a short script that calls ``main`` here. Inputs may be edited to try things.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignment.checks import tagged
from assignment.checks.case import Array, Case, Expected, Reply, Verdict
from assignment.checks.judge import judge, numbers_of, split
from assignment.checks.questions import FUNCTIONS, below, by_function
from assignment.checks.words import signature
from autograder.answers import reference_source
from autograder.errors import ConfigError, GraderError, SandboxError
from autograder.sandbox import Limits, LoadReport, Sandbox

if TYPE_CHECKING:
    from autograder.course.settings import Course
    from autograder.story import Story

SOURCE = "source.txt"
FORMAT = 1
SCRIPT = '''"""Ask {case} once more, in the grader's sandbox, of what {submission} handed in.

    {python} {name} [--full] [--right FUNCTION ...] [--unsafe]

The inputs are in {data} and may be edited; the code is in {source}.
"""

import sys
from pathlib import Path

try:
    from autograder.replay import main
except ModuleNotFoundError:
    sys.exit("Run this with the Python that has the autograder, such as .venv/bin/python.")

if __name__ == "__main__":
    sys.exit(main(Path(__file__).with_name({data!r}), sys.argv[1:]))
'''


@dataclass(frozen=True)
class Call:
    """A call as it stands in a file: the case, what is right, whose code, and its limits."""

    case: Case
    expected: Mapping[str, Expected]
    submission: str
    file: str
    source: bytes
    limits: Limits


@dataclass(frozen=True)
class Outcome:
    """What came of a call: how the source was loaded, the reply, the verdicts, what was printed."""

    isolation: str
    load: LoadReport
    reply: Reply
    verdicts: tuple[Verdict, ...]
    printed: str


def save(story: Story, folder: Path, settings: Course) -> list[Path]:
    """Write the scripts of a story with all that they need; their paths."""
    place = folder / "staff" / "explain" / story.result.submission
    scripts: list[Path] = []
    if story.source is None:
        return scripts
    for asked in story.cases:
        if asked.case is None or asked.case.function not in FUNCTIONS:
            continue  # the bonus is in a file of its own
        _write(place / SOURCE, story.source)
        data = _encoded(asked.case, asked.expected, story, settings.sandbox_limits())
        name = f"replay_{asked.id}"
        _write(place / f"{name}.json", data)
        script = SCRIPT.format(
            case=asked.id,
            submission=story.result.submission,
            python=".venv/bin/python",
            name=f"{name}.py",
            data=f"{name}.json",
            source=SOURCE,
        )
        _write(place / f"{name}.py", script.encode())
        scripts.append(place / f"{name}.py")
    return scripts


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as part:
        part.write_bytes(content)


def _encoded(case: Case, expected: Mapping[str, Expected], story: Story, limits: Limits) -> bytes:
    data = {
        "format": FORMAT,
        "case": case.id,
        "title": case.title,
        "function": case.function,
        "public": case.public,
        "judged": list(case.points),
        "inputs": tagged.encode(dict(case.inputs)),
        "expected": {
            output: {
                "tolerance": right.tolerance,
                "accepted": tagged.encode(list(right.accepted)),
            }
            for output, right in expected.items()
        },
        "submission": story.result.submission,
        "file": story.result.file,
        "source": SOURCE,
        "seconds": limits.call_seconds,
        "memory": limits.memory,
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in data.items())
    return f"{{\n{lines}\n}}\n".encode()


def load(path: Path) -> Call:
    """Read what ``save`` wrote.

    Raises:
        ConfigError: where it is damaged or was edited into something else.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ConfigError(f"{path} has format {data['format']}; this grader reads {FORMAT}.")
        function = by_function(data["function"])
        inputs = tagged.decode(data["inputs"])
        case = Case(
            data["case"],
            function.function,
            data["title"],
            {name: inputs[name] for name in function.parameters},
            dict.fromkeys(data["judged"], 0),
            data["public"],
        )
        expected = {
            output: Expected(tuple(tagged.decode(right["accepted"])), right["tolerance"])
            for output, right in data["expected"].items()
        }
        source = (path.parent / SOURCE).read_bytes()
        limits = Limits(call_seconds=float(data["seconds"]), memory=int(data["memory"]))
        return Call(case, expected, data["submission"], data["file"], source, limits)
    except OSError as problem:
        raise ConfigError(f"{problem.filename} cannot be read: {problem.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ConfigError(
            f"{path} is not what `autograder explain` wrote ({type(problem).__name__}: {problem}). "
            "Call it again to have the file as it was."
        ) from None


def replay(
    call: Call, *, full: bool = False, right: Sequence[str] = (), unsafe: bool = False
) -> Outcome:
    """Make a call in the sandbox; ``right`` functions stand in for the student's.

    Raises:
        SandboxError: where this machine cannot confine the code, and nobody said it may run so.
    """
    from autograder.jobs import refusal
    from autograder.sandbox import SAFE_LEVEL

    case = call.case
    unknown = [name for name in right if name not in below(case.function)]
    if unknown:
        able = ", ".join(below(case.function)) or "none"
        raise ConfigError(f"--right {unknown[0]}: {case.function} is built on {able}.")
    with Sandbox(call.limits) as sandbox:
        refused = refusal(sandbox.isolation, 0 if unsafe else SAFE_LEVEL)
        if refused:
            raise SandboxError(refused)
        answering = ReferenceFunctions(sandbox, {}, reference_source)
        try:
            with sandbox.worker(
                call.source,
                full=full,
                inject=right,
                answerer=answering.answering(as_arrays) if right else None,
            ) as worker:
                report = worker.load()
                reply = _reply(worker.call, report, case) if report.ok else report.reply
                printed = worker.output
        finally:
            answering.close()
    verdicts = tuple(judge(case, call.expected, reply, file=call.file))
    return Outcome(str(sandbox.isolation), report, reply, verdicts, printed)


def _reply(call: Any, report: LoadReport, case: Case) -> Reply:
    if case.function not in report.functions:
        return Reply("not_implemented", text=f"There is no function `{case.function}`.")
    reply: Reply = call(case.function, list(case.inputs.values()))
    return reply


def main(path: Path, arguments: Sequence[str]) -> int:
    """The script: make the call and print what came back. 0 where all is right, 1 where not."""
    parser = argparse.ArgumentParser(description="Make one graded call once more, confined.")
    parser.add_argument("--full", action="store_true", help="run every top-level statement")
    parser.add_argument(
        "--right", nargs="+", default=[], metavar="FUNCTION", help="answer these with right ones"
    )
    parser.add_argument(
        "--unsafe", action="store_true", help="run although this machine cannot confine code"
    )
    asked = parser.parse_args(arguments)
    try:
        call = load(path)
        outcome = replay(call, full=asked.full, right=asked.right, unsafe=asked.unsafe)
    except GraderError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    print("\n".join(told(call, outcome)))
    return 0 if all(verdict.passed for verdict in outcome.verdicts) else 1


def told(call: Call, outcome: Outcome) -> list[str]:
    """The outcome in lines: each output, what came back against what was expected."""
    from autograder.explain_text import array, wrap

    case, reply = call.case, outcome.reply
    lines = [f"{call.submission}: {signature(case.function)}, {case.id}", outcome.isolation]
    lines += [f"left out: line {line}: {text}" for line, text in outcome.load.left_out]
    if outcome.load.crashed is not None:
        lines += wrap(f"loading ended: {outcome.load.crashed.kind}: {outcome.load.crashed.text}")
    lines.append(f"{reply.status.replace('_', ' ')} after {reply.seconds:.3f} s")
    got = _answers(case, reply)
    for verdict in outcome.verdicts:
        lines.append(f"{verdict.output}: {verdict.status.replace('_', ' ')}")
        if verdict.message:
            lines += wrap(verdict.message, 2)
        if verdict.output in got:
            lines += ["  got", *array(got[verdict.output], 4)]
        for accepted in call.expected[verdict.output].accepted:
            lines += ["  expected", *array(accepted, 4)]
    if outcome.printed.strip():
        lines += ["it printed", *(f"  | {line}" for line in outcome.printed.splitlines()[:40])]
    return lines


def _answers(case: Case, reply: Reply) -> dict[str, Array]:
    if reply.status != "returned":
        return {}
    named = split(case, reply.value)
    return {} if isinstance(named, str) else numbers_of(named)
