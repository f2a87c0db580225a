"""The sample library on a certain day, and the same library without one book's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, select, update

from archive.descriptions import change_rights
from archive.ledger import BookBuild, PageStep, due_steps
from archive.representations import Page, Representation
from archive.rights import Facts
from archive.vocabulary import UnitWord
from archive.works import Item, Work
from tests.sample_home import settings_for
from web.app import create_app
from workers.app import tasks_of
from workers.queue import QUEUES, open_queue
from workers.reindexing import reindex
from workers.sweeping import sweep
from workers.workshop import Workshop

# The third sample may be read up to 31 December 2024.
WHILE_OPEN = datetime(2024, 6, 1, 9, 0, tzinfo=UTC)
WHEN_CLOSED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

_ROUNDS = 20


class Clock:
    """A clock that a test can set."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


def portal_on(home: Path, moment: datetime) -> Flask:
    """The portal over the library in `home`, at one moment."""
    return create_app(settings_for(home), now=lambda: moment)


def workshop_on(home: Path, now: Callable[[], datetime]) -> Workshop:
    """A worker's engines over the library in `home`."""
    settings = settings_for(home)
    return Workshop(settings, open_queue(settings), now=now)


def work_off(workshop: Workshop) -> None:
    """Sweep once and do all that is due, in this process."""
    sweep(workshop)
    for _ in range(_ROUNDS):
        with workshop.storage.rows.reading() as session:
            due: list[PageStep | BookBuild] = [
                *due_steps(session, PageStep, workshop.now(), 100),
                *due_steps(session, BookBuild, workshop.now(), 100),
            ]
        if not due:
            return
        tasks = tasks_of(QUEUES.values())
        for step in due:
            tasks[step.step](workshop, step.id)
    raise AssertionError([(step.step, step.error) for step in due])


def forget_words_of(home: Path, title: str) -> None:
    """Make this a library in which the words of one book were never read."""
    workshop = workshop_on(home, lambda: WHEN_CLOSED)
    with workshop.storage.rows.writing() as session:
        work = session.scalars(select(Work).where(Work.title == title)).one()
        shown = (
            select(Representation.id)
            .join(Item, Representation.item_id == Item.id)
            .where(Item.work_id == work.id)
        )
        nothing = {"text_id": None, "indexed_text_id": None, "indexed_unit_id": None}
        session.execute(update(Page).where(Page.representation_id.in_(shown)).values(nothing))
        session.execute(delete(UnitWord).where(UnitWord.unit_id == work.unit_id))
    for _ in reindex(workshop):
        pass
    workshop.storage.close()


def give_rights(workshop: Workshop, title: str, facts: Facts) -> None:
    """What the rights officer does."""
    with workshop.storage.rows.writing() as session:
        work = session.scalars(select(Work).where(Work.title == title)).one()
        change_rights(session, work, facts, now=workshop.now(), agent="test")
