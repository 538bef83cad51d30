"""Right solutions with what students add to them: threads, scipy, logging, dates and so on.

Each function of a variant first calls ``extra``, which uses one part of Python or its packages and
raises where something comes out other than it must.
"""

import textwrap
from itertools import product

from assignment.checks.model.questions import FUNCTIONS
from tests.builders.sources import SOLUTIONS

EXTRAS: dict[str, str] = {
    "threads": """
        import queue, threading
        from concurrent.futures import ThreadPoolExecutor, as_completed
        from multiprocessing.pool import ThreadPool
        def extra():
            found, lock, end = queue.Queue(), threading.Lock(), threading.Event()
            def work(n):
                with lock: found.put(float(np.sum(np.full((200, 200), n) @ np.eye(200))))
                end.wait(0.5)
            threads = [threading.Thread(target=work, args=(n,), name=f'work-{n}') for n in range(4)]
            for t in threads: t.start()
            end.set()
            for t in threads: t.join()
            assert sorted(found.queue) == [n * 40000.0 for n in range(4)]
            late = threading.Timer(0.001, end.clear)
            late.start(); late.join()
            with ThreadPoolExecutor(4) as pool:
                done = as_completed([pool.submit(np.linalg.inv, np.eye(50)) for _ in range(8)])
                assert all(f.result()[0, 0] == 1 for f in done) and not end.is_set()
    """,
    "scipy": """
        import scipy.special, scipy.sparse, scipy.integrate, scipy.interpolate
        from scipy import optimize, stats
        def extra():
            f = lambda w: float(np.sum((w - 1) ** 2))
            for method in ('BFGS', 'Nelder-Mead', 'L-BFGS-B'):
                assert optimize.minimize(f, np.zeros(3), method=method).fun < 1e-6
            assert stats.ttest_ind([1., 2, 3], [1., 2, 3]).pvalue == 1
            assert len(stats.norm.rvs(size=3, random_state=1)) == 3
            assert abs(scipy.special.softmax([1., 1])[0] - 0.5) < 1e-12
            assert scipy.sparse.eye(3).toarray()[0, 0] == 1
            assert abs(scipy.integrate.quad(np.sin, 0, np.pi)[0] - 2) < 1e-9
            assert float(scipy.interpolate.interp1d([0, 1], [0, 2])(0.5)) == 1
    """,
    "big arrays": """
        import scipy.linalg
        def extra():
            A = np.random.default_rng(0).normal(size=(300, 300))
            assert np.allclose(scipy.linalg.expm(np.zeros((3, 3))), np.eye(3))
            q, r = scipy.linalg.qr(A)
            assert np.allclose(q @ r, A) and np.allclose(A @ np.linalg.solve(A, A), A)
            assert np.linalg.svd(A[:50])[1][0] > 0 and np.linalg.eigh(A + A.T)[0].shape == (300,)
            a = np.ones((1500, 1500))
            assert (a @ a)[0, 0] == 1500 and np.fft.fft(a[0])[0] == 1500
            assert np.sort(np.arange(3e5)[::-1])[0] == 0
            assert len(sorted(range(10 ** 5), key=lambda n: -n)) == 10 ** 5
    """,
    "random and exact numbers": """
        import decimal, fractions, hashlib, os, random, secrets, statistics, uuid, zlib
        def extra():
            assert decimal.Decimal(1) / decimal.Decimal(4) == decimal.Decimal('0.25')
            assert fractions.Fraction(1, 3) * 3 == 1 and statistics.mean([1, 2, 3]) == 2
            assert 0 <= random.Random(1).random() < 1 and random.SystemRandom().random() < 1
            random.seed(); np.random.seed(None); random.shuffle(list(range(5)))
            assert hashlib.sha256(b'').hexdigest()[:4] == 'e3b0' and zlib.crc32(b'x')
            assert len(secrets.token_bytes(8)) == 8 and uuid.uuid4() != uuid.uuid4()
            assert uuid.uuid5(uuid.NAMESPACE_URL, 'x') and len(os.urandom(3)) == 3
    """,
    "dates and clocks": """
        import calendar, datetime, time, timeit
        def extra():
            start, cpu = time.perf_counter(), time.process_time()
            time.sleep(0.001)
            assert time.perf_counter() > start and time.process_time() >= cpu
            assert datetime.datetime.now().year > 2000 and time.localtime().tm_year > 2000
            assert datetime.datetime.now(datetime.timezone.utc).tzinfo
            assert time.strftime('%Y') and time.time() and time.monotonic_ns()
            assert time.thread_time() >= 0 and timeit.timeit('1', number=9) >= 0
            assert calendar.isleap(2024)
            for clock in ('time', 'monotonic', 'perf_counter', 'process_time'):
                assert time.get_clock_info(clock).resolution
    """,
    "logging": """
        import logging, sys, warnings
        log = logging.getLogger(__name__)
        def extra():
            logging.basicConfig(stream=sys.stdout, level=logging.DEBUG,
                format='%(asctime)s %(process)d %(threadName)s %(message)s')
            log.info('%d patterns', 3)
            warnings.warn('a warning')
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                np.float64(1) / np.zeros(1)
            print('to the terminal', file=sys.stderr, flush=True)
            assert sys.stdout.isatty() is False
    """,
    "files that are read": """
        import os, pathlib, shutil, tempfile
        def extra():
            here = pathlib.Path(os.__file__)
            assert here.exists() and here.stat().st_size and here.read_text()[:1]
            assert here.parent.is_dir() and os.path.realpath(here)
            assert shutil.get_terminal_size().columns and os.getcwd() and os.listdir(here.parent)
            assert os.access(here, os.R_OK) and any(here.parent.glob('os.p*'))
            with open(os.devnull, 'w') as nothing: print('nothing', file=nothing)
            with open(os.__file__, 'rb') as file: assert os.fstat(os.dup(file.fileno())).st_size
            try: tempfile.gettempdir()
            except OSError: pass
            assert not os.path.exists('iris.csv')
    """,
    "the machine": """
        import gc, getpass, locale, os, platform, resource, sys
        def extra():
            assert platform.system() == 'Linux' and platform.python_version() and platform.machine()
            assert (os.cpu_count() or 1) >= 1 and len(os.sched_getaffinity(0)) >= 1
            assert sys.getsizeof([]) and sys.getrefcount(None) and os.getpid() and os.uname()
            assert resource.getrlimit(resource.RLIMIT_AS) and gc.collect() >= 0
            assert os.times() and locale.setlocale(locale.LC_ALL, '') and os.getuid() >= 0
    """,
    "texts and itself": """
        import abc, ast, collections, copy, csv, dataclasses, enum, functools, inspect, io
        import itertools, json, pickle, pprint, re, string, textwrap, traceback, types, typing
        def extra():
            assert json.loads(json.dumps({'a': [1.5]})) == {'a': [1.5]}
            assert re.sub(r'\\d+', 'n', 'w12') == 'wn' and list(csv.reader(['1,2'])) == [['1', '2']]
            assert pickle.loads(pickle.dumps(np.eye(2))).shape == (2, 2)
            saved = io.BytesIO(); np.save(saved, np.eye(2)); saved.seek(0)
            assert np.load(saved).shape == (2, 2) and np.loadtxt(io.StringIO('1 2')).shape == (2,)
            assert copy.deepcopy([np.eye(2)])[0].shape == (2, 2) and inspect.stack()
            assert 'caf'.encode('cp1252').hex() == '636166'
            assert list(inspect.signature(extra).parameters) == [] and ast.parse('1')
            try: raise ValueError('x')
            except ValueError: assert 'ValueError' in traceback.format_exc()
    """,
    "many processors, imported only": """
        import asyncio, multiprocessing, subprocess, signal, socket, sys
        from concurrent import futures
        def extra():
            assert multiprocessing.cpu_count() >= 1 and multiprocessing.current_process().pid
            signal.signal(signal.SIGALRM, lambda *a: None)
            signal.alarm(1); signal.alarm(0); signal.setitimer(signal.ITIMER_REAL, 0)
            assert signal.getsignal(signal.SIGALRM) and futures.Future().done() is False
    """,
}  # fmt: skip
_CALLED = """

import functools as _functools
import numpy as np
_done = []
def _with_extra(function):
    @_functools.wraps(function)
    def called(*args, **named):
        if not _done:
            _done.append(True)
            extra()
        return function(*args, **named)
    return called
"""


def with_extra(source: str, extra: str) -> bytes:
    """A right file whose first call of any function uses this extra."""
    lines = [source, textwrap.dedent(EXTRAS[extra]), _CALLED]
    lines += [f"{name} = _with_extra({name})\n" for name in FUNCTIONS]
    return "".join(lines).encode()


def right_files(*, every: bool) -> dict[str, bytes]:
    """Files by name: each extra with one solution, or with ``every`` one."""
    pairs = product(SOLUTIONS, EXTRAS) if every else zip(SOLUTIONS, EXTRAS, strict=False)
    return {f"{a} with {b}": with_extra(SOLUTIONS[a], b) for a, b in pairs}
