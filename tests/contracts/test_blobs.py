"""What every store of bytes must do for us; one suite, run against each store."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import pytest

from storage.blob_reading import open_blob
from storage.blobs import PIECE_BYTES, Blobs, FileBlobs, pieces_of
from storage.errors import Broken
from storage.s3_blobs import PART_BYTES, S3Blobs
from storage.s3_bucket import Bucket
from storage.s3_cache import LocalCache
from storage.settings import Settings
from tests.engines.s3 import ACCESS_KEY, S3Server
from tests.sample_home import environment

KEY = hashlib.sha256(b"one two").hexdigest()
NOWHERE = "0" * 64
STORES = ("files", "s3")
# For S3 more than one part.
LARGE = PART_BYTES + PIECE_BYTES

# One process that is asked, by lines, to fork another that puts until it is killed: the
# imports are paid once. The child reads nothing and tells each key when it is promised.
PUTTING = """
import os, sys
from storage.blobs import FileBlobs
from storage.settings import Settings
settings = Settings.from_environment(os.environ)
if settings.blobs.startswith("s3:"):
    from storage.s3_opening import open_s3_blobs
    blobs, _ = open_s3_blobs(settings)
else:
    from pathlib import Path
    blobs = FileBlobs(Path(settings.blobs.removeprefix("file://")))

def content(number, size):
    yield str(number).encode()
    for _ in range(size >> 20):
        yield bytes(1 << 20)

for line in sys.stdin:
    begin, sizes = int(line.split()[0]), [int(each) for each in line.split()[1:]]
    child = os.fork()
    if child == 0:
        number = begin
        while True:
            print("key", blobs.put(content(number, sizes[number % len(sizes)])), flush=True)
            number += 1
    print("child", child, flush=True)
    os.waitpid(child, 0)
"""

MEASURED = (
    PUTTING.partition("for line in sys.stdin")[0]
    + """
