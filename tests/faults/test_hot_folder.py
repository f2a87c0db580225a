"""Does a watched folder bring every file in once and in order, though its process is killed?"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from sqlalchemy import select

from archive.representations import Page, Scan
from archive.works import Work
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.portal_at_work import PATIENCE, PortalAtWork, portal_at_work
from tests.sample_home import environment, settings_for
from tests.web.upload_desk import new_token, picture

FILES = int(os.environ.get("HOT_FOLDER_FILES", "300"))
KILLS = 20
BOOKS = 3


def watcher(portal: PortalAtWork, token: str, folder: Path, home: Path) -> subprocess.Popen[bytes]:
    """`sandyq send --watch` of a station that has a home of its own."""
    command = [
        str(Path(sys.executable).with_name("sandyq")), "send", str(folder), "--watch",
        "--to", portal.address, "--token", token,
        "--every", "0.2", "--settle", "0.3", "--quiet", "4",
    ]  # fmt: skip
    return subprocess.Popen(command, env=environment(settings_for(home, library=None)))


def scan(folder: Path, contents: dict[str, bytes], chance: random.Random) -> None:
    """As a scanner does: file after file, each growing while it is written."""
    for name, content in contents.items():
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        with place.open("wb") as file:
            for start in range(0, len(content), 20_000):
                file.write(content[start : start + 20_000])
                file.flush()
                if chance.random() < 0.1:
                    time.sleep(0.05)


def pages(storage: Storage) -> dict[str, list[tuple[str, str]]]:
    """The pages of every book by its title, in order."""
    query = select(Page, Scan).join(Scan, Page.scan_id == Scan.id).order_by(Page.sequence)
    found: dict[str, list[tuple[str, str]]] = {}
    with storage.rows.reading() as session:
        for page, one in session.execute(query):
            title = page.representation.item.work.title
            found.setdefault(title, []).append((one.original_name, one.content_key))
    return found


def test_killed_twenty_times_while_files_arrive(
    settings: Settings, storage: Storage, tmp_path: Path, chance: random.Random
) -> None:
    hot = tmp_path / "hot"
    hot.mkdir()
    contents = {
        f"book-{number % BOOKS}/{number // BOOKS + 1}.png": picture(
            number, chance.randrange(1000, 60_000)
        )
        for number in range(FILES)
    }
    (hot / "book-0").mkdir()
    (hot / "book-0" / "book.yaml").write_text("title: Бірінші кітап\nyear: '1967'\n", "utf-8")
    token = new_token(storage)
    scanner = threading.Thread(target=scan, args=(hot, contents, chance))
    with portal_at_work(settings) as portal:
        watching = watcher(portal, token, hot, tmp_path / "station")
        scanner.start()
        kills = 0
        deadline = time.monotonic() + 4 * PATIENCE
        try:
            while sum(map(len, pages(storage).values())) < FILES:
                assert time.monotonic() < deadline
                time.sleep(random.Random(kills).uniform(0.8, 2.5))
                if kills < KILLS:
                    watching.kill()
                    watching.wait()
                    kills += 1
                    watching = watcher(portal, token, hot, tmp_path / "station")
            time.sleep(2)  # for what might come twice
        finally:
            scanner.join()
            watching.kill()
            watching.wait()
    assert kills == KILLS
    expected = {
        title: [
            (f"{n}.png", hashlib.sha256(contents[f"book-{book}/{n}.png"]).hexdigest())
            for n in range(1, FILES // BOOKS + 1)
        ]
        for book, title in enumerate(["Бірінші кітап", "book-1", "book-2"])
    }
    assert pages(storage) == expected
    with storage.rows.reading() as session:
        assert session.scalars(select(Work.year).where(Work.title == "Бірінші кітап")).all() == [
            1967
        ]
