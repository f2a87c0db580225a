"""Does `sandyq user` keep accounts, and does no password pass through its arguments?"""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner, Result

from archive.account_keeping import find_account
from archive.accounts import Account
from archive.duties import Role
from storage.errors import Refused
from storage.opening import Storage
from storage.settings import Settings
from tests.web.people import PASSWORD
from web.cli.accounts import user_command
from web.cli.demo_accounts import FILE, demo_accounts
from web.cli.office import open_office
from web.cli.speech import Speech
from web.passwords import is_password


def run(settings: Settings, *words: str, typed: str = "") -> Result:
    command = user_command(settings, Speech("en"))
    return CliRunner().invoke(command, words, input=typed, catch_exceptions=False)


def add(settings: Settings, *words: str) -> Result:
    return run(settings, "add", *words, "--password-stdin", typed=f"{PASSWORD}\n")


def account(storage: Storage, name: str) -> Account:
    with storage.rows.reading() as session:
        return find_account(session, name)


class TestUser:
    def test_add_list_password_disable(self, settings: Settings, storage: Storage) -> None:
        told = add(settings, "aigul", "--role", "operator", "--branch", "16",
                   "--display-name", "Айгүл")  # fmt: skip
        assert told.output == "The account is open: aigul\n"
        assert is_password(account(storage, "aigul").password_hash, PASSWORD)
        typed = "another long one\n" * 2
        assert run(settings, "password", "aigul", typed=typed).exit_code == 0
        assert is_password(account(storage, "aigul").password_hash, "another long one")
        assert "another" not in told.output
        assert run(settings, "sign-out", "aigul").output == "Sign-ins ended: 0\n"
        assert run(settings, "disable", "aigul").exit_code == 0
        (value,) = json.loads(run(settings, "list", "--json").output)
        assert (value["name"], value["branch"], value["closed"]) == ("aigul", "16", True)
        assert "hash" not in str(value)
        assert "aigul  operator 16  Айгүл (closed)" in run(settings, "list").output

    def test_a_reader_is_called_by_the_address(self, settings: Settings, storage: Storage) -> None:
        add(settings, "Dana@example.org", "--role", "reader")
        assert account(storage, "dana@example.org").confirmed_at is not None

    @pytest.mark.parametrize(
        ("words", "typed", "reason"),
        [
            (("add", "a b", "--role", "director", "--password-stdin"), PASSWORD, "bad-account"),
            (("add", "root", "--role", "director", "--password-stdin"), "short", "too-short"),
            (("add", "root", "--role", "director"), f"{PASSWORD}\nother", "passwords-differ"),
            (("add", "root", "--role", "operator", "--password-stdin"), PASSWORD, "branch-needed"),
            (("add", "root", "--role", "operator", "--branch", "999", "--password-stdin"), PASSWORD,
             "unknown-branch"),
            (("password", "nobody", "--password-stdin"), PASSWORD, "no-such-account"),
            (("disable", "nobody"), "", "no-such-account"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(
        self, settings: Settings, words: tuple[str, ...], typed: str, reason: str
    ) -> None:
        with pytest.raises(Refused, match=reason):
            run(settings, *words, typed=typed)
        assert run(settings, "list").output == ""

    def test_a_password_is_no_argument(self, settings: Settings) -> None:
        for command in user_command(settings, Speech("en")).commands.values():  # type: ignore[attr-defined]
            for option in command.params:
                if isinstance(option, click.Option) and "password" in str(option.opts):
                    assert option.is_flag


class TestDemo:
    def test_accounts_for_all_roles_the_same_at_the_next_start(
        self, settings: Settings, storage: Storage
    ) -> None:
        with open_office(settings) as office:
            first, again = demo_accounts(office), demo_accounts(office)
        assert {each.role for each in first} == {role.value for role in Role}
        assert first == again
        assert len({each.password for each in first}) == len(first)
        for each in first:
            row = account(storage, each.name)
            assert is_password(row.password_hash, each.password)
            assert row.role == each.role

    def test_an_agreement_can_be_tried_to_its_end(self, settings: Settings) -> None:
        """A second officer confirms: one alone would stand before a closed door."""
        with open_office(settings) as office:
            roles = [each.role for each in demo_accounts(office)]
        assert roles.count(Role.RIGHTS_OFFICER) == 2

    def test_only_its_owner_reads_the_file(self, settings: Settings) -> None:
        with open_office(settings) as office:
            demo_accounts(office)
        assert stat.S_IMODE((settings.home / FILE).stat().st_mode) == 0o600

    def test_an_account_that_was_closed_stays_closed(
        self, settings: Settings, storage: Storage
    ) -> None:
        with open_office(settings) as office:
            demo_accounts(office)
        with storage.rows.writing() as session:
            closed = datetime(2026, 11, 23, tzinfo=UTC)
            find_account(session, "director").disabled_at = closed
        with open_office(settings) as office:
            demo_accounts(office)
        assert account(storage, "director").disabled_at == closed
