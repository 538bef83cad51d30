"""otter-grader around the native grader: ``autograder.zip``, and what runs in it.

Theory of operation
===================

`bundle` has ``otter generate`` write the zip: a test file for each function, rendered from the
cases (`rendering`), and the kit in ``files/``. Where a submission is graded, otter's own process
loads `plugin`, and this is what happens:

1. Before grading, all that was submitted is moved to a folder that otter does not know
   (`native.take`) and graded there by the native grader: confined workers, judged answers, a plain
   result. When that is done every worker has ended.
2. What otter executes instead of the submission is one cell of ours, which holds the verdicts as
   JSON. Each test case looks its own up and fails with the grader's message, or passes.
3. After grading, what came back is compared with the native result. Where it is not the same the
   run fails; otherwise each test case gets its message without otter's traceback.

Who trusts whom
---------------
otter runs a submission in the kernel that also tests it, unpickles what that kernel wrote, serves
it an unpickling log socket, and reads its ``.OTTER_LOG``. None of this is attacked or mended here:
no line of a submission is executed in that kernel, imported from its folder, or left where otter
would read it, and the socket is opened when no student's process is there to connect to it. The
strings in the cell are the messages that the grader made for students; they are data, and say
nothing of hidden inputs.

A fault that is not the student's
---------------------------------
Then the run fails with the reason, and without ``results.json``: otter would otherwise write a 0.

Where the kit is
----------------
``otter generate`` and ``otter run`` find it where it is installed. In a container (Gradescope,
``otter grade``) it lies in ``source/files``; the zip's ``run_otter.py`` is ours, puts that folder
on the path and starts otter through `container`.
"""
