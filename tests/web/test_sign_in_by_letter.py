"""Does a reader register by a real letter, and does no answer tell whose address is known?"""

from __future__ import annotations

import email
import email.policy
import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.account_keeping import find_account
from archive.accounts import Account
from archive.duties import Role
from storage.errors import Refused
from storage.settings import Settings
from tests.sample_home import settings_for
from tests.web.people import PASSWORD, Portico, portico, post, sign_in, token
from web.app import create_app
from web.portal import requester

LINK = re.compile(r"http://archive\.test(/\S+)")


class MailBox:
    """A mail server's other end."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.is_full = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, as aiosmtpd asks for."""
        if self.is_full:
            return "452 no space"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"

    def last(self) -> tuple[str, str, str]:
        """Whom it was for, its subject and its text."""
        letter = self.letters[-1]
        return letter["To"], letter["Subject"], letter.get_content()

    def link(self) -> str:
        found = LINK.search(self.last()[2])
        assert found is not None
        return found[1]


@pytest.fixture
def box() -> Iterator[tuple[MailBox, int]]:
    inside = MailBox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inside, hostname="127.0.0.1", port=port)
    controller.start()
    yield inside, port
    controller.stop()


@pytest.fixture
def mail(box: tuple[MailBox, int]) -> MailBox:
    return box[0]


@pytest.fixture
def here(settings: Settings, box: tuple[MailBox, int]) -> Iterator[Portico]:
    told = settings_for(
        settings.home,
        smtp=f"smtp://127.0.0.1:{box[1]}",
        mail_from="archive@archive.test",
        base_url="http://archive.test",
    )
    made = portico(told)
    made.app.add_url_rule("/who", view_func=lambda: {"registered": requester().registered})
    yield made
    made.portal.storage.close()


READER = "dana@example.org"


def register(client: FlaskClient, address: str = READER, password: str = PASSWORD) -> TestResponse:
    form = {"display_name": "Дана", "email": address, "password": password, "again": password}
    return post(client, "/register?lang=en", "/register?lang=en", form)


