"""Run the native grader inside otter-grader: ``autograder.zip``, and the plugin in it.

Theory of operation
===================

`bundle` has ``otter generate`` write the zip: a test file for each function, rendered from the
cases (`rendering`), and the kit in ``files/``. To grade a submission, otter's own process loads
`plugin`, and this is what happens:

1. Before grading, all submitted files are moved to a folder that otter does not know
   (`native.take`) and graded there by the native grader, in confined workers. Afterwards every
   worker has ended.
2. otter executes one cell of ours instead of the submission. The cell holds the verdicts as JSON.
   Each test case looks up its own verdict and passes, or fails with the grader's message.
3. After grading, otter's results are compared with the native ones. If they differ, the run fails;
   otherwise each test case gets its message without otter's traceback.

Who trusts whom
---------------
otter runs a submission in the kernel that also tests it, unpickles what that kernel wrote, serves
it an unpickling log socket, and reads its ``.OTTER_LOG``. We do not change this. Instead, no line
of a submission is executed in that kernel, imported from its folder, or left where otter would read
it, and while the socket is open no student's process runs that could connect to it. The strings in
the cell are the grader's messages for students; they are data, and reveal nothing of hidden inputs.

A fault that is not the student's
---------------------------------
The run fails with the reason and without ``results.json``; otherwise otter would write a 0.

Where the kit is
----------------
``otter generate`` and ``otter run`` use the installed kit. In a container (Gradescope,
``otter grade``) the kit is in ``source/files``; the zip's ``run_otter.py`` is ours, puts that
folder on the path and starts otter through `container`.
"""
