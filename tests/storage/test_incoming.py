"""Does a file on its way in keep every byte that came, for one writer at a time?"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from storage.errors import Transient
from storage.incoming import Incoming, NoLongerHere


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    folder = Incoming(tmp_path / "uploads")
    folder.begin("a")
    return folder


class BrokenLine(Exception):
    pass


def test_what_came_before_the_line_broke_stays(incoming: Incoming) -> None:
    pieces = iter([b"abc", b"def"])

    def read(_size: int) -> bytes:
        piece = next(pieces, None)
        if piece is None:
            raise BrokenLine
        return piece

    with incoming.writing("a") as arriving, pytest.raises(BrokenLine):
        arriving.append(read, 100)
    assert incoming.length("a") == 6


def test_no_more_is_written_than_was_promised(incoming: Incoming) -> None:
    seen: list[bytes] = []
    with incoming.writing("a") as arriving:
        arriving.append(io.BytesIO(b"abcdef").read, 4, seen.append)
        assert (arriving.length, arriving.head(2), seen) == (4, b"ab", [b"abcd"])
        arriving.cut(1)
        arriving.append(io.BytesIO(b"xyz").read, 3)
        with arriving.open() as file:
            assert file.read() == b"axyz"


def test_one_writer_at_a_time(incoming: Incoming) -> None:
    with (
        incoming.writing("a"),
        pytest.raises(Transient, match="upload-busy"),
        incoming.writing("a"),
    ):
        pass
    with incoming.writing("a"):
        pass


def test_what_is_gone_is_told(incoming: Incoming) -> None:
    incoming.drop("a")
    incoming.drop("a")
    assert (incoming.length("a"), incoming.touched("a")) == (None, None)
    with pytest.raises(NoLongerHere), incoming.writing("a"):
        pass


def test_beginning_again_forgets_nothing(incoming: Incoming) -> None:
    (incoming.folder / "a").write_bytes(b"abc")
    incoming.begin("a")
    assert incoming.length("a") == 3


def test_only_what_nobody_touches_is_cleared(incoming: Incoming, tmp_path: Path) -> None:
    incoming.begin("b")
    os.utime(incoming.folder / "a", (1000, 1000))
    incoming.clear(before=2000)
    assert [path.name for path in incoming.folder.iterdir()] == ["b"]
    Incoming(tmp_path / "nowhere").clear(before=2000)