import resource
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
blobs.put(content(0, 20 << 20))
before = peak()
key = blobs.put(content(1, 200 << 20))
print(key, peak() - before, blobs.size(key))
"""
)


@dataclass(frozen=True)
class Store:
    """A store, and what the suite must be able to do behind its back."""

    blobs: Blobs
    settings: Settings
    file: Callable[[str], Path]
    leave_unfinished: Callable[[], None]
    unfinished: Callable[[], int]

    @contextmanager
    def putting(self) -> Iterator[subprocess.Popen[str]]:
        """The process of `PUTTING`."""
        with subprocess.Popen(
            [sys.executable, "-c", PUTTING],
            env=environment(self.settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield process


def files_store(tmp_path: Path) -> Store:
    folder = tmp_path / "blobs"
    blobs = FileBlobs(folder)
    incoming = folder / "incoming"

    def leave() -> None:
        incoming.mkdir(parents=True, exist_ok=True)
        (incoming / "half").write_bytes(b"hal")

    return Store(
        blobs,
        Settings(home=tmp_path, blobs=f"file://{folder}"),
        lambda key: folder / key[:2] / key[2:4] / key,
        leave,
        lambda: len(list(incoming.iterdir())),
    )


def s3_store(tmp_path: Path, s3: S3Server) -> Store:
    name = s3.new_bucket()
    cache = LocalCache(tmp_path / "cache", 50_000_000)
    blobs = S3Blobs(Bucket(s3.service, name, page=3), "archive/blobs/", cache)
    client = s3.client

    def leave() -> None:
        where = {"Bucket": name, "Key": f"archive/blobs/00/00/{NOWHERE}"}
        upload = client.create_multipart_upload(**where)["UploadId"]
        client.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"hal")

    settings = Settings(
        home=tmp_path,
        blobs=f"s3://{name}/archive",
        s3_endpoint=s3.endpoint,
        s3_access_key=ACCESS_KEY,
        s3_secret_file=s3.secret_file,
    )
    return Store(
        blobs,
        settings,
        lambda key: s3.data / name / "archive/blobs" / key[:2] / key[2:4] / key,
        leave,
        lambda: len(client.list_multipart_uploads(Bucket=name).get("Uploads", ())),
    )


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "files":
        return files_store(tmp_path)
    return s3_store(tmp_path, request.getfixturevalue("s3"))


@pytest.fixture
def blobs(store: Store) -> Blobs:
    return store.blobs


def large(number: int) -> Iterator[bytes]:
    chance = random.Random(number)
    for _ in range(LARGE // PIECE_BYTES):
        yield chance.randbytes(PIECE_BYTES)


def test_bytes_are_named_by_their_digest_and_given_back(blobs: Blobs) -> None:
    assert blobs.put([b"one ", b"two"]) == KEY
    assert blobs.read(KEY) == b"one two"
    with blobs.path(KEY) as path:
        assert path.read_bytes() == b"one two"
        assert path.stat().st_mode & 0o222 == 0
    assert (blobs.size(KEY), blobs.holds(KEY), blobs.is_intact(KEY)) == (7, True, True)
    assert list(blobs.keys()) == [KEY]


def test_nothing_is_a_blob_too(blobs: Blobs) -> None:
    key = blobs.put([])
    assert key == hashlib.sha256().hexdigest()
    assert (blobs.read(key), blobs.size(key), blobs.is_intact(key)) == (b"", 0, True)
    assert blobs.read_range(key, 0, 10) == b""
    with blobs.path(key) as path:
        assert path.read_bytes() == b""


@pytest.mark.parametrize(
    ("offset", "length", "found"),
    [
        (0, 7, b"one two"),
        (0, 1, b"o"),
        (4, 2, b"tw"),
        (6, 1, b"o"),
        (4, 99, b"two"),
        (7, 1, b""),
        (99, 5, b""),
        (3, 0, b""),
    ],
)
def test_ranges_end_where_the_bytes_end(
    blobs: Blobs, offset: int, length: int, found: bytes
) -> None:
    assert blobs.read_range(blobs.put([b"one two"]), offset, length) == found


def test_a_blob_is_read_like_a_file(blobs: Blobs) -> None:
    key = blobs.put(large(1))
    whole = b"".join(large(1))
    with open_blob(blobs, key) as file:
        assert file.read(10) == whole[:10]
        assert file.seek(-5, os.SEEK_END) == LARGE - 5
        assert (file.read(99), file.read()) == (whole[-5:], b"")
        file.seek(LARGE + 9)
        assert file.read(1) == b""
        file.seek(PIECE_BYTES - 3)
        assert list(pieces_of(file))[-1] == whole[-3:]
    with pytest.raises(Broken):
        open_blob(blobs, NOWHERE)


@pytest.mark.parametrize("content", [lambda: iter([b"one two"]), lambda: large(2)])
def test_the_same_bytes_are_kept_once(store: Store, content: Callable[[], Iterator[bytes]]) -> None:
    first = store.blobs.put(content())
    kept = store.file(first).stat()
    assert store.blobs.put(content()) == first
    again = store.file(first).stat()
    assert (again.st_ino, again.st_mtime_ns) == (kept.st_ino, kept.st_mtime_ns)
    assert list(store.blobs.keys()) == [first]
    assert store.unfinished() == 0


@pytest.mark.parametrize("content", [lambda: iter([b"one two"]), lambda: large(3)])
def test_many_may_put_the_same_bytes_at_once(
    store: Store, content: Callable[[], Iterator[bytes]]
) -> None:
    together = Barrier(8)

    def put(_: int) -> str:
        pieces = list(content())
        together.wait()
        return store.blobs.put(pieces)

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(put, range(8)))
    assert list(store.blobs.keys()) == list(keys)
    assert store.blobs.is_intact(keys.pop())
    assert store.unfinished() == 0


def test_nobody_ever_sees_half_a_blob(blobs: Blobs) -> None:
    key = hashlib.sha256(b"".join(large(4))).hexdigest()
    seen: set[object] = set()

    def pieces() -> Iterator[bytes]:
        for piece in large(4):
            yield piece
            seen.add(blobs.holds(key))

    with ThreadPoolExecutor(1) as pool:
        put = pool.submit(lambda: blobs.put(pieces()))
        while not put.done():
            if blobs.holds(key):
                seen.add(blobs.size(key))
    assert seen <= {False, LARGE}
    assert put.result() == key
    assert blobs.is_intact(key)


def test_bytes_that_break_off_leave_nothing_behind(store: Store) -> None:
    def pieces() -> Iterator[bytes]:
        yield from large(5)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.blobs.put(pieces())
    assert list(store.blobs.keys()) == []
    assert store.unfinished() == 0


def test_after_ten_kills_every_blob_is_whole_and_what_was_promised_is_there(
    store: Store, chance: random.Random
) -> None:
    promised: set[str] = set()

    def child_in(lines: Iterable[str]) -> int:
        for line in lines:
            word, value = line.split()
            if word == "child":
                return int(value)
            promised.add(value)
        return 0

    with store.putting() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for kill in range(10):
            process.stdin.write(f"{100 * kill} {LARGE} 5\n")
            process.stdin.flush()
            child = child_in(process.stdout)
            child_in([process.stdout.readline() for _ in range(kill % 3)])
            time.sleep(chance.random() / 5)
            os.kill(child, signal.SIGKILL)
        process.stdin.close()
        child_in(process.stdout)
    held = set(store.blobs.keys())
    assert len(promised) >= 10
    assert promised <= held
    assert all(store.blobs.is_intact(key) for key in held)


def test_a_large_blob_needs_no_memory(store: Store) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        env=environment(store.settings),
        capture_output=True,
        text=True,
        check=True,
    )
    _, grown, size = done.stdout.split()
    assert int(size) == (200 << 20) + 1
    assert int(grown) < 16_000  # KiB; the first 20 MB have paid for the buffers


@pytest.mark.parametrize("damage", [b"one twO", b"one tw", b"one two ", b""])
def test_damage_is_noticed(store: Store, damage: bytes) -> None:
    file = store.file(store.blobs.put([b"one two"]))
    file.chmod(0o644)
    file.write_bytes(damage)
    assert not store.blobs.is_intact(KEY)


def test_missing_bytes_are_a_defect_with_a_name(blobs: Blobs) -> None:
    assert not blobs.holds(NOWHERE)
    assert not blobs.is_intact(NOWHERE)
    for ask in (
        lambda: blobs.read(NOWHERE),
        lambda: blobs.read_range(NOWHERE, 0, 1),
        lambda: blobs.read_range(NOWHERE, 0, 0),
        lambda: blobs.size(NOWHERE),
        lambda: blobs.path(NOWHERE).__enter__(),
    ):
        with pytest.raises(Broken) as failure:
            ask()
        assert failure.value.reason == "missing-blob"
        assert failure.value.values == {"key": NOWHERE}


def test_every_key_is_told(blobs: Blobs) -> None:
    put = {blobs.put([str(number).encode()]) for number in range(10)}
    told = list(blobs.keys())
    assert len(told) == 10
    assert set(told) == put


def test_what_was_left_half_written_is_cleared_away_in_time(store: Store) -> None:
    key = store.blobs.put([b"whole"])
    store.leave_unfinished()
    store.blobs.clear_unfinished(before=time.time() - 60)
    assert store.unfinished() == 1
    store.blobs.clear_unfinished(before=time.time() + 60)
    assert store.unfinished() == 0
    assert list(store.blobs.keys()) == [key]
