"""Does an agreement open a book at every door once it covers everybody, and close it again?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from archive.agents import Agent, AgentName
from archive.works import Contribution, Work
from tests.pipeline.agreement_desk import (
    PAPER,
    AgreementDesk,
    illustrator_added,
    number_of,
    officer_of,
    two_heirs,
)
from tests.pipeline.closed_library import WHEN_CLOSED, Clock, workshop_on
from tests.pipeline.inventory import portal_of, take_inventory
from tests.pipeline.test_opening import EVERY_DOOR, Desk
from tests.sample_home import CLOSED_BOOK, settings_for
from web.app import create_app


@dataclass(frozen=True)
class Library:
    """The sample library whose closed book has an illustrator, and two officers."""

    doors: Desk
    first: AgreementDesk
    second: AgreementDesk

    @property
    def work(self) -> str:
        return self.doors.book.work

    def confirmed(self, **changes: str) -> int:
        """An agreement with heirs and illustrator that two officers have seen."""
        fields = illustrator_added(two_heirs(self.work, **changes))
        number = number_of(self.first.draft(fields, do="submit"))
        assert self.second.deed(number, "confirm").status_code == 303
        return number

    def refusal(self) -> str:
        page = f"/works/{self.work}/pages/{self.doors.book.leaves[0].name}?lang=en"
        return self.doors.app.test_client().get(page).text


@pytest.fixture
def library(own_sample_books: Path) -> Iterator[Library]:
    clock = Clock(WHEN_CLOSED)
    app = create_app(settings_for(own_sample_books), now=clock)
    workshop = workshop_on(own_sample_books, clock)
    with workshop.storage.rows.writing() as session:
        work = session.scalars(select(Work).where(Work.title == CLOSED_BOOK)).one()
        form = AgentName(form="Суретші", folded="суретші", preferred=True)
        agent = Agent(name="drawer22", forms=[form])
        session.add(agent)
        session.flush()
        session.add(Contribution(work_id=work.id, agent_id=agent.id, role="ill", position=5))
    doors = Desk(app, clock, workshop, take_inventory(app).called(CLOSED_BOOK))
    yield Library(doors, officer_of(app, "first"), officer_of(app, "second"))
    workshop.storage.close()
    portal_of(app).storage.close()


def test_a_day_of_the_rights_officer(library: Library) -> None:
    doors, first, second = library.doors, library.first, library.second
    assert doors.refused() == EVERY_DOOR
    # Two heirs without the illustrator: confirmed, and closed all the same.
    number = number_of(first.draft(two_heirs(library.work), do="submit"))
    page = first.client.get(f"/desk/agreements/{number}?lang=en").text
    assert "Cannot be opened in full: no consent (Illustrations" in page
    assert second.deed(number, "confirm").status_code == 303
    assert doors.refused() == EVERY_DOOR
    assert "Not all rights holders have agreed yet." in library.refusal()
    # The illustrator is added: a draft again, and the first officer cannot confirm it.
    assert first.deed(number, "take-back").status_code == 303
    fields = illustrator_added(two_heirs(library.work))
    assert first.post(f"/desk/agreements/{number}", do="submit", **fields).status_code == 303
    assert doors.refused() == EVERY_DOOR
    same = first.deed(number, "confirm")
    assert (same.status_code, doors.refused()) == (422, EVERY_DOOR)
    assert second.deed(number, "confirm").status_code == 303
    assert doors.refused() == set()
    # The end is set to yesterday: every door is shut on the next request.
    yesterday = (doors.clock.moment - timedelta(days=1)).strftime("%d.%m.%Y")
    assert first.deed(number, "shorten", until=yesterday).status_code == 303
    assert doors.refused() == EVERY_DOOR
    assert "The permission to show it ended on 22" in library.refusal()


def test_the_calendar_alone_ends_an_agreement(library: Library) -> None:
    library.confirmed(until="24.11.2026")
    almaty = ZoneInfo("Asia/Almaty")
    library.doors.clock.moment = datetime(2026, 11, 24, 23, 59, 59, tzinfo=almaty)
    assert library.doors.refused() == set()
    library.doors.clock.moment += timedelta(seconds=1)
    assert library.doors.clock.moment.astimezone(UTC).day == 24
    assert library.doors.refused() == EVERY_DOOR


def test_an_agreement_opens_on_its_first_day(library: Library) -> None:
    library.confirmed(begins="25.11.2026")
    assert library.doors.refused() == EVERY_DOOR
    assert "It opens on 25" in library.refusal()
    library.doors.clock.moment += timedelta(days=2)
    assert library.doors.refused() == set()


@pytest.mark.parametrize(
    ("deed", "fields", "back"),
    [
        ("suspend", {"reason": "a dispute"}, "resume"),
        ("take-back", {}, None),
        ("terminate", {"noticed_on": "01.11.2026", "ends_on": "22.11.2026"}, None),
    ],
)
def test_every_way_to_stop_it_closes_every_door(
    library: Library, deed: str, fields: dict[str, str], back: str | None
) -> None:
    number = library.confirmed()
    assert library.doors.refused() == set()
    assert library.first.deed(number, deed, **fields).status_code == 303
    assert library.doors.refused() == EVERY_DOOR
    if back:
        assert library.first.deed(number, back).status_code == 303
        assert library.doors.refused() == set()


def test_a_work_that_is_taken_down_is_not_named(library: Library) -> None:
    library.confirmed()
    assert library.first.post(f"/desk/agreements/works/{library.work}/take-down").status_code == 303
    assert library.doors.refused() == EVERY_DOOR
    assert CLOSED_BOOK not in library.refusal()


def test_the_signed_paper_is_for_this_duty_alone(library: Library) -> None:
    number = library.confirmed()
    path = f"/desk/agreements/{number}/papers/1"
    answer = library.second.client.get(path)
    assert (answer.data, answer.headers["Cache-Control"]) == (PAPER, "no-store")
    assert library.doors.app.test_client().get(path).status_code == 303
    other = officer_of(library.doors.app, "other", role="administrator")
    assert other.client.get(path).status_code == 403
    private = library.doors.workshop.storage.private
    assert not set(private.keys()) & set(library.doors.workshop.storage.blobs.keys())


def test_without_a_paper_a_territory_and_whole_shares_it_is_not_handed_on(library: Library) -> None:
    fields = two_heirs(library.work, territory="", **{"party-1-share": "1/3"})
    answer = library.first.draft(fields, do="submit", paper=None)
    assert answer.status_code == 422
    for field in ("territory", "paper", "parties"):
        assert f'href="#{field}"' in answer.text
    assert 'value="1/3"' in answer.text
