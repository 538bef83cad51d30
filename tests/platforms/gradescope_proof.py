"""``make gradescope``: run gradescope.zip in a root file system, from setup.sh to results.json.

The submissions are right, wrong, hostile, endless, greedy, and files of several kinds. The exit
code is 1 where a score differs from the native one or a check fails, 2 where this machine lacks
something. ``SUITE=jammy MIRROR=http://…`` uses another system, here Ubuntu 22.04.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from autograder.platforms.gradescope.bundle import gradescope_zip
from tests.builders.archives import zipped
from tests.builders.sources import RIGHT, STUB, mistake, with_function
from tests.platforms.groups import MEMORY
from tests.platforms.rootfs import Files, Image, exit_code, image, must_run
from tests.platforms.runs import native

MOST_BYTES = 450 << 20

SECRET = "what-a-hidden-case-said-last-time"
SPY = """
import os
from _io import open  # not the one that keeps files in memory

import numpy as np

PLACES = [
    "/autograder/source/solution/neural_network.py",
    "/autograder/source/autograder/cases/graded.py",
    "/autograder/source/run_autograder", "/autograder/submission_metadata.json",
    "/autograder/results/results.json",
]

def look():
    found = []
    def tries(action):
        try:
            found.append(action())
        except Exception:
            pass
    for place in PLACES:
        tries(lambda: open(place).read()[:60])
        tries(lambda: open(place, "w").write("{}") and "WROTE " + place)
    for place in ("/autograder/results", "/autograder/submission", "/tmp", "/dev/shm", "/var/tmp"):
        tries(lambda: open(place + "/seen-here", "w").close() or "MADE " + place)
    for folder in ("/autograder/source", "/autograder/results"):
        tries(lambda: str(os.listdir(folder)))
    return "; ".join(found) or "nothing found"

def sigmoid(x):
    return look()

def d_sigmoid(x):
    raise ValueError("<script>alert(1)</script> [a](javascript:alert(1)) " + look())

def perceptron(x, w):
    for signal in (9, 15):
        for process in (-1, os.getppid(), 1, 2, 3, 4, 5):
            try:
                os.kill(process, signal)
            except Exception:
                pass
    return 0.0, 0.0
"""
GREEDY = """
def sigmoid(x):
    kept = []
    while len(kept) < 6:
        kept.append(bytearray(1 << 30))
    return 0.5
"""
HOARDS = """
def sigmoid(x):
    kept = []
    for _ in range(6 * 64):
        try:
            kept.append(bytearray(b"x") * (1 << 24))
        except MemoryError:
            while True:
                pass
    return 0.5
