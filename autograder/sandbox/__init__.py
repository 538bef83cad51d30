"""Run student code so that it can do no harm, and prove how well it is confined.

Theory of operation
===================

Processes
---------
The **grader** holds everything that matters: cases, accepted answers, the reference, results. It
never imports, unpickles or executes anything that a student submitted. It talks to each fork server
through a `fork_server_handle.ForkServer` and to each worker through a `worker.Worker`.

A **fork server** (`fork_server`) is a fresh Python with an environment of a few fixed variables,
which it clears before it forks. It loads numpy (a second one, started when a source mentions scipy,
loads scipy too) and the loader, loads and calls a small file of its own once, prepares the layers
of confinement (`layers`), and then forks one worker for each command to start one. It holds no
case, no answer and no submission, and reads nothing that a worker writes. Where the kernel allows
it, the fork server is process 1 of namespaces of its own and sees only the files that workers need
(`namespaces`, `readable`); a process outside waits for it with every descriptor closed. Another one
keeps the files that workers may read in memory (`resident`).

A **worker** (`child`) is forked when it is needed, gives up its rights in the order of
``Layers.confine``, sends ``Ready``, and only then receives the student's source, loads it and
makes the calls of a request one after the other, with a response after each. Each call has its own
time; if the worker ends before the last one, a fresh worker gets the rest. From the first line of
that source on, student code may have written everything that a worker sends.

For dependency credit, functions of the student are replaced by proxies. A call of a proxy is sent
to the grader (``Callback``), which answers it from a table or has **another worker** answer it,
whose source is the reference: confined like any other, and never in the same process as student
code.

Descriptors
-----------
=====================  ===========================  ==============================================
between                what                         carries
=====================  ===========================  ==============================================
grader, fork server    SOCK_SEQPACKET socket pair   typed commands and reports (`control`), and
                                                    a worker's two descriptors (SCM_RIGHTS)
grader, worker (3)     SOCK_STREAM socket pair      typed frames (`wire`) of bounded size
worker (1, 2), grader  pipe                         printed text, kept up to a limit
worker (0)             /dev/null                    nothing
=====================  ===========================  ==============================================

When student code starts, a worker has no other descriptor, in particular none that leads to the
fork server. What it writes to files stays in its own memory (`memory_files`).

Who trusts whom
---------------
The grader trusts the fork server, which runs our code only. Nobody trusts a worker: frames are
decoded by type and size, there is no field for a verdict, and the grader measures the time. It
makes the sentences for students from fixed words (`messages`); of a worker's own text it keeps that
of exceptions, of left-out statements and of prints, without control characters (`replies`). A
worker may forge any frame; a forged frame is only another answer to the question that was asked.

Ends
----
A worker ends when its handle is closed, when it exceeds its time, when it sends something
unreadable or too many callbacks, or when the fork server or the grader dies (death signal, closed
sockets). The grader waits for each end, so that no process of a submission is alive when its result
is there. Where there are namespaces, a worker is process 1 of a process namespace of its own, so
the kernel kills all that it started. Without namespaces it cannot start processes (seccomp); its
process group is killed, and, if the grader is root, all processes of the user that it has to
itself.

What may be called
------------------
The system calls that `syscalls` lists, some with certain arguments only; the kernel refuses every
other one, those of newer kernels included. None that is listed acts on another process, changes a
file, takes a lock or asks for the state of the page cache.

What stays readable
-------------------
With namespaces or Landlock: a list of files, and the folders and links that lead to them. On it are
Python's standard library without its large unused parts, numpy (scipy too in the fork server that
loads it), the shared libraries that their extension modules need, and a few files of the system
(`readable`). With neither, but a user of its own: what every user may read. Nothing but the null
device is writable. The sandbox does not assume that the layers in force are enough: workers that
try to get out prove the level of isolation, for each new fork server (`isolation`). The level never
falls: a start that fails, or proves less than the first one, is tried again, and then the command
ends with SandboxLost.

No memory between workers
-------------------------
A file that was read is in memory, and its access time may have changed: a worker could leave a mark
for a later one. So each fork server has a **keeper** (`resident`), which reads every file on the
list, lists every folder, follows every link and keeps the files mapped, before the first worker
starts. After that a worker changes neither what is in memory nor, on file systems that renew access
times once a day (``relatime``, the default), an access time; where there are namespaces, all is
mounted read-only, which keeps access times as they are everywhere. What remains: a worker without a
root of its own sets the access time of a link outside the list by following it; one whose user may
read everything makes files outside the list warm; and where memory is short and the keeper may not
lock it (it may as root), a worker that takes much memory can push files out.

Where to read on
----------------
`sandbox` (what the rest of the grader uses), `worker`, `callbacks` and `channel` run in the grader;
`fork_server`, `layers` and `resident` in the fork server; `child` and `memory_files` in the worker.
`wire` and `values` define what crosses the border.
"""

from autograder.sandbox.callbacks import CallbackHandler
from autograder.sandbox.doctor import diagnose_host
from autograder.sandbox.isolation import SAFE_LEVEL, Isolation
from autograder.sandbox.limits import Budget, Limits
from autograder.sandbox.replies import LoadReport
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.worker import Worker

__all__ = [
    "SAFE_LEVEL",
    "Budget",
    "CallbackHandler",
    "Isolation",
    "Limits",
    "LoadReport",
    "Sandbox",
    "Worker",
    "diagnose_host",
]
