"""Is bad input refused by name, reason and advice, in the reader's own language, while the
rest of the book goes on?
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.ledger import BookBuild, PageStep, StepState
from archive.representations import Page, Scan
from schemas.search_document import SEARCH_SCHEMA
from storage.errors import Refused
from storage.opening import Storage, open_storage
from storage.settings import Settings
from tests.faults.invariants import breaches
from tests.faults.killing import is_at_rest
from tests.faults.small_disk import fill, small_disk
from tests.faults.small_pages import print_page, print_pages
from tests.faults.workers_at_work import until, worker
from tests.pipeline import spoiled_files
from tests.sample_home import asked, environment, sandyq, settings_for
from web.cli.ingesting import books_in
from web.cli.speech import Speech
from web.language import LANGUAGES
from workers.workshop import utc_now

TITLE = "Бүлінген беттер"

# What each file of the folder is refused for, when it is handed in or when it is worked on.
REFUSED_AT_ONCE = {
    "02.tif": "not-an-image",
    "04.png": "empty-file",
    "11.png": "duplicate-page",
    "13.jpg": "unreadable-file",
}
REFUSED_AT_WORK = {
    ("03.jpg", 0): "truncated-image",
    ("05.png", 0): "too-many-pixels",
    ("10.pdf", 1): "pdf-page-not-a-scan",
}
IN_ORDER = [
    ("01.png", 0), ("03.jpg", 0), ("05.png", 0), ("06.tif", 0), ("07.jpg", 0),
    ("08.tif", 0), ("08.tif", 1), ("08.tif", 2), ("09.pdf", 0), ("09.pdf", 1),
    ("10.pdf", 0), ("10.pdf", 1), ("12.png", 0),
]  # fmt: skip


def spoiled_folder(folder: Path) -> Path:
    """A book as it should not be handed in."""
    folder.mkdir()
    print_page(folder / "01.png", "бірінші бет")
    (folder / "02.tif").write_text("Бұл сурет емес.", encoding="utf-8")
    spoiled_files.truncated_jpeg(folder / "03.jpg")
    (folder / "04.png").touch()
    spoiled_files.bomb_png(folder / "05.png")
    spoiled_files.gray_16_bit(folder / "06.tif", "алтыншы бет")
    spoiled_files.cmyk_jpeg(folder / "07.jpg", "жетінші бет")
    spoiled_files.many_in_one(folder / "08.tif", ["сегіз", "тоғыз", "он"])
    spoiled_files.many_in_one(folder / "09.pdf", ["он бір", "он екі"])
    spoiled_files.pdf_with_a_typed_page(folder / "10.pdf", "он үш")
    shutil.copy(folder / "01.png", folder / "11.png")
    print_page(folder / "12.png", "соңғы бет")
    # Opens for everybody and gives its bytes to nobody, root included.
    (folder / "13.jpg").symlink_to("/proc/self/mem")
    return folder


class SpoiledBook:
    """The folder, handed in with ``--wait``, and what the command said."""

    def __init__(self, base: Path) -> None:
        self.settings = settings_for(base / "var", lease_seconds=30, sweep_seconds=1)
        self.folder = spoiled_folder(base / "scans")
        self.done = self.run("ingest", self.folder, "--title", TITLE, "--wait", "--json")
        (self.answer,) = json.loads(self.done.stdout)

    def run(self, *told: str | Path, language: str = "en") -> subprocess.CompletedProcess[str]:
        command = sandyq if "--wait" in told else asked  # a worker is lent to who waits
        return command(replace(self.settings, language=language), *told, check=False)


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> SpoiledBook:
    return SpoiledBook(tmp_path_factory.mktemp("spoiled"))


@pytest.fixture
def kept(spoiled: SpoiledBook) -> Iterator[Storage]:
    opened = open_storage(spoiled.settings, SEARCH_SCHEMA)
    yield opened
    opened.close()


def test_every_bad_file_is_refused_by_name_and_reason(spoiled: SpoiledBook) -> None:
    assert spoiled.done.returncode == 3, spoiled.done.stderr
    told = {(each["file"], each["reason"]) for each in spoiled.answer["refused"]}
    assert told == {
        *REFUSED_AT_ONCE.items(),
        *((name, reason) for (name, _), reason in REFUSED_AT_WORK.items()),
    }


def test_the_rest_of_the_book_is_complete_and_in_order(kept: Storage) -> None:
    query = (
        select(Scan.original_name, Page.frame, Page.sequence, Page)
        .join(Page, Page.scan_id == Scan.id)
        .order_by(Page.sequence)
    )
    with kept.rows.reading() as session:
        rows = session.execute(query).all()
        assert [(name, frame) for name, frame, _, _ in rows] == IN_ORDER
        assert [place for _, _, place, _ in rows] == list(range(1, len(IN_ORDER) + 1))
        for name, frame, _, page in rows:
            good = (name, frame) not in REFUSED_AT_WORK
            assert (page.access_id is not None) == good, name
            assert (page.text_id is not None) == good, name
        builds = {(build.step, build.state) for build in session.scalars(select(BookBuild))}
    assert builds == {(step, StepState.DONE) for step in ("manifest", "pdf", "pdf-small")}


def test_odd_images_are_kept_as_they_came(spoiled: SpoiledBook, kept: Storage) -> None:
    """16 bits and CMYK are changed only in the image for readers."""
    with kept.rows.reading() as session:
        keys = {scan.original_name: scan.content_key for scan in session.scalars(select(Scan))}
    for name in ("06.tif", "07.jpg", "08.tif", "09.pdf"):
        given = (spoiled.folder / name).read_bytes()
        assert keys[name] == hashlib.sha256(given).hexdigest()
        assert kept.blobs.read(keys[name]) == given


@pytest.mark.parametrize(
    ("words", "page"), [("алтыншы", 4), ("жетінші", 5), ("тоғыз", 7), ("соңғы", 13)]
)
def test_every_page_that_is_in_can_be_found(spoiled: SpoiledBook, words: str, page: int) -> None:
    sandyq(spoiled.settings, "rights", spoiled.answer["work"], "--level", "everybody",
           "--rights", "http://creativecommons.org/publicdomain/mark/1.0/")  # fmt: skip
    found = json.loads(spoiled.run("search", words, "--json").stdout)
    assert [each["label"] for each in found["found"]] == [str(page)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_at_once_is_told_in_the_language_asked(
    spoiled: SpoiledBook, language: str
) -> None:
    speech = Speech(language)
    done = spoiled.run("ingest", spoiled.folder, "--title", TITLE, language=language)
    assert done.returncode == 3
    for name, reason in REFUSED_AT_ONCE.items():
        (line,) = [line for line in done.stderr.splitlines() if line.startswith(f"  {name}: ")]
        assert line.endswith(speech.reason(reason, {"page": 1}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_at_work_is_told_in_the_language_asked(
    spoiled: SpoiledBook, language: str
) -> None:
    speech = Speech(language)
    values = {"pixels": 2_500_000_000, "limit": 200_000_000, "page": 2}
    done = spoiled.run("status", language=language)
    assert done.returncode == 3
    for (name, frame), reason in REFUSED_AT_WORK.items():
        place = speech("page %(number)s", number=IN_ORDER.index((name, frame)) + 1)
        expected = f"  {place}, {name}: {speech.reason(reason, values)}"
        assert expected in done.stdout.splitlines()


def test_every_language_has_words_of_its_own() -> None:
    """The catalogues are compiled at set-up; without them all would speak English."""
    for reason in (*REFUSED_AT_ONCE.values(), *REFUSED_AT_WORK.values(), "storage-full"):
        sentences = {Speech(language).reason(reason, {}) for language in LANGUAGES}
        assert len(sentences) == 3, reason


# --- what may not be opened ---------------------------------------------------


def unprivileged(settings: Settings, *told: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `sandyq` as somebody for whom file permissions count, which for root they do not."""
    command = [str(Path(sys.executable).with_name("sandyq")), *map(str, told)]
    if os.geteuid() == 0:
        without = "-dac_override,-dac_read_search"
        command = ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}", *command]
    return subprocess.run(
        command, env=environment(settings), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("why", "language"),
    [
        ("not there", "kk"),
        ("is a file", "ru"),
        ("may not be read", "kk"),
        ("may not be read", "ru"),
        ("may not be read", "en"),
    ],
)
def test_an_unreadable_folder_is_refused(
    settings: Settings, tmp_path: Path, why: str, language: str
) -> None:
    folder = tmp_path / "scans"
    if why == "may not be read":
        print_pages(folder, 1)
        folder.chmod(0o000)
    elif why == "is a file":
        print_page(tmp_path / "scans.png", "бет").rename(folder)
    spoken = replace(settings, language=language)
    done = unprivileged(spoken, "ingest", folder, "--title", TITLE)
    if folder.is_dir():
        folder.chmod(0o755)
    assert done.returncode == 2
    assert Speech(language).reason("unreadable-folder", {}) in done.stderr