"""
_LOOP = "    for n in range(N):\n        y, _, _, _, _ ="


WRONG = mistake("ffnn-output-softmax", "gradient-transposed", "train-gradient-summed")
"""A network below that is wrong, and a training above that is wrong in itself."""


def submissions() -> dict[str, Files]:
    """The submissions by name; each must have its native score."""
    other = {"README.md": b"# mine", "plots/plot.py": b"import nothing", "report.pdf": b"%PDF-1.4"}
    repository = {".git/HEAD": b"ref: refs/heads/main", ".git/objects/ab/cd": b"\x00\x01", **other}
    endless = RIGHT.replace(_LOOP, f"    while True:\n        N = N\n{_LOOP}")
    one = "neural_network.py"
    return {
        "reference": {one: RIGHT.encode()},
        "stub": {one: STUB.encode()},
        "wrong": {one: WRONG.encode()},
        "spy": {one: SPY.encode()},
        "repository": {**repository, f"hw1/src/{one}": WRONG.encode()},
        "archive": {"my work.zip": zipped((f"a/{one}", RIGHT.encode()), ("a/notes.txt", b"x"))},
        "endless": {one: endless.encode()},
        "six_gigabytes": {one: with_function("sigmoid", GREEDY).encode()},
        "hoards_and_hangs": {one: with_function("sigmoid", HOARDS).encode()},
        "no_python": {"report.pdf": b"%PDF-1.4", "answers.txt": b"y = 3"},
    }


def proof(made: Image) -> Iterator[str]:
    """Run all checks; prints a line for each and yields the failures."""
    yield from named(_set_up(made), "setup.sh")
    every = submissions()
    right = {name: points["score"] for name, points in native(every).items()}
    for name, files in every.items():
        yield from named(_same(made, name, files, right[name]), name)
    with_landlock = _same(made, "wrong", every["wrong"], right["wrong"], True)
    yield from named(with_landlock, "with Landlock")
    yield from named(_not_judged(made, every["wrong"]), "a machine that cannot confine")
    yield from named(_broken(made, every["reference"]), "a grader that cannot start")


def named(faults: Iterator[str], name: str) -> Iterator[str]:
    """The failures with the name of their check; prints "ok" if there are none."""
    began = time.monotonic()
    found = list(faults)
    yield from (f"{name}: {fault}" for fault in found)
    if not found:
        print(f"  ok  {name} ({time.monotonic() - began:.0f} s)", flush=True)


def _set_up(made: Image) -> Iterator[str]:
    print(f"  setup.sh: {made.seconds:.0f} s, {made.added / 2**20:.0f} MiB")
    if made.added > MOST_BYTES:
        yield f"it added {made.added / 2**20:.0f} MiB, more than {MOST_BYTES >> 20}"
    if "Students' files can be graded here." not in made.log:
        yield f"the build log does not say that code can be confined:\n{made.log}"
    for name in ("", "run_autograder", "solution/neural_network.py", "autograder/cases/graded.py"):
        if (made.root / "autograder/source" / name).stat().st_mode & 0o077:
            yield f"others than root have rights to source/{name}"


def _same(
    made: Image, name: str, files: Files, right: float | None, landlock: bool = False
) -> Iterator[str]:
    about = {"created_at": "2026-11-01T12:00:00+00:00", "previous_submissions": [_earlier(12.0)]}
    found = made.grade(files, about, landlock=landlock)
    text = msgspec.json.encode(found.results).decode()
    if found.score != right:
        yield f"{found.score} points instead of {right}\n{found.printed}"
    if found.peak is not None and found.peak > MEMORY:
        yield f"{found.peak / 2**20:.0f} MiB at once"
    if found.seconds > 240:
        yield f"it took {found.seconds:.0f} s"
    if "Traceback" in text:
        yield "a traceback in results.json"
    if found.results.extra_data.get("isolation", {}).get("level", 2) < 2:
        yield "not confined"
    if name == "spy":
        yield from _nothing_found(made, text)


def _nothing_found(made: Image, text: str) -> Iterator[str]:
    for secret in (SECRET, "WROTE", "MADE", "def sigmoid", "run_autograder", "<script>"):
        if secret in text:
            yield f"“{secret}” in results.json"
    if "nothing found" not in text:
        yield "the spy did not come back"
    left = list(made.root.rglob("seen-here"))
    if left:
        yield f"it left {left}"


def _earlier(score: float) -> dict[str, object]:
    return {
        "submission_time": "2026-10-30T12:00:00+00:00",
        "score": score,
        "autograder_error": False,
        "results": {"score": score, "output": SECRET, "tests": []},
    }


def _not_judged(made: Image, files: Files) -> Iterator[str]:
    """Where all users can read the solution, nothing is judged and the earlier score counts."""
    source = made.root / "autograder/source"
    must_run(["chmod", "-R", "go+rX", source])
    try:
        for earlier in ([_earlier(61.0)], []):
            found = made.grade(files, {"previous_submissions": earlier})
            if found.score != (61.0 if earlier else None):
                yield f"the score is {found.score}\n{found.printed}"
            staff = [test for test in found.results.tests if test.visibility == "hidden"]
            if "level" not in str(staff):
                yield f"staff are not told: {staff}"
    finally:
        must_run(["chmod", "-R", "go-rwx", source])


def _broken(made: Image, files: Files) -> Iterator[str]:
    """Without the grader's Python there is a result without a score."""
    environment = made.root / "opt/backprop-kit"
    aside = environment.with_name("aside")
    environment.rename(aside)
    try:
        found = made.grade(files)
    finally:
        aside.rename(environment)
    if found.score is not None:
        yield f"a score of {found.score}"


def main() -> Iterator[str]:
    """Build the image and run all checks; yields the failures."""
    with tempfile.TemporaryDirectory(prefix="backprop-gradescope-") as folder:
        package = gradescope_zip(Path(folder))
        print(f"gradescope.zip: {package.stat().st_size / 1000:.0f} kB", flush=True)
        with image(package) as made:
            yield from proof(made)
            most = f"; at most {made.peak / 2**20:.0f} MiB in use" if made.peak else ""
            print(f"Run without CAP_SYS_ADMIN, with {made.limits}{most}.")


if __name__ == "__main__":
    sys.exit(exit_code("make gradescope", main()))
