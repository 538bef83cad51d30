"""Files of submissions, the folders and zips that they are in, and notebooks."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.builders.downloads import pdf


def written(path: Path, content: str | bytes = b"") -> Path:
    """Write a file, also into a folder that is not there yet; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def kept(folder: Path, data: bytes, name: str = "download.zip") -> Path:
    """A download in this folder, as a file."""
    return written(folder / name, data)


def folder_of(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder, also into folders in it; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        written(folder / name, content)
    return folder


def notebook(*cells: str | dict[str, object]) -> bytes:
    """A notebook of code cells, and of other cells as they are given."""
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    made = [
        cell if isinstance(cell, dict) else {**code, "source": cell.splitlines(keepends=True)}
        for cell in cells
    ]
    return json.dumps({"metadata": {}, "nbformat": 4, "nbformat_minor": 5, "cells": made}).encode()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def code(source: str | bytes, report: str = "") -> dict[str, bytes]:
    """The files of a submission: the code, and perhaps a report with this title."""
    files = {"neural_network.py": source.encode() if isinstance(source, str) else source}
    return files | ({"report.pdf": pdf(report)} if report else {})
