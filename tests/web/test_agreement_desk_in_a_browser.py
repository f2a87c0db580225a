"""The rights officer's desk in a real browser: by keyboard, accessible in three languages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from storage.settings import Settings
from tests.archive.shelf import described
from tests.handbook.studio import NOW, now
from tests.pipeline.agreement_desk import AgreementDesk, number_of, officer_of, two_heirs
from tests.pipeline.inventory import portal_of
from tests.web.browsing import served
from tests.web.test_accessibility import violations
from tests.web.test_keyboard import tab_to
from web.app import create_app
from web.cookies import SIGNED_IN
from web.language import LANGUAGES

DESK = "/desk/agreements"


@dataclass(frozen=True)
class Office:
    """Two officers over one book, of which nobody has agreed to anything yet."""

    app: Flask
    work: str
    first: AgreementDesk
    second: AgreementDesk

    def waiting(self, **changes: str) -> int:
        """An agreement that the first officer has handed on."""
        return number_of(self.first.draft(two_heirs(self.work, **changes), do="submit"))

    def kept(self, **changes: str) -> int:
        number = self.waiting(**changes)
        assert self.second.deed(number, "confirm").status_code == 303
        return number


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    app = create_app(settings, now=now)
    rows = portal_of(app).storage.rows
    with rows.writing() as session:
        made = described(
            session, "Жер астындағы жарық", now=NOW, chance=random.Random(1), rights=None,
            authors=("Талапова, Мәриям",), year=1987,
        )  # fmt: skip
        work = made.name
    yield Office(app, work, officer_of(app, "first"), officer_of(app, "second"))
    portal_of(app).storage.close()


@contextmanager
def window(chromium: Browser, address: str, officer: str) -> Iterator[Page]:
    """A browser in which this officer is signed in."""
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    secret = f"token-of-{officer}"
    context.add_cookies([{"name": SIGNED_IN, "value": secret, "url": address}])
    yield context.new_page()
    context.close()


def test_every_page_is_accessible(office: Office, chromium: Browser) -> None:
    draft = number_of(office.first.draft(two_heirs(office.work, number="1/2026"), do="save"))
    waiting = office.waiting(number="2/2026")
    kept = office.kept(number="3/2026", until="31.12.2026")
    over = office.kept(number="4/2021", begins="01.11.2021", until="22.11.2026")
    paths = (
        DESK, f"{DESK}?q=nothing", f"{DESK}/new", f"{DESK}/{draft}", f"{DESK}/{waiting}",
        f"{DESK}/{kept}", f"{DESK}/{over}", f"{DESK}/works/{office.work}",
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    with (
        served(office.app) as address,
        window(chromium, address, "first") as author,
        window(chromium, address, "second") as reviewer,
    ):
        for width in (1280, 320):
            for page, path in ((author, path) for path in paths):
                page.set_viewport_size({"width": width, "height": 900})
                for language in LANGUAGES:
                    page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
                    found[f"{path} {language} {width}"] = violations(page)
            reviewer.set_viewport_size({"width": width, "height": 900})
            reviewer.goto(f"{DESK}/{waiting}")
            found[f"to confirm {width}"] = violations(reviewer)
        author.goto(f"{DESK}/{draft}")
        author.fill("[name=party-1-share]", "1/3")
        author.click("button[value=submit]")
        author.wait_for_selector("#errors")
        found["shares that do not add up"] = violations(author)
    assert {page: told for page, told in found.items() if told} == {}


def test_an_agreement_is_mended_handed_on_and_confirmed_by_keyboard(
    office: Office, chromium: Browser
) -> None:
    wrong = two_heirs(office.work, **{"party-1-share": "1/3"})
    number = number_of(office.first.draft(wrong, do="save"))
    with served(office.app) as address:
        with window(chromium, address, "first") as page:
            page.goto(f"{DESK}/{number}?lang=en")
            tab_to(page, "[name=party-1-share]")
            page.keyboard.press("Control+A")
            page.keyboard.type("1/2")
            tab_to(page, "button[value=submit]")
            page.keyboard.press("Enter")
            page.wait_for_selector("main .note.warn")
        with window(chromium, address, "second") as page:
            page.goto(f"{DESK}/{number}?lang=en")
            tab_to(page, 'form[action$="/confirm"] button')
            page.keyboard.press("Enter")
            page.wait_for_selector("#renew")
