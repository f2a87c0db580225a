"""A library of one page that went through the real steps, in this process."""

from __future__ import annotations

import random
from pathlib import Path

from sqlalchemy import select

from archive.handover import Description
from archive.ledger import PageStep
from archive.migrations import upgrade
from archive.representations import Page
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from storage.settings import Settings
from web.deposit import Handover, keep_file, register_book
from web.showing import image_id
from workers.app import TASKS
from workers.queue import open_queue
from workers.workshop import Workshop


def hand_in_page(settings: Settings, file: Path) -> tuple[str, Path]:
    """The identifier of the page's image and the path of its pyramid; open to everybody."""
    workshop = Workshop(settings, open_queue(settings))
    storage = workshop.storage
    upgrade(storage.rows)
    rights = Facts(PUBLIC_DOMAIN_MARK, Level.EVERYBODY)
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
        TASKS[step](workshop, number)
    with storage.rows.reading() as session:
        page = session.scalars(select(Page)).one()
        assert page.access is not None
        found = image_id(page), storage.blobs.path(page.access.content_key)
    storage.close()
    return found
