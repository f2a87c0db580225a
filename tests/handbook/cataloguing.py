"""The pictures of the catalogue's desk: a file taken in, twice, and records that are joined."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from archive.branches import Branch
from archive.catalogue_values import CatalogueRecord, Copy, Heading
from archive.duties import Role
from archive.works import Work
from tests.archive.shelf import described, digitized, shown
from tests.data.catalogue_records import rusmarc_file, truncated, wrong_length
from tests.handbook.studio import NOW, Camera, Studio, now, seat
from tests.sample_home import settings_for
from tests.web.browsing import served
from tests.web.catalogue_desk import ADDRESS, Desk, opened, post, send_file
from web.cookies import SIGNED_IN

NAMES = (
    "catalogue", "import-choice", "import-result", "import-second", "record", "record-edit",
    "record-history", "record-scans", "record-twice", "record-joined", "record-send",
)  # fmt: skip
SCANNED, BUNDLE, PAGES = "Қазақ солдаты", "Мүсірепов, сканер бумасы 12", 24
MUSIREPOV = Heading(entry="Мүсірепов", rest="Ғ.", fuller="Ғабит", birth_year=1902, death_year=1985)
SEIFULLIN = Heading(entry="Сейфуллин", rest="С.", fuller="Сәкен", birth_year=1894, death_year=1938)
ZHANSUGIROV = Heading(
    entry="Жансүгіров", rest="І.", fuller="Ілияс", birth_year=1894, death_year=1938
)
ZHUMABAEV = Heading(entry="Жұмабаев", rest="М.", fuller="Мағжан", birth_year=1893, death_year=1938)
BOOKS = (
    ("Оянған өлке", MUSIREPOV, 1953, "Алматы", "Жазушы"),
    ("Тар жол, тайғақ кешу", SEIFULLIN, 1927, "Қызылорда", "Қазақстан мемлекет баспасы"),
    ("Құлагер", ZHANSUGIROV, 1936, "Алматы", "Қазақстан көркем әдебиет баспасы"),
    ("Батыр Баян", ZHUMABAEV, 1923, "Ташкент", "Шолпан"),
    (SCANNED, MUSIREPOV, 1949, "Алматы", "Жазушы"),
    ("Кезекті жұмбақ", MUSIREPOV, 1971, "Алматы", "Жазушы"),
    ("Ұлпан", MUSIREPOV, 1974, "Алматы", "Жазушы"),
    ("Ұлпан", MUSIREPOV, 1974, "Алма-Ата", "Жазушы"),
)
FIRST_FILE, SECOND_FILE = "rabis-2026-11-16.mrc", "rabis-2026-11-23.mrc"


def records() -> list[CatalogueRecord]:
    return [
        CatalogueRecord(
            control_number=f"KZ-{4100 + number}", agency="KZ-KRG", title=title, headings=(author,),
            year=year, place=place, publisher=publisher, extent="240 б.", languages=("kaz",),
            subjects=("өлкетану",),
            copies=(Copy(inventory_number=f"{102400 + number}", shelfmark="84(5Қ)", branch="ОҚК"),),
        )
        for number, (title, author, year, place, publisher) in enumerate(BOOKS)
    ]  # fmt: skip


def first_file() -> bytes:
    """Eight sound records and two damaged ones."""
    sound = records()
    bad = [replace(sound[0], control_number=f"KZ-{number}") for number in (4190, 4191)]
    damaged = [truncated(_file(bad[:1])), wrong_length(_file(bad[1:]))]
    return _file(sound[:3]) + damaged[0] + _file(sound[3:6]) + damaged[1] + _file(sound[6:])


def second_file() -> bytes:
    """The same books a week later: two were corrected in the catalogue, one is new."""
    corrected = records()
    corrected[0] = replace(corrected[0], title="Оянған өлке: роман", extent="412 б.")
    corrected[2] = replace(corrected[2], year=1937)
    new = replace(corrected[4], control_number="KZ-4120", title="Жат қолында", year=1968)
    return _file([*corrected, new])


def _file(written: Iterable[CatalogueRecord]) -> bytes:
    return rusmarc_file(iter(written))


def walk(studio: Studio, home: Path) -> None:
    with opened(settings_for(home), now) as desk, served(desk.app) as address:
        _scans(desk)
        secret = seat(desk.portal, Role.CATALOGUER, "Гүлнар Ахметова")
        with studio.window(address, secret) as camera:
            _first(camera, desk, home)
            _second(camera, desk, secret)
            _joined(camera, desk)
            camera.page.goto(f"/works/{_named(desk, SCANNED)}")
            camera.take("record-send", until="p:has(a[href*=marcxml])")


def _scans(desk: Desk) -> None:
    """A book of which the operator knew only the title."""
    chance = random.Random(3)
    with desk.portal.storage.rows.writing() as session:
        session.add(
            Branch(code="ОҚК", label_kk="Орталық кітапхана", label_ru="Центральная библиотека",
                   label_en="Central library")
        )  # fmt: skip
        work = described(session, BUNDLE, now=NOW, chance=chance, rights=None)
        files = [f"{number:04}.tif" for number in range(1, PAGES + 1)]
        for page in digitized(session, work, files, now=NOW, chance=chance):
            shown(session, page, now=NOW)


def _first(camera: Camera, desk: Desk, home: Path) -> None:
    page, file = camera.page, home.parent / FIRST_FILE
    file.write_bytes(first_file())
    page.goto(ADDRESS)
    page.set_input_files("#file", file)
    page.click("main form[enctype] button")
    page.wait_for_url("**/imports/1")
    camera.take("import-choice", until="main form")
    page.click("main form .btn >> nth=0")
    page.wait_for_selector("[data-poll]")
    desk.work_off(1)
    page.goto(f"{ADDRESS}/imports/1")
    camera.take("import-result", until="main .section:has(.troubles)")


def _second(camera: Camera, desk: Desk, secret: str) -> None:
    """A person corrects a title, then the file comes again."""
    page, work = camera.page, f"{ADDRESS}/works/{_named(desk, 'Оянған өлке')}"
    page.goto(f"{work}/edit")
    page.fill("#title", "Оянған өлке. Роман")
    camera.take("record-edit", until="main form")
    page.click("main form .btn >> nth=0")
    client = desk.app.test_client()
    client.set_cookie(SIGNED_IN, secret)
    send_file(client, second_file(), SECOND_FILE)
    asked = f"{ADDRESS}/imports/2"
    post(client, asked, f"{asked}/start", encoding="kz1048", format="unimarc")
    desk.work_off(2)
    page.goto(asked)
    camera.take("import-second", until="main > :last-child")
    page.goto(f"{ADDRESS}?q=Мүсірепов")
    camera.take("catalogue", until="main > section:last-of-type")
    page.goto(work)
    camera.take("record", until="main .record")
    camera.take("record-history", of=".section:has(.history)")


def _joined(camera: Camera, desk: Desk) -> None:
    """Two records of one book are made one, then scans get their record."""
    page = camera.page
    page.goto(f"{ADDRESS}/works/{_named(desk, 'Ұлпан')}?q=Ұлпан")
    camera.take("record-twice", until="main .record aside")
    page.goto(f"{ADDRESS}/works/{_named(desk, SCANNED)}?q=сканер")
    camera.take("record-scans", until="main .record aside")
    page.click("form[action$='/join'] .btn >> nth=0")
    page.wait_for_load_state()
    camera.take("record-joined", until="main .record aside")


def _named(desk: Desk, title: str) -> str:
    with desk.portal.reading() as session:
        query = select(Work.name).where(Work.title == title).order_by(Work.id)
        return session.scalars(query).all()[0]
