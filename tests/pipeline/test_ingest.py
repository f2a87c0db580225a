"""Does `sandyq ingest` take every page once, in its place, however often it is told to?"""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from archive.events import Event, EventType
from archive.nouns import Row
from archive.representations import Page, Scan
from archive.works import Work
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.workers_at_work import until
from tests.sample_home import asked, environment
from web.cli.speech import Speech

TITLE = "Көмірлі өлке"

# What counts how often somebody looked in, and is no fact about a book.
COUNTERS = {"representations": {"deliveries"}}


def image(path: Path, shade: int) -> Path:
    """A small image with bytes of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (40 + shade % 7, 30), shade % 256).save(path, comment=str(shade))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pages 1, 2, 3 and 10."""
    for number in (1, 2, 3, 10):
        image(tmp_path / "scans" / f"p{number}.png", number)
    return tmp_path / "scans"


def ingest(settings: Settings, folder: Path, *told: str, code: int = 0) -> list[dict[str, Any]]:
    """What the command answers to a script."""
    done = asked(settings, "ingest", folder, "--json", *told, check=False)
    assert done.returncode == code, done.stderr
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


def everything(storage: Storage) -> dict[str, Counter[str]]:
    """Every row of every table, and every file of bytes."""
    held: dict[str, Counter[str]] = {"blobs": Counter(storage.blobs.keys())}
    with storage.rows.reading() as session:
        for table in Row.metadata.sorted_tables:
            left_out = COUNTERS.get(table.name, set())
            columns = [column for column in table.columns if column.name not in left_out]
            held[table.name] = Counter(map(str, session.execute(select(*columns))))
    return held


def pages(storage: Storage) -> list[tuple[int, str]]:
    """Place and file name of every page, in order."""
    query = select(Page.sequence, Scan.original_name).join(Scan, Page.scan_id == Scan.id)
    with storage.rows.reading() as session:
        return [(place, name) for place, name in session.execute(query.order_by(Page.sequence))]


def events(storage: Storage, event_type: EventType) -> int:
    with storage.rows.reading() as session:
        query = select(func.count()).select_from(Event).where(Event.type == event_type)
        return session.scalars(query).one()


def test_the_same_folder_again_adds_nothing(
    settings: Settings, storage: Storage, folder: Path
) -> None:
    (first,) = ingest(settings, folder, "--title", TITLE, "--author", "А. Автор")
    assert (first["added"], first["replaced"], first["unchanged"]) == (4, 0, 0)
    assert pages(storage) == [(1, "p1.png"), (2, "p2.png"), (3, "p3.png"), (4, "p10.png")]
    before = everything(storage)
    (again,) = ingest(settings, folder, "--title", TITLE, "--author", "А. Автор")
    assert (again["added"], again["replaced"], again["unchanged"]) == (0, 0, 4)
    assert again["work"] == first["work"]
    assert everything(storage) == before


def test_a_copy_of_the_folder_with_the_same_description_adds_nothing(
    settings: Settings, storage: Storage, folder: Path, tmp_path: Path
) -> None:
    (first,) = ingest(settings, folder, "--title", TITLE)
    before = everything(storage)
    shutil.copytree(folder, tmp_path / "elsewhere")
    (again,) = ingest(settings, tmp_path / "elsewhere", "--title", TITLE.upper())
    assert (again["work"], again["unchanged"]) == (first["work"], 4)
    assert everything(storage) == before


def test_other_pages_with_the_same_title_elsewhere_are_another_book(
    settings: Settings, storage: Storage, folder: Path, tmp_path: Path
) -> None:
    """Two clippings may share title and date."""
    (first,) = ingest(settings, folder, "--title", TITLE)
    image(tmp_path / "other" / "p1.png", 99)
    (other,) = ingest(settings, tmp_path / "other", "--title", TITLE)
    assert other["work"] != first["work"]
    assert events(storage, EventType.INGESTION) == 5


def test_a_changed_page_is_a_new_version_and_the_old_bytes_stay(
    settings: Settings, storage: Storage, folder: Path
) -> None:
    ingest(settings, folder, "--title", TITLE)
    old = hashlib.sha256((folder / "p2.png").read_bytes()).hexdigest()
    new = hashlib.sha256(image(folder / "p2.png", 77).read_bytes()).hexdigest()
    with storage.rows.reading() as session:
        before = {page.sequence: page.name for page in session.scalars(select(Page))}
    (answer,) = ingest(settings, folder, "--title", TITLE)
    assert (answer["added"], answer["replaced"], answer["unchanged"]) == (0, 1, 3)
    assert storage.blobs.is_intact(old)
    assert storage.blobs.is_intact(new)
    with storage.rows.reading() as session:
        assert {page.sequence: page.name for page in session.scalars(select(Page))} == before
        scans = {scan.content_key: scan for scan in session.scalars(select(Scan))}
        assert scans[new].supersedes_id == scans[old].id
        page = session.scalars(select(Page).where(Page.sequence == 2)).one()
        assert page.scan_id == scans[new].id
    assert (events(storage, EventType.INGESTION), events(storage, EventType.REPLACEMENT)) == (4, 1)


def test_a_new_page_between_two_others_gets_its_natural_place(
    settings: Settings, storage: Storage, folder: Path
) -> None:
    ingest(settings, folder, "--title", TITLE)
    image(folder / "p9.png", 9)
    (answer,) = ingest(settings, folder, "--title", TITLE)
    assert answer["added"] == 1
    expected = ["p1.png", "p2.png", "p3.png", "p9.png", "p10.png"]
    assert pages(storage) == list(enumerate(expected, start=1))


