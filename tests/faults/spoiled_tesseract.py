"""A program before Tesseract on the path that fails on pages of marked widths.

A fault injector and no stand-in: every other page, and every question, goes to the real
program. A page keeps its width however it is prepared for reading.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from enum import IntEnum
from pathlib import Path


class Poison(IntEnum):
    """The width in px that brings it about."""

    CRASHES = 501
    HANGS = 502
    KILLED = 503  # as the kernel does to whoever takes too much memory
    STARVED = 504  # the real program, allowed less memory than its models need
    KILLS_WORKER = 505  # the kernel chose the worker's process instead


_SCRIPT = """#!/bin/sh
case "$1" in --*) exec {real} "$@";; esac
width=$(od -An -tu4 -j18 -N4 "$1" | tr -d ' ')
echo "$width" >> {told}
ulimit -c 0
case "$width" in
{CRASHES}) kill -SEGV $$;;
{HANGS}) exec sleep 3600;;
{KILLED}) kill -KILL $$;;
{STARVED}) ulimit -v 75000; exec {real} "$@";;
{KILLS_WORKER}) kill -KILL $PPID;;
{slow}) [ "$(grep -cx "$width" {told})" -gt 1 ] || sleep {seconds};;
esac
exec {real} "$@"
"""

SLOW = 506  # px: the first reading of such a page takes too long


def spoiled_tesseract(folder: Path, slow_seconds: int = 0) -> Path:
    """The folder to be first on the path; its file `read` has the width of each page read."""
    folder.mkdir()
    script = folder / "tesseract"
    poisons = {poison.name: poison.value for poison in Poison}
    told = folder / "read"
    told.touch()
    slow = {"slow": SLOW, "seconds": slow_seconds}
    script.write_text(_SCRIPT.format(real=shutil.which("tesseract"), told=told, **slow, **poisons))
    script.chmod(0o755)
    return folder


def path_with(folder: Path) -> str:
    """The variable PATH with this folder first."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def readings(spoiled: Path) -> Counter[int]:
    """How often pages of each width were read."""
    return Counter(map(int, (spoiled / "read").read_text().split()))
