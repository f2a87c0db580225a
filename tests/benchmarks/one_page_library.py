"""A library of one page that went through the real steps, in this process.

The page is everybody's by a statement, or by an agreement with its author.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from archive.accounts import Account
from archive.agreement_drafts import AgreementDraft, PartyDraft, PartyKind, Territory, WorkDraft
from archive.consents import PartKind
from archive.duties import Role
from archive.handover import Description
from archive.keeping_agreements import Officer, attach_paper, begin_draft, confirm, submit
from archive.ledger import PageStep
from archive.migrations import upgrade
from archive.representations import Page
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from archive.uses import Act
from archive.works import Work
from storage.opening import Storage
from storage.settings import Settings
from tests.sample_home import file_of
from web.deposit import Handover, keep_file, register_book
from web.showing import image_id
from workers.app import tasks_of
from workers.queue import open_queue
from workers.workshop import Workshop


def hand_in_page(settings: Settings, file: Path, *, by_agreement: bool = False) -> tuple[str, Path]:
    """The identifier of the page's image and the path of its pyramid; open to everybody."""
    workshop = Workshop(settings, open_queue(settings))
    storage = workshop.storage
    upgrade(storage.rows)
    rights = Facts() if by_agreement else Facts(PUBLIC_DOMAIN_MARK, Level.EVERYBODY)
    handover = Handover(Description(title="Bench", rights=rights), str(file.parent), "bench")
    kept = [keep_file(storage.blobs, file)]
    _, pages = register_book(
        storage,
        workshop.queue,
        handover,
        kept,
        now=workshop.now,
        today=workshop.today(),
        chance=random.Random(1),
    )
    list(pages)
    for step in ("characterise", "derive"):
        with storage.rows.reading() as session:
            number = session.scalars(select(PageStep.id).where(PageStep.step == step)).one()
        tasks_of(["pages"])[step](workshop, number)
    with storage.rows.reading() as session:
        page = session.scalars(select(Page)).one()
        assert page.access is not None
        found = image_id(page), file_of(storage, page.access.content_key)
    if by_agreement:
        _agree(storage, datetime.now(UTC))
    storage.close()
    return found


def _agree(storage: Storage, now: datetime) -> None:
    """The author lets everybody see it from today on."""
    with storage.rows.writing() as session:
        account = Account(
            name="officer",
            display_name="Officer",
            password_hash="-",
            role=Role.RIGHTS_OFFICER,
            created_at=now,
        )
        session.add(account)
        session.flush()
        work, officer = session.scalars(select(Work)).one(), Officer(account.id, now)
        row = begin_draft(session, _draft(work, (now - timedelta(days=1)).date()), officer)
        key = storage.blobs.put([b"%PDF-1.4 paper"])
        attach_paper(session, row, officer, key=key, media_type="application/pdf", size=14)
        submit(session, row, officer)
        confirm(session, row, officer, two_person=False)


def _draft(work: Work, begins: date) -> AgreementDraft:
    return AgreementDraft(
        number="1/2026",
        signed_on=begins,
        begins=begins,
        until=begins + timedelta(days=3650),
        territory=Territory.WORLD,
        works=(WorkDraft(work.name),),
        parties=(PartyDraft("Author", PartyKind.AUTHOR, PartKind.TEXT),),
        grants=frozenset({(Act.VIEW, Level.EVERYBODY)}),
    )
