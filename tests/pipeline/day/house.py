"""The library on the day: portal and worker in processes of their own, and its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from archive.account_keeping import AccountDescription, open_account
from archive.duties import Role
from archive.library import branch_called
from archive.representations import Page, Scan
from storage.settings import Settings
from tests.faults.portal_at_work import PortalAtWork, portal_at_work
from tests.faults.workers_at_work import worker
from tests.pipeline.day.person import PASSWORD
from tests.quick_passwords import quick_hash
from tests.sample_home import settings_for
from web.cli.office import Office, open_office

PEOPLE = {
    "aigul": (Role.OPERATOR, "Айгүл Сәрсен"),
    "toibekova": (Role.CATALOGUER, "Ася Тойбекова"),
    "tolegen": (Role.RIGHTS_OFFICER, "Төлеген Иса"),
    "samenova": (Role.RIGHTS_OFFICER, "Мира Саменова"),
}


@dataclass(frozen=True)
class House:
    """The running library."""

    settings: Settings
    portal: PortalAtWork
    office: Office

    @property
    def today(self) -> date:
        return self.office.today()

    def pages(self) -> list[str]:
        """The content keys of all pages, in the order of book and place."""
        query = (
            select(Scan.content_key)
            .join(Page, Page.scan_id == Scan.id)
            .order_by(Page.representation_id, Page.sequence)
        )
        with self.office.storage.rows.reading() as session:
            return list(session.scalars(query))


@contextmanager
def house(home: Path) -> Iterator[House]:
    """A library without books, at work while the block runs."""
    settings = settings_for(home, sweep_seconds=1, index_wait_seconds=1)
    with open_office(settings) as office:
        _engage(office)
        with portal_at_work(settings) as portal, worker(settings):
            yield House(settings, portal, office)


def _engage(office: Office) -> None:
    """Everybody who works here has an account."""
    hashed = quick_hash(PASSWORD)
    with office.storage.rows.writing() as session:
        branch = branch_called(session, "16")
        for name, (role, called) in PEOPLE.items():
            own = branch.id if role is Role.OPERATOR else None
            told = AccountDescription(role, called, name=name, branch_id=own)
            open_account(session, told, hashed, now=office.now(), agent="tester")
