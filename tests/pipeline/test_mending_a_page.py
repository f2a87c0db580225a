"""A page fails in the real pipeline: is exactly that on the board, and does it go when mended?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from archive.accounts import Account
from archive.duties import Role
from archive.ledger import PageStep, StepState
from archive.representations import Page, Scan
from storage.settings import Settings
from tests.faults.small_pages import print_page
from tests.faults.workers_at_work import until, worker
from tests.pipeline.spoiled_files import truncated_jpeg
from tests.quick_passwords import quick_hash
from tests.sample_home import file_of, sandyq, settings_for
from tests.web.work_at_desk import PASSWORD, WorkingLibrary
from web import desks
from web.app import create_app
from web.portal import Portal, utc_now

DESCRIBED = (
    *("--title", "Бүлінген бет", "--year", "1967"),
    *("--rights", "http://creativecommons.org/publicdomain/mark/1.0/", "--level", "everybody"),
)


@pytest.fixture
def short(tmp_path: Path) -> Settings:
    """One attempt, so that what fails is set aside at once."""
    return settings_for(tmp_path / "var", lease_seconds=30, sweep_seconds=1, attempt_cap=1)


@pytest.fixture
def library(short: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkingLibrary]:
    app = create_app(short)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    with portal.storage.rows.writing() as session:
        session.add(
            Account(
                name=Role.CATALOGUER, display_name="Каталогтаушы", role=Role.CATALOGUER,
                password_hash=quick_hash(PASSWORD), created_at=utc_now(),
                confirmed_at=utc_now(),
            )
        )  # fmt: skip
    made = WorkingLibrary(app, portal, {})
    monkeypatch.setattr(desks, "DESKS", made.with_all_desks())
    yield made
    portal.storage.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scans"
    made.mkdir()
    for number in (1, 2, 3):
        print_page(made / f"{number:02}.png", f"көмір шахта {number:02}")
    return made


def waiting(client: FlaskClient) -> list[str]:
    """The words of every row that waits, with its buttons and pages."""
    page: Any = html.fromstring(client.get("/desk/work").text)
    rows = page.xpath("//section[@id='waiting']//li[contains(@class, 'job')]")
    return [" ".join(row.text_content().split()) for row in rows]


def test_a_damaged_page_is_told_and_goes_when_a_good_file_comes(
    short: Settings, library: WorkingLibrary, folder: Path
) -> None:
    (folder / "02.png").unlink()
    truncated_jpeg(folder / "02.jpg")
    sandyq(short, "ingest", folder, *DESCRIBED, "--wait", check=False)
    client = library.browser(Role.CATALOGUER)
    (told,) = waiting(client)
    assert "1 page could not be read" in told
    assert "Other pages, ready: 2." in told
    assert "Page 2, 02.jpg: The image breaks off: the file was not written to its end." in told
    assert "Send these pages again" in told
    assert told.count(", 0") == told.count(".jpg:") == 1
    print_page(folder / "02.jpg", "көмір шахта 02")
    sandyq(short, "ingest", folder, *DESCRIBED, "--wait")
    assert not [row for row in waiting(client) if "could not be read" in row]


def test_a_step_that_broke_is_started_again_by_its_button(
    short: Settings, library: WorkingLibrary, folder: Path
) -> None:
    sandyq(short, "ingest", folder, *DESCRIBED)
    blob = _blob_of(library, "02.png")
    kept = blob.rename(blob.with_suffix(".away"))
    with worker(short):
        until(lambda: _count(library, StepState.QUARANTINED) == 1, "the page set aside")
        until(lambda: _texts(library) == 2, "the other pages")
        client = library.browser(Role.CATALOGUER)
        (told,) = waiting(client)
        assert "Pages set aside after several attempts: 1." in told
        assert "Page 2, 02.png: " in told
        kept.rename(blob)
        _press(client)
        until(lambda: _texts(library) == 3, "the page's text")
    assert not [row for row in waiting(client) if "set aside" in row]
    history = client.get(f"/desk/history/works/{_work(library)}").text
    assert "Work that had broken off was started again" in history
    assert "Каталогтаушы" in history


def _press(client: FlaskClient) -> None:
    """Press the button of the form, as a browser would."""
    page: Any = html.fromstring(client.get("/desk/work").text)
    (form,) = page.xpath("//section[@id='waiting']//form")
    told = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert re.fullmatch(r"/desk/work/\w+/again", form.get("action"))
    assert client.post(form.get("action"), data=told).status_code == 303


def _blob_of(library: WorkingLibrary, name: str) -> Path:
    with library.portal.reading() as session:
        key = session.scalars(select(Scan.content_key).where(Scan.original_name == name)).one()
    return file_of(library.portal.storage, key)


def _asked(library: WorkingLibrary, query: Any) -> Any:
    with library.portal.reading() as session:
        return session.scalars(query).one()


def _count(library: WorkingLibrary, state: StepState) -> int:
    query = select(func.count()).select_from(PageStep).where(PageStep.state == state)
    return int(_asked(library, query))


def _texts(library: WorkingLibrary) -> int:
    return int(_asked(library, select(func.count(Page.text_id))))


def _work(library: WorkingLibrary) -> str:
    with library.portal.reading() as session:
        page = session.scalars(select(Page)).first()
        assert page is not None
        return page.representation.item.work.name
