"""Is a blob there whole or not at all, under the digest that names it?"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.blobs import PIECE_BYTES, FileBlobs, pieces_of
from storage.errors import Broken, Transient
from tests.faults.small_disk import fill, small_disk

KEY = hashlib.sha256(b"one two").hexdigest()
NOWHERE = "0" * 64

PUT_ON_AND_ON = """
import sys
from pathlib import Path
from storage.blobs import FileBlobs

blobs = FileBlobs(Path(sys.argv[1]))
number = 0
while True:
    print(blobs.put(str(number).encode() * 20_000 for _ in range(8)), flush=True)
    number += 1
"""

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


def test_bytes_are_named_by_their_digest_and_given_back(blobs: FileBlobs) -> None:
    assert blobs.put([b"one ", b"two"]) == KEY
    assert blobs.read(KEY) == b"one two"
    assert blobs.path(KEY).read_bytes() == b"one two"
    assert blobs.read_range(KEY, 4, 2) == b"tw"
    assert blobs.read_range(KEY, 4, 99) == b"two"
    assert (blobs.size(KEY), blobs.holds(KEY), blobs.is_intact(KEY)) == (7, True, True)
    assert list(blobs.keys()) == [KEY]


def test_the_same_bytes_are_kept_once(blobs: FileBlobs) -> None:
    first = blobs.put([b"one two"])
    inode = blobs.path(first).stat().st_ino
    assert blobs.put([b"one", b" two"]) == first
    assert [path.name for path in files(blobs)] == [KEY]
    assert blobs.path(first).stat().st_ino == inode


def test_nothing_is_a_blob_too(blobs: FileBlobs) -> None:
    key = blobs.put([])
    assert key == hashlib.sha256().hexdigest()
    assert blobs.read(key) == b""


def test_nobody_ever_sees_half_a_blob(blobs: FileBlobs) -> None:
    seen: list[object] = []

    def pieces() -> Iterator[bytes]:
        for piece in (b"one ", b"two"):
            yield piece
            seen.extend(blobs.keys())
            seen.append(blobs.holds(KEY))

    blobs.put(pieces())
    assert seen == [False, False]
    assert blobs.holds(KEY)


def test_a_blob_cannot_be_written_to(blobs: FileBlobs) -> None:
    assert blobs.path(blobs.put([b"one two"])).stat().st_mode & 0o222 == 0


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
    assert blobs.put([b"one two"]) == KEY
    assert list(blobs.keys()) == [KEY]


def test_after_many_kills_every_blob_is_whole_and_what_was_promised_is_there(
    blobs: FileBlobs,
) -> None:
    promised: set[str] = set()
    for kill in range(6):
        command = [sys.executable, "-c", PUT_ON_AND_ON, str(blobs.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            promised |= {process.stdout.readline().strip() for _ in range(1 + kill)}
            process.send_signal(signal.SIGKILL)
    held = set(blobs.keys())
    assert promised <= held
    assert all(blobs.is_intact(key) for key in held)


def test_many_may_put_the_same_bytes_at_once(blobs: FileBlobs) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: blobs.put([b"one ", b"two"]), range(40)))
    assert keys == {KEY}
    assert [path.name for path in files(blobs)] == [KEY]


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


@pytest.mark.parametrize("damage", [b"one twO", b"one tw", b"one two ", b""])
def test_damage_is_noticed(blobs: FileBlobs, damage: bytes) -> None:
    path = blobs.path(blobs.put([b"one two"]))
    path.chmod(0o644)
    path.write_bytes(damage)
    assert not blobs.is_intact(KEY)


def test_missing_bytes_are_a_defect_with_a_name(blobs: FileBlobs) -> None:
    assert not blobs.holds(NOWHERE)
    assert not blobs.is_intact(NOWHERE)
    for ask in (
        lambda: blobs.read(NOWHERE),
        lambda: blobs.read_range(NOWHERE, 0, 1),
        lambda: blobs.size(NOWHERE),
    ):
        with pytest.raises(Broken) as failure:
            ask()
        assert failure.value.reason == "missing-blob"
        assert failure.value.values == {"key": NOWHERE}


def test_a_large_file_is_taken_in_pieces(blobs: FileBlobs, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(PIECE_BYTES) + b"end")
    with large.open("rb") as file:
        assert [len(piece) for piece in pieces_of(file)] == [PIECE_BYTES, 3]
    with large.open("rb") as file:
        assert blobs.size(blobs.put(pieces_of(file))) == PIECE_BYTES + 3


def test_what_a_killed_process_left_is_cleared_away_in_time(blobs: FileBlobs) -> None:
    key = blobs.put([b"whole"])
    half, other = (blobs.folder / "incoming" / name for name in ("half", "just begun"))
    for file in (half, other):
        file.write_bytes(b"hal")
    os.utime(half, (1000, 1000))
    blobs.clear_unfinished(before=2000)
    assert not half.exists()
    assert other.exists()
    assert blobs.holds(key)