def follow(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """Open a link of a letter and press its button."""
    link = path.partition("link=")[2]
    assert client.get(path).status_code == 200
    return post(client, path.partition("?")[0] + "?lang=en", path, {"link": link, **form})


def is_registered(client: FlaskClient) -> bool:
    return client.get("/who").json == {"registered": True}


class TestRegistering:
    def test_a_reader_registers_confirms_and_is_registered(
        self, here: Portico, mail: MailBox
    ) -> None:
        client = here.browser()
        answer = register(client, " Dana@Example.org ")
        assert f"We have sent a letter to {READER}." in answer.text
        to, subject, text = mail.last()
        assert (to, subject) == (READER, "Confirm your e-mail address")
        assert PASSWORD not in text
        assert sign_in(client, READER).status_code == 303
        assert not is_registered(client)
        assert "not confirmed yet" in client.get("/account?lang=en").text
        assert "Your address is confirmed." in follow(here.browser(), mail.link()).text
        assert is_registered(client)

    def test_the_letter_is_in_the_readers_language(self, here: Portico, mail: MailBox) -> None:
        client = here.browser()
        client.get("/?lang=kk")
        form = {"display_name": "Дана", "email": READER, "password": PASSWORD, "again": PASSWORD}
        post(client, "/register", form=form)
        assert mail.last()[1] == "Электрондық пошта мекенжайын растаңыз"

    def test_a_program_that_opens_every_link_confirms_nothing(
        self, here: Portico, mail: MailBox
    ) -> None:
        register(here.browser())
        assert here.browser().get(mail.link()).status_code == 200
        with here.portal.reading() as session:
            assert find_account(session, READER).confirmed_at is None

    def test_a_known_address_is_answered_as_an_unknown_one(
        self, here: Portico, mail: MailBox
    ) -> None:
        here.opened(Role.READER, "dana")
        known, unknown = register(here.browser()), register(here.browser(), "new@example.org")
        assert known.status_code == unknown.status_code == 200
        assert known.text.replace(READER, "new@example.org") == unknown.text
        assert mail.letters[0]["Subject"] == "You are registered already"
        assert sign_in(here.browser(), READER).status_code == 303

    def test_who_registers_in_anothers_name_gains_nothing(
        self, here: Portico, mail: MailBox
    ) -> None:
        """The thief's password and letter are worth nothing once the owner registers."""
        register(here.browser(), password="the thief's own one")
        thief, of_the_thief = here.browser(), mail.link()
        assert sign_in(thief, READER, "the thief's own one").status_code == 303
        register(here.browser())
        assert thief.get("/account").status_code == 303
        assert here.browser().get(of_the_thief).status_code == 400
        follow(here.browser(), mail.link())
        assert sign_in(here.browser(), READER, "the thief's own one").status_code == 403
        assert sign_in(here.browser(), READER).status_code == 303

    def test_a_link_of_two_days_ago_and_a_forged_one_confirm_nothing(
        self, here: Portico, mail: MailBox
    ) -> None:
        register(here.browser())
        path = mail.link()
        swapped = {"A": "B"}.get(path[-9], "A")
        assert here.browser().get(path[:-9] + swapped + path[-8:]).status_code == 400
        assert here.browser().get("/register/confirm?link=x").status_code == 400
        assert here.browser().get(path.replace("register/confirm", "new-password")).status_code == (
            400
        )
        here.clock.pass_by(days=2, seconds=1)
        assert here.browser().get(path).status_code == 400

    @pytest.mark.parametrize(
        "form",
        [
            {"email": "dana"},
            {"email": "dana@example.org\nBcc: all@example.org"},
            {"email": "дана@мысал.қаз"},
            {"display_name": "  "},
            {"password": "short", "again": "short"},
            {"again": "another one here"},
            {"password": "dana@example.org", "again": "dana@example.org"},
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(
        self, here: Portico, mail: MailBox, form: dict[str, str]
    ) -> None:
        typed = {"display_name": "Дана", "email": READER, "password": PASSWORD, "again": PASSWORD}
        answer = post(here.browser(), "/register?lang=en", "/register?lang=en", {**typed, **form})
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in answer.text
        assert PASSWORD not in answer.text
        assert mail.letters == []

    def test_nobody_is_buried_in_letters(self, here: Portico, mail: MailBox) -> None:
        told = [register(here.browser()).status_code for _ in range(5)]
        assert told == [200] * 3 + [429] * 2
        assert len(mail.letters) == 3

    def test_nobody_writes_to_all_the_world(self, here: Portico, mail: MailBox) -> None:
        told = [register(here.browser(), f"a{n}@example.org").status_code for n in range(12)]
        assert told == [200] * 10 + [429] * 2
        assert len(mail.letters) == 10

    def test_a_letter_that_cannot_be_sent_is_told(self, here: Portico, mail: MailBox) -> None:
        mail.is_full = True
        answer = register(here.browser())
        assert answer.status_code == 503
        assert "The letter could not be sent." in answer.text
        mail.is_full = False
        assert register(here.browser()).status_code == 200


class TestForgotten:
    NEW = "zheti atanyn aty"

    def ask(self, here: Portico, address: str = READER) -> TestResponse:
        form = {"email": address}
        return post(here.browser(), "/forgotten?lang=en", "/forgotten?lang=en", form)

    def test_a_new_password_by_letter(self, here: Portico, mail: MailBox) -> None:
        here.opened(Role.READER, "dana")
        signed_in = here.signed_in(READER)
        self.ask(here)
        path = mail.link()
        form = {"password": self.NEW, "again": self.NEW}
        assert "The new password holds." in follow(here.browser(), path, **form).text
        assert signed_in.get("/account").status_code == 303
        assert sign_in(here.browser(), READER, self.NEW).status_code == 303
        # once
        assert here.browser().get(path).status_code == 400

    def test_an_unknown_address_is_told_in_the_letter_alone(
        self, here: Portico, mail: MailBox
    ) -> None:
        here.opened(Role.READER, "dana")
        known, unknown = self.ask(here), self.ask(here, "new@example.org")
        assert known.text.replace(READER, "new@example.org") == unknown.text
        assert "No account has this address." in mail.last()[2]
        assert "/new-password" not in mail.last()[2]

    def test_a_closed_account_gets_no_link(self, here: Portico, mail: MailBox) -> None:
        account = here.opened(Role.READER, "dana")
        with here.portal.storage.rows.writing() as session:
            session.get_one(Account, account.id).disabled_at = here.clock()
        self.ask(here)
        assert "/new-password" not in mail.last()[2]

    def test_the_link_holds_an_hour(self, here: Portico, mail: MailBox) -> None:
        here.opened(Role.READER, "dana")
        self.ask(here)
        here.clock.pass_by(hours=1, seconds=1)
        assert here.browser().get(mail.link()).status_code == 400

    def test_a_poor_password_leaves_the_link_in_force(self, here: Portico, mail: MailBox) -> None:
        here.opened(Role.READER, "dana")
        self.ask(here)
        poor = {"password": "short", "again": "short"}
        assert follow(here.browser(), mail.link(), **poor).status_code == 400
        good = {"password": self.NEW, "again": self.NEW}
        assert follow(here.browser(), mail.link(), **good).status_code == 200

    def test_who_was_locked_out_by_a_stranger_comes_in_again(
        self, here: Portico, mail: MailBox
    ) -> None:
        here.opened(Role.READER, "dana")
        for number in range(5):
            sign_in(here.browser(REMOTE_ADDR=f"10.0.0.{number}"), READER, "wrong one")
        assert sign_in(here.browser(), READER).status_code == 429
        self.ask(here)
        follow(here.browser(), mail.link(), password=self.NEW, again=self.NEW)
        assert sign_in(here.browser(), READER, self.NEW).status_code == 303


class TestWithoutMail:
    @pytest.mark.parametrize(
        ("path", "told"),
        [
            ("/register", "Readers are registered at the library."),
            ("/forgotten", "New passwords are given at the library."),
        ],
    )
    def test_the_pages_say_who_helps(self, settings: Settings, path: str, told: str) -> None:
        made = portico(settings)
        page = made.browser().get(f"{path}?lang=en").text
        assert told in page
        assert '<form class="form"' not in page
        form = {"csrf_token": token(made.browser()), "email": READER}
        client = made.browser()
        form["csrf_token"] = token(client)
        assert client.post(path, data=form).status_code == 403
        made.portal.storage.close()

    @pytest.mark.parametrize(
        "smtp", ["127.0.0.1:25", "http://127.0.0.1", "smtp://", "smtp://h:x", "smtp://h/path"]
    )
    def test_an_address_that_is_none_is_refused_at_the_start(
        self, settings: Settings, smtp: str
    ) -> None:
        with pytest.raises(Refused, match="bad-setting"):
            create_app(settings_for(settings.home, smtp=smtp))
