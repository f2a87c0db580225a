"""Is every file whole or absent, none lost, none twice, whatever becomes of line and disk?"""

from __future__ import annotations

import hashlib
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.deposits import Deposit, DepositedFile
from archive.representations import Page, Scan
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import Storage, open_storage
from storage.settings import Settings
from tests.faults.portal_at_work import PATIENCE, PortalAtWork, Sender, portal_at_work
from tests.faults.small_disk import fill, small_disk
from tests.web.upload_desk import new_token, picture
from web.station import Digests, Line, Station

CUTS = 60


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def station(portal: PortalAtWork, token: str, folder: Path) -> Station:
    """A station that does not wait long."""
    return Station(
        Line(portal.address, token, wait=lambda _: time.sleep(0.2)), Digests(folder / "digests")
    )


def pages(storage: Storage) -> list[tuple[str, str]]:
    query = (
        select(Scan.original_name, Scan.content_key)
        .join(Page, Page.scan_id == Scan.id)
        .order_by(Page.representation_id, Page.sequence)
    )
    with storage.rows.reading() as session:
        return [(name, key) for name, key in session.execute(query)]


def send_with_cuts(sender: Sender, address: str, content: bytes, chance: random.Random) -> int:
    """Send a file whose line is cut at random bytes; how often it was."""
    cuts = 0
    while (offset := _settled_offset(sender, address)) < len(content):
        rest = content[offset:]
        if cuts < 3 and chance.random() < 0.8:
            sender.cut(address, offset, rest, chance.randrange(len(rest)))
            cuts += 1
        else:
            sender.patch(address, offset, rest)
    return cuts


def _settled_offset(sender: Sender, address: str) -> int:
    """What the server has when it has noticed that the line is cut."""
    before = -1
    while (offset := sender.offset(address)) != before:
        before = offset
        time.sleep(0.02)
    return offset


def test_uploads_cut_at_random_bytes(
    settings: Settings, storage: Storage, chance: random.Random
) -> None:
    """60 files, most of them cut up to three times, four at a time."""
    contents = {f"{n}.png": picture(n, chance.randrange(2_000, 400_000)) for n in range(CUTS)}
    token = new_token(storage)
    with portal_at_work(settings) as portal:
        sender = Sender(portal, token)
        here = station(portal, token, settings.home)
        deposit = here.begin({"title": "Үзік желі"})
        with ThreadPoolExecutor(4) as four:
            cuts = list(
                four.map(
                    lambda name: send_with_cuts(
                        sender,
                        sender.create(deposit, name, len(contents[name]), sha(contents[name])),
                        contents[name],
                        random.Random(name),
                    ),
                    contents,
                )
            )
        for _ in range(2):
            here.finish(deposit)
    print(f"{sum(cuts)} cuts in {CUTS} files")
    assert sum(cuts) >= CUTS
    assert pages(storage) == [(f"{n}.png", sha(contents[f"{n}.png"])) for n in range(CUTS)]
    assert list(settings.uploads_folder.iterdir()) == []


def test_a_server_that_is_killed_goes_on_where_it_was(settings: Settings, storage: Storage) -> None:
    content = picture(1, 3_000_000)
    token = new_token(storage)
    with portal_at_work(settings) as portal:
        sender = Sender(portal, token)
        here = station(portal, token, settings.home)
        deposit = here.begin({"title": "Өшірілген"})
        address = sender.create(deposit, "1.png", len(content), sha(content))
        sender.cut(address, 0, content, 2_000_000)
        assert _settled_offset(sender, address) > 1_000_000
        portal.kill()
        portal.start()
        offset = sender.offset(address)
        assert offset > 1_000_000
        assert sender.patch(address, offset, content[offset:]) == 204
        here.finish(deposit)
    assert pages(storage) == [("1.png", sha(content))]


@pytest.mark.parametrize("full", ["home", "blobs"])
def test_a_full_disk_is_told_and_the_upload_goes_on_when_there_is_space(
    tmp_path: Path, full: str
) -> None:
    """The disk of the partial files and, apart from it, the disk of the blobs."""
    with small_disk(tmp_path / "disk", 24 << 20) as disk:
        home = disk / "var" if full == "home" else tmp_path / "var"
        blobs = f"file://{disk / 'blobs'}" if full == "blobs" else ""
        settings = Settings(home=home, blobs=blobs, language="en", processes=1)
        content = picture(1, 6_000_000)
        with portal_at_work(settings) as portal:
            storage = open_storage(settings, SEARCH_SCHEMA)
            token = new_token(storage)
            sender = Sender(portal, token)
            here = station(portal, token, tmp_path)
            deposit = here.begin({"title": "Толық диск"})
            address = sender.create(deposit, "1.png", len(content), sha(content))
            assert sender.patch(address, 0, content[:1_000_000]) == 204
            ballast = fill(disk)
            if full == "home":  # some room, so that it ends in the middle
                with ballast.open("r+b") as file:
                    file.truncate(ballast.stat().st_size - 2_000_000)
            status = sender.patch(address, 1_000_000, content[1_000_000:])
            assert status == 507
            ballast.unlink()
            offset = sender.offset(address)
            print(f"{full}: {offset} of {len(content)} bytes were kept")
            assert offset > 1_000_000
            if offset < len(content):
                assert sender.patch(address, offset, content[offset:]) == 204
            here.finish(deposit)
            assert pages(storage) == [("1.png", sha(content))]
            storage.close()


def test_two_hundred_files_leave_the_servers_memory_as_it_was(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """200 files of 3 MB, two at a time; the first ten warm the server up."""
    token = new_token(storage)
    content = picture(1, 3_000_000)
    with portal_at_work(settings) as portal:
        sender = Sender(portal, token)
        deposit = station(portal, token, tmp_path).begin({"title": "Жад"})

        def send(number: int) -> int:
            one = content + number.to_bytes(4, "big")
            address = sender.create(deposit, f"{number}.png", len(one), sha(one))
            assert sender.patch(address, 0, one) == 204
            return portal.memory()

        with ThreadPoolExecutor(2) as two:
            list(two.map(send, range(10)))
            before = portal.memory()
            most = max(two.map(send, range(10, 210)))
    print(f"{before >> 20} MiB before, {most >> 20} MiB at most")
    assert most - before < 24 << 20
    with storage.rows.reading() as session:
        query = select(DepositedFile).join(Deposit).where(Deposit.name == deposit)
        assert sum(file.content_key is not None for file in session.scalars(query)) == 210


def test_two_writers_of_one_file_make_one_file(settings: Settings, storage: Storage) -> None:
    content = picture(1, 2_000_000)
    token = new_token(storage)
    with portal_at_work(settings) as portal:
        sender = Sender(portal, token)
        here = station(portal, token, settings.home)
        deposit = here.begin({"title": "Екеу"})
        address = sender.create(deposit, "1.png", len(content), sha(content))
        deadline = time.monotonic() + PATIENCE
        with ThreadPoolExecutor(4) as four:
            while sender.offset(address) < len(content):
                assert time.monotonic() < deadline
                offset = sender.offset(address)
                piece = content[offset : offset + 300_000]
                statuses = list(four.map(lambda _: sender.patch(address, offset, piece), range(4)))  # noqa: B023
                assert set(statuses) <= {204, 409, 423}
        here.finish(deposit)
    assert pages(storage) == [("1.png", sha(content))]
