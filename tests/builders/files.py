"""Files, and the folders that they are in."""

from collections.abc import Mapping
from pathlib import Path


def written(path: Path, content: str | bytes = b"") -> Path:
    """Write a file, also into a folder that is not there yet; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def folder_of(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder, also into folders in it; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        written(folder / name, content)
    return folder
