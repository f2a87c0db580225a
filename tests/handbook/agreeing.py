"""The pictures of the desk of agreements: from a draft to what a reader is told."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.accounts import Account
from archive.agents import Agent, AgentName
from archive.duties import Role
from archive.works import Contribution, Work
from tests.archive.shelf import described, digitized, shown
from tests.handbook.studio import NOW, Camera, Studio, now, seat
from tests.pipeline.agreement_desk import AgreementDesk, number_of, two_heirs
from tests.sample_home import settings_for
from tests.web.browsing import served
from web.app import create_app
from web.cookies import SIGNED_IN
from web.portal import Portal

NAMES = (
    "agreements", "agreement-form", "agreement-works", "agreement-uses", "agreement-errors",
    "agreement-own", "agreement-confirm", "agreement-coverage", "agreement-kept",
    "agreement-deeds", "agreement-ended", "work-rights", "work-parts", "work-left-out",
    "work-free", "refusal",
)  # fmt: skip
BOOK, FREE, ENDED = "Жер астындағы жарық", "Құлагер", "Менің шахтам"
"""Of two heirs and an illustrator; of an author who died in 1938; whose agreement is over."""

PAGES = 48
HEIRS = {"party-0-name": "Талапова Сәуле", "party-1-name": "Талапов Ерлан"}
OTHERS = (  # what the calendar shows: title, author, number, first and last day
    ("Қалам мен қайла", "Оразбек Жүсіп", "19/2024", "01.01.2024", "31.12.2026"),
    ("Алтын құмдар", "Смағұлова Роза", "07/2025", "01.05.2025", "30.04.2027"),
    ("Теміртау таңы", "Ким Виктор", "08/2025", "01.05.2025", "30.04.2027"),
    (ENDED, "Бекенов Марат", "03/2021", "23.11.2021", "22.11.2026"),
)


@dataclass(frozen=True)
class Officers:
    """Two officers at one portal: their desks, and the secrets of their sign-ins."""

    portal: Portal
    first: AgreementDesk
    second: AgreementDesk
    secrets: tuple[str, str]

    def confirmed(self, fields: Mapping[str, Any]) -> int:
        number = number_of(self.first.draft(fields, do="submit"))
        assert self.second.deed(number, "confirm").status_code == 303
        return number


def walk(studio: Studio, home: Path) -> None:
    app = create_app(settings_for(home), now)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    books = _fill(portal)
    secrets = (
        seat(portal, Role.RIGHTS_OFFICER, "Дәурен Оспанов"),
        seat(portal, Role.RIGHTS_OFFICER, "Жанар Әлиева"),
    )
    first, second = (_desk(portal, app.test_client(), secret) for secret in secrets)
    officers = Officers(portal, first, second, secrets)
    with served(app) as address:
        number = _drafted(studio, address, officers, books)
        _checked(studio, address, officers, number)
        _kept(studio, address, officers, books)
    portal.storage.close()


def _desk(portal: Portal, client: Any, secret: str) -> AgreementDesk:
    client.set_cookie(SIGNED_IN, secret)
    with portal.reading() as session:
        account = session.scalars(select(Account.id).where(Account.name == secret)).one()
    return AgreementDesk(client, account)


def _fill(portal: Portal) -> Mapping[str, str]:
    """The works' names by their titles."""
    with portal.storage.rows.writing() as session:
        for title, author, year in (
            (BOOK, "Талапова, Мәриям", 1987),
            (FREE, "Жансүгіров, Ілияс", 1936),
            *((title, author, 1990) for title, author, *_ in OTHERS),
        ):
            _book(session, title, author, year)
        _illustrated(session)
        poet = session.get_one(Agent, _author(session, FREE))
        poet.death_year = 1938
        return {work.title: work.name for work in session.scalars(select(Work))}


def _book(session: Session, title: str, author: str, year: int) -> None:
    chance = random.Random(title)
    work = described(
        session, title, now=NOW, chance=chance, rights=None, authors=(author,), year=year
    )
    files = [f"{number:04}.tif" for number in range(1, PAGES + 1)]
    for page in digitized(session, work, files, now=NOW, chance=chance):
        shown(session, page, now=NOW)


