"""Reading untrusted archives; more that are refused are among the kinds of files."""

import gzip
import struct
import tarfile
import time
import zlib
from collections.abc import Callable

import pytest

from autograder.intake.archives import MAX_FILES, files_in
from autograder.intake.pick_file import Refused, choose
from tests.builders.archives import header, tarred, zipped

GOOD = b"def sigmoid(x):\n    return 1\n"
NAME = "neural_network.py"


def patched(data: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """Replace some bytes of each header that begins with ``mark``."""
    out, place = bytearray(data), data.find(mark)
    while place >= 0:
        out[place + offset : place + offset + len(value)] = value
        place = data.find(mark, place + 1)
    return bytes(out)


@pytest.mark.parametrize("pack", [zipped, tarred, lambda *m: gzip.compress(tarred(*m))])
def test_honest_archives(pack: Callable[..., bytes]) -> None:
    """A file is found in any kind of archive, at any depth, and junk is not mentioned."""
    data = pack(
        ("week 3/neural_network.py", GOOD),
        ("week 3/report.pdf", b"%PDF"),
        ("__MACOSX/week 3/._neural_network.py", b"\0"),
        ("week 3/.DS_Store", b"\0"),
        ("week 3/my/pyvenv.cfg", b""),
        ("week 3/my/lib/neural_network.py", b"1"),
        ("week 3/our/conda-meta/history", b""),
        ("week 3/our/neural_network.py", b"1"),
    )
    files, notes = files_in(data)
    assert [file.path for file in files] == ["week 3/neural_network.py", "week 3/report.pdf"]
    assert [note.split("”")[0] for note in notes] == [
        *("“week 3/my/pyvenv.cfg", "“week 3/our/conda-meta/history")
    ]
    assert choose(files)[1] == GOOD


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (zipped(("/etc/passwd", b"1"), (NAME, GOOD)), "leads out of the archive"),
        (zipped(("C:\\x.py", b"1"), (NAME, GOOD)), "leads out of the archive"),
        (zipped(("a/" * 30 + "x.py", b"1"), (NAME, GOOD)), "too deep"),
        (tarred(("a/../../x.py", b"1"), (NAME, GOOD)), "leads out of the archive"),
        (tarred((header("x", tarfile.LNKTYPE, linkname=NAME), b""), (NAME, GOOD)), "link"),
        (tarred((header("x", tarfile.FIFOTYPE), b""), (NAME, GOOD)), "device"),
        (tarred((header("x", tarfile.CHRTYPE), b""), (NAME, GOOD)), "device"),
    ],
)
def test_tricks_are_skipped_with_a_note(data: bytes, note: str) -> None:
    """Paths and links that lead elsewhere are not read, and the honest file is graded."""
    files, notes = files_in(data)
    assert choose(files)[1] == GOOD
    assert len(notes) == 1
    assert note in notes[0]


def negative() -> bytes:
    """A tar header with a negative size, on which older Pythons loop forever."""
    data = bytearray(tarred((NAME, GOOD), pax=False))
    data[124:136] = b"\xff" * 11 + b"\x00"
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


CENTRAL = b"PK\x01\x02"
HONEST = zipped((NAME, GOOD))
BOMB = zipped((NAME, bytes(60_000_000)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (tarred((NAME, GOOD), (NAME, GOOD + b"#")), "twice"),
        (patched(HONEST, CENTRAL, 16, b"\0\0\0\0"), "damaged in the archive"),
        (patched(HONEST, CENTRAL, 24, struct.pack("<I", 5)), "damaged in the archive"),
        (patched(HONEST, CENTRAL, 42, struct.pack("<I", 9)), "damaged"),
        (patched(HONEST, CENTRAL, 10, b"\x0e"), "no Python file"),
        (patched(BOMB, CENTRAL, 24, struct.pack("<I", 2_000_000)), "larger than 1,000 kB"),
        (zipped((NAME, b"#" * 1_000_001)), "larger than 1,000 kB"),
        (gzip.compress(tarred((NAME, bytes(60_000_000)))), "more than 50 MB"),
        (gzip.compress(b"") * 100_000, "damaged"),
        (gzip.compress(tarred((NAME, GOOD)))[:-20], "damaged"),
        (zlib.compress(GOOD), "of this kind cannot be read"),
        (zipped(*((f"{i}.py", b"") for i in range(MAX_FILES + 1))), "more than 1,000 files"),
        (tarred(*((f"{i}.py", b"") for i in range(MAX_FILES + 1))), "more than 1,000 files"),
        (HONEST + CENTRAL * 30_000, "more than 20,000 members"),
        (tarred(*((f".{i}", b"") for i in range(20_001))), "more than 20,000 members"),
        (tarred((NAME, GOOD), pax=False).replace(b"0000000000", b"-000000010"), "damaged"),
        (negative(), "damaged"),
        (bytes(50_000_001), "larger than 50 MB"),
    ],
)
def test_bad_archives_are_refused(data: bytes, sentence: str) -> None:
    """Broken, lying, encrypted, ambiguous and exploding archives are refused quickly."""
    start = time.process_time()
    with pytest.raises(Refused, match=sentence):
        choose(files_in(data)[0])
    assert time.process_time() - start < 5