def test_a_renamed_duplicate_is_refused_and_the_rest_is_in(
    settings: Settings, storage: Storage, folder: Path
) -> None:
    shutil.copy(folder / "p1.png", folder / "p4.png")
    (answer,) = ingest(settings, folder, "--title", TITLE, code=3)
    (refused,) = answer["refused"]
    assert (refused["file"], refused["reason"]) == ("p4.png", "duplicate-page")
    assert "not stored twice" in refused["told"]
    assert (answer["added"], len(pages(storage))) == (4, 4)


def test_many_books_from_a_table(settings: Settings, storage: Storage, tmp_path: Path) -> None:
    image(tmp_path / "many" / "a" / "1.png", 1)
    image(tmp_path / "many" / "b" / "1.png", 2)
    (tmp_path / "many" / "books.csv").write_text(
        "folder;title;author;year;language\na;Бірінші;А. Автор;1960;kk\n"
        "b;Вторая;;1961;ru\nnowhere;Үшінші;;1962;kk\n",
        encoding="utf-8-sig",
    )
    answers = ingest(settings, tmp_path / "many", code=3)
    assert [(each["title"], each["added"]) for each in answers] == [
        ("Бірінші", 1), ("Вторая", 1), ("Үшінші", 0)
    ]  # fmt: skip
    (refused,) = answers[2]["refused"]
    assert refused["reason"] == "unreadable-folder"
    assert refused["file"].endswith("nowhere")
    with storage.rows.reading() as session:
        told = {work.title: (work.year, work.language) for work in session.scalars(select(Work))}
    assert told == {"Бірінші": (1960, "kk"), "Вторая": (1961, "ru")}


def test_many_books_from_folders_with_their_descriptions(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    for number, title in ((1, "Бірінші"), (2, "Екінші")):
        image(tmp_path / "many" / str(number) / "1.png", number)
        (tmp_path / "many" / str(number) / "book.yaml").write_text(
            f"title: {title}\nlabels: [iv]\nbranch: ОҚК\nlevel: everybody\n", encoding="utf-8"
        )
    answers = ingest(settings, tmp_path / "many")
    assert [each["title"] for each in answers] == ["Бірінші", "Екінші"]
    with storage.rows.reading() as session:
        assert [page.label for page in session.scalars(select(Page))] == ["iv", "iv"]
    before = everything(storage)
    assert [each["unchanged"] for each in ingest(settings, tmp_path / "many")] == [1, 1]
    assert everything(storage) == before


def test_one_book_that_is_refused_does_not_stop_the_others(
    settings: Settings, tmp_path: Path
) -> None:
    for number, branch in ((1, "nowhere"), (2, "ОҚК")):
        image(tmp_path / "many" / str(number) / "1.png", number)
        (tmp_path / "many" / str(number) / "book.yaml").write_text(
            f"title: Кітап {number}\nbranch: {branch}\n", encoding="utf-8"
        )
    first, second = ingest(settings, tmp_path / "many", code=3)
    assert [refused["reason"] for refused in first["refused"]] == ["unknown-branch"]
    assert (first["work"], second["added"]) == (None, 1)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([], "no-title"),
        (["--title", " "], "no-title"),
        (["--title", TITLE, "--year", "x"], None),
        (["--title", TITLE, "--until", "2030-02-30"], "bad-date"),
        (["--title", TITLE, "--branch", "nowhere"], "unknown-branch"),
    ],
)
def test_misuse_has_a_code_of_its_own_and_takes_nothing_in(
    settings: Settings, storage: Storage, folder: Path, told: list[str], reason: str | None
) -> None:
    done = asked(settings, "ingest", folder, *told, check=False)
    assert done.returncode == 2
    if reason is not None:
        sentence = Speech("en").reason(reason, {"value": told[-1] if told else None})
        assert sentence in done.stderr
    assert pages(storage) == []


def test_a_person_is_told_what_became_of_the_book(settings: Settings, folder: Path) -> None:
    done = asked(settings, "ingest", folder, "--title", TITLE)
    assert TITLE in done.stdout
    assert "new pages: 4" in done.stdout


@pytest.mark.parametrize("after", [0, 1, 40])
def test_killed_in_the_middle_it_goes_on_where_it_stopped(
    settings: Settings, storage: Storage, tmp_path: Path, after: int
) -> None:
    """Before the first page, after it, and in the middle of the registration."""
    count = 120
    for number in range(1, count + 1):
        image(tmp_path / "scans" / f"p{number}.png", number)
    command = str(Path(sys.executable).with_name("sandyq"))
    with subprocess.Popen(
        [command, "ingest", str(tmp_path / "scans"), "--title", TITLE],
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        if after:
            until(lambda: len(pages(storage)) >= after, f"page {after}")
        else:
            until(lambda: len(list(storage.blobs.keys())) >= 3, "the third file")
        process.send_signal(signal.SIGKILL)
    taken = len(pages(storage))
    (answer,) = ingest(settings, tmp_path / "scans", "--title", TITLE)
    assert (answer["added"], answer["unchanged"]) == (count - taken, taken)
    assert pages(storage) == [(number, f"p{number}.png") for number in range(1, count + 1)]
    assert events(storage, EventType.INGESTION) == count
    with storage.rows.reading() as session:
        assert session.scalars(select(func.count(Work.id))).one() == 1
    assert all(storage.blobs.is_intact(key) for key in storage.blobs.keys())  # noqa: SIM118