def test_an_unreadable_file_is_refused_and_the_rest_is_in(
    settings: Settings, tmp_path: Path
) -> None:
    first, second, third = print_pages(tmp_path / "scans", 3)
    second.chmod(0o000)
    done = unprivileged(settings, "ingest", tmp_path / "scans", "--title", TITLE, "--json")
    assert done.returncode == 3, done.stderr
    (answer,) = json.loads(done.stdout)
    assert answer["added"] == 2
    assert [(each["file"], each["reason"]) for each in answer["refused"]] == [
        (second.name, "unreadable-file")
    ]
    assert first.exists()
    assert third.exists()


def test_a_folder_without_any_page_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "Thumbs.db").write_bytes(b"x")
    (tmp_path / "scans" / ".hidden.png").write_bytes(b"x")
    done = asked(settings, "ingest", tmp_path / "scans", "--title", TITLE, check=False)
    assert done.returncode == 2
    assert Speech("en").reason("no-pages", {}) in done.stderr


# --- descriptions -------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "reason", "values"),
    [
        ("year: 1960", "no-title", {}),
        ("title: ''", "no-title", {}),
        ("title: [", "bad-book-file", {"file": "scans/book.yaml"}),
        ("just a sentence", "bad-book-file", {"file": "scans/book.yaml", "detail": "title: …"}),
        ("title: А\nuntill: 2030-01-01", "bad-book-file", {"detail": "untill"}),
        ("title: А\nlanguage: kz", "unknown-language", {"value": "kz"}),
        ("title: А\ntype: novel", "unknown-type", {"value": "novel"}),
        ("title: А\nlevel: all", "bad-level", {"value": "all"}),
        ("title: А\nuntil: 31.12.2030", "bad-date", {"value": "31.12.2030"}),
        ("title: А\nyear: MCMLX", "bad-year", {"value": "MCMLX"}),
        ("title: А\nrights: free", "unknown-statement", {"value": "free"}),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(
    tmp_path: Path, told: str, reason: str, values: dict[str, Any]
) -> None:
    print_pages(tmp_path / "scans", 1)
    (tmp_path / "scans" / "book.yaml").write_text(told, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        list(books_in(tmp_path / "scans", {}))
    assert refusal.value.reason == reason
    assert values.items() <= refusal.value.values.items()
    sentences = {Speech(language).failure(refusal.value) for language in LANGUAGES}
    assert len(sentences) == 3
    assert "value" not in values or all(values["value"] in each for each in sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_says_so_and_takes_nothing_in(
    settings: Settings, storage: Storage, tmp_path: Path, language: str
) -> None:
    print_pages(tmp_path / "scans", 1)
    (tmp_path / "scans" / "book.yaml").write_text("title: А\nbranch: nowhere", encoding="utf-8")
    done = asked(
        replace(settings, language=language), "ingest", tmp_path / "scans", check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert Speech(language).reason("unknown-branch", {"value": "nowhere"}) in done.stderr
    with storage.rows.reading() as session:
        assert session.scalars(select(Page)).all() == []


# --- no space left ------------------------------------------------------------


def on_disk(settings: Settings, disk: Path) -> Settings:
    """The same library with its bytes on another disk."""
    return replace(
        settings, blobs=f"file://{disk}/blobs", lease_seconds=5, sweep_seconds=1, attempt_cap=2
    )


def test_ingest_waits_for_space_and_goes_on_by_itself(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    print_pages(tmp_path / "scans", 4)
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        spoken = replace(on_disk(settings, disk), language="kk")
        ballast = fill(disk)
        command = str(Path(sys.executable).with_name("sandyq"))
        with subprocess.Popen(
            [command, "ingest", str(tmp_path / "scans"), "--title", TITLE, "--json"],
            env=environment(spoken),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            sentence = Speech("kk").reason("storage-full", {})
            assert sentence in process.stderr.readline()
            assert process.poll() is None
            ballast.unlink()
            (answer,) = json.loads(process.stdout.read())
        assert process.returncode == 0
        assert (answer["added"], answer["refused"]) == (4, [])
        opened = open_storage(spoken, SEARCH_SCHEMA)
        with opened.rows.reading() as session:
            keys = list(session.scalars(select(Scan.content_key)))
        assert len(keys) == 4
        assert all(opened.blobs.is_intact(key) for key in keys)
        opened.close()
    assert storage is not opened


def test_a_worker_waits_for_space_and_goes_on_by_itself(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """What waits is no attempt: with a cap of two it would soon be set aside."""
    pages = 2
    print_pages(tmp_path / "scans", pages)
    with small_disk(tmp_path / "disk", 8 << 20) as disk:
        there = on_disk(settings, disk)
        (answer,) = json.loads(
            asked(there, "ingest", tmp_path / "scans", "--title", TITLE, "--json").stdout
        )
        ballast = fill(disk)
        opened = open_storage(there, SEARCH_SCHEMA)
        with worker(there):
            seen: dict[int, int] = {}
            until(lambda: _has_waited(opened, seen, times=4), "the waiting")
            (state,) = json.loads(asked(there, "status", answer["work"], "--json").stdout)
            assert state["waiting"]["reason"] == "storage-full"
            assert state["troubles"] == []
            ballast.unlink()
            until(lambda: is_at_rest(opened.rows), "the end", there.home / "worker.log")
        found = breaches(opened, pages, utc_now())
        opened.close()
    # Each time it waited there was an event of failure, and one of success at the end.
    assert found == []
    assert storage is not opened


def _has_waited(opened: Storage, seen: dict[int, int], *, times: int) -> bool:
    """Whether a step has been tried and put off so often; its fence counts the tries."""
    with opened.rows.reading() as session:
        for step in session.scalars(select(PageStep).where(PageStep.error.is_not(None))):
            assert step.attempts <= 1, "a wait was counted as an attempt"
            if (step.error or {}).get("reason") == "storage-full":
                seen[step.id] = step.fence
    return any(fence >= times for fence in seen.values())
