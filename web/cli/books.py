"""`sandyq redo`, `sandyq sweep`, `sandyq reindex`: doing work again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.ledger import PageStep, StepState, restart
from archive.representations import Page, Representation
from archive.works import Item, Work
from storage.errors import Refused
from storage.settings import Settings
from web.cli.office import DONE, PARTLY_REFUSED, Office, open_office
from web.cli.speech import Speech, say
from workers.queue import transaction
from workers.reindexing import reindex
from workers.sweeping import sweep
from workers.workshop import Workshop

STEPS = ("characterise", "derive", "recognise", "index")


def redo_command(settings: Settings, speech: Speech) -> click.Command:
    """Do a step of one page or of a whole book again."""

    def run(name: str, step: str) -> None:
        with open_office(settings) as office:
            with transaction(office.storage.rows, office.queue) as (session, wake):
                due = redo(session, name, step, now=office.now())
                for each in due:
                    wake(each.step, each.id)
            say(speech("Steps to be done again: %(count)s", count=len(due)))

    return click.Command(
        "redo",
        params=[
            click.Argument(["name"], metavar="PAGE|WORK"),
            click.Option(
                ["--step"],
                type=click.Choice(STEPS),
                default="recognise",
                show_default=True,
                help=speech("which step"),
            ),
        ],
        callback=run,
        help=speech(
            "Do a step again for a page or for all pages of a work; what was set aside too.\n\n"
            "Example: sandyq redo k7m2x9bq --step recognise"
        ),
    )


def redo(session: Session, name: str, step: str, *, now: datetime) -> Sequence[PageStep]:
    """The steps now due again.

    Raises:
        Refused: ``not-found`` with the name.
    """
    pages = (
        select(Page.id)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
        .where((Page.name == name) | (Work.name == name))
    )
    steps = session.scalars(
        select(PageStep).where(
            PageStep.page_id.in_(pages),
            PageStep.step == step,
            PageStep.state != StepState.SUPERSEDED,
        )
    ).all()
    if not steps:
        raise Refused("not-found", name=name)
    for each in steps:
        restart(each, now)
    return steps


def sweep_command(settings: Settings, speech: Speech) -> click.Command:
    """Look once for what is due and wake it."""

    def run() -> None:
        with open_office(settings) as office:
            swept = sweep(Workshop(settings, office.queue))
        say(
            speech(
                "Woken: %(woken)s, set aside for a person: %(aside)s",
                woken=swept.woken,
                aside=swept.set_aside,
            )
        )

    return click.Command(
        "sweep",
        callback=run,
        help=speech("Look once for steps that are due and wake them.\n\nExample: sandyq sweep"),
    )


def reindex_command(settings: Settings, speech: Speech) -> click.Command:
    """Make the search index anew from rows and blobs."""

    def run() -> None:
        with open_office(settings) as office:
            left_out = make_index_anew(office, speech)
        raise SystemExit(PARTLY_REFUSED if left_out else DONE)

    return click.Command(
        "reindex",
        callback=run,
        help=speech(
            "Make the search index anew from what is kept; the books stay open meanwhile.\n\n"
            "Example: sandyq reindex"
        ),
    )


def make_index_anew(office: Office, speech: Speech) -> int:
    """Rebuild the search index, with a bar for its pages; how many it could not take."""
    done = total = 0
    workshop = Workshop(office.settings, office.queue)
    try:
        with click.progressbar(length=1, label=speech("Pages indexed"), file=sys.stderr) as bar:
            for done, total in reindex(workshop):
                bar.length = max(1, total)
                bar.update(done - bar.pos)
    finally:
        workshop.storage.close()
    if done < total:
        left_out = speech(
            "Pages left out of the index, as their words cannot be read: %(n)s. "
            "“sandyq check” names the files.", n=total - done
        )  # fmt: skip
        say(left_out, error=True)
    return total - done
