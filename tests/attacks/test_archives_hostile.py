"""Hostile archives from end to end: nothing gets out, and each ends with a source or a sentence.

``test_archives`` has unit tests of reading archives.
"""

import gzip
import json
import os
import re
import struct
import sys
import tarfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import MARK

from autograder.intake.submissions import Intake
from tests.builders.archives import header, tarred, zip_link, zipped

GOOD = b"def sigmoid(x):\n    return 1\n"
EVIL = f"open('/tmp/{MARK}', 'w')\nraise SystemExit\n".encode()
NAME = "neural_network.py"
MEMORY, SECONDS = 250 << 20, 5.0
"""Limits for reading one archive: its 50 MB, what they expand to, and copies of both."""


def raw_tar(name: bytes, kind: bytes, size: bytes, data: bytes) -> bytes:
    """One member with any header."""
    block = bytearray(512)
    block[: len(name)] = name
    block[100:108], block[124:136], block[156:157] = b"0000644\0", size.ljust(12, b"\0"), kind
    block[257:265] = b"ustar\x0000"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + data + bytes(-len(data) % 512)


def overlapping() -> bytes:
    """Many entries of the list that share the bytes of one large member."""
    inner = zipped((NAME, bytes(900_000)))
    start = inner.index(b"PK\x01\x02")
    end = inner.index(b"PK\x05\x06")
    entry = inner[start:end]
    entries = b"".join(entry.replace(NAME.encode(), b"n%013d.py" % n) for n in range(900))
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 900, 900, len(entries), start, 0)
    return inner[:start] + entries + tail


def nested(depth: int, data: bytes) -> bytes:
    """Archives in archives."""
    for level in range(depth):
        data = zipped((f"{level}.zip", data), (f"{level}b.zip", data))
    return data


def pax(**fields: str) -> tarfile.TarInfo:
    """A file with these fields in its extended header."""
    return header(NAME, pax_headers=fields)


def cell(source: str, *printed: str) -> bytes:
    """A notebook with one cell, and what it printed."""
    made = {"cell_type": "code", "source": source, "outputs": [{"text": text} for text in printed]}
    return json.dumps({"cells": [made]}).encode()


def extra_fields() -> bytes:
    """Members with the largest extra field, made of thousands of empty ones."""
    extra = b"\x99\x99\0\0" * 16_383
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, *[0] * 7, 1, len(extra), *[0] * 5)
    entries = (entry + b"x" + extra) * 700
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, *[0] * 7, 1, 0) + b"x"
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 700, 700, len(entries), len(local), 0)
    return local + entries + tail


BESIDE = tuple(
    (name, EVIL)
    for name in (
        "numpy.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "msgspec/__init__.py",
        "evil.pth", "results.json", "results.sqlite", "setup.py", "pytest.ini", "pyproject.toml",
    )
)  # fmt: skip

HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "files that others import or read": (".zip", lambda: zipped((NAME, GOOD), *BESIDE), ""),
    "the same, tarred": (".tar.gz", lambda: gzip.compress(tarred(*BESIDE, (NAME, GOOD))), ""),
    "the file is a folder": (".zip", lambda: zipped((f"{NAME}/x.txt", EVIL)), "not a Python file"),
    "the file is a link": (".zip",
        lambda: zipped((zip_link(NAME), b"/etc/passwd"), ("other.txt", GOOD)), "no Python file"),
    "a link with a file below it": (".tar",
        lambda: tarred((header("a", tarfile.SYMTYPE, linkname="/tmp"), b""), (f"a/{MARK}", EVIL)),
        "no Python file"),
    "an extended header that leads out": (".tar",
        lambda: tarred((pax(path=f"../../../../tmp/{MARK}.py"), EVIL)), "no Python file"),
    "an extended header with a size of its own": (".tar",
        lambda: tarred((pax(size="99999999999"), GOOD)), "damaged"),
    "an extended header of a huge negative size": (".tar",
        lambda: tarred((pax(size="-9999"), GOOD)), "damaged"),
    "a sparse file of a terabyte": (".tar",
        lambda: tarred((pax(**{"GNU.sparse.major": "0", "GNU.sparse.size": "1" + "0" * 12,
        "GNU.sparse.map": "0,5", "GNU.sparse.name": NAME}), GOOD)), "kB"),
    "a name of 20 MB": (".tar",
        lambda: raw_tar(b"././@LongLink", b"L", b"%011o" % 20_000_000, b"a" * 20_000_000)
        + raw_tar(b"x", b"0", b"%011o" % len(GOOD), GOOD) + tarred((NAME, GOOD)),
        "a few seconds|^$"),
    "an extended header of 40 MB": (".tar.gz",
        lambda: gzip.compress(tarred((pax(comment="x" * 40_000_000), GOOD))), ""),
    "members that overlap": (".zip", overlapping, "more than|damaged"),
    "archives in archives": (".zip", lambda: nested(6, zipped((NAME, GOOD))), "archive"),
    "a bomb in an archive": (".zip", lambda: zipped(("a.zip", zipped((NAME, bytes(40_000_000))))),
        "archive"),
    "a bomb of gzip in gzip": (".tar.gz", lambda: gzip.compress(gzip.compress(bytes(200_000_000))),
        "of this kind cannot be read|damaged|more than"),
    "case twins": (".zip",
        lambda: zipped(("Neural_Network.py", EVIL), (NAME, GOOD), ("NEURAL_NETWORK.PY", EVIL)), ""),
    "another name in the list than at the file": (".zip",
        lambda: zipped((NAME, GOOD)).replace(NAME.encode(), b"neural_networ_.py", 1),
        "damaged"),
    "a name that ends early": (".zip",
        lambda: zipped(("neural_network.py@.txt", GOOD)).replace(b".py@.txt", b".py\0.txt"),
        "damaged|no Python file|^$"),
    "a program in front": (".zip", lambda: EVIL + zipped((NAME, GOOD)), "cannot be read|damaged"),
    "garbage behind": (".zip", lambda: zipped((NAME, GOOD)) + b"\0" * 5000, ""),
    "an archive as the comment of another": (".zip",
        lambda: zipped((NAME, GOOD), comment=zipped((NAME, EVIL))), "another one in front"),
    "names that command a terminal": (".zip",
        lambda: zipped(("\x1b]0;x\x07\u202e\n<script>.py", EVIL), (NAME, GOOD)), ""),
    "a network path": (".zip", lambda: zipped(("\\\\host\\share\\x.py", EVIL), (NAME, GOOD)), ""),
    "a kind that is not read": (".7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(500), "kind"),
    "a notebook with huge outputs": (".ipynb",
        lambda: cell(GOOD.decode(), "x" * 30_000_000), "larger than"),
    "a long header that is searched again and again": (".tar.gz",
        lambda: gzip.compress(raw_tar(b"x", b"x", b"%011o" % 2_000_000, b"1" * 2_000_000)),
        "a few seconds|damaged"),
    "a notebook of spaces": (".ipynb",
        lambda: cell(" " * 19_900_000), "larger than"),
    "a notebook of a million cells": (".ipynb",
        lambda: b'{"cells":[' + b",".join([b'{"cell_type":"code"}'] * 900_000) + b"]}",
        "a few seconds|larger than"),
    "a notebook in which lists are nested": (".ipynb",
        lambda: b'{"cells":' + b"[" * 9_000_000 + b"]" * 9_000_000 + b"}", "not a Jupyter"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_gains_nothing(name: str, tmp_path: Path) -> None:
    """The honest file is found, or a sentence says what is wrong, in little memory and time.

    Nothing is run, written or imported.
    """
    suffix, make, sentence = HOSTILE[name]
    path = tmp_path / f"someone{suffix}"
    path.write_bytes(make())
    modules = set(sys.modules)
    tracemalloc.start()
    began = time.monotonic()
    try:
        with Intake([path]) as intake:
            (found,) = intake.submissions()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < SECONDS
    assert peak < MEMORY
    if found.source is None:
        assert sentence, found.refused
        assert found.refused.endswith("."), found.refused
    assert (found.source is None) or found.source == GOOD, found.source[:200]
    assert re.search(sentence, found.refused), found.refused
    texts = (found.id, found.path, found.refused, *found.ignored, *found.notes)
    assert all(text.isprintable() for text in texts), texts
    assert list(tmp_path.iterdir()) == [path]
    assert not os.path.lexists(f"/tmp/{MARK}")
    assert not [name for name in set(sys.modules) - modules if re.search("someone|custom", name)]


def test_hostile_uploads_cost_only_themselves(tmp_path: Path) -> None:
    """In a folder, and named one by one, an honest file beside them is read."""
    slow = [row[:2] for row in HOSTILE.values() if re.match("a few seconds(?!.*\\^)", row[2])]
    slow.append((".zip", extra_fields))
    for number, (suffix, make) in enumerate(slow):
        (tmp_path / f"{number}{suffix}").write_bytes(make())
    (tmp_path / "good.zip").write_bytes(zipped((NAME, GOOD)))
    for paths in ([tmp_path], sorted(tmp_path.iterdir())):
        began = time.monotonic()
        with Intake(paths) as intake:
            found = {one.id: one for one in intake.submissions()}
        assert time.monotonic() - began < 2 * SECONDS * len(slow)
        assert found.pop("good").source == GOOD
        assert len(found) == len(slow)
        assert {name: one for name, one in found.items() if not one.refused.endswith(".")} == {}
