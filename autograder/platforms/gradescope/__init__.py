"""Gradescope, native: what is uploaded there, and what runs there.

Theory of operation
===================

`bundle` writes ``gradescope.zip``: the kit with ``setup.sh`` and ``run_autograder`` at its root.
The platform unpacks it to ``/autograder/source`` and runs ``setup.sh`` once, as root, when the
image is built: an environment of its own in ``/opt``, which everybody may read, and the kit, which
only root may. For every submission it starts a container, puts the submitted files into
``/autograder/submission`` and runs ``run_autograder``, which is ``python -m`` with this package
(`run`). That grades as ``autograder grade`` does, with the same cases, worker and judge, so the
score is the same; the result is written as ``results.json`` (`results_json`, `markdown`).

Who trusts whom
---------------
The platform gives root and takes away what namespaces need. A worker runs as a user of its own
that can read Python and numpy and, of what lies under ``/autograder``, nothing that matters: the
kit is root's (0700), so is ``submission_metadata.json``, which tells earlier hidden results, and so
is ``results``. When ``results.json`` is written, every worker has ended.

Time
----
The platform gives a submission ten minutes and scores 0 without a word when they are over. What a
student's code may take in all is kept far below that (`run.limits`): it runs into our own limits
first, which cost the cases that were not answered and no others. If the grader itself does not come
to an end, it is stopped, and nothing is scored.
"""
