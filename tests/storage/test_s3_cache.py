"""Does a copy stay while a tool works on it, and go when there is no room?"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.errors import Transient
from storage.s3_cache import LocalCache

# A tool that is given a path, and opens it only when told to.
LATE_TOOL = """
import sys
from pathlib import Path
from storage.s3_cache import LocalCache

with LocalCache(Path(sys.argv[1]), 1).file(sys.argv[2], iter(())) as path:
    print("held", flush=True)
    sys.stdin.readline()
    print(path.read_text(), flush=True)
"""


@pytest.fixture
def cache(tmp_path: Path) -> LocalCache:
    return LocalCache(tmp_path / "cache", 30)


def names(cache: LocalCache) -> set[str]:
    return {place.name for place in cache.folder.iterdir() if place.is_file()}


def key_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def put(cache: LocalCache, content: str) -> str:
    key = key_of(content)
    with cache.file(key, iter([content.encode()])):
        return key


def test_the_least_recently_used_goes_first(cache: LocalCache) -> None:
    first, second, third = (put(cache, letter * 10) for letter in "abc")
    assert names(cache) == {first, second, third}
    put(cache, "a" * 10)  # used again
    fourth = put(cache, "d" * 10)
    assert names(cache) == {first, third, fourth}


def test_what_a_tool_works_on_stays_until_it_has_ended(cache: LocalCache) -> None:
    with cache.file(key_of("a" * 20), [b"a" * 20]) as held:
        for letter in "bcd":
            put(cache, letter * 20)
        assert held.read_bytes() == b"a" * 20
        assert names(cache) == {held.name, key_of("d" * 20)}
    put(cache, "e" * 20)
    put(cache, "f" * 20)
    assert held.name not in names(cache)


def test_a_tool_of_another_process_may_open_its_path_late(cache: LocalCache) -> None:
    key = put(cache, "a" * 20)
    command = [sys.executable, "-c", LATE_TOOL, str(cache.folder), key]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tool:
        assert tool.stdin is not None
        assert tool.stdout is not None
        assert tool.stdout.readline() == "held\n"
        for letter in "bcd":
            put(cache, letter * 20)
        tool.stdin.write("now\n")
        tool.stdin.flush()
        assert tool.stdout.readline() == "a" * 20 + "\n"
    put(cache, "e" * 20)
    assert key not in names(cache)


def test_a_killed_tool_holds_nothing(cache: LocalCache) -> None:
    key = put(cache, "a" * 20)
    command = [sys.executable, "-c", LATE_TOOL, str(cache.folder), key]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tool:
        assert tool.stdout is not None
        tool.stdout.readline()
        tool.kill()
    put(cache, "b" * 20)
    assert key not in names(cache)


def test_many_may_want_the_same_and_other_copies_in_little_room(cache: LocalCache) -> None:
    contents = [letter * 20 for letter in "abcd"]

    def work(number: int) -> bool:
        content = contents[number % len(contents)]
        with cache.file(key_of(content), iter([content.encode()])) as path:
            time.sleep(0.001)
            return path.read_text() == content

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))
    put(cache, "z")
    assert sum(len((cache.folder / name).read_bytes()) for name in names(cache)) <= 30
    assert list(cache.incoming.iterdir()) == []


def test_nothing_is_left_of_a_copy_that_broke_off(cache: LocalCache) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise Transient("storage-unavailable")

    with pytest.raises(Transient), cache.file(key_of("half"), pieces()):
        pass
    assert names(cache) == set()
    assert list(cache.incoming.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_away_in_time(cache: LocalCache) -> None:
    half, other = (cache.incoming / name for name in ("half", "just begun"))
    for file in (half, other):
        file.write_bytes(b"hal")
    os.utime(half, (1000, 1000))
    cache.clear_unfinished(before=2000)
    assert not half.exists()
    assert other.exists()


def test_two_threads_of_a_process_hold_the_same_copy_apart(cache: LocalCache) -> None:
    key = put(cache, "a" * 20)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with cache.file(key, iter(())):
            inside.set()
            leave.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    with cache.file(key, iter(())):
        pass
    put(cache, "b" * 20)
    assert key in names(cache)
    leave.set()
    thread.join()
    put(cache, "c" * 20)
    assert key not in names(cache)
