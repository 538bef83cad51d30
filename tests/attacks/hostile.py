"""Hostile and broken files, a few lines each, and what each of them tries to gain.

``Attack.source`` completes a file: it imports the modules of ``IMPORTED`` that are used, defines
``send`` for forged frames, and the functions of the assignment that are not defined call ``attack``
and return its result.
"""

import re
import textwrap
from collections.abc import Collection
from dataclasses import dataclass

from assignment.checks.model.questions import FUNCTIONS

MARK = "border-was-here"
"""The name of every file that an attack tries to create, and what it prints where it succeeds."""
IMPORTED = (
    "atexit", "builtins", "contextlib", "ctypes", "fcntl", "gc", "glob", "importlib", "itertools",
    "mmap", "multiprocessing", "os", "pickle", "re", "resource", "signal", "socket", "struct",
    "subprocess", "sys", "threading", "time", "types", "urllib.request",
)  # fmt: skip


SEND = "def send(b): os.write(3, struct.pack('<I', len(b)) + b)"


@dataclass(frozen=True)
class Attack:
    """A hostile file and what it tries to gain.

    ``code`` is the body of ``attack(*a)`` or, where it defines that itself, all of the file before
    it is completed. A ``slow`` attack is tried in one function only. The outcome of a ``layered``
    one depends on the layers and on the user who grades: it is tried at every level, and so is one
    of the ``sample``, which has at least one of each class.
    """

    name: str
    gain: str
    code: str
    slow: bool = False
    layered: bool = False
    sample: bool = False

    def source(self, where: Collection[str] = FUNCTIONS) -> bytes:
        """Return the whole file, with the attack in the functions of ``where``."""
        tried = FUNCTIONS[:1] if self.slow else where
        code = textwrap.dedent(self.code).strip("\n")
        if "def attack(" not in code:
            code = "def attack(*a):\n" + textwrap.indent(code, "    ")
        code = f"{SEND}\n{code}" if "send(" in code else code
        lines = [f"import {name}" for name in IMPORTED if re.search(rf"\b{name}\.", code)]
        lines += ["import numpy as np"] * ("np." in code) + [code]
        for name in FUNCTIONS:
            if f"def {name}(" not in self.code and f"{name} =" not in self.code:
                body = "return attack(*args)" if name in tried else "raise NotImplementedError"
                lines.append(f"def {name}(*args):\n    {body}")
        return "\n".join(lines).encode("utf-8", "surrogateescape")


POINTS = "points"
LIFE = "an end of the grader or of another submission"
FILES = "a file outside of the sandbox, or what is in one"
TIME = "time of the grader beyond the limits"
MEMORY = "memory of the grader"
PROCESSES = "a process that lives on"
NETWORK = "a connection"
MARKS = "a mark that another submission can see"

