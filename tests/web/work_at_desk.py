"""A library in the middle of its work, and people who sign in to it, for the desk of jobs."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.accounts import Account
from archive.assembly import want_builds_if_complete
from archive.branches import Branch
from archive.duties import Role
from archive.ledger import PageStep, StepState
from archive.representations import Page, PageText
from archive.works import Item, Work
from tests.archive.shelf import builds_of, described, digitized, end_steps, shown
from tests.quick_passwords import quick_hash
from tests.sample_home import settings_for
from web import desks
from web.app import create_app
from web.portal import Portal

PASSWORD = "бір сөз емес"
NOW = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
TODAY = NOW.date()

DAMAGED, POOR, UNDECIDED = "Құлагер", "Қарағанды көмір бассейні", "Оянған өлке"
RUNNING, UNDESCRIBED, FINISHED, ELSEWHERE = (
    "Тар жол, тайғақ кешу", "Сканер бумасы 12", "Батыр Баян", "Қара сөз",
)  # fmt: skip

OTHER_DESKS: Mapping[str, str] = {
    "/desk/upload": "upload",
    "/desk/pages": "check-pages",
    "/desk/catalogue": "catalogue",
    "/desk/agreements": "keep-agreements",
}


@dataclass
class WorkingLibrary:
    """The application, and the names of the books by their titles."""

    app: Flask
    portal: Portal
    works: Mapping[str, str]

    def browser(self, role: Role, language: str = "en") -> FlaskClient:
        """A browser in which somebody of this role has signed in, by the form."""
        client = self.app.test_client()
        form = client.get(f"/sign-in?lang={language}").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert token is not None
        told = {"csrf_token": token[1], "name": role.value, "password": PASSWORD}
        assert client.post("/sign-in", data=told).status_code == 303
        return client

    def with_all_desks(self) -> tuple[desks.Desk, ...]:
        """The desks as they will be when every one is there."""
        there = {desk.href for desk in desks.DESKS}
        more = [
            desks.Desk(href, href, "list-checks", duty)  # type: ignore[arg-type]
            for href, duty in OTHER_DESKS.items()
            if href not in there
        ]
        return (*desks.DESKS, *more)


def working_library(home: Path) -> WorkingLibrary:
    """Seven books in seven states, in two branches, with an account for each role."""
    app = create_app(settings_for(home), now=lambda: NOW)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    with portal.storage.rows.writing() as session:
        _Filling(session).fill()
        works = {work.title: work.name for work in session.scalars(select(Work))}
    return WorkingLibrary(app, portal, works)


class _Filling:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.chance = random.Random(7)

    def fill(self) -> None:
        near, far = self._branches()
        self._accounts(near)
        files = [f"{number:04}.tif" for number in range(1, 9)]
        pages = self._book(DAMAGED, near, files)
        self._fail(pages[2], StepState.REFUSED, "truncated-image")
        self._fail(pages[4], StepState.QUARANTINED, "unexpected")
        pages = self._book(POOR, near, files)
        pages[0].problems = [{"reason": "blurred-page", "values": {"sharpness": 0.1}}]
        pages[3].problems = [{"reason": "skewed-page", "values": {"degrees": 2.5, "limit": 1.5}}]
        self.session.get_one(PageText, pages[5].text_id).mean_confidence = 55.0
        self._book(UNDECIDED, near, files, rights=None)
        self._book(RUNNING, near, files, ready=3)
        self._book(UNDESCRIBED, near, files, year=None)
        self._book(FINISHED, near, files)
        self._book(ELSEWHERE, far, files)
        self.session.flush()

    def _branches(self) -> tuple[Branch, Branch]:
        near, far = (
            Branch(code=code, label_kk=f"№ {code} филиал", label_ru=f"Филиал № {code}",
                   label_en=f"Branch {code}")
            for code in ("4", "16")
        )  # fmt: skip
        self.session.add_all((near, far))
        self.session.flush()
        return near, far

    def _accounts(self, branch: Branch) -> None:
        hashed = quick_hash(PASSWORD)
        for role in Role:
            self.session.add(
                Account(
                    name=role.value, display_name=f"Person {role.value}", role=role.value,
                    email=f"{role.value}@example.org", password_hash=hashed, branch_id=branch.id,
                    created_at=NOW, confirmed_at=NOW,
                )
            )  # fmt: skip
        self.session.flush()

    def _book(
        self,
        title: str,
        branch: Branch,
        files: list[str],
        *,
        ready: int | None = None,
        **told: object,
    ) -> list[Page]:
        changes = {"year": 1967, "authors": ("Ғабит Мүсірепов",), **told}
        if changes["year"] is None:
            changes["authors"] = ()
        work = described(
            self.session, title, now=NOW, chance=self.chance, folder=title, **changes,  # type: ignore[arg-type]
        )  # fmt: skip
        item = self.session.scalars(select(Item).where(Item.work_id == work.id)).one()
        item.branch_id = branch.id
        pages = digitized(self.session, work, files, now=NOW, chance=self.chance)
        for page in pages[:ready]:
            shown(self.session, page, now=NOW - timedelta(minutes=2))
            end_steps(self.session, page, NOW)
        if ready is None:
            self._build(pages[0])
        return pages

    def _build(self, page: Page) -> None:
        want_builds_if_complete(self.session, page.representation_id, today=TODAY, now=NOW)
        for each in builds_of(self.session, page.representation_id).values():
            each.state, each.finished_at = StepState.DONE, NOW
        self.session.flush()

    def _fail(self, page: Page, state: StepState, reason: str) -> None:
        step = self.session.scalars(select(PageStep).where(PageStep.page_id == page.id)).first()
        assert step is not None
        step.state = state
        step.error = {"family": "refused", "reason": reason, "values": {}}
        page.access_id = page.text_id = None
