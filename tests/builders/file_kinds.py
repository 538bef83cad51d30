"""The kinds of files that students submit, and the points of each.

tests/intake/test_file_kinds.py grades them, tests/builders/file_kinds_page.py writes them down.
"""

import bz2
import gzip
import lzma
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.builders.archives import header, tarred, zip_link, zipped
from tests.builders.downloads import Student, canvas_zip, gradescope_zip, moodle_zip, pdf
from tests.builders.files import notebook, unzipped
from tests.builders.sources import RIGHT, STUB

NAME = "neural_network.py"
CODE, UNDONE, PDF = RIGHT.encode(), STUB.encode(), pdf()
ZIP = zipped((NAME, CODE))
BZIP2 = zipfile.ZipInfo(NAME)
BZIP2.compress_type = zipfile.ZIP_BZIP2
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Kind:
    """A submission: its files in a folder, and the points of 80; None: refused."""

    what: str
    files: Files
    score: int | None = 80


@dataclass(frozen=True)
class Download:
    """A platform's download, as a zip or as files in a folder, and the points by submission."""

    what: str
    content: bytes | Files
    scores: Mapping[str, int | None]


def alone(what: str, source: str | bytes, score: int | None = 80) -> Kind:
    """A submission of neural_network.py alone."""
    return Kind(what, {NAME: source.encode() if isinstance(source, str) else source}, score)


def noted(text: str, encoding: str, coding: str = "") -> bytes:
    """The reference in an encoding, with a comment that needs it, and perhaps a coding line."""
    line = f"# -*- coding: {coding} -*-\n" if coding else ""
    return f"{line}# {text}\n{RIGHT}".encode(encoding)


