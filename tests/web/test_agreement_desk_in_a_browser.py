"""The rights officer's desk in a real browser: by keyboard, accessible in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from storage.settings import Settings
from tests.pipeline.agreement_desk import PAPER, number_of, two_heirs
from tests.web.accessibility import SIGHTS, broken_rules, violations
from tests.web.agreement_office import Office, opened_office
from tests.web.browsing import served
from tests.web.by_keyboard import Keyboard
from web.cookies import SIGNED_IN
from web.language import LANGUAGES

DESK = "/desk/agreements"


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with opened_office(settings) as office:
        yield office


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
        served(office.app) as portal,
        window(chromium, portal, "first") as author,
        window(chromium, portal, "second") as reviewer,
    ):
        for path in paths:
            for language in LANGUAGES:
                address = f"{path}{'&' if '?' in path else '?'}lang={language}"
                opening = partial(author.goto, address)
                found[address] = broken_rules(author, opening, SIGHTS[language])
        opening = partial(reviewer.goto, f"{DESK}/{waiting}")
        found["to confirm"] = broken_rules(reviewer, opening, SIGHTS["kk"])
        author.goto(f"{DESK}/{draft}")
        author.fill("[name=party-1-share]", "1/3")
        author.click("button[value=submit]")
        author.wait_for_selector("#errors")
        found["shares that do not add up"] = violations(author)
    assert {page: told for page, told in found.items() if told} == {}


def test_an_agreement_is_written_mended_and_confirmed_by_keyboard(
    office: Office, chromium: Browser, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(PAPER)
    with served(office.app) as address:
        with window(chromium, address, "first") as page:
            page.goto(f"{DESK}/new?lang=en")
            keys = Keyboard(page)
            write_an_agreement(keys, paper)
            page.wait_for_selector("#errors")
            assert keys.is_at("#errors")
            mend_the_share(keys)
            page.wait_for_selector("main .note.warn")
            number = page.url.rpartition("/")[2]
        with window(chromium, address, "second") as page:
            page.goto(f"{DESK}/{number}?lang=en")
            Keyboard(page).presses('form[action$="/confirm"] button')
            page.wait_for_selector("#renew")
            assert page.locator(".tag", has_text="In force").count()


def write_an_agreement(keys: Keyboard, paper: Path) -> None:
    """From the empty form to handing it on, with a share that is wrong."""
    keys.writes("#number", "24/2026")
    keys.writes("#signed_on", "23.11.2026")
    for row, share in (("party-0", "1/2"), ("party-1", "1/3")):
        keys.writes(f"#{row}-name", f"Heir {share}")
        keys.writes(f"#{row}-share", share)
        keys.chooses(f"#{row}-kind", "Heir")
        keys.chooses(f"#{row}-part", "Text")
    keys.writes("#find", "жарық")
    keys.presses("button[value=find]")
    keys.page.wait_for_selector(".found-works li")
    assert keys.is_at(".found-works button")
    keys.presses(".found-works button")
    keys.page.wait_for_selector(".work-row")
    keys.ticks("[name=use][value=read-everybody]")
    keys.writes("#begins", "01.11.2026")
    keys.writes("#until", "30.11.2031")
    keys.chooses("#territory", "Whole world")
    keys.picks("#paper", paper)
    keys.presses("button[value=submit]")


def mend_the_share(keys: Keyboard) -> None:
    keys.presses("#errors a")
    keys.writes("#party-1-share", "1/2")
    keys.presses("button[value=submit]")
