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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from storage.blobs import Blobs, FileBlobs, pieces_of
from storage.s3_blobs import S3Blobs
from storage.s3_bucket import Bucket
from storage.s3_cache import LocalCache
from tests.engines.s3 import running

ROUNDS = 3
SIZES = {"100 kB": (100_000, 40), "20 MB": (20_000_000, 3)}
TILE = 30_000

Work = Callable[[Sequence[bytes]], object]


def ours(blobs: Blobs) -> Mapping[str, Work]:
    """The three things that are done all day."""

    def keys(contents: Sequence[bytes]) -> list[str]:
        return [hashlib.sha256(each).hexdigest() for each in contents]

    return {
        "put": lambda contents: [blobs.put(pieces_of(io.BytesIO(each))) for each in contents],
        "read": lambda contents: [blobs.read(key) for key in keys(contents)],
        "range": lambda contents: [blobs.read_range(key, 9, TILE) for key in keys(contents)],
    }


def bare(client: Any, bucket: str) -> Mapping[str, Work]:
    """The same objects by boto3 alone; `upload_fileobj` sends large ones in parts."""

    def name(content: bytes) -> dict[str, str]:
        return {"Bucket": bucket, "Key": hashlib.sha256(content).hexdigest()}

    def get(content: bytes, **more: str) -> bytes:
        return bytes(client.get_object(**name(content), **more)["Body"].read())

    return {
        "put": lambda contents: [
            client.upload_fileobj(io.BytesIO(each), **name(each)) for each in contents
        ],
        "read": lambda contents: [get(each) for each in contents],
        "range": lambda contents: [get(each, Range=f"bytes=9-{8 + TILE}") for each in contents],
    }


def seconds(work: Work, contents: Sequence[bytes]) -> float:
    """Wall time of doing it with all of them."""
    began = time.perf_counter()
    work(contents)
    return time.perf_counter() - began


def main() -> None:
    """Prints a line for each size and kind of work."""
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "s3") as s3:
        name = s3.new_bucket()
        cache = LocalCache(Path(folder) / "cache", 1 << 30)
        stores = {
            "bare": bare(s3.client, s3.new_bucket()),
            "S3Blobs": ours(S3Blobs(Bucket(s3.service, name), "", cache)),
            "FileBlobs": ours(FileBlobs(Path(folder) / "blobs")),
        }
        for size, (length, count) in SIZES.items():
            rounds = [[chance.randbytes(length) for _ in range(count)] for _ in range(ROUNDS)]
            for kind in ("put", "read", "range"):
                taken = {
                    store: statistics.median(
                        [seconds(works[kind], contents) for contents in rounds]
                    )
                    for store, works in stores.items()
                }
                told = ", ".join(f"{store} {count / s:.1f}/s" for store, s in taken.items())
                ratio = taken["bare"] / taken["S3Blobs"]
                print(f"{kind} {size}: {told}; S3Blobs ÷ bare {ratio:.2f}")


if __name__ == "__main__":
    main()
