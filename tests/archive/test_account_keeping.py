"""Is every change of an account told by an event, and does a refused one change nothing?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.account_keeping import (
    AccountDescription,
    account_history,
    agent_of,
    all_accounts,
    change_account,
    close_account,
    confirm_address,
    find_account,
    names_of_agents,
    open_account,
    register_again,
    reopen_account,
    set_password,
)
from archive.accounts import Account
from archive.branches import Branch, BranchAlias
from archive.duties import Role
from archive.events import Event
from archive.library import branch_called
from archive.signing_in import (
    begin_sign_in,
    end_sign_ins,
    is_due,
    is_still,
    mark_seen,
    sign_ins_of,
    valid_sign_in,
)
from storage.errors import Refused
from storage.opening import Storage

pytestmark = pytest.mark.every_database

ROOT = AccountDescription(Role.ADMINISTRATOR, "Root", name="root")


def opened(session: Session, now: datetime, told: AccountDescription = ROOT) -> Account:
    return open_account(session, told, "hash", now=now, agent="tester")


def reader(name: str) -> AccountDescription:
    return AccountDescription(Role.READER, name, email=f"{name}@example.org")


def events(session: Session, account: Account) -> list[str]:
    return [each.type for each in reversed(account_history(session, account))]


class TestOpening:
    def test_an_account_and_its_event(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            account = opened(session, now)
            (event,) = account_history(session, account)
            assert (event.type, event.detail) == ("account opened", {"role": "administrator"})
            assert (account.name, account.confirmed_at, account.disabled_at) == ("root", now, None)

    def test_a_reader_is_called_by_the_address(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            account = opened(session, now, reader("dana"))
            assert (account.name, account.email) == ("dana@example.org", "dana@example.org")

    @pytest.mark.parametrize(
        ("told", "reason"),
        [
            (ROOT, "account-name-taken"),
            (AccountDescription(Role.DIRECTOR, "E", name="e2", email="d@e.kz"), "email-taken"),
            (AccountDescription(Role.READER, "E", email="d@e.kz"), "account-name-taken"),
            (AccountDescription(Role.READER, "E"), "bad-email"),
            (AccountDescription(Role.OPERATOR, "E", name="e2"), "branch-needed"),
            (AccountDescription(Role.OPERATOR, "E", name="e2", branch_id=9), "unknown-branch"),
        ],
    )
    def test_what_is_taken_or_missing_is_refused(
        self, storage: Storage, now: datetime, told: AccountDescription, reason: str
    ) -> None:
        with storage.rows.writing() as session:
            opened(session, now)
            opened(session, now, AccountDescription(Role.READER, "D", email="d@e.kz"))
        with pytest.raises(Refused, match=reason), storage.rows.writing() as session:
            opened(session, now, told)
        with storage.rows.reading() as session:
            assert len(all_accounts(session)) == 2


class TestKeeping:
    def test_a_change_tells_what_changed_and_no_address(
        self, storage: Storage, now: datetime
    ) -> None:
        with storage.rows.writing() as session:
            opened(session, now)
            account = opened(session, now, AccountDescription(Role.DIRECTOR, "E", name="erlan"))
            told = AccountDescription(Role.CATALOGUER, "E", name="erlan", email="e@e.kz")
            change_account(session, account, told, now=now, agent="account 1")
            change_account(session, account, told, now=now, agent="account 1")
            assert events(session, account) == ["account opened", "account changed"]
            event = account_history(session, account)[0]
            assert event.detail == {"role": "cataloguer", "email": None}

    def test_the_last_administrator_stays(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            root = opened(session, now)
            other = opened(session, now, AccountDescription(Role.ADMINISTRATOR, "O", name="other"))
            close_account(session, other, now=now, agent="tester")
            with pytest.raises(Refused, match="last-administrator"):
                close_account(session, root, now=now, agent="tester")
            demoted = AccountDescription(Role.DIRECTOR, "Root", name="root")
            with pytest.raises(Refused, match="last-administrator"):
                change_account(session, root, demoted, now=now, agent="tester")
            reopen_account(session, other, now=now, agent="tester")
            change_account(session, root, demoted, now=now, agent="tester")
            assert root.role == "director"

    def test_closing_confirming_and_opening_are_told_once(
        self, storage: Storage, now: datetime
    ) -> None:
        with storage.rows.writing() as session:
            account = open_account(
                session, reader("dana"), "hash", now=now, agent="visitor", confirmed=False
            )
            for _ in range(2):
                confirm_address(session, account, now=now, agent="visitor")
            for _ in range(2):
                close_account(session, account, now=now, agent="tester")
            for _ in range(2):
                reopen_account(session, account, now=now, agent="tester")
            assert events(session, account) == [
                "account opened", "address confirmed", "account closed", "account reopened",
            ]  # fmt: skip

    def test_registering_again_leaves_nothing_of_the_first(
        self, storage: Storage, now: datetime
    ) -> None:
        with storage.rows.writing() as session:
            account = opened(session, now, reader("dana"))
            begin_sign_in(session, account, "digest", now)
            register_again(session, account, "Дана", "other hash", now=now, agent="visitor")
            assert valid_sign_in(session, "digest", now) is None
            assert (account.display_name, account.password_hash) == ("Дана", "other hash")

    def test_no_event_holds_a_password_or_an_address(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            account = opened(session, now, reader("dana"))
            set_password(session, account, "argon2 hash", now=now, agent="tester")
            told = " ".join(
                str(each.detail) + each.agent for each in session.scalars(select(Event))
            )
        assert "hash" not in told
        assert "example.org" not in told


class TestFinding:
    def test_people_are_found_by_letters_of_any_case(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            opened(session, now, AccountDescription(Role.DIRECTOR, "Ерлан Қасымов", name="erlan"))
            opened(session, now, reader("dana"))
        with storage.rows.reading() as session:
            assert [each.name for each in all_accounts(session, words="ҚАСЫМ")] == ["erlan"]
            assert [each.name for each in all_accounts(session, words="DANA")] == [
                "dana@example.org"
            ]
            assert [each.name for each in all_accounts(session, role=Role.DIRECTOR)] == ["erlan"]
            assert find_account(session, " Dana@example.org ").role == "reader"
            with pytest.raises(Refused, match="no-such-account"):
                find_account(session, "nobody")

    def test_agents_of_events_are_people_or_programs(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            account = opened(session, now)
            known = names_of_agents(session, [agent_of(account.id), "sandyq", "account 99"])
        assert known == {"account 1": "Root"}

    def test_a_branch_is_known_by_its_aliases(self, storage: Storage) -> None:
        with storage.rows.writing() as session:
            branch = Branch(code="16", label_kk="Қ", label_ru="Р", label_en="E")
            branch.aliases = [BranchAlias(alias="№16")]
            session.add(branch)
        with storage.rows.reading() as session:
            assert branch_called(session, "16").id == branch_called(session, "№16").id
            with pytest.raises(Refused, match="unknown-branch"):
                branch_called(session, "17")


class TestSignIns:
    def test_all_but_one_are_ended(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            account = opened(session, now)
            for digest in ("a", "b", "c"):
                begin_sign_in(session, account, digest, now)
            assert end_sign_ins(session, account, now=now, agent="tester", but="b") == 2
            assert [each.token_digest for each in sign_ins_of(session, account.id, now)] == ["b"]
            assert end_sign_ins(session, account, now=now, agent="tester", but="b") == 0
            assert events(session, account) == ["account opened", "sign-ins ended"]

    def test_a_sight_moves_on_and_never_back(self, storage: Storage, now: datetime) -> None:
        minute = timedelta(minutes=1)
        with storage.rows.writing() as session:
            row = begin_sign_in(session, opened(session, now), "a", now)
            assert not is_due(row, now + minute - timedelta(seconds=1))
            assert is_due(row, now + minute)
            mark_seen(session, "a", now + 2 * minute)
            mark_seen(session, "a", now + minute)
            session.refresh(row)
            assert row.seen_at == now + 2 * minute

    def test_what_was_looked_at_may_have_changed(self, storage: Storage, now: datetime) -> None:
        with storage.rows.writing() as session:
            opened(session, now)
        with storage.rows.reading() as session:
            looked_at = find_account(session, "root")
        with storage.rows.writing() as session:
            assert is_still(session, looked_at)
            set_password(session, find_account(session, "root"), "new", now=now, agent="tester")
        with storage.rows.reading() as session:
            assert not is_still(session, looked_at)
