"""The pictures of a folder of scans on its way in: chosen, half sent, cut off, registered."""

from __future__ import annotations

import random
from pathlib import Path

from playwright.sync_api import Route, expect
from sqlalchemy import select

from archive.account_keeping import agent_of
from archive.accounts import Account
from archive.branches import Branch
from archive.duties import Role
from tests.archive.shelf import described
from tests.handbook.studio import NOW, Camera, Studio, now, seat
from tests.sample_home import SAMPLES, settings_for
from tests.web.browsing import served
from web.app import create_app
from web.portal import Portal

NAMES = (
    "upload-book", "upload-found", "upload-files", "upload-sending", "upload-line-lost",
    "upload-go-on", "upload-sent", "upload-order", "upload-done", "history",
)  # fmt: skip
FOLDER = SAMPLES / "komirli-olke"
TITLE, AUTHOR = "Көмірлі өлке: Қарағанды туралы әңгімелер", "Сарытау, Ақан"
SENT = 7  # files that have arrived when the picture is taken
SECONDS = 60_000  # ms; the machine may be busy


def walk(studio: Studio, home: Path) -> None:
    app = create_app(settings_for(home), now)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    _open_branch(portal)
    secret = seat(portal, Role.OPERATOR, "Айгүл Сейітова")
    _describe(portal, secret)
    with served(app) as address:
        with studio.window(address, secret) as camera:
            where = _begun(camera)
            _cut_off(camera)
        with studio.window(address, secret) as camera:
            _gone_on(camera, where)
    portal.storage.close()


def _open_branch(portal: Portal) -> None:
    with portal.storage.rows.writing() as session:
        code = "16"
        branch = Branch(code=code, label_kk=f"№ {code} филиал", label_ru=f"Филиал № {code}",
                        label_en=f"Branch {code}")  # fmt: skip
        session.add(branch)


def _describe(portal: Portal, secret: str) -> None:
    """Two books that the operator has described."""
    with portal.storage.rows.writing() as session:
        operator = session.scalars(select(Account.id).where(Account.name == secret)).one()
        for title, author, year in (
            (TITLE, AUTHOR, 1993),
            ("Қарағанды көмір бассейні", "Мүсірепов, Ғабит", 1967),
        ):
            described(
                session, title, now=NOW, chance=random.Random(title), authors=(author,), year=year,
                agent=agent_of(operator),
            )  # fmt: skip


def _begun(camera: Camera) -> str:
    """The address of the files' page."""
    page = camera.page
    page.goto("/desk/upload")
    camera.take("upload-book", until="main .two")
    page.goto("/desk/upload?q=Сарытау")
    camera.take("upload-found", until="[aria-labelledby=catalogue]")
    page.click("button[name=work]")
    page.wait_for_url("**/desk/upload/*")
    camera.take("upload-files", until="main .two")
    return page.url


def _cut_off(camera: Camera) -> None:
    """The folder is chosen; after the first files the line is silent, then it breaks."""
    page, held = camera.page, list[Route]()

    def let_through(route: Route) -> None:
        number = int((route.request.post_data_json or {})["files"][0]["name"].partition(".")[0])
        route.continue_() if number <= SENT else held.append(route)

    page.route("**/upload/deposits/*/files", let_through)
    page.locator("#folder-input").set_input_files(FOLDER)
    expect(page.locator("#files .st.ok")).to_have_count(SENT, timeout=SECONDS)
    # How long it will take depends on the machine.
    page.evaluate("document.getElementById('left').textContent = ''")
    camera.take("upload-sending", until="main .two")
    for route in held:
        route.abort("internetdisconnected")
    page.locator("#line-lost").wait_for(timeout=SECONDS)
    page.evaluate("document.getElementById('left').textContent = ''")
    camera.take("upload-line-lost", until="[aria-labelledby=total]")


def _gone_on(camera: Camera, where: str) -> None:
    page = camera.page
    page.goto("/desk/upload")
    camera.take("upload-go-on", until="[aria-labelledby=go-on]")
    page.goto(where)
    page.locator("#folder-input").set_input_files(FOLDER)
    expect(page.locator("#files .st.ok")).to_have_count(16, timeout=SECONDS)
    camera.take("upload-sent", until="main .two")
    page.click("a[href$='/order']")
    camera.take("upload-order")
    page.click("button[name=finish]")
    page.locator(".note.ok").wait_for(timeout=SECONDS)
    camera.take("upload-done", until="main > p:last-child")
    work = page.get_attribute("main a[href^='/works/']", "href")
    page.goto(f"/desk/history{work}")
    camera.take("history", until=".history")
