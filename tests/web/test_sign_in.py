"""Does a sign-in hold as long as it should, for whom it should, and not a request longer?"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.account_keeping import close_account, set_password
from archive.accounts import Account, Attempts, SignIn
from archive.duties import Role
from storage.settings import Settings
from tests.quick_passwords import quick_hash
from tests.web.people import PASSWORD, TOKEN, Portico, portico, post, sign_in, token
from web.cookies import SIGNED_IN
from web.passwords import hash_password


@pytest.fixture
def here(settings: Settings) -> Iterator[Portico]:
    made = portico(settings)
    yield made
    made.portal.storage.close()


def secret(client: FlaskClient, name: str = SIGNED_IN) -> str:
    cookie = client.get_cookie(name)
    return cookie.value if cookie else ""


def is_in(client: FlaskClient) -> bool:
    return client.get("/desk").status_code == 200


class TestSigningIn:
    def test_the_right_password_opens_the_desk(self, here: Portico) -> None:
        here.opened()
        client = here.browser()
        assert not is_in(client)
        assert sign_in(client, " Aigul ").headers["Location"] == "/desk"
        assert is_in(client)
        assert "Person aigul" in client.get("/").text

    def test_a_reader_signs_in_by_email_and_goes_on_reading(self, here: Portico) -> None:
        here.opened(Role.READER)
        client = here.browser()
        assert sign_in(client, "AIGUL@example.org").headers["Location"] == "/"

    @pytest.mark.parametrize(
        ("name", "password"), [("aigul", "wrong password"), ("nobody", PASSWORD), ("", "")]
    )
    def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
        self, here: Portico, name: str, password: str
    ) -> None:
        here.opened()
        refused = sign_in(here.browser(), name, password)
        assert refused.status_code == 403
        assert "The name or the password is not right." in refused.text
        assert "Set-Cookie" not in refused.headers or SIGNED_IN not in str(refused.headers)

    def test_a_closed_account_is_answered_as_one_that_never_was(self, here: Portico) -> None:
        account = here.opened()
        here.opened(Role.ADMINISTRATOR, "other")
        with here.portal.storage.rows.writing() as session:
            row = session.get_one(Account, account.id)
            close_account(session, row, now=here.clock(), agent="tester")
        assert sign_in(here.browser(), "aigul").status_code == 403

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "desk",
         "javascript:alert(1)", "/a b"],
    )  # fmt: skip
    def test_nobody_is_led_elsewhere(self, here: Portico, elsewhere: str) -> None:
        here.opened()
        answer = sign_in(here.browser(), "aigul", next=elsewhere)
        assert answer.headers["Location"] == "/desk"

    def test_one_goes_on_where_one_was(self, here: Portico) -> None:
        here.opened()
        client = here.browser()
        asked = client.get("/account?done=x").headers["Location"]
        assert asked == "/sign-in?next=%2Faccount%3Fdone%3Dx"
        answer = sign_in(client, "aigul", next="/account?done=x")
        assert answer.headers["Location"] == "/account?done=x"

    @pytest.mark.parametrize("home", ["/", "/?lang=kk"])
    @pytest.mark.parametrize(
        ("role", "name", "begins"),
        [(Role.OPERATOR, "aigul", "/desk"), (Role.READER, "aigul@example.org", "/")],
    )
    def test_from_the_home_page_the_day_begins(
        self, here: Portico, home: str, role: Role, name: str, begins: str
    ) -> None:
        here.opened(role)
        assert sign_in(here.browser(), name, next=home).headers["Location"] == begins


class TestSessions:
    def test_each_sign_in_has_a_secret_of_its_own(self, here: Portico) -> None:
        """Whoever planted a secret beforehand has nothing in hand afterwards (fixation)."""
        here.opened()
        client = here.browser()
        client.set_cookie(SIGNED_IN, "planted")
        before = token(client)
        sign_in(client, "aigul")
        first = secret(client)
        assert first not in {"", "planted"}
        stranger = here.browser()
        stranger.set_cookie(SIGNED_IN, "planted")
        assert not is_in(stranger)
        # The forms' token is another one too.
        assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
        assert is_in(client)

    def test_signing_in_again_ends_the_secret_of_before(self, here: Portico) -> None:
        here.opened()
        client = here.signed_in()
        before = secret(client)
        form = {"name": "aigul", "password": PASSWORD}
        assert post(client, "/sign-in", "/account", form).status_code == 303
        replayed = here.browser()
        replayed.set_cookie(SIGNED_IN, before)
        assert secret(client) != before
        assert not is_in(replayed)

    def test_after_signing_out_the_cookie_is_worth_nothing(self, here: Portico) -> None:
        here.opened()
        client = here.signed_in()
        kept = secret(client)
        assert post(client, "/sign-out", "/account").status_code == 303
        assert secret(client) == ""
        client.set_cookie(SIGNED_IN, kept)
        assert not is_in(client)

    def test_the_rows_hold_no_secret(self, here: Portico) -> None:
        here.opened()
        client = here.signed_in()
        with here.portal.reading() as session:
            assert session.scalars(select(SignIn.token_digest)).one() != secret(client)

    def test_it_ends_when_nobody_is_there(self, here: Portico) -> None:
        here.opened()
        client = here.signed_in()
        for _ in range(3):
            here.clock.pass_by(hours=1, minutes=59)
            assert is_in(client)
        here.clock.pass_by(hours=2)
        assert not is_in(client)

    def test_it_ends_after_a_working_day_whatever_happens(self, here: Portico) -> None:
        here.opened()
        client = here.signed_in()
        for _ in range(11):
            here.clock.pass_by(hours=1)
            assert is_in(client)
        here.clock.pass_by(hours=1)
        assert not is_in(client)

    def test_the_last_sight_is_written_once_a_minute(self, here: Portico) -> None:
        here.opened()
        client, begun = here.signed_in(), here.clock()
        seen = []
        for _ in range(4):
            here.clock.pass_by(seconds=25)
            client.get("/desk")
            with here.portal.reading() as session:
                seen.append(session.scalars(select(SignIn.seen_at)).one())
        assert [(each - begun).total_seconds() for each in seen] == [0, 0, 75, 75]

    def test_a_closed_account_is_out_at_the_next_request(self, here: Portico) -> None:
        account = here.opened()
        client = here.signed_in()
        assert is_in(client)
        with here.portal.storage.rows.writing() as session:
            session.get_one(Account, account.id).disabled_at = here.clock()
        assert not is_in(client)

    def test_it_holds_after_the_portal_was_started_again(self, here: Portico) -> None:
        here.opened()
        kept = secret(here.signed_in())
        again = portico(here.portal.settings)
        client = again.browser()
        client.set_cookie(SIGNED_IN, kept)
        assert is_in(client)
        again.portal.storage.close()


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:115.0) Firefox/115.0"


class TestElsewhere:
    def test_one_sees_where_one_is_signed_in_and_ends_the_others(self, here: Portico) -> None:
        here.opened()
        office, hall = here.signed_in(HTTP_USER_AGENT=FIREFOX), here.signed_in()
        page = hall.get("/account?lang=en").text
        assert "Firefox, Windows" in page
        assert page.count("this browser") == 1
        answer = post(hall, "/account/sign-out-elsewhere", "/account")
        assert answer.status_code == 303
        assert not is_in(office)
        assert is_in(hall)

    def change(self, client: FlaskClient, **form: str) -> int:
        new = {"present": PASSWORD, "password": "zheti atanyn aty", "again": "zheti atanyn aty"}
        return post(client, "/account/password", "/account", {**new, **form}).status_code

    def test_a_new_password_ends_the_other_sign_ins(self, here: Portico) -> None:
        here.opened()
        office, hall = here.signed_in(), here.signed_in()
        assert self.change(hall) == 303
        assert not is_in(office)
        assert is_in(hall)
        assert sign_in(here.browser(), "aigul").status_code == 403
        assert sign_in(here.browser(), "aigul", "zheti atanyn aty").status_code == 303

    @pytest.mark.parametrize(
        "form",
        [
            {"present": "not this one"},
            {"again": "another one here"},
            {"password": "short", "again": "short"},
            {"password": "person aigul", "again": "person aigul"},
            {"password": "a" * 201, "again": "a" * 201},
        ],
    )
    def test_a_password_is_not_changed_lightly(self, here: Portico, form: dict[str, str]) -> None:
        here.opened()
        client = here.signed_in()
        assert self.change(client, **form) == 400
        assert sign_in(here.browser(), "aigul").status_code == 303

    def test_whoever_sits_at_an_open_browser_cannot_try_passwords(self, here: Portico) -> None:
        here.opened()
        client = here.signed_in()
        told = [self.change(client, present=f"guess number {n}") for n in range(7)]
        assert told == [400] * 5 + [429] * 2


class TestCookie:
    def test_on_http_it_is_hidden_from_scripts_and_other_sites(self, here: Portico) -> None:
        here.opened()
        told = [each for each in sign_in(here.browser(), "aigul").headers.getlist("Set-Cookie")
                if each.startswith(f"{SIGNED_IN}=")]  # fmt: skip
        assert len(told) == 1
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(told[0].split("; "))
        assert "Secure" not in told[0]

    def test_on_https_it_is_the_hosts_alone(self, here: Portico) -> None:
        here.opened()
        client = here.browser(**{"wsgi.url_scheme": "https"})
        page = client.get("/sign-in", base_url="https://localhost")
        found = TOKEN.search(page.text)
        assert found is not None
        form = {"csrf_token": found[1], "name": "aigul", "password": PASSWORD}
        answer = client.post(
            "/sign-in",
            data=form,
            base_url="https://localhost",
            headers={"Referer": "https://localhost/sign-in"},
        )
        assert answer.status_code == 303
        told = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
        names = {each.partition("=")[0] for each in told}
        assert names == {f"__Host-{SIGNED_IN}", "__Host-forms"}
        for each in told:
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(each.split("; "))
            assert "Domain" not in each

    def test_a_plain_cookie_is_not_believed_on_https(self, here: Portico) -> None:
        here.opened()
        kept = secret(here.signed_in())
        client = here.browser()
        client.set_cookie(SIGNED_IN, kept)
        assert client.get("/desk", base_url="https://localhost").status_code == 303

    def test_pages_of_somebody_stay_in_no_browser(self, here: Portico) -> None:
        here.opened()
        client = here.signed_in()
        assert client.get("/").headers["Cache-Control"] == "no-store"
        assert here.browser().get("/").headers["Cache-Control"] == "private, no-cache"

    def test_a_reader_without_an_account_gets_no_cookie(self, here: Portico) -> None:
        answer = here.browser().get("/")
        assert "Set-Cookie" not in answer.headers


class TestThrottle:
    @pytest.fixture(autouse=True)
    def _refused_quickly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Counted is how often, not how long it takes to find a password wrong."""
        nobodys = quick_hash("nobody")
        monkeypatch.setattr("web.passwords._nobodys", lambda: nobodys)

    def test_ten_thousand_attempts(self, here: Portico) -> None:
        """From a thousand addresses: five are looked at, and the owner waits with the others."""
        here.opened()
        client, form = here.browser(), {"name": "aigul", "password": "no such password"}
        form["csrf_token"] = token(client)
        told = []
        for number in range(10_000):
            client.environ_base["REMOTE_ADDR"] = f"10.{number % 4}.{number % 250}.1"
            told.append(client.post("/sign-in", data=form).status_code)
        assert told == [403] * 5 + [429] * 9_995
        waits = sign_in(here.browser(), "aigul")
        assert waits.status_code == 429
        assert waits.headers["Retry-After"] == "60"
        assert "Try again in 1 minute." in waits.text
        here.clock.pass_by(minutes=1)
        assert sign_in(here.browser(), "aigul").status_code == 303

    def test_the_wait_grows_and_has_an_end(self, here: Portico) -> None:
        here.opened()
        waits = []
        for _ in range(11):
            while (answer := sign_in(here.browser(), "aigul", "wrong one")).status_code == 429:
                waits.append(int(answer.headers["Retry-After"]) // 60)
                here.clock.pass_by(minutes=waits[-1])
        assert waits == [1, 2, 4, 8, 15, 15]

    def test_a_name_that_is_nobodys_waits_alike(self, here: Portico) -> None:
        here.opened()
        for name in ("aigul", "nobody"):
            client = here.browser(REMOTE_ADDR=f"10.0.0.{len(name)}")
            told = [sign_in(client, name, "wrong one") for _ in range(6)]
            assert [each.status_code for each in told] == [403] * 5 + [429]
            assert "Try again in 1 minute." in told[-1].text

    def test_one_address_cannot_go_through_all_names(self, here: Portico) -> None:
        client = here.browser(REMOTE_ADDR="10.0.0.9")
        told = [sign_in(client, f"name{n}", "wrong one").status_code for n in range(25)]
        assert told == [403] * 20 + [429] * 5
        with here.portal.reading() as session:
            assert len(session.scalars(select(Attempts)).all()) == 21
        neighbour = here.browser(REMOTE_ADDR="10.0.0.10")
        assert sign_in(neighbour, "name1", "wrong one").status_code == 403

    def test_a_network_of_ipv6_is_one_visitor(self, here: Portico) -> None:
        told = [
            sign_in(here.browser(REMOTE_ADDR=f"2001:db8::{n:x}"), f"n{n}", "wrong").status_code
            for n in range(21)
        ]
        assert told[-1] == 429

    def test_signing_in_well_a_hundred_times_is_no_attack(self, here: Portico) -> None:
        here.opened()
        for _ in range(25):
            assert sign_in(here.browser(), "aigul").status_code == 303

    def test_an_account_of_ones_own_does_not_buy_free_attempts(self, here: Portico) -> None:
        here.opened()
        for number in range(20):
            assert sign_in(here.browser(), f"name{number}", "wrong").status_code == 403
            if number % 5 == 4 and number < 19:
                assert sign_in(here.browser(), "aigul").status_code == 303
        assert sign_in(here.browser(), "aigul").status_code == 429

    def test_thirty_at_once_are_not_all_the_first(self, here: Portico) -> None:
        here.opened()
        form = {"name": "aigul", "password": "wrong one"}

        def attempt(_: int) -> int:
            client = here.browser()
            return post(client, "/sign-in", form=form).status_code

        with ThreadPoolExecutor(30) as pool:
            told = sorted(pool.map(attempt, range(30)))
        assert told == [403] * 5 + [429] * 25

    def test_it_is_the_same_for_every_process_and_after_a_restart(self, here: Portico) -> None:
        here.opened()
        for _ in range(5):
            sign_in(here.browser(), "aigul", "wrong one")
        other = portico(here.portal.settings)
        assert sign_in(other.browser(), "aigul").status_code == 429
        other.portal.storage.close()

    def test_what_was_typed_is_not_kept(self, here: Portico) -> None:
        sign_in(here.browser(), "my secret password", "aigul")
        with here.portal.reading() as session:
            kept = " ".join(session.scalars(select(Attempts.subject)))
        assert "secret" not in kept

    def test_a_day_later_all_is_forgotten(self, here: Portico) -> None:
        for _ in range(5):
            sign_in(here.browser(), "aigul", "wrong one")
        here.clock.pass_by(hours=25)
        told = [sign_in(here.browser(), "aigul", "wrong one").status_code for _ in range(6)]
        assert told == [403] * 5 + [429]


def test_the_password_of_before_signs_nobody_in(here: Portico) -> None:
    account = here.opened()
    with here.portal.storage.rows.writing() as session:
        row = session.get_one(Account, account.id)
        set_password(session, row, hash_password("another one"), now=here.clock(), agent="tester")
    assert sign_in(here.browser(), "aigul").status_code == 403