def _author(session: Session, title: str) -> int:
    query = select(Contribution.agent_id).join(Work, Work.id == Contribution.work_id)
    return session.scalars(query.where(Work.title == title)).one()


def _illustrated(session: Session) -> None:
    work = session.scalars(select(Work).where(Work.title == BOOK)).one()
    form = AgentName(form="Мұратов, Болат", folded="мұратов, болат", preferred=True)
    illustrator = Agent(name="illustrator", forms=[form])
    session.add(illustrator)
    session.flush()
    session.add(Contribution(work_id=work.id, agent_id=illustrator.id, role="ill", position=1))


def _drafted(studio: Studio, address: str, officers: Officers, books: Mapping[str, str]) -> int:
    """The number under which the agreement is kept."""
    fields = two_heirs(books[BOOK], **HEIRS, **{"party-0-stands_for": "Талапова Мәриям"})
    number = number_of(officers.first.draft({**fields, "party-1-share": "1/3"}, do="save"))
    with studio.window(address, officers.secrets[0]) as camera:
        page = camera.page
        page.goto(f"/desk/agreements/{number}")
        page.fill("[name=party-1-share]", "1/2")
        camera.take("agreement-form", until=".party >> nth=1")
        _part(camera, "agreement-works", "#works")
        _part(camera, "agreement-uses", "#uses")
        page.fill("[name=party-1-share]", "1/3")
        page.click("button[value=submit]")
        page.wait_for_selector("#errors")
        camera.take("agreement-errors")
        page.fill("[name=party-1-share]", "1/2")
        page.click("button[value=submit]")
        page.wait_for_selector(".note.warn")
        camera.take("agreement-own", until="main .note.warn")
        camera.take("agreement-coverage", of=".coverage")
    return number


def _part(camera: Camera, name: str, heading: str) -> None:
    """The form, scrolled to one of its headings."""
    camera.page.locator(heading).evaluate("(each) => each.scrollIntoView()")
    camera.take(name)


def _checked(studio: Studio, address: str, officers: Officers, number: int) -> None:
    with studio.window(address, officers.secrets[1]) as camera:
        page = camera.page
        page.goto(f"/desk/agreements/{number}")
        camera.take("agreement-confirm", until="main .note.warn")
        page.click("form[action$='/confirm'] button")
        page.wait_for_selector("#renew")
        camera.take("agreement-kept", until="main .two > div .papers")
        camera.take("agreement-deeds", of=".deeds")


def _kept(studio: Studio, address: str, officers: Officers, books: Mapping[str, str]) -> None:
    for title, holder, number, begins, until in OTHERS:
        ended = officers.confirmed(_alone(books[title], holder, number, begins, until))
    with studio.window(address, officers.secrets[0]) as camera:
        page = camera.page
        page.goto("/desk/agreements")
        camera.take("agreements", until="main .two")
        page.goto(f"/desk/agreements/{ended}")
        camera.take("agreement-ended")
        page.goto(f"/desk/agreements/works/{books[BOOK]}")
        camera.take("work-rights")
        page.click("details:has(#add-part) summary")
        page.fill("#pages", "41")
        camera.take("work-parts", of="details:has(#add-part)")
        page.click("details:has(#add-part) button")
        page.click("form[action$='/leave-out'] button")
        page.wait_for_selector("form[action$='/bring-back']")
        camera.take("work-left-out", of=".two > div > .parts")
        page.goto(f"/desk/agreements/works/{books[FREE]}")
        camera.take("work-free", until="main .two .parts")
    with studio.window(address) as camera:
        camera.page.goto(f"/works/{books[ENDED]}/pages")
        camera.take("refusal")


def _alone(work: str, holder: str, number: str, begins: str, until: str) -> dict[str, Any]:
    """The form of an agreement with one author."""
    fields = two_heirs(work, number=number, begins=begins, until=until, signed_on=begins)
    alone = {name: value for name, value in fields.items() if not name.startswith("party-")}
    return {
        **alone,
        "party-0-name": holder,
        "party-0-kind": "author",
        "party-0-part": "text",
        "party-0-share": "1",
    }
