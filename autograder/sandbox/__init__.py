"""Runs student code so that it can do no harm, and says how sure that is.

Theory of operation
===================

Processes
---------
The **grader** holds everything that matters: cases, accepted answers, the reference, results. It
never imports, unpickles or executes anything that student code had a hand in.

A **warm parent** (`warm`) is a fresh Python that the grader starts with an empty environment. It
loads numpy (a second one, started when a source mentions it, scipy too) and the loader, rehearses
on a file of its own (`rehearsal`), gives up what it can live without, prepares the other layers of
confinement (`layers`), and then forks one child for each order. It holds no case, no answer and no
submission, and reads nothing that a child writes. Where the kernel allows, it is process 1 of
namespaces of its own and sees only the files it needs (`namespaces`, `readable`); a process outside
waits for it and holds nothing. There it makes one child ahead, which waits, confined and empty,
while another one works; it has the memory that work begins with copied already (`pages`).

A **worker** (`autograder.worker`) is such a child. It gives up its rights in the order of
``Layers.confine``, says ``Ready``, and only then reads the student's source, loads it and answers
calls. From the first line of that source on everything it sends is the student's word.

Calls are sent ahead of the answers to those before them, so that a worker need not wait while the
grader judges; never a hidden input before every public answer is there, and none at all where the
worker asks back. An answer has the number of its call.

Calls of functions that the grader answers for (own merits) are relayed to **another worker** whose
source is the reference: confined like any other, and never in the same process as student code.

Descriptors
-----------
=====================  ===========================  ==============================================
between                what                         carries
=====================  ===========================  ==============================================
grader, warm parent    SOCK_SEQPACKET socket pair   typed orders and reports (`orders`), and the
                                                    worker's two descriptors (SCM_RIGHTS)
grader, worker (3)     SOCK_STREAM socket pair      typed frames (`autograder.wire`), bounded
worker (1, 2), grader  pipe                         what is printed; kept up to a limit
worker (0)             /dev/null                    nothing
=====================  ===========================  ==============================================

A worker has no other descriptor, in particular none that leads to the warm parent.

Who trusts whom
---------------
The grader trusts the warm parent, which runs our code only. Nobody trusts a worker: frames are
decoded by type and size, there is no field for a verdict, sentences for students are made on the
grader's side from fixed words (`words`), and the clock is the grader's. A worker may forge any
frame; all that a frame can be is an answer to the question that was asked.

Ends
----
A worker ends when its handle is closed, when it is late, when it sends something unreadable, or
when the warm parent or the grader dies (death signal, closed sockets). Closing does not wait: the
next order does, and so does whoever gives a result away (``Sandbox.settle``), so that nothing of a
submission lives on when its result is there. A worker is process 1 of a process namespace of its
own, so the kernel ends all that it started; without namespaces it cannot start anything (seccomp),
its session is killed, and as root all processes of its slot's user.

What stays readable
-------------------
Python, its standard library and the numeric packages, by name. Nothing is writable. Which of the
layers are in force is not assumed but proved by a worker that tries to get out (`isolation`).
"""

from autograder.sandbox.budget import Budget
from autograder.sandbox.doctor import Finding, diagnose_host
from autograder.sandbox.handle import LoadReport, Question, Worker
from autograder.sandbox.host import Sandbox
from autograder.sandbox.isolation import Isolation, probe
from autograder.sandbox.limits import Limits
from autograder.sandbox.relay import Answerer, Relay

__all__ = [
    "Answerer",
    "Budget",
    "Finding",
    "Isolation",
    "Limits",
    "LoadReport",
    "Question",
    "Relay",
    "Sandbox",
    "Worker",
    "diagnose_host",
    "probe",
]
