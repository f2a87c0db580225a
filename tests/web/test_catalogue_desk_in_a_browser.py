"""The cataloguer's desk in a real browser: by keyboard, accessible in three languages, narrow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from archive.catalogue_entries import CatalogueEntry
from archive.duties import Role
from tests.archive.shelf import described
from tests.data.catalogue_records import generated, rusmarc_file, truncated
from tests.sample_home import settings_for
from tests.web.accessibility import SIGHTS, broken_rules, violations
from tests.web.browsing import served
from tests.web.by_keyboard import Keyboard
from tests.web.catalogue_desk import ADDRESS, Desk, opened
from web.language import LANGUAGES


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(settings_for(tmp_path / "var")) as made:
        yield made


@pytest.fixture
def page(desk: Desk, chromium: Browser) -> Iterator[Page]:
    desk.signed_in(Role.CATALOGUER)
    with served(desk.app) as address:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        context.add_cookies(
            [{"name": "signed-in", "value": "secret-of-cataloguer", "url": address}]
        )
        yield context.new_page()
        context.close()


def test_a_file_by_keyboard_and_every_page_accessible(
    desk: Desk, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "rabis.mrc"
    file.write_bytes(truncated(rusmarc_file(generated(1, first=99))) + rusmarc_file(generated(40)))
    page.goto(f"{ADDRESS}?lang=en")
    page.set_input_files("#file", file)
    page.focus("#file")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ADDRESS}/imports/1")
    found = {"choice": violations(page)}
    page.focus("input[name=encoding]:checked")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-poll]")
    found["running"] = violations(page)
    desk.work_off(1)
    with desk.portal.reading() as session:
        work = session.scalars(select(CatalogueEntry)).first()
        assert work is not None
        record = f"{ADDRESS}/works/{work.work.name}"
    kinds = (f"{ADDRESS}?q=1", f"{ADDRESS}/imports/1", f"{record}?q=1", f"{record}/edit")
    for kind in kinds:
        for language in LANGUAGES:
            address = f"{kind}{'&' if '?' in kind else '?'}lang={language}"
            found[address] = broken_rules(page, partial(page.goto, address), SIGHTS[language])
    assert {kind: told for kind, told in found.items() if told} == {}


def test_a_record_is_joined_with_its_scans_by_keyboard(desk: Desk, page: Page) -> None:
    with desk.portal.storage.rows.writing() as session:
        scans = described(
            session, "Көмірлі өлке", now=desk.portal.now(), chance=random.Random(1),
            authors=("Сарытау, Ақан",), year=1993,
        ).name  # fmt: skip
        record = described(
            session, "Көмірлі өлке: әңгімелер", now=desk.portal.now(), chance=random.Random(2),
            authors=("Сарытау, А.",), year=1993,
        ).name  # fmt: skip
    page.goto(f"{ADDRESS}?lang=en")
    keys = Keyboard(page)
    keys.writes("main input[type=search]", "әңгімелер")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    keys.presses(f'main a[href$="{record}"]')
    page.wait_for_selector("aside.panel")
    keys.writes("aside.panel #q", "өлке")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    keys.presses(f'aside.panel form:has([value="{scans}"]) button')
    page.wait_for_selector("text=Joined with “Көмірлі өлке")
