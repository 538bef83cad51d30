"""Files that a student's code writes: kept for the run, readable again in it, then gone."""

import textwrap
from pathlib import Path

from autograder.sandbox import Sandbox

WAYS = {
    "open": "with open('a.txt', 'w') as f: f.write('7\\n')\nreturn int(open('a.txt').readline())",
    "append": "for text in '12': open('a', 'a').write(text)\nreturn int(open('a').read()) - 5",
    "io.open": "import io\nio.open('a', 'wb').write(b'7')\nreturn int(io.open('a', 'rb').read())",
    "read and write": "f = open('a', 'w+')\nf.write('87')\nf.seek(1)\nreturn int(f.read())",
    "pathlib": "p = Path('out') / 'a.txt'\np.parent.mkdir(parents=True, exist_ok=True)\n"
    "p.write_text('7')\nassert p.exists() and p.is_file() and [*p.parent.iterdir()] == [p]\n"
    "with p.open() as f: return int(f.read()) + 0 * int(p.read_text())",
    "np.save": "np.save('a', np.full(3, x))\nreturn float(np.load('a.npy')[1])",
    "np.savetxt": "np.savetxt('a.csv', np.eye(2) * x)\nreturn float(np.loadtxt('a.csv')[1, 1])",
    "np.savetxt, packed": "np.savetxt('a.gz', np.eye(2) * x)\n"
    "return float(np.loadtxt('a.gz')[0, 0])",
    "np.savez": "np.savez('a', W=np.ones(2) * x)\nreturn float(np.load('a.npz')['W'][0])",
    "pickle": "import pickle\npickle.dump({'W': x}, open('a', 'wb'))\n"
    "return pickle.load(open('a', 'rb'))['W']",
    "json": "import json\nwith open('a', 'w') as f: json.dump([x], f)\n"
    "return json.load(open('a'))[0]",
    "logging": "import logging\nlog = logging.getLogger('a')\n"
    "log.addHandler(logging.FileHandler('a.log'))\nlog.error('seven')\n"
    "return len(open('a.log').read()) + 1",
    "tempfile": "import tempfile\nwith tempfile.TemporaryDirectory() as d:\n"
    "    np.save(d + '/a.npy', x)\n    value = float(np.load(d + '/a.npy'))\n"
    "assert not os.path.exists(d)\n"
    "with tempfile.NamedTemporaryFile('w+') as f, tempfile.TemporaryFile() as g:\n"
    "    f.write('x'); g.write(b'x')\n    assert os.path.exists(f.name)\nreturn value",
    "mkstemp": "import tempfile\nfd, name = tempfile.mkstemp()\nos.write(fd, b'7')\nos.close(fd)\n"
    "return int(open(name).read())",
    "os": "os.makedirs('out/deep', exist_ok=True)\nos.makedirs('out/deep', exist_ok=True)\n"
    "open('out/deep/a', 'w').write('7')\nassert os.listdir('out/deep') == ['a']\n"
    "os.rename('out/deep/a', 'b')\nassert os.path.getsize('b') == 1\nv = int(open('b').read())\n"
    "os.remove('b')\nassert not os.path.exists('b') and os.path.isdir('out')\n"
    "import shutil\nshutil.rmtree('out')\nassert not os.path.exists('out')\nreturn v",
    "the null device": "print('x', file=open(os.devnull, 'w'))\n"
    "return 7 + len(open(os.devnull).read())",
    "errors": "for mode, error in (('r', FileNotFoundError), ('rw', ValueError)):\n"
    "    try: open('none', mode)\n    except error: x -= 1\n"
    "open('a', 'x').close()\ntry: open('a', 'x')\nexcept FileExistsError: return x + 2",
}


def test_what_is_written_can_be_read() -> None:
    """Each usual way of writing a file works in a worker, and leaves nothing for the next."""
    head = "import os\nfrom pathlib import Path\nimport numpy as np\n"
    head += "def ffnn(): return [os.path.exists(n) for n in ('a', 'a.txt', 'out', 'b')]\n"
    with Sandbox() as sandbox:
        for way, body in WAYS.items():
            source = f"{head}def sigmoid(x):\n{textwrap.indent(body, '    ')}\n".encode()
            with sandbox.worker(source) as worker:
                reply = worker.call("sigmoid", [7])
                assert (reply.value, reply.text) == (7, ""), way
            with sandbox.worker(source) as worker:
                assert worker.call("ffnn", []).value == [False] * 4, way
    assert not Path("a.txt").exists()
