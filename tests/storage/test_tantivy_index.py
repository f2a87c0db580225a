"""What is special about the embedded engine: processes, locks, full disks, kills."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.errors import Broken, Transient
from storage.query import Kind, Query, Search, Visible, Word
from storage.search import Document, SearchSchema
from storage.tantivy_generations import GenerationFolders
from storage.tantivy_index import TantivyIndex

SCHEMA = SearchSchema("1")
BATCH = 20

PREAMBLE = f"""
import sys, time
from pathlib import Path
from storage.errors import Failure
from storage.query import Kind
from storage.search import Document, SearchSchema
from storage.tantivy_index import TantivyIndex

index = TantivyIndex(Path(sys.argv[1]), SearchSchema("1"))

def page(key, text="көмір"):
    streams = dict.fromkeys(("exact", "kk", "ru", "skeleton"), text)
    return Document(Kind.PAGE, key, 1, 1, 1, streams)

def batch(number):
    return [page({BATCH} * number + n) for n in range({BATCH})]
"""

WRITE_ON_AND_ON = """
number = int(sys.argv[2])
while True:
    index.write(batch(number))
    number += 1
    print(number, flush=True)
"""

HOLD_THE_WRITER = """
def slowly():
    yield page(1)
import storage.tantivy_index as module
real = module.to_tantivy
def slow(document, schema):
    print("holding", flush=True)
    sys.stdin.readline()
    return real(document, schema)
module.to_tantivy = slow
index.write(slowly())
print("written", flush=True)
"""

FILL_THE_DISK = """
import random
random = random.Random(1)
index.write([page(1)])
reasons = []
for key in range(2, 100):
    text = " ".join(str(random.random()) for _ in range(20_000))
    try:
        index.write([page(key, text)])
    except Failure as failure:
        reasons.append(f"{failure.family} {failure.reason}")
        if len(reasons) == 3:
            break
        index = TantivyIndex(Path(sys.argv[1]), SearchSchema("1"))
held = len(index.contents())
Path(sys.argv[1], "..", "filler").unlink()
index.write([page(1000)])
print(sorted(set(reasons)), len(index.contents()) - held)
"""


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def count(index: TantivyIndex) -> int:
    word = Word("көмір", "көмір", "көмір", "көмір")
    return index.search(Search(Query(((word,),)), Kind.PAGE, Visible(9))).count


def test_a_writer_killed_in_mid_commit_leaves_the_index_whole(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    chance = random.Random(3)
    written = 0
    for _ in range(8):
        with run(WRITE_ON_AND_ON, folder, written) as writer:
            assert writer.stdout is not None
            told = int(writer.stdout.readline())
            time.sleep(chance.uniform(0, 0.1))
            writer.kill()
            told = max([told, *map(int, writer.stdout.read().split())])
        index = TantivyIndex(folder, SCHEMA)
        held = len(index.contents())
        assert held % BATCH == 0, "half a batch was committed"
        written = held // BATCH
        assert told <= written <= told + 1
        assert count(index) == held
    index.write([Document(Kind.PAGE, 10**6, 1, 1, 1, {"exact": "көмір"})])


def test_a_second_writer_is_sent_away_and_readers_are_not(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, SCHEMA)
    document = Document(Kind.PAGE, 2, 1, 1, 1, {"exact": "көмір"})
    with run(HOLD_THE_WRITER, tmp_path) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "holding\n"
        with pytest.raises(Transient) as refusal:
            index.write([document])
        assert refusal.value.reason == "index-busy"
        assert count(index) == 0
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "written\n"
    index.write([document])
    assert count(index) == 2


def test_a_failed_batch_leaves_nothing_and_gives_the_lock_back(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, SCHEMA)
    good = Document(Kind.PAGE, 1, 1, 1, 1, {"exact": "көмір"})
    bad = Document(Kind.PAGE, 2, 1, 1, 1, {"no such stream": "көмір"})
    with pytest.raises(Broken) as kept:  # whose frames still hold the writer
        index.write([good, bad])
    assert kept.value.reason == "unknown-stream"
    assert index.contents() == {}
    index.write([good])
    assert count(index) == 1


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare for a small disk of its own")
def test_a_full_disk_is_transient_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(PREAMBLE + FILL_THE_DISK, encoding="utf-8")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=12m tmpfs {disk} && head -c 4M /dev/zero > {disk}/filler"
    probe = subprocess.run(["unshare", "-rm", "sh", "-c", mount], check=False, capture_output=True)
    if probe.returncode:
        pytest.skip("no mount namespace may be made here")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount} && {sys.executable} {child} {disk}/index"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "['transient storage-full'] 1\n"


def test_removed_generations_leave_no_folder(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, SCHEMA)
    for key in range(3):
        index.start_anew()
        index.write([Document(Kind.PAGE, key, 1, 1, 1, {"exact": "көмір"})])
        index.finish_anew()
    generations = GenerationFolders(tmp_path).current()
    assert generations is not None
    assert [entry.name for entry in tmp_path.glob("g[0-9]*")] == [generations.read]


def test_an_index_whose_files_are_gone_is_transient(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, SCHEMA)
    index.write([Document(Kind.PAGE, 1, 1, 1, 1, {"exact": "көмір"})])
    generations = GenerationFolders(tmp_path).current()
    assert generations is not None
    (tmp_path / generations.read / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(Transient) as failure:
        count(TantivyIndex(tmp_path, SCHEMA))
    assert failure.value.reason == "index-unavailable"
