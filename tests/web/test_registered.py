"""Does a reader count as registered exactly while signed in and confirmed, in every cache?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from archive.account_keeping import confirm_address
from archive.accounts import Account
from archive.duties import Role
from archive.rights import Act, Requester
from storage.settings import Settings
from tests.web.people import Portico, portico, post
from web.portal import portal, requester


@pytest.fixture
def here(settings: Settings) -> Iterator[Portico]:
    made = portico(settings)
    made.app.add_url_rule("/who", view_func=_who)
    yield made
    made.portal.storage.close()


def _who() -> dict[str, bool]:
    with portal().reading() as session:
        portal().rights(session, requester(), Act.VIEW)
    return {"registered": requester().registered}


def is_registered(client: FlaskClient) -> bool:
    return client.get("/who").json == {"registered": True}


def test_only_a_confirmed_account_that_is_signed_in_counts(here: Portico) -> None:
    dana = here.opened(Role.READER, "dana", confirmed=False)
    visitor, client = here.browser(), here.signed_in("dana@example.org")
    assert not is_registered(visitor)
    assert not is_registered(client)
    with here.portal.storage.rows.writing() as session:
        row = session.get_one(Account, dana.id)
        confirm_address(session, row, now=here.clock(), agent="tester")
    assert is_registered(client)
    assert not is_registered(visitor)
    post(client, "/sign-out", "/account")
    assert not is_registered(client)


@pytest.mark.parametrize("role", list(Role))
def test_staff_are_readers_too(here: Portico, role: Role) -> None:
    here.opened(role)
    name = "aigul@example.org" if role is Role.READER else "aigul"
    assert is_registered(here.signed_in(name))


def test_what_one_may_see_is_not_kept_for_another(here: Portico) -> None:
    here.opened(Role.READER, "dana")
    for client in (here.browser(), here.signed_in("dana@example.org"), here.browser()):
        client.get("/who")
    kept = {key[0] for key in here.portal.snapshots}
    assert kept == {Requester(), Requester(registered=True)}


def test_a_page_differs_by_its_cookie(here: Portico) -> None:
    answer = here.browser().get("/")
    assert "Cookie" in answer.headers["Vary"]
    assert "public" not in answer.headers["Cache-Control"]
