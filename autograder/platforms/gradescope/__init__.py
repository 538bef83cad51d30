"""The native autograder for Gradescope: the uploaded zip, and the program that runs there.

Theory of operation
===================

`bundle` writes ``gradescope.zip``: the kit with ``setup.sh`` and ``run_autograder`` at its root.
The platform unpacks it to ``/autograder/source`` and runs ``setup.sh`` once, as root, when the
image is built: an environment of its own in ``/opt``, which every user may read, and the kit, which
only root may. For every submission it starts a container, puts the submitted files into
``/autograder/submission`` and runs ``run_autograder``, which runs this package with ``python -m``
(`run`). It grades as ``autograder grade`` does, with the same cases, worker and judge, so the
score is the same; the result is written as ``results.json`` (`results_json`, `markdown`).

Who trusts whom
---------------
The grader runs as root, but without the rights that namespaces need. A worker runs as a user of its
own. It can read Python and numpy, but not the kit, ``results`` or ``submission_metadata.json``,
which contains earlier hidden results: these belong to root (0700 or 0600). When ``results.json`` is
written, every worker has ended.

Time
----
The platform gives a submission ten minutes and then scores 0 without a message. The time of a
student's code is limited far below that (`run.limits`): reaching our own limit costs only the cases
that were not answered. A grader that does not end in time is stopped, and nothing is scored.
"""
