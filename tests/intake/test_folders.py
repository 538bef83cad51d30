"""Reading untrusted folders."""

import errno
import os
import socket
from pathlib import Path
from unittest.mock import Mock

import pytest

from autograder.errors import NotJudged
from autograder.intake.folders import files_below, read
from autograder.intake.pick_file import Refused
from tests.builders.files import folder_of, written


def test_only_plain_files_are_read(tmp_path: Path) -> None:
    """Links, pipes and sockets are noted and never opened; junk is not mentioned."""
    names = ("src/a.py", "__pycache__/a.pyc", ".git/config", "mine/x.py", "mine/pyvenv.cfg")
    folder = folder_of(tmp_path / "jane", dict.fromkeys(names, b""))
    (folder / "link.py").symlink_to(written(tmp_path / "outside", "secret"))
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(folder)  # a socket's path may be no longer than about 100 bytes
        server.bind("socket.py")
        os.chdir(before)
    files, notes = files_below(folder)
    assert [file.path for file in files] == ["src/a.py"]
    assert sorted(note.split("”")[0] for note in notes) == [
        *("“link.py", "“mine/pyvenv.cfg", "“pipe.py", "“socket.py", "“up")
    ]


def test_a_file_swapped_after_listing(tmp_path: Path) -> None:
    """A file that has become a link, a pipe or a device is not read, and reading does not block."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    for path in (*(tmp_path / name for name in ("pipe", "link", ".")), Path("/dev/zero")):
        with pytest.raises(Refused, match="plain file"):
            read(path, 100)
    with pytest.raises(Refused, match="too long"):
        read(tmp_path / ("x" * 300), 100)


def test_bounds(tmp_path: Path) -> None:
    """Too many files, too deep folders and too large files are refused or noted."""
    (tmp_path / "large.py").write_bytes(b"#" * 1_000_001)
    deep = tmp_path / "deep"
    deep.joinpath(*"abcdefghijklmnopqrstuvwxyz").mkdir(parents=True)
    files, notes = files_below(tmp_path)
    with pytest.raises(Refused, match="larger than 1,000 kB"):
        files[0].read()
    assert "too deep" in notes[0]
    for number in range(1001):
        (deep / f"{number}.py").touch()
    with pytest.raises(Refused, match="more than 1,000 files"):
        files_below(tmp_path)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOENT, errno.ESTALE, errno.EACCES])
@pytest.mark.parametrize("call", ["open", "scandir"])
def test_what_the_machine_cannot_read_is_nobodys_fault(
    number: int, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad disk, a file that has gone and a missing permission are not judged, never refused."""
    (tmp_path / "x.py").touch()
    monkeypatch.setattr(os, call, Mock(side_effect=OSError(number, os.strerror(number))))
    with pytest.raises(NotJudged, match=f"{os.strerror(number)}. Make it readable, and run the"):
        read(tmp_path / "x.py", 100) if call != "scandir" else files_below(tmp_path)
