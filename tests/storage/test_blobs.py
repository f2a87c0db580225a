"""What is special about bytes as files? tests/contracts/test_blobs.py has what every store does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.blobs import PIECE_BYTES, FileBlobs, pieces_of
from storage.errors import Transient
from tests.faults.small_disk import fill, small_disk

NEVER_END = """
import sys, time
from pathlib import Path
from storage.blobs import FileBlobs

def pieces():
    yield b"half of the bytes"
    print("half", flush=True)
    time.sleep(600)

FileBlobs(Path(sys.argv[1])).put(pieces())
"""


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


def files(blobs: FileBlobs) -> list[Path]:
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


def test_a_blob_is_its_own_file(blobs: FileBlobs) -> None:
    key = blobs.put([b"one two"])
    with blobs.path(key) as path:
        assert files(blobs) == [path]
    assert path == blobs.folder / key[:2] / key[2:4] / key


def test_bytes_that_break_off_leave_nothing_behind(blobs: FileBlobs) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one "
        raise ConnectionError

    with pytest.raises(ConnectionError):
        blobs.put(pieces())
    assert files(blobs) == []


def test_a_process_killed_in_mid_put_leaves_no_blob(blobs: FileBlobs) -> None:
    command = [sys.executable, "-c", NEVER_END, str(blobs.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
    assert list(blobs.keys()) == []
    assert len(files(blobs)) == 1
    key = blobs.put([b"one two"])
    assert list(blobs.keys()) == [key]


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        blobs = FileBlobs(disk / "blobs")
        kept = blobs.put([b"one two"])
        with pytest.raises(Transient) as failure:
            blobs.put(os.urandom(1 << 16) for _ in range(32))
        assert failure.value.reason == "storage-full"
        assert [path.name for path in files(blobs)] == [kept]
        ballast = fill(disk)
        with pytest.raises(Transient):
            blobs.put([b"other bytes"])
        assert [path.name for path in files(blobs)] == [kept]
        ballast.unlink()
        assert blobs.holds(blobs.put([b"other bytes"]))


def test_a_large_file_is_taken_in_pieces(blobs: FileBlobs, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(PIECE_BYTES) + b"end")
    with large.open("rb") as file:
        assert [len(piece) for piece in pieces_of(file)] == [PIECE_BYTES, 3]
    with large.open("rb") as file:
        assert blobs.size(blobs.put(pieces_of(file))) == PIECE_BYTES + 3


def test_only_what_is_old_of_a_killed_process_is_cleared_away(blobs: FileBlobs) -> None:
    key = blobs.put([b"whole"])
    half, other = (blobs.folder / "incoming" / name for name in ("half", "just begun"))
    for file in (half, other):
        file.write_bytes(b"hal")
    os.utime(half, (1000, 1000))
    blobs.clear_unfinished(before=2000)
    assert not half.exists()
    assert other.exists()
    assert blobs.holds(key)
