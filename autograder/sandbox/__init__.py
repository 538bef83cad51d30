"""Runs student code so that it can do no harm, and proves how well it is confined.

Theory of operation
===================

Processes
---------
The **grader** holds everything that matters: cases, accepted answers, the reference, results. It
never imports, unpickles or executes anything that student code had a submit.

A **fork server** (`fork_server`) is a fresh Python with an empty environment. It
loads numpy (a second one, started when a source mentions scipy, loads scipy too) and the loader,
calls a small file of its own once, prepares the layers of confinement (`layers`), and then forks
one child for each order. It holds no case, no answer and no submission, and reads nothing that a
child writes. Where the kernel allows it, the fork server is process 1 of namespaces of its own and
sees only the files that workers need (`namespaces`, `readable`); a process outside waits for it
and holds nothing.

A **worker** (`child`) is such a child. It is forked when it is needed, gives up its
rights in the order of ``Layers.confine``, says ``Ready``, and only then reads the student's source,
loads it and answers calls, one at a time. From the first line of that source on, everything that
it sends is the student's word.

Calls of functions that the grader answers for (dependency credit) are relayed to **another worker**
whose source is the reference: confined like any other, and never in the same process as student
code.

Descriptors
-----------
=====================  ===========================  ==============================================
between                what                         carries
=====================  ===========================  ==============================================
grader, fork server    SOCK_SEQPACKET socket pair   typed orders and reports (`control`), and the
                                                    worker's two descriptors (SCM_RIGHTS)
grader, worker (3)     SOCK_STREAM socket pair      typed frames (`wire`), bounded
worker (1, 2), grader  pipe                         printed text, kept up to a limit
worker (0)             /dev/null                    nothing
=====================  ===========================  ==============================================

A worker has no other descriptor, in particular none that leads to the fork server.

Who trusts whom
---------------
The grader trusts the fork server, which runs our code only. Nobody trusts a worker: frames are
decoded by type and size, there is no field for a verdict, sentences for students are made on the
grader's side from fixed words (`messages`), and the clock is the grader's. A worker may forge any
frame; a forged frame is only another answer to the question that was asked.

Ends
----
A worker ends when its handle is closed, when it is late, when it sends something unreadable, or
when the fork server or the grader dies (death signal, closed sockets). The grader waits for each
end, so that nothing of a submission is alive when its result is there. A worker is process 1 of a
process namespace of its own, so the kernel ends all that it started; without namespaces it cannot
start anything (seccomp), its session is killed, and as root all processes of its user.

What stays readable
-------------------
Python, its standard library and the numeric packages, by name. Nothing is writable. Which layers
are in force is not assumed but proved by a worker that tries to get out (`isolation`).
"""

from autograder.sandbox.budget import Budget
from autograder.sandbox.callbacks import Answerer, Relay
from autograder.sandbox.doctor import Finding, diagnose_host
from autograder.sandbox.isolation import SAFE_LEVEL, Isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.worker import LoadReport, Worker

__all__ = [
    "SAFE_LEVEL",
    "Answerer",
    "Budget",
    "Finding",
    "Isolation",
    "Limits",
    "LoadReport",
    "Relay",
    "Sandbox",
    "Worker",
    "diagnose_host",
]
