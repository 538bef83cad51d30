"""The graded cases for programs that know nothing of the grader: otter, pytest and the floor.

The benchmark writes them into a folder ``support``, together with a copy of this file, which reads
them there. ``pytest support/same_cases.py`` tests the ``neural_network`` on the path;
``python -m support.same_cases FILE...`` is the floor: it calls every case and judges nothing.
"""

import json
import shutil
import sys
from importlib import import_module
from pathlib import Path

import numpy as np

if __package__ == "support":
    from support import tagged

_answers = {}


def write(folder):
    """Write the folder ``support``: all calls of the cases, accepted answers, and this file."""
    from assignment.checks.model import json_arrays as tagged
    from assignment.checks.model.case import every_call
    from assignment.checks.model.questions import by_function
    from autograder.cases.answers import Answers

    answers, cases = Answers(), {}
    for case in every_call(answers.graded):
        outputs = answers.expected(case).items()
        cases[case.id] = {
            "function": case.function,
            "outputs": by_function(case.function).outputs,
            "points": dict(case.points),
            "inputs": tagged.encode(list(case.inputs.values())),
            "tolerance": {name: right.tolerance for name, right in outputs},
            "accepted": {name: tagged.encode(list(right.accepted)) for name, right in outputs},
        }
    support = folder / "support"
    support.mkdir()
    (support / "__init__.py").touch()
    (support / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    shutil.copy(tagged.__file__, support / "tagged.py")
    shutil.copy(__file__, support / "same_cases.py")


def write_otter_tests(folder):
    """Write what otter makes an autograder of: ``tests``, with a file for each function."""
    suites = {}
    for name, case in read(folder / "support").items():
        for output, points in case["points"].items():
            code = ">>> from support.same_cases import right\n"
            code += f">>> bool(right({case['function']}, {name!r}, {output!r}))\nTrue"
            test = {"code": code, "hidden": False, "points": points}
            suites.setdefault(case["function"], []).append(test)
    (folder / "tests").mkdir()
    (folder / "requirements.txt").write_text("numpy\n")
    (folder / "config.json").write_text("{}")
    for function, cases in suites.items():
        suite = {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": function, "points": None, "suites": [suite]}
        (folder / "tests" / f"{function}.py").write_text(f"OK_FORMAT = True\n\ntest = {test!r}\n")


def read(folder=Path(__file__).parent):
    """The cases by id."""
    return json.loads((folder / "cases.json").read_text(encoding="utf-8"))


def right(function, case_id, output):
    """Whether one output of one case is right; a case is called once for all its outputs."""
    case = CASES[case_id]
    if case_id not in _answers:
        _answers[case_id] = function(*tagged.decode(case["inputs"]))
    outputs = case["outputs"]
    answer = _answers[case_id]
    got = np.asarray(answer if len(outputs) == 1 else answer[outputs.index(output)])
    within = case["tolerance"][output]
    return any(
        got.size == np.size(value)
        and np.allclose(got.ravel(), np.ravel(value), rtol=within, atol=within)
        for value in tagged.decode(case["accepted"][output])
    )


def pytest_generate_tests(metafunc):
    """One test for each output with points."""
    outputs = [(name, output) for name, case in CASES.items() for output in case["points"]]
    metafunc.parametrize(("case", "output"), outputs)


def test_output(case, output):
    """The output of the student's function is an accepted one."""
    function = getattr(import_module("neural_network"), CASES[case]["function"])
    assert right(function, case, output)


def floor(paths):
    """Load every file and call its functions with the inputs of every case."""
    inputs = [(case["function"], tagged.decode(case["inputs"])) for case in CASES.values()]
    for path in paths:
        names = {"__name__": "neural_network"}
        exec(compile(Path(path).read_text(encoding="utf-8"), path, "exec"), names)
        for function, values in inputs:
            names[function](*values)


CASES = read() if __package__ == "support" else {}
if __name__ == "__main__":
    floor(sys.argv[1:])