def windows(name: str) -> zipfile.ZipInfo:
    """A zip member with this very name, backslashes included."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    return info


def encrypted() -> bytes:
    """A zip whose members say that they need a password."""
    data = bytearray(ZIP)
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


NAMES = [
    alone("as the handout says", CODE),
    Kind("another name", {"my_solution.py": CODE}),
    Kind("a second download", {"neural_network (1).py": CODE}),
    Kind("upper case", {"NEURAL_NETWORK.PY": CODE}),
    Kind("spaces", {"my network final FINAL.py": CODE}),
    Kind("Cyrillic", {"нейронная сеть.py": CODE}),
    Kind("Chinese", {"神经网络.py": CODE}),
    Kind("accents as on macOS", {unicodedata.normalize("NFD", "réseau.py"): CODE}),
    Kind("begins with a dash", {"-rf.py": CODE}),
    Kind("a device of Windows", {"con.py": CODE}),
    Kind("markup", {"<b>.py": CODE}),
    Kind("200 letters", {f"{'x' * 200}.py": CODE}),
    Kind("text by its name", {f"{NAME}.txt": CODE}, None),
    Kind("without a suffix", {"neural_network": CODE}, None),
    Kind("a Word document", {"neural_network.docx": ZIP}, None),
    Kind("the report alone", {"report.pdf": PDF}, None),
    Kind("the bonus alone", {"bonus.py": CODE}, None),
    Kind("nothing", {}, None),
    Kind("the stub beside the work", {NAME: UNDONE, "neural_network (1).py": CODE}),
    Kind("the stub beside another stub", {NAME: UNDONE, "old.py": UNDONE + b"#"}, 0),
    Kind("the same file twice", {"a.py": CODE, "b.py": CODE}),
    Kind("two versions", {"a.py": CODE, "b.py": CODE + b"#"}, None),
    Kind("two versions, one of the right name", {NAME: CODE, "old.py": CODE + b"#"}),
    Kind("in folders", {f"homework 5/src/{NAME}": CODE}),
    Kind("in a folder called env", {f"env/{NAME}": CODE}),
    Kind("in a virtual environment", {"my/pyvenv.cfg": b"", f"my/{NAME}": CODE}, None),
    Kind("beside a virtual environment", {NAME: CODE, "v/pyvenv.cfg": b"", "v/x.py": CODE}),
    Kind("beside modules called as packages", {NAME: CODE, "numpy.py": b"1/0", "ast.py": b"1/0"}),
    Kind("with two reports", {NAME: CODE, "a.pdf": PDF, "b.pdf": PDF + b" "}),
    Kind("with files of systems", {NAME: CODE, "desktop.ini": b"", ".DS_Store": b"\0"}),
]
ENCODINGS = [
    alone("UTF-8", noted("∂E/∂w, Straße", "utf-8")),
    alone("UTF-8 with a byte order mark", noted("∂E/∂w", "utf-8-sig")),
    alone("UTF-8 with names in Greek", RIGHT.replace("delta_j", "δ_j")),
    alone("UTF-16", noted("x", "utf-16"), None),
    alone("UTF-16, big endian", b"\xfe\xff" + noted("x", "utf-16-be"), None),
    alone("UTF-16 without a mark", noted("x", "utf-16-le"), None),
    alone("Latin-1", noted("Straße", "latin-1"), None),
    alone("Latin-1 with a coding line", noted("Straße", "latin-1", "latin-1")),
    alone("Windows-1252 with a coding line", noted("“ß”", "cp1252", "cp1252")),
    alone("Windows-1251", noted("Привет", "cp1251"), None),
    alone("KOI8-R with a coding line", noted("Привет", "koi8-r", "koi8-r")),
    alone("Shift JIS with a coding line", noted("神経", "shift_jis", "shift_jis")),
    alone("GBK with a coding line", noted("神经网络", "gbk", "gbk")),
    alone("UTF-8 with a coding line of Emacs", noted("é", "utf-8", "utf-8-unix")),
    alone("an unknown coding line", noted("x", "utf-8", "wtf-8"), None),
    alone("line ends of Windows", CODE.replace(b"\n", b"\r\n")),
    alone("line ends of old Macs", CODE.replace(b"\n", b"\r")),
    alone("mixed line ends", CODE.replace(b"\n", b"\r\n", 30)),
    alone("no line end at the end", CODE.rstrip(b"\n")),
    alone("form feeds", CODE.replace(b"\n\n\ndef", b"\n\f\n\ndef")),
    alone("indented with tabs", CODE.replace(b"    ", b"\t")),
    alone("tabs and spaces mixed", CODE.replace(b"    value", b"\tvalue"), 0),
    alone("spaces that do not break", RIGHT.replace("    ", "\xa0   ", 9), 0),
    alone("curly quotes", f"{RIGHT}print(“done”)\n", 0),
    alone("a null byte", CODE + b"\0", None),
    alone("empty", b"", 0),
]
CONTENTS = [
    alone("the stub", STUB, 0),
    alone("Python 2", f'{RIGHT}\nprint "done"\n', 0),
    alone("marks of a merge", f"<<<<<<< HEAD\n{RIGHT}=======\n>>>>>>> b\n", 0),
    alone("a page saved from a browser", f"<!DOCTYPE html><pre>{RIGHT}</pre>", None),
    alone("copied from a console", "\n".join(f">>> {x}" for x in RIGHT.splitlines()), 0),
    alone("copied from a chat", f"```python\n{RIGHT}```\n", 0),
    alone("a notebook called .py", notebook(RIGHT), None),
    alone("a PDF called .py", PDF, None),
    alone("a zip called .py", ZIP, None),
    alone("a notebook's lines", f"!pip install numpy\n%matplotlib inline\n{RIGHT}"),
    alone("cells of an editor", RIGHT.replace("\n\n\ndef", "\n\n\n# %%\ndef")),
    alone("plots at its end", f"{RIGHT}\nfrom matplotlib.pyplot import *\nplot([1])\nshow()"),
    alone("asks for input", f"{RIGHT}\nM = int(input('M? '))\n"),
    alone("trains for ever at its end", f"{RIGHT}\nwhile True:\n    pass\n"),
    alone("raises at its end", f"{RIGHT}\nprint(results)\n"),
    alone("ends Python at its end", f"{RIGHT}\nimport sys\nsys.exit()\n"),
    alone("imports a package nobody has", f"{RIGHT}\nimport torchvision\n"),
    alone("reads a file that is not there", f"{RIGHT}\nD = np.loadtxt('x.csv')\n"),
]
NOTEBOOKS = [
    Kind("as Jupyter writes it", {"a.ipynb": notebook(*RIGHT.split("\n\n\n"))}),
    Kind("each cell one text", {"a.ipynb": notebook({"cell_type": "code", "source": RIGHT})}),
    Kind("with a byte order mark", {"a.ipynb": b"\xef\xbb\xbf" + notebook(RIGHT)}),
    Kind("raw cells", {"a.ipynb": notebook({"cell_type": "raw", "source": "("}, RIGHT)}),
    Kind("magics", {"a.ipynb": notebook("%matplotlib inline\n!pip install x\nx?", RIGHT)}),
    Kind(
        "of Colab",
        {"a.ipynb": notebook("import google.colab\ngoogle.colab.drive.mount('/')", RIGHT)},
    ),
    Kind("of Kaggle", {"a.ipynb": notebook("import os\nfor x in os.walk('/k'): print(x)", RIGHT)}),
    Kind("! in brackets", {"a.ipynb": notebook(RIGHT, "r = (3\n!= 4\n)")}),
    Kind("cells in other languages", {"a.ipynb": notebook("%%bash\nrm x", "\n%%HTML\n<b>", RIGHT)}),
    Kind("a cell that is measured", {"a.ipynb": notebook(f"%%time\n{RIGHT}")}),
    Kind("writes the file", {"a.ipynb": notebook(f"%%writefile {NAME}\n{RIGHT}", "1/0")}),
    Kind("await and display", {"a.ipynb": notebook(RIGHT, "await f()", "display(sigmoid(0))")}),
    Kind("a cell with a syntax error", {"a.ipynb": notebook("def (", RIGHT)}),
    Kind("a cell that raises", {"a.ipynb": notebook("1/0", RIGHT)}),
    Kind("all functions in a broken cell", {"a.ipynb": notebook(f"{RIGHT}\n)")}, 0),
    Kind("no code cell", {"a.ipynb": notebook({"cell_type": "markdown", "source": RIGHT})}, 0),
    Kind("beside the stub", {NAME: UNDONE, "a.ipynb": notebook(RIGHT)}),
    Kind("beside the file", {NAME: CODE, "a.ipynb": notebook("1/0")}),
    Kind("with its checkpoint", {"a.ipynb": notebook(RIGHT), ".ipynb_checkpoints/a.ipynb": b"{"}),
    Kind("format 3", {"a.ipynb": b'{"nbformat": 3, "worksheets": [{"cells": []}]}'}, None),
    Kind("cut off", {"a.ipynb": notebook(RIGHT)[:-40]}, None),
    Kind("Python called .ipynb", {"a.ipynb": CODE}, None),
]
LINK = header("x.py", b"2", linkname="/etc/passwd")
ARCHIVES = [
    Kind("zip", {"a.zip": ZIP}),
    Kind("zip of a folder", {"a.zip": zipped((f"hw 1/{NAME}", CODE), ("hw 1/report.pdf", PDF))}),
    Kind("zip made on macOS", {"a.zip": zipped((NAME, CODE), (f"__MACOSX/._{NAME}", b"\0"))}),
    Kind("zip with slashes of Windows", {"a.zip": zipped((windows(f"hw\\{NAME}"), CODE))}),
    Kind("zip of a repository", {"a.zip": zipped((".git/HEAD", b"x"), (NAME, CODE))}),
    Kind("zip with a link", {"a.zip": zipped((zip_link("x.py"), b"/etc/passwd"), (NAME, CODE))}),
    Kind("zip with a way out", {"a.zip": zipped((f"../{NAME}", b"1/0"), (NAME, CODE))}),
    Kind("zip packed with bzip2", {"a.zip": zipped((BZIP2, CODE))}, None),
    Kind("zip with a password", {"a.zip": encrypted()}, None),
    Kind("zip cut off", {"a.zip": ZIP[:-30]}, None),
    Kind("zip of a zip", {"a.zip": zipped(("b.zip", ZIP))}, None),
    Kind("zip of 60 MB of zeros", {"a.zip": zipped((NAME, bytes(60_000_000)))}, None),
    Kind("zip with the file twice", {"a.zip": zipped((NAME, CODE), (NAME, UNDONE))}, None),
    Kind("an empty file", {"a.zip": b""}, None),
    Kind("two zips", {"a.zip": ZIP, "b.zip": ZIP}, None),
    Kind("a zip beside the file", {NAME: CODE, "old.zip": zipped((NAME, UNDONE))}),
    Kind("tar", {"a.tar": tarred((NAME, CODE))}),
    Kind("tar.gz", {"a.tar.gz": gzip.compress(tarred((f"hw/{NAME}", CODE)))}),
    Kind("tgz", {"a.tgz": gzip.compress(tarred((NAME, CODE)))}),
    Kind("tar.gz called .zip", {"a.zip": gzip.compress(tarred((NAME, CODE)))}),
    Kind("tar with a link", {"a.tar": tarred((LINK, b""), (NAME, CODE))}),
    Kind("tar.bz2", {"a.tar.bz2": bz2.compress(tarred((NAME, CODE)))}, None),
    Kind("tar.xz", {"a.tar.xz": lzma.compress(tarred((NAME, CODE)))}, None),
    Kind("one file with gzip", {f"{NAME}.gz": gzip.compress(CODE)}, None),
    Kind("7z", {"a.7z": b"7z\xbc\xaf\x27\x1c" * 100}, None),
    Kind("rar", {"a.rar": b"Rar!\x1a\x07\0" + bytes(900)}, None),
]
SINGLE = {
    "Names and places": NAMES,
    "Encodings": ENCODINGS,
    "Contents": CONTENTS,
    "Notebooks": NOTEBOOKS,
    "Archives": ARCHIVES,
}
"""All kinds but the downloads."""


def pair(number: int, **changes: object) -> list[Student]:
    """Ann with a right file and Bo with a stub; no other download has their second names."""
    last = "abcdefghijklmnopq"[number]
    right = {NAME: CODE, "report.pdf": PDF}
    ann = Student(f"s{number}1", f"Ann A{last}", 1000 + number, files=right)
    bo = Student(f"s{number}2", f"Bo B{last}", 2000 + number, files={NAME: UNDONE})
    return [replace(one, **changes) for one in (ann, bo)]  # type: ignore[arg-type]


CLONES = {
    f"nets-{login}/{name}": data
    for login, code in (("ann", CODE), ("bo", UNDONE))
    for name, data in ((NAME, code), (".git/HEAD", b"ref: refs/heads/main"))
}
MAP = b"file,student,time\none.py,Ann,2026-11-01 10:00Z\ntwo,Bo,\nthree.pdf,Bo,\n"
MAPPED = {"map.csv": MAP, "one.py": CODE, f"two/{NAME}": UNDONE, "three.pdf": PDF}
TYPED = {"files": {}, "text": "def sigmoid(x): ..."}
LATE = pair(2, late=True, attempt=2)
# fmt: off
DOWNLOADS = [
    Download("Canvas", canvas_zip(pair(0)), {"aaann_1000": 80, "babo_2000": 0}),
    Download("Canvas, unpacked", unzipped(canvas_zip(pair(1))), {"abann_1001": 80, "bbbo_2001": 0}),
    Download("Canvas, late and again", canvas_zip(LATE), {"acann_1002": 80, "bcbo_2002": 0}),
    Download("Canvas, anonymous", canvas_zip(pair(3), anonymous=True),
             {"anon_cfsj1": 80, "anon_S3eV2": 0}),
    Download("Canvas, a group", canvas_zip([*pair(4), *pair(5, group="Team")]),
             {"aeann_1004": 80, "bebo_2004": 0, "team_1005": 80}),
    Download("Canvas, typed text", canvas_zip([*pair(6), *pair(7, **TYPED)]),
             {"agann_1006": 80, "bgbo_2006": 0, "ahann_1007": None, "bhbo_2007": None}),
    Download("Moodle", moodle_zip(pair(8)), {"Ann_Ai_1008": 80, "Bo_Bi_2008": 0}),
    Download("Moodle, no folders", moodle_zip(pair(9), folders=False),
             {"Ann_Aj_1009": 80, "Bo_Bj_2009": 0}),
    Download("Moodle, anonymous", moodle_zip(pair(10), anonymous=True),
             {"Participant_1010": 80, "Participant_2010": 0}),
    Download("Moodle, groups", moodle_zip(pair(11, group="Team")),
             {"Team-Ann_Al_1011": 80, "Team-Bo_Bl_2011": 0}),
    Download("Moodle, typed text", moodle_zip([*pair(12), *pair(13, **TYPED)]),
             {"Ann_Am_1012": 80, "Bo_Bm_2012": 0, "Ann_An_1013": None, "Bo_Bn_2013": None}),
    Download("Gradescope", gradescope_zip(pair(14)), {"Ann_Ao_s141": 80, "Bo_Bo_s142": 0}),
    Download("Gradescope, unpacked", unzipped(gradescope_zip(pair(15))),
             {"Ann_Ap_s151": 80, "Bo_Bp_s152": 0}),
    Download("Gradescope, a group", gradescope_zip(pair(16, group="Team")),
             {"Ann_Aq_s161": 80, "Bo_Bq_s162": 80}),
    Download("GitHub Classroom, clones", CLONES, {"nets-ann": 80, "nets-bo": 0}),
    Download("any other, with map.csv", MAPPED, {"Ann": 80, "Bo": 0}),
]
# fmt: on
