"""The form of an agreement keeps what was typed and chosen, whatever button was pressed."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest

from storage.settings import Settings
from tests.pipeline.agreement_desk import PAPER, number_of, two_heirs
from tests.web.agreement_office import TITLE, Office, opened_office

DESK = "/desk/agreements"
AGAIN = "Choose the scan of the signed agreement again: it was not kept."


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with opened_office(settings) as office:
        yield office


def papers(page: str) -> int:
    return page.count("/papers/")


def test_a_paper_chosen_before_a_work_is_looked_for_is_kept(office: Office) -> None:
    asked = two_heirs(office.work, find="жарық")
    found = office.first.draft(asked, do="find")
    assert (found.status_code, papers(found.text)) == (200, 1)
    assert f'value="add:{office.work}"' in found.text
    assert 'action="/desk/agreements/1"' in found.text


def test_a_search_without_a_paper_saves_nothing(office: Office) -> None:
    found = office.first.draft(two_heirs(office.work, find="жарық"), do="find", paper=None)
    assert 'action="/desk/agreements/new"' in found.text
    assert office.first.client.get(f"{DESK}/1").status_code == 404


@pytest.mark.parametrize("sent", [True, False])
def test_a_paper_that_comes_with_an_unreadable_date_is_asked_for_again(
    office: Office, *, sent: bool
) -> None:
    fields = two_heirs(office.work, begins="soon", do="save", csrf_token=office.first.token())
    paper = {"paper": (BytesIO(PAPER), "paper.pdf")} if sent else {}
    told = office.first.client.post(f"{DESK}/new?lang=en", data={**fields, **paper})
    assert told.status_code == 422
    assert (AGAIN in told.text) is sent


def test_a_paper_beside_shares_that_do_not_add_up_is_kept(office: Office) -> None:
    wrong = two_heirs(office.work, **{"party-1-share": "1/3"})
    told = office.first.draft(wrong, do="submit")
    assert (told.status_code, papers(told.text)) == (422, 1)


def test_a_work_is_added_and_removed_where_one_was_looking(office: Office) -> None:
    fields = two_heirs(office.work)
    fields.pop("work")
    added = office.first.draft(fields, do=f"add:{office.work}", paper=None)
    assert added.headers["Location"] == f"{DESK}/1#works"
    assert TITLE in office.first.client.get(f"{DESK}/1").text
    removed = office.first.post(f"{DESK}/1", do=f"remove:{office.work}", **two_heirs(office.work))
    assert removed.headers["Location"] == f"{DESK}/1#works"
    assert f'value="remove:{office.work}"' not in office.first.client.get(f"{DESK}/1").text


def test_saving_leads_back_to_the_top(office: Office) -> None:
    assert number_of(office.first.draft(two_heirs(office.work), do="save")) == 1
