"""Mistakes."""

from __future__ import annotations

from solution.misconceptions.entry import Misconception

ENTRIES: tuple[Misconception, ...] = ()
