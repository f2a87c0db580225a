"""`sandyq rights` and `sandyq withhold`: who may read a work, and which page may not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.assembly import want_builds_if_complete
from archive.descriptions import change_rights
from archive.doors import newest_representation
from archive.ledger import BookBuild
from archive.representations import Page
from archive.rights import Facts, Level
from archive.rights_units import RightsUnit, facts_of
from archive.withholding import release_page, withhold_page
from archive.works import Work
from storage.errors import Refused
from storage.settings import Settings
from web.cli.office import Office, open_office
from web.cli.speech import Speech, say, say_json
from workers.queue import transaction
from workers.sweeping import sweep
from workers.workshop import Workshop


def rights_command(settings: Settings, speech: Speech) -> click.Command:
    """Show or change the rights facts of a work."""

    def run(work: str, **told: Any) -> None:  # noqa: ANN401
        with (
            open_office(settings) as office,
            transaction(office.storage.rows, office.queue) as (session, wake),
        ):
            row = _work(session, work)
            unit = session.get_one(RightsUnit, row.unit_id)
            facts = changed_facts(facts_of(unit, None), told)
            change_rights(session, row, facts, now=office.now(), agent=office.agent)
            session.flush()
            door = newest_representation(session, row.id)
            for build in _builds(office, session, door.id) if door else ():
                wake(build.step, build.id)  # the manifest tells the statement
        say_json({"rights": facts.statement, "level": facts.level, "until": facts.until})

    return click.Command(
        "rights",
        params=[
            click.Argument(["work"]),
            click.Option(["--rights"], help=speech("address of the rights statement or licence")),
            click.Option(
                ["--level"],
                type=click.Choice([level.value for level in Level]),
                help=speech("who may read it: nobody, premises, registered or everybody"),
            ),
            click.Option(["--until"], help=speech("last day of that, as 2030-12-31, or never")),
        ],
        callback=run,
        help=speech(
            "Show or change who may read a work; every door obeys from its next request on.\n\n"
            "Example: sandyq rights k7m2x9bq --level everybody --until 2030-12-31"
        ),
    )


def changed_facts(facts: Facts, told: dict[str, Any]) -> Facts:
    """The facts with what was said anew.

    Raises:
        Refused: ``bad-date`` with the value.
    """
    until = facts.until
    if told["until"] is not None:
        until = None if told["until"] == "never" else read_date(told["until"])
    return replace(
        facts,
        statement=told["rights"] or facts.statement,
        level=Level(told["level"]) if told["level"] else facts.level,
        until=until,
    )


def read_date(text: str) -> date:
    """A day as ISO 8601 writes it.

    Raises:
        Refused: ``bad-date`` with the value.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("bad-date", value=text) from error


def withhold_command(settings: Settings, speech: Speech) -> click.Command:
    """Close a single page, or open it again."""

    def run(page: str, until: str | None, *, release: bool) -> None:
        with open_office(settings) as office:
            _withhold(office, page, until, release=release)
            sweep(Workshop(settings, office.queue))
        say(speech("The page is open again.") if release else speech("The page is closed."))

    return click.Command(
        "withhold",
        params=[
            click.Argument(["page"]),
            click.Option(["--until"], help=speech("last day of that, as 2030-12-31")),
            click.Option(["--release"], is_flag=True, help=speech("open the page again")),
        ],
        callback=run,
        help=speech(
            "Close a single page of a book; the PDF and the manifest leave it out.\n\n"
            "Example: sandyq withhold p3f9qabc --until 2030-12-31"
        ),
    )


def _withhold(office: Office, name: str, until: str | None, *, release: bool) -> None:
    last_day = read_date(until) if until else None
    with transaction(office.storage.rows, office.queue) as (session, wake):
        page = session.scalars(select(Page).where(Page.name == name)).first()
        if page is None:
            raise Refused("not-found", name=name)
        if release:
            release_page(session, page, now=office.now(), agent=office.agent)
        else:
            withhold_page(session, page, until=last_day, now=office.now(), agent=office.agent)
        session.flush()
        for build in _builds(office, session, page.representation_id):
            wake(build.step, build.id)


def _builds(office: Office, session: Session, representation_id: int) -> Sequence[BookBuild]:
    return want_builds_if_complete(
        session, representation_id, today=office.today(), now=office.now()
    )


def _work(session: Session, name: str) -> Work:
    work = session.scalars(select(Work).where(Work.name == name)).first()
    if work is None:
        raise Refused("not-found", name=name)
    return work
