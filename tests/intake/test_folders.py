"""Reading untrusted folders."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from autograder.intake.folders import files_below, read
from autograder.intake.pick_file import Refused


def test_only_plain_files_are_read(tmp_path: Path) -> None:
    """Links, pipes and sockets are noted and never opened; junk is not mentioned."""
    (tmp_path / "outside").write_text("secret")
    folder = tmp_path / "jane"
    for name in ("src/a.py", "__pycache__/a.pyc", ".git/config", "mine/x.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "mine" / "pyvenv.cfg").touch()
    (folder / "link.py").symlink_to(tmp_path / "outside")
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
        "“link.py",
        "“pipe.py",
        "“socket.py",
        "“up",
    ]


def test_a_file_swapped_after_listing(tmp_path: Path) -> None:
    """A file that has become a link, a pipe or a device is not read, and reading does not block."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    for name in ("pipe", "link", "gone", "."):
        with pytest.raises(Refused, match=r"plain file|cannot be read"):
            read(tmp_path / name, 100)
    with pytest.raises(Refused, match="plain file"):
        read(Path("/dev/zero"), 100)


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


def test_a_file_without_permission(tmp_path: Path) -> None:
    """It is refused with the reason."""
    (tmp_path / "x.py").touch(0)
    if os.access(tmp_path / "x.py", os.R_OK):
        pytest.skip("root may read everything")
    with pytest.raises(Refused, match="Permission denied"):
        read(tmp_path / "x.py", 100)
