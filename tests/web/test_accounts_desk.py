"""Does the desk of accounts do all that it offers, for administrators and nobody else?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.account_keeping import find_account
from archive.accounts import Account
from archive.branches import Branch
from archive.duties import Role
from archive.events import Event
from storage.settings import Settings
from tests.web.people import Portico, portico, post, sign_in

SHOWN_ONCE = re.compile(r'class="secret">([^<]+)<')


@pytest.fixture
def here(settings: Settings) -> Iterator[Portico]:
    made = portico(settings)
    made.opened(Role.ADMINISTRATOR, "root")
    yield made
    made.portal.storage.close()


@pytest.fixture
def desk(here: Portico) -> FlaskClient:
    return here.signed_in("root")


def new(desk: FlaskClient, **form: str) -> tuple[int, str]:
    typed = {"display_name": "Ерлан", "name": "erlan", "role": "cataloguer", **form}
    answer = post(desk, "/desk/accounts/new?lang=en", "/desk/accounts/new", typed)
    return answer.status_code, answer.text


def row(here: Portico, name: str) -> Account:
    with here.portal.reading() as session:
        return find_account(session, name)


def branch_id(here: Portico) -> str:
    here.opened(Role.OPERATOR, "makes-the-branch")
    with here.portal.reading() as session:
        return str(session.scalars(select(Branch.id)).first())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_it_is_the_administrators_alone(here: Portico, role: Role) -> None:
    account = here.opened(role)
    client = here.signed_in(account.name)
    for path in ("", "/new", "/1", "/1/password"):
        assert client.get(f"/desk/accounts{path}").status_code == 403
    for path in ("/new", "/1", "/1/close", "/1/password", "/1/reopen", "/1/confirm", "/1/sign-out"):
        assert post(client, f"/desk/accounts{path}", "/account").status_code == 403
    assert here.browser().get("/desk/accounts").status_code == 303


class TestNew:
    def test_the_password_is_shown_once_and_signs_in(
        self, here: Portico, desk: FlaskClient
    ) -> None:
        status, page = new(desk)
        found = SHOWN_ONCE.search(page)
        assert status == 200
        assert found is not None
        assert sign_in(here.browser(), "erlan", found[1]).status_code == 303
        again = desk.get(f"/desk/accounts/{row(here, 'erlan').id}").text
        assert found[1] not in again

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"name": "e"}, "name"),
            ({"name": "Ерлан"}, "name"),
            ({"name": "root"}, "name"),
            ({"name": "e@example.org"}, "name"),
            ({"display_name": ""}, "display_name"),
            ({"email": "nonsense"}, "email"),
            ({"role": "king"}, "role"),
            ({"role": "operator"}, "branch"),
            ({"role": "operator", "branch": "99"}, "branch"),
            ({"role": "reader"}, "email"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(
        self, here: Portico, desk: FlaskClient, form: dict[str, str], field: str
    ) -> None:
        status, page = new(desk, **form)
        assert status == 400
        assert f'id="{field}-wrong"' in page
        assert f'href="#{field}"' in page
        assert 'value="Ерлан"' in page or "display_name" in form
        with here.portal.reading() as session:
            assert session.scalars(select(Account.name)).all() == ["root"]

    def test_an_operator_has_a_branch(self, here: Portico, desk: FlaskClient) -> None:
        assert new(desk, role="operator", branch=branch_id(here))[0] == 200
        assert row(here, "erlan").branch_id is not None


class TestKeeping:
    @pytest.fixture
    def path(self, here: Portico) -> str:
        return f"/desk/accounts/{here.opened(Role.CATALOGUER).id}"

    def test_a_role_is_changed_and_counts_at_the_next_request(
        self, here: Portico, desk: FlaskClient, path: str
    ) -> None:
        client = here.signed_in()
        assert client.get("/desk/accounts").status_code == 403
        form = {"display_name": "Айгүл", "name": "aigul", "role": "administrator"}
        assert post(desk, path, path, form).status_code == 303
        assert client.get("/desk/accounts").status_code == 200

    def test_closing_signs_out_and_opening_again_lets_in(
        self, here: Portico, desk: FlaskClient, path: str
    ) -> None:
        client = here.signed_in()
        assert post(desk, f"{path}/close", path).status_code == 303
        assert client.get("/account").status_code == 303
        assert sign_in(here.browser(), "aigul").status_code == 403
        assert post(desk, f"{path}/reopen", path).status_code == 303
        assert sign_in(here.browser(), "aigul").status_code == 303

    def test_a_new_password_signs_out_and_is_shown_once(
        self, here: Portico, desk: FlaskClient, path: str
    ) -> None:
        client = here.signed_in()
        answer = post(desk, f"{path}/password", path)
        assert answer.headers["Cache-Control"] == "no-store"
        found = SHOWN_ONCE.search(answer.text)
        assert found is not None
        assert client.get("/account").status_code == 303
        assert sign_in(here.browser(), "aigul").status_code == 403
        assert sign_in(here.browser(), "aigul", found[1]).status_code == 303

    def test_signing_out_somebody(self, here: Portico, desk: FlaskClient, path: str) -> None:
        client = here.signed_in()
        assert post(desk, f"{path}/sign-out", path).status_code == 303
        assert client.get("/account").status_code == 303

    def test_a_reader_is_confirmed_at_the_desk(self, here: Portico, desk: FlaskClient) -> None:
        reader = here.opened(Role.READER, "dana", confirmed=False)
        path = f"/desk/accounts/{reader.id}"
        assert post(desk, f"{path}/confirm", path).status_code == 303
        assert row(here, "dana@example.org").confirmed_at == here.clock()

    @pytest.mark.parametrize("step", ["close", "role"])
    def test_the_last_administrator_stays(
        self, here: Portico, desk: FlaskClient, step: str
    ) -> None:
        path = f"/desk/accounts/{row(here, 'root').id}"
        form = {"display_name": "Root", "name": "root", "role": "director"}
        answer = post(desk, f"{path}/close" if step == "close" else path, path, form)
        assert answer.status_code == 400
        assert row(here, "root").role == "administrator"
        assert desk.get("/desk/accounts").status_code == 200

    def test_what_happened_is_told_without_secrets(
        self, here: Portico, desk: FlaskClient, path: str
    ) -> None:
        form = {"display_name": "Айгүл", "name": "aigul", "role": "cataloguer",
                "email": "aigul@example.org"}  # fmt: skip
        post(desk, path, path, form)
        told = SHOWN_ONCE.search(post(desk, f"{path}/password", path).text)
        assert told is not None
        post(desk, f"{path}/close", path)
        page = desk.get(f"{path}?lang=en").text
        for what in ("opened", "changed", "closed"):
            assert f"The account was {what}" in page
        assert "A new password was set" in page
        assert "23.11.2026, 14:00 · Person root" in page
        with here.portal.reading() as session:
            details = " ".join(str(each.detail) for each in session.scalars(select(Event)))
        assert told[1] not in details
        assert "aigul@example.org" not in details
        assert "argon2" not in details

    def test_markup_in_a_name_is_text(self, desk: FlaskClient, path: str) -> None:
        name = '<script>alert(1)</script>"><img src=x>'
        form = {"display_name": name, "name": "aigul", "role": "cataloguer"}
        post(desk, path, path, form)
        for page in (path, "/desk/accounts"):
            assert "<script>alert" not in desk.get(page).text
            assert "<img src=x>" not in desk.get(page).text

    def test_an_account_that_is_not_there(self, desk: FlaskClient) -> None:
        assert desk.get("/desk/accounts/99").status_code == 404
        assert post(desk, "/desk/accounts/99/close", "/account").status_code == 404


def test_the_list_finds_people_by_letters_and_role(here: Portico, desk: FlaskClient) -> None:
    here.opened(Role.DIRECTOR)
    new(desk, display_name="Ерлан ҚАСЫМОВ")
    page = desk.get("/desk/accounts?q=қасым&lang=en").text
    assert "Ерлан ҚАСЫМОВ" in page
    assert "Person aigul" not in page
    page = desk.get("/desk/accounts?role=director").text
    assert "Person aigul" in page
    assert "Ерлан" not in page
    assert "There is no such account." in desk.get("/desk/accounts?q=nobody&lang=en").text
    assert desk.get("/desk/accounts?role=king").status_code == 200
