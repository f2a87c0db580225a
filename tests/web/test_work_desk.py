"""The board of jobs and the history as each role gets them, and the button that mends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from archive.duties import Role
from archive.events import Event, EventType
from archive.ledger import PageStep, StepState
from archive.representations import Page, PageText
from tests.web.work_at_desk import (
    DAMAGED,
    ELSEWHERE,
    FINISHED,
    POOR,
    RUNNING,
    UNDECIDED,
    UNDESCRIBED,
    WorkingLibrary,
    working_library,
)
from web import desks
from web.history_words import SENTENCES
from web.language import LANGUAGES

BOARD = "/desk/work"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkingLibrary]:
    made = working_library(tmp_path_factory.mktemp("read") / "var")
    yield made
    made.portal.storage.close()


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[WorkingLibrary]:
    """One that a test may change."""
    made = working_library(tmp_path / "var")
    yield made
    made.portal.storage.close()


@pytest.fixture
def all_desks(library: WorkingLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "DESKS", library.with_all_desks())


def shown(client: FlaskClient, address: str = BOARD) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def titles(page: Any, group: str) -> list[str]:
    return [head.text_content().strip() for head in page.xpath(f"//section[@id='{group}']//li//h3")]


def row(page: Any, title: str) -> Any:
    (found,) = page.xpath(f"//li[contains(@class, 'job')][.//h3[contains(., '{title}')]]")
    return found


def buttons(row_: Any) -> list[str]:
    return [each.text_content().strip() for each in row_.xpath(".//*[contains(@class, 'btn')]")]


WAITS_FOR = {
    Role.OPERATOR: {DAMAGED, POOR},
    Role.CATALOGUER: {DAMAGED, POOR, UNDESCRIBED},
    Role.RIGHTS_OFFICER: {UNDECIDED},
    Role.DIRECTOR: set(),
    Role.ADMINISTRATOR: {DAMAGED, POOR, UNDESCRIBED},
}


@pytest.mark.parametrize("role", WAITS_FOR)
def test_each_role_is_shown_what_waits_for_it(library: WorkingLibrary, role: Role) -> None:
    page = shown(library.browser(role))
    assert set(titles(page, "waiting")) == WAITS_FOR[role]
    others = {DAMAGED, POOR, UNDESCRIBED, UNDECIDED, RUNNING} - WAITS_FOR[role]
    assert set(titles(page, "working")) == others
    everywhere = {FINISHED} if role is Role.OPERATOR else {FINISHED, ELSEWHERE}
    assert set(titles(page, "done")) == everywhere


def test_nobody_else_gets_the_board(library: WorkingLibrary) -> None:
    stranger = library.app.test_client()
    assert stranger.get(BOARD).status_code == 303
    reader = library.browser(Role.READER)
    assert reader.get(BOARD).status_code == 403
    work = library.works[DAMAGED]
    assert reader.get(f"/desk/history/works/{work}").status_code == 403
    assert stranger.get(f"/desk/history/works/{work}").status_code == 303


def test_the_desks_lead_to_the_board(library: WorkingLibrary) -> None:
    assert shown(library.browser(Role.OPERATOR), "/desk").xpath(f"//main//a[@href='{BOARD}']")


@pytest.mark.usefixtures("all_desks")
@pytest.mark.parametrize(
    ("role", "title", "expected"),
    [
        (Role.OPERATOR, DAMAGED, ["Send these pages again", "Start again"]),
        (Role.OPERATOR, POOR, ["Look at the pages"]),
        (Role.CATALOGUER, UNDESCRIBED, ["Describe the book"]),
        (Role.RIGHTS_OFFICER, UNDECIDED, ["Record an agreement"]),
        (Role.DIRECTOR, DAMAGED, []),
        (Role.RIGHTS_OFFICER, DAMAGED, []),
    ],
)
def test_each_thing_that_waits_has_one_button(
    library: WorkingLibrary, role: Role, title: str, expected: list[str]
) -> None:
    assert buttons(row(shown(library.browser(role)), title)) == expected


@pytest.mark.usefixtures("all_desks")
def test_the_buttons_lead_to_the_book(library: WorkingLibrary) -> None:
    page = shown(library.browser(Role.OPERATOR))
    assert row(page, DAMAGED).xpath(".//a[contains(@class, 'btn')]/@href") == [
        f"/desk/upload?work={library.works[DAMAGED]}"
    ]
    assert row(page, POOR).xpath(".//a[contains(@class, 'btn')]/@href") == [
        f"/desk/pages/{library.works[POOR]}"
    ]


def test_a_desk_that_is_not_there_is_not_drawn(
    library: WorkingLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = tuple(desk for desk in desks.DESKS if desk.href == BOARD)
    monkeypatch.setattr(desks, "DESKS", only)
    page = shown(library.browser(Role.OPERATOR))
    assert buttons(row(page, DAMAGED)) == ["Start again"]
    assert buttons(row(page, POOR)) == []


def test_each_failure_is_told_by_page_file_and_reason(library: WorkingLibrary) -> None:
    told = row(shown(library.browser(Role.OPERATOR)), DAMAGED).xpath(".//details//li")
    assert [" ".join(each.text_content().split()) for each in told] == [
        (
            "Page 3, 0003.tif: The image breaks off: the file was not written to its end. "
            "Copy it again from the scanner; if that does not help, scan the page again."
        ),
        "Page 5, 0005.tif: Something broke on our side. Tell the administrator of the portal.",
    ]
    assert (
        "1\u00a0page could not be read"
        in row(shown(library.browser(Role.OPERATOR)), DAMAGED).text_content()
    )


def test_a_book_to_look_at_says_why(library: WorkingLibrary) -> None:
    told = row(shown(library.browser(Role.OPERATOR)), POOR).text_content()
    assert "Look at 3\u00a0pages" in told
    assert "Blurred: 1. Skewed: 1. Text read poorly: 1." in told


def test_kazakh_read_as_russian_is_told_on_the_board_and_on_its_page(
    own_library: WorkingLibrary,
) -> None:
    with own_library.portal.storage.rows.writing() as session:
        text = session.scalars(select(PageText).where(PageText.mean_confidence == 55.0)).one()
        text.language, text.misread = "kk", True
        name = session.get_one(Page, text.page_id).name
    client, work = own_library.browser(Role.OPERATOR), own_library.works[POOR]
    assert "Kazakh read as Russian: 1." in row(shown(client), POOR).text_content()
    panel = " ".join(shown(client, f"/desk/pages/{work}/pages/{name}").text_content().split())
    assert "was read as Russian: its Kazakh letters are lost. Correct the language" in panel
    assert "The text of this page was read poorly." in panel
    assert "Place 6 of 8 · Kazakh" in panel


def test_what_a_colleague_does_names_the_colleague(library: WorkingLibrary) -> None:
    told = row(shown(library.browser(Role.OPERATOR)), UNDECIDED).text_content()
    assert "may not be opened until the rights are decided" in told
    assert "The rights officer does this." in told


def test_a_book_in_work_says_how_far_it_is(library: WorkingLibrary) -> None:
    told = row(shown(library.browser(Role.DIRECTOR)), RUNNING)
    assert "Pages checked: 3 of 8." in told.text_content()
    assert "Step 2 of 7: Page check" in told.text_content()


def test_an_operator_cannot_choose_another_branch(library: WorkingLibrary) -> None:
    operator = library.browser(Role.OPERATOR)
    page = shown(operator, f"{BOARD}?branch=16")
    assert not page.xpath("//select")
    assert set(titles(page, "done")) == {FINISHED}
    narrowed = shown(library.browser(Role.DIRECTOR), f"{BOARD}?branch=16")
    assert titles(narrowed, "done") == [ELSEWHERE]
    assert not titles(narrowed, "working")


def again(client: FlaskClient, work: str) -> int:
    form = client.get(BOARD).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    sent = client.post(f"/desk/work/{work}/again", data={"csrf_token": token[1]})
    return sent.status_code


def test_trying_again_makes_the_step_due_and_is_remembered(own_library: WorkingLibrary) -> None:
    client = own_library.browser(Role.OPERATOR)
    assert again(client, own_library.works[DAMAGED]) == 303
    with own_library.portal.reading() as session:
        left = session.scalars(
            select(PageStep).where(PageStep.state == StepState.QUARANTINED)
        ).all()
        event = session.scalars(select(Event).where(Event.type == EventType.UNQUARANTINE)).one()
    assert not left
    assert event.agent.startswith("account ")
    history = shown(client, f"/desk/history/works/{own_library.works[DAMAGED]}")
    newest = history.xpath("//ol[@class='history']/li[1]")[0].text_content()
    assert "Person operator" in newest
    assert "Work that had broken off was started again" in newest


def test_trying_again_is_for_those_whose_book_it_is(library: WorkingLibrary) -> None:
    assert again(library.browser(Role.OPERATOR), library.works[ELSEWHERE]) == 403
    assert again(library.browser(Role.DIRECTOR), library.works[DAMAGED]) == 403
    without = library.browser(Role.OPERATOR).post(f"/desk/work/{library.works[DAMAGED]}/again")
    assert without.status_code == 400


def test_history_keeps_to_the_branch(library: WorkingLibrary) -> None:
    address = f"/desk/history/works/{library.works[ELSEWHERE]}"
    assert library.browser(Role.OPERATOR).get(address).status_code == 403
    assert library.browser(Role.DIRECTOR).get(address).status_code == 200
    with library.portal.reading() as session:
        pages = session.scalars(select(Page)).all()
        far = next(p for p in pages if p.representation.item.work.title == ELSEWHERE).name
        near = next(p for p in pages if p.representation.item.work.title == DAMAGED).name
    assert library.browser(Role.OPERATOR).get(f"/desk/history/pages/{far}").status_code == 403
    assert library.browser(Role.OPERATOR).get(f"/desk/history/pages/{near}").status_code == 200


def test_history_is_read_as_people_speak(library: WorkingLibrary) -> None:
    page = shown(library.browser(Role.DIRECTOR), f"/desk/history/works/{library.works[FINISHED]}")
    lines = [
        " ".join(each.text_content().split())
        for each in page.xpath("//ol[@class='history']/li/p[2]")
    ]
    assert lines == [
        "tester · Pages received: 8",
        "tester · Rights: Open to all",
        "tester · Images for the site made: 8",
    ]


@pytest.mark.parametrize("event_type", EventType)
def test_every_type_of_event_has_its_sentence(event_type: EventType) -> None:
    assert event_type in SENTENCES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_says_how_the_system_is(library: WorkingLibrary, language: str) -> None:
    page = shown(library.browser(Role.DIRECTOR, language))
    assert len(page.xpath("//section[@aria-labelledby='system-head']//p/b")) == 3
    assert page.xpath("//*[@aria-live='polite']/@id") == ["sums"]
    assert page.xpath("//noscript/meta[@http-equiv='refresh']/@content") == ["60"]


def test_markup_in_names_stays_text(own_library: WorkingLibrary) -> None:
    with own_library.portal.storage.rows.writing() as session:
        page = next(
            each
            for each in session.scalars(select(Page))
            if each.representation.item.work.title == DAMAGED and each.sequence == 3
        )
        page.scan.original_name = "<script>alert(1)</script>.tif"
    assert "<script>alert" not in own_library.browser(Role.OPERATOR).get(BOARD).text


def test_an_unknown_book_is_not_here(library: WorkingLibrary) -> None:
    director = library.browser(Role.DIRECTOR)
    assert director.get("/desk/history/works/nothing").status_code in {400, 404}
