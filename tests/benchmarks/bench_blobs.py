"""What does our store cost beside bare boto3 on the same objects, and beside files?

Wall time, in turns, on an S3Proxy of its own: put, whole read, and a range of a tile's
size, each for small objects and for masters that go in parts. The bare loop knows the
digests beforehand, sends no condition and checks nothing.

    python -m tests.benchmarks.bench_blobs
"""

from __future__ import annotations

import hashlib
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from storage.blobs import Blobs, FileBlobs, pieces_of
from storage.s3_blobs import S3Blobs
from storage.s3_bucket import Bucket
from storage.s3_cache import LocalCache
from tests.engines.s3 import running

ROUNDS = 4  # the first warms up the server and counts for nothing
SIZES = {"100 kB": (100_000, 40), "20 MB": (20_000_000, 3)}
TILE = 30_000

Contents = Mapping[str, bytes]  # by their keys
Work = Callable[[Contents], object]


def ours(blobs: Blobs) -> Mapping[str, Work]:
    """The three things that are done all day."""
    return {
        "put": lambda kept: [blobs.put(pieces_of(io.BytesIO(each))) for each in kept.values()],
        "read": lambda kept: [blobs.read(key) for key in kept],
        "range": lambda kept: [blobs.read_range(key, 9, TILE) for key in kept],
    }


def bare(client: Any, bucket: str) -> Mapping[str, Work]:
    """The same objects by boto3 alone; `upload_fileobj` sends large ones in parts."""

    def put(kept: Contents) -> None:
        for key, content in kept.items():
            client.upload_fileobj(io.BytesIO(content), bucket, key)

    def get(kept: Contents, **more: str) -> None:
        for key in kept:
            client.get_object(Bucket=bucket, Key=key, **more)["Body"].read()

    tile = f"bytes=9-{8 + TILE}"
    return {"put": put, "read": get, "range": lambda kept: get(kept, Range=tile)}


def seconds(work: Work, kept: Contents) -> float:
    """Wall time of doing it with all of them."""
    began = time.perf_counter()
    work(kept)
    return time.perf_counter() - began


def contents(chance: random.Random, length: int, count: int) -> Contents:
    """So many objects that nobody has put yet."""
    made = [chance.randbytes(length) for _ in range(count)]
    return {hashlib.sha256(each).hexdigest(): each for each in made}


def main() -> None:
    """Prints a line for each size and kind of work."""
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        s3 = running(Path(folder) / "s3")
        cache = LocalCache(Path(folder) / "cache", 1 << 30)
        stores = {
            "bare": bare(s3.client, s3.new_bucket()),
            "S3Blobs": ours(S3Blobs(Bucket(s3.service, s3.new_bucket()), "", cache)),
            "FileBlobs": ours(FileBlobs(Path(folder) / "blobs")),
        }
        for size, (length, count) in SIZES.items():
            rounds = [contents(chance, length, count) for _ in range(ROUNDS)]
            for kind in ("put", "read", "range"):
                taken: dict[str, list[float]] = {store: [] for store in stores}
                for kept in rounds:
                    for store, works in stores.items():
                        taken[store].append(seconds(works[kind], kept))
                middle = {store: statistics.median(all_[1:]) for store, all_ in taken.items()}
                told = ", ".join(f"{store} {count / s:.1f}/s" for store, s in middle.items())
                ratio = middle["bare"] / middle["S3Blobs"]
                print(f"{kind} {size}: {told}; S3Blobs ÷ bare {ratio:.2f}")


if __name__ == "__main__":
    main()