ATTACKS: tuple[Attack, ...] = (
    # Exits
    Attack('sys.exit', LIFE, 'sys.exit(0)', slow=True),
    Attack('exit with a score', POINTS, 'raise SystemExit(100)'),
    Attack('os._exit', LIFE, 'os._exit(0)', sample=True),
    Attack('os.abort', LIFE, 'os.abort()'),
    Attack('keyboard interrupt', LIFE, 'raise KeyboardInterrupt'),
    Attack('exit at the top', LIFE, 'os._exit(0)\ndef attack(*a): return 1', sample=True),
    Attack('exit when the process ends', LIFE,
        'atexit.register(os._exit, 0)\ndef attack(*a): atexit._run_exitfuncs()'),
    # Time
    Attack('endless loop', TIME, 'while True: pass', slow=True, sample=True),
    Attack('sleep', TIME, 'time.sleep(1e6)', slow=True),
    Attack('hang in C', TIME, 'return 7 ** 7 ** 9', slow=True),
    Attack('regular expression', TIME, "re.match('(a+)+$', 'a' * 60 + 'b')", slow=True),
    Attack('endless iterator', TIME, 'return list(map(id, itertools.count()))', slow=True),
    Attack('catches everything', TIME, """
        while True:
            with contextlib.suppress(BaseException):
                while True: pass
    """, slow=True),
    Attack('cancels alarms', TIME, """
        signal.alarm(0)
        def attack(*a):
            signal.alarm(0)
            for s in range(1, 32):
                with contextlib.suppress(Exception): signal.signal(s, signal.SIG_IGN)
            time.sleep(1e6)
    """, slow=True, layered=True),
    Attack('waits for a lock', TIME,
        'threading.Lock().__enter__() or threading.Event().wait()', slow=True),
    Attack('threads that never end', TIME, """
        for _ in range(8): threading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()
        return 1
    """, slow=True),
    Attack('loop while loading', TIME, 'while True: pass\ndef attack(*a): return 1'),
    Attack('constant that takes for ever', TIME,
        'K = 9 ** 9 ** 9\ndef attack(*a): return 1', slow=True),
    # Processes
    Attack('fork bomb', PROCESSES, 'while True: os.fork()', slow=True, layered=True),
    Attack('daemon', PROCESSES, """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0: time.sleep(1e6)
            os._exit(0)
        return 1
    """, layered=True),
    Attack('shell', PROCESSES, "return os.system('sleep 1000 & touch /tmp/border-was-here')"),
    Attack('subprocess', PROCESSES,
        "return subprocess.check_output(['id']).decode()", layered=True),
    Attack('multiprocessing', PROCESSES, 'return multiprocessing.Pool(4).map(abs, [1])'),
    Attack('raw clone', PROCESSES, """
        n = ctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0)
        if n == 0:
            while True: pass
        return n
    """, slow=True),
    Attack('exec', PROCESSES, "os.execv('/bin/sleep', ['sleep', '1000'])"),
    Attack('kills its parent', LIFE,
        'for s in (9, 15, 19): os.kill(os.getppid(), s)', layered=True),
    Attack('kills everybody', LIFE, """
        for p in (-1, 0, *range(2, 70000)):
            with contextlib.suppress(OSError): os.kill(p, 9)
    """, slow=True, layered=True),
    Attack('kills its group', LIFE, 'os.killpg(0, 9)'),
    Attack('ptrace', LIFE,
        '[ctypes.CDLL(None).ptrace(16, p, 0, 0) for p in (1, 2, os.getppid())]', layered=True),
    Attack('outlives its parent', PROCESSES,
        'ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\nwhile True: pass', slow=True),
    # Memory and size
    Attack('a huge list', MEMORY, 'return [0] * 10 ** 10', slow=True),
    Attack('grows for ever', MEMORY, 'x = [1.0]\nwhile True: x = x + x', slow=True, layered=True),
    Attack('a huge array', MEMORY, 'return np.ones((1 << 13, 1 << 13))', slow=True),
    Attack('an array of nothing', MEMORY,
        'return tuple(np.empty((0, 10 ** 6, 10 ** 6)) for _ in range(5))'),
    Attack('a broadcast array', MEMORY, 'return np.broadcast_to(1.0, (10 ** 9, 10 ** 9))'),
    Attack('many small answers', MEMORY, 'return [[[]] * 3000] * 3', slow=True),
    Attack('a cyclic list', MEMORY, 'x = []\nx.append(x)\nreturn x', sample=True),
    Attack('a deep list', MEMORY,
        'x = []\nfor _ in range(10 ** 5): x = [x]\nreturn x', slow=True),
    Attack('a whole number without end', MEMORY, 'return 1 << 10 ** 8', slow=True),
    Attack('memory files', MEMORY,
        "f = os.memfd_create('x')\nwhile True: os.write(f, bytes(1 << 20))", slow=True),
    Attack('recursion', LIFE,
        'sys.setrecursionlimit(10 ** 9)\ndef attack(*a): return attack(*a)', slow=True),
    Attack('segmentation fault', LIFE, 'ctypes.memset(8, 1, 1)', sample=True),
    Attack('breaks the interpreter', LIFE, 'ctypes.memset(id(1), 255, 64)\nreturn 1'),
    # Output and forged frames
    Attack('prints for ever', TIME, "while True: print('x' * 10 ** 5)", slow=True),
    Attack('writes to descriptor 1 for ever', TIME, """
        while True:
            with contextlib.suppress(OSError): os.write(1, b'x' * 10 ** 5)
    """, slow=True, sample=True),
    Attack('prints a result', POINTS,
        r"""print('{"score": 100, "tests": [{"score": 100, "status": "passed"}]}')"""),
    Attack('forged verdict', POINTS,
        r"send(b'\x82\xa6status\xa6passed\xa5score\x64'); os._exit(0)"),
    Attack('forged answers ahead', POINTS, r"""
        half = b'\x91\xcb\x3f\xe0\0\0\0\0\0\0\x90'
        for n in range(1, 60): send(b'\x94\xa8returned' + bytes([n]) + half)
        while True: pass
    """, sample=True),
    Attack('frame of four gigabytes', MEMORY,
        r"while True: os.write(3, b'\xff' * 65536)", slow=True),
    Attack('half a frame', TIME, r"os.write(3, b'\0\0\x10\0'); time.sleep(1e6)", slow=True),
    Attack('a million empty arrays', MEMORY, r"""
        send(b'\x94\xa8returned\x01\xdd\x00\x0f\x42\x40' + b'\x90' * 10 ** 6)
        os._exit(0)
    """, slow=True, sample=True),
    Attack('a pickle on the channel', POINTS, """
        class P:
            def __reduce__(self): return (exec, ('import os; os._exit(0)',))
        def attack(*a):
            send(pickle.dumps(P()))
            while True: pass
    """),
    Attack('returns something to unpickle', POINTS,
        "class P: __reduce__ = lambda s: (print, ('pwned',))\ndef attack(*a): return P()"),
    Attack('forged ready', POINTS, r"os.write(3, b'\x07\0\0\0\x91\xa5ready'); return 1"),
    Attack("says that it is the grader's fault", POINTS,
        "os.write(3, b'\\x0d\\0\\0\\0\\x92\\xa9not_ready\\xa1x')\nwhile True: pass"),
    Attack('closes descriptors', LIFE, 'os.closerange(0, 4096)', sample=True),
    Attack('copies descriptors', LIFE, 'for n in range(0, 60): os.dup2(3, n)\nreturn 1'),
    Attack('reads the channel', TIME, 'return os.read(3, 10 ** 6).hex()', slow=True),
    # Files
    Attack('reads the reference', FILES, """
        found = glob.glob('/**/solution/neural_network.py', recursive=True)
        return [open(p).read() for p in found][0]
    """, layered=True),
    Attack('reads the public key and the cases', FILES, """
        r = sys.modules['assignment.checks'].__file__.partition('/assignment/')[0]
        return open(r + '/autograder/cases/graded.py').read()[:100]
    """),
    Attack('imports the reference', POINTS,
        "return importlib.import_module('solution.neural_network').sigmoid(*a)", layered=True),
    Attack('imports the reference at the top', POINTS,
        'from solution.neural_network import *\ndef attack(*a): return 1'),
    Attack('reads /etc/passwd', FILES, "return open('/etc/passwd').read()[:100]"),
    Attack('reads /proc', FILES,
        "return [open(f'/proc/{p}/environ').read()[:50] for p in (1, os.getppid())]", layered=True),
    Attack('writes files everywhere', FILES, """
        from _io import open
        for d in ('.', '/tmp', '/dev/shm', '/var/tmp', '/', '/home'):
            with contextlib.suppress(OSError): open(d + '/border-was-here', 'w').write('x')
        return 1
    """, layered=True),
    Attack('links and folders', FILES, """
        for f in (os.symlink, os.link, os.rename):
            with contextlib.suppress(OSError): f('/etc/hostname', '/tmp/border-was-here')
        os.mkdir('/tmp/border-was-here')
    """, layered=True),
    Attack('changes rights', FILES, "os.chmod('/tmp', 0o777); os.chmod('/usr/lib', 0o777)"),
    Attack('mounts and namespaces', FILES, """
        l = ctypes.CDLL(None)
        l.mount(b'x', b'/tmp', b'tmpfs', 0, 0)
        return [l.unshare(0x10000000), l.chroot(b'/tmp'), l.setuid(0)]
    """, layered=True),
    # Network
    Attack('opens a connection', NETWORK,
        "socket.create_connection(('127.0.0.1', 22), 0.1)", layered=True),
    Attack('abstract socket', NETWORK,
        r"socket.socket(socket.AF_UNIX).bind('\0border')", layered=True),
    Attack('asks the web', NETWORK,
        "return urllib.request.urlopen('http://127.0.0.1/').read()", slow=True),
    # Patching, comparing, memory
    Attack('patches numpy', POINTS, """
        np.allclose = np.array_equal = lambda *a, **k: True
        np.testing = None
        def attack(*a): return 42.0
    """, sample=True),
    Attack('patches builtins', POINTS, """
        builtins.abs = lambda x: 0
        builtins.isinstance = lambda *a: True
        builtins.len = lambda x: 0
        def attack(*a): return 42.0
    """),
    Attack('patches the worker', POINTS, """
        w = sys.modules['autograder.sandbox.wire']
        w.pack = w.unpack = lambda *a, **k: [True]
        sys.modules['autograder.sandbox.child'].wire = w
        return 42.0
    """),
    Attack('walks the frames', POINTS, """
        f = sys._getframe()
        while f:
            f.f_globals['passed'] = True
            f = f.f_back
        return [str(type(o)) for o in gc.get_objects() if 'xpected' in str(type(o))]
    """, sample=True),
    Attack('looks for answers in memory', POINTS,
        'return [o for o in gc.get_objects() if isinstance(o, np.ndarray)][:5] or 1'),
    Attack('empties sys.modules', LIFE, 'sys.modules.clear()\nreturn 42.0'),
    Attack('equal to everything', POINTS, """
        class E(float):
            __eq__ = __le__ = __lt__ = __ge__ = __gt__ = lambda *a: True
            __sub__ = __rsub__ = __abs__ = lambda *a: 0.0
        def attack(*a): return E(42)
    """, sample=True),
    Attack('an array that is always right', POINTS, """
        class A(np.ndarray):
            def __array_ufunc__(self, *a, **k): return True
            def __array_function__(self, *a, **k): return True
        def attack(*a): return np.full(5, 42.0).view(A)
    """),
    Attack('not a number', POINTS, "return float('nan')"),
    Attack('infinity', POINTS, 'return np.full(5, np.inf)'),
    Attack('returns its inputs', POINTS, 'return a'),
    Attack('answers of every kind', LIFE, """
        n = [0]
        def attack(*a):
            n[0] += 1
            return [
                None, 'x', b'x', {}, 1j, (), [[]], [None] * 5, np.array('x'), np.array(None),
                2 ** 64 - 1, 10 ** 30, True, np.longdouble(1), ['a'] * 5, [[1], [2, 3]],
                np.datetime64('2020'), range(3),
            ][n[0] % 18]
    """),
    Attack('lies about its class', LIFE, """
        class L(list):
            __class__ = property(lambda s: float)
            __len__ = lambda s: -1
            __iter__ = lambda s: iter(int, 1)
        def attack(*a): return L([1, 2])
    """),
    Attack('hostile exceptions', LIFE, """
        class E(BaseException):
            __str__ = __repr__ = lambda s: 1 / 0
            __class__ = property(lambda s: 1 / 0)
            __traceback__ = property(lambda s: 1 / 0)
        def attack(*a): raise E
    """, sample=True),
    Attack('an exception that raises itself', LIFE, """
        class E(Exception):
            def __getattribute__(self, n): raise self
        def attack(*a): raise E
    """),
    Attack('replaces its own output', LIFE, """
        sys.stdout = sys.stderr = sys.__stdout__ = None
        sys.excepthook = None
        return 42.0
    """),
    Attack('trace functions', LIFE, """
        def t(*a): raise SystemExit
        def attack(*a): sys.settrace(t); sys.setprofile(t); return 42.0
    """),
    Attack('a collector that raises', LIFE, """
        class D:
            def __del__(self): raise SystemExit
        def attack(*a):
            gc.callbacks.append(lambda *x: 1 / 0)
            D()
            return 42.0
    """),
    # Broken files
    Attack("parser bomb", LIFE, "x = " + "(" * 5000 + ")" * 5000 + "\ndef attack(*a): return 1"),
    Attack("many operators", LIFE, "x = " + "-" * 50000 + "1\ndef attack(*a): return 1"),
    Attack('a name that cannot be read', LIFE, "return '\\ud800'"),
    Attack('an unknown coding', LIFE, '# -*- coding: rot13 -*-\ndef attack(*a): return 1'),
    Attack('null bytes', LIFE, 'x = 1\x00\ndef attack(*a): return 1'),
    Attack('not UTF-8', LIFE, "x = '\udcff'\ndef attack(*a): return 1"),
    Attack('not Python', LIFE, 'Dear teacher, I was ill.\ndef attack(*a): return 1'),
    Attack('indentation', LIFE, 'def attack(*a):\nreturn 1'),
    Attack('shadows the standard library', POINTS, """
        for n in ('numpy', 'msgspec', 'json', 'os'): sys.modules[n] = types.ModuleType(n)
        def attack(*a): return 42.0
    """, sample=True),
    # Further attacks
    Attack('commands the terminal', LIFE,
        r"print('\x1b[2J'); raise ValueError('\x1b]0;x\x07\u202e\r' * 50)", sample=True),
    Attack('looks for secrets in memory', FILES, """
        words = [o for o in gc.get_objects() if type(o) is dict]
        found = [v for d in words for v in list(d.values()) if type(v) is str]
        return [v for v in found if 'hidden' in v or 'expected' in v][:4] or sys.orig_argv
    """),
    Attack('a program from memory', PROCESSES, """
        l = ctypes.CDLL(None)
        f = l.syscall(319, b'x', 0)
        return l.syscall(322, 3, b'', 0, 0, 0x1000), os.execve(3, ['x'], {}), f
    """, layered=True),
    Attack('rare system calls', LIFE, """
        l, b = ctypes.CDLL(None), ctypes.create_string_buffer(4096)
        for n in (101, 155, 246, 248, 250, 272, 298, 304, 310, 321, 323, 425, 428, 434, 442):
            l.syscall(n, 0, b, 1, 0, 0)
        return 1
    """, layered=True),
    Attack('an x86 call from a 64-bit process', LIFE, """
        m = mmap.mmap(-1, 4096, prot=7)
        m.write(bytes.fromhex('b802000000cd80c3'))
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()
    """),
    Attack('stops itself', TIME, """
        try: signal.raise_signal(signal.SIGSTOP)
        except OSError: signal.setitimer(signal.ITIMER_REAL, 0.001)
        while True: pass
    """, slow=True),
    Attack('threads that answer later calls', POINTS, r"""
        def forge():
            for n in itertools.cycle(range(100)):
                send(b'\x94\xa8returned' + bytes([n]) + b'\x91\xc3\x90')
        def attack(*a):
            threading.Thread(target=forge, daemon=True).start()
            return 1
    """, sample=True),
    Attack('calls back for functions that are not replaced', POINTS, r"""
        for _ in range(100): send(b'\x94\xa8callback\x01\xa8backprop\x91\x93\xa1s\x00\xc2')
        return os.read(3, 100).hex()
    """),
    Attack('frames in a wrong order', POINTS, r"""
        send(b'\x95\xa6loaded\x90\x90\x90\xc0'); send(b'\x91\xa5ready')
        send(b'\x93\xa7missing\x01\xc2')
        return 1
    """),
    Attack('fills the channel and never reads', TIME,
        r"while True: os.write(3, b'\x0b\0\0\0\x93\xa7missing\x01\xc2' * 5000)", slow=True),
    Attack('replaces what the worker holds', POINTS, """
        for o in gc.get_objects():
            if type(o) is dict and '_functions' in o:
                for k in list(o):
                    if k not in ('_channel',): o[k] = lambda *x, **y: [True]
        return 42.0
    """),
    Attack('rewrites the code of the worker', POINTS, """
        f = sys._getframe(1)
        while f.f_back: f = f.f_back
        for m in list(sys.modules.values()):
            p = getattr(m, 'pack', None)
            if hasattr(p, '__code__'): p.__code__ = (lambda *v: [True]).__code__
        return 42.0
    """),
    Attack('burns time after it has answered', TIME, """
        def spin():
            while True: sum(range(1000))
        def attack(*a):
            for _ in range(20): threading.Thread(target=spin, daemon=True).start()
            return 0.1
    """, slow=True),
    Attack('numbers that lie', POINTS, """
        class F(float):
            def __float__(s): return 0.5
            def __getattribute__(s, n): raise SystemExit
        class I(int):
            def __index__(s): return 0
        def attack(*a): return [F(3), I(7), np.frombuffer(b'\\x07' * 5, np.bool_)]
    """),
    Attack('an array beyond its memory', MEMORY,
        'return np.lib.stride_tricks.as_strided(np.ones(1), (1000, 100), (10 ** 9, 10 ** 9))'),
    Attack('a million causes', TIME, """
        e = None
        for i in range(10 ** 5):
            n = ValueError(i)
            n.__cause__, e = e, n
        raise e
    """, slow=True),
    Attack('looks around by size', FILES,
        "return [*map(os.listdir, '/ /dev /proc/self/fd /work /home'.split())]", layered=True),
    # What other processes share
    Attack('limits of other processes', LIFE, """
        for p in (0, *range(max(os.getppid() - 9, 2), os.getppid() + 1)):
            with contextlib.suppress(OSError):
                print(resource.prlimit(p, resource.RLIMIT_CPU, (1, 1)), 'border-was-here')
        return 1
    """, layered=True),
    Attack('a signal to its parent when there is data', LIFE, """
        steps = (fcntl.F_SETOWN, os.getppid()), (10, 9), (fcntl.F_SETFL, os.O_ASYNC)
        for d in range(4):
            for step in steps:
                with contextlib.suppress(OSError): print(fcntl.fcntl(d, *step), 'border-was-here')
            with contextlib.suppress(OSError):
                print(fcntl.ioctl(d, 0x5452, b'1234'), 'border-was-here')
        return 1
    """, layered=True),
    Attack('locks on a file', MARKS, """
        f = os.open(os.__file__, 0)
        share = fcntl.LOCK_SH | fcntl.LOCK_NB
        for lock in (fcntl.lockf, fcntl.flock):
            with contextlib.suppress(OSError): print(lock(f, share), 'border-was-here')
        for command, value in ((1024, 0), (37, bytes(32)), (1026, 1)):
            with contextlib.suppress(OSError):
                print(fcntl.fcntl(f, command, value), 'border-was-here')
        return 1
    """, layered=True),
    Attack('the page cache', MARKS, """
        l, b = ctypes.CDLL(None), ctypes.create_string_buffer(1 << 16)
        f, v = os.open(os.__file__, 0), (ctypes.c_void_p * 2)(ctypes.addressof(b), 4096)
        tried = [l.preadv2(f, v, 1, ctypes.c_long(0), 8), l.syscall(451, f, b, b, 0),
            -l.posix_fadvise(f, ctypes.c_long(0), ctypes.c_long(0), 4),
            l.readahead(f, ctypes.c_long(0), 4096), l.inotify_init(), l.getrusage(0, b),
            l.sysinfo(b)]
        if any(t >= 0 for t in tried): print('border-was-here', tried)
        return 1
    """, layered=True),
    Attack('a wake-up for another process', MARKS, """
        n = {'x86_64': 202, 'aarch64': 98}[os.uname().machine]
        m = mmap.mmap(os.open(os.__file__, 0), 4096, mmap.MAP_PRIVATE)
        at = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(m)))
        if ctypes.CDLL(None).syscall(n, at, 1, 9, None, None, 0) >= 0: print('border-was-here')
        return 1
    """),
    Attack('who holds the other end', LIFE, """
        b, n = ctypes.create_string_buffer(12), ctypes.c_int(12)
        if ctypes.CDLL(None).getsockopt(3, 1, 17, b, ctypes.byref(n)) == 0:
            print('border-was-here', b.raw)
        return 1
    """),
    Attack('outlives its parent by a larger number', PROCESSES, """
        n = {'x86_64': 157, 'aarch64': 167}[os.uname().machine]
        if ctypes.CDLL(None).syscall(n, ctypes.c_long(1 << 32 | 1), 0, 0, 0, 0) >= 0:
            print('border-was-here')
        return 1
    """),
)  # fmt: skip
