"""Opening, changing and closing accounts, each with its event; and who they are.

A password arrives as its hash and is never in an event, nor is an e-mail address:
events cannot be deleted, and a person may ask to be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.account_names import account_name, display_name, email_address
from archive.accounts import Account
from archive.branches import Branch
from archive.duties import OWN_BRANCH_ONLY, Role
from archive.events import Event, EventType, record_event
from archive.signing_in import end_sign_ins
from storage.errors import Refused


@dataclass(frozen=True, slots=True)
class AccountDescription:
    """What is told of a person. A reader has no name but the e-mail address."""

    role: Role
    display_name: str
    name: str = ""
    email: str | None = None
    branch_id: int | None = None


def agent_of(account_id: int) -> str:
    """How events name the person of an account."""
    return f"account {account_id}"


def open_account(
    session: Session,
    told: AccountDescription,
    password_hash: str,
    *,
    now: datetime,
    agent: str,
    confirmed: bool = True,
) -> Account:
    """A new account.

    Raises:
        Refused: a name, address or branch that cannot be (`archive.account_names`),
            ``account-name-taken``, ``email-taken``, ``branch-needed``.
    """
    account = Account(
        password_hash=password_hash, created_at=now, confirmed_at=now if confirmed else None
    )
    _describe(session, account, told)
    session.add(account)
    session.flush()
    record_event(
        session,
        EventType.ACCOUNT_OPENED,
        account,
        at=now,
        agent=agent,
        detail={"role": told.role.value},
    )
    return account


def change_account(
    session: Session, account: Account, told: AccountDescription, *, now: datetime, agent: str
) -> None:
    """Say of an account what is told now.

    Raises:
        Refused: as for a new one, or ``last-administrator``.
    """
    if told.role is not Role.ADMINISTRATOR:
        _keep_an_administrator(session, account)
    before = _kept(account)
    _describe(session, account, told)
    after = _kept(account)
    changed = {word: after[word] for word in after if before[word] != after[word]}
    if changed:
        detail = {word: None if word == "email" else value for word, value in changed.items()}
        record_event(
            session, EventType.ACCOUNT_CHANGED, account, at=now, agent=agent, detail=detail
        )


def _kept(account: Account) -> dict[str, str | int | None]:
    return {
        "display_name": account.display_name,
        "role": account.role,
        "branch_id": account.branch_id,
        "email": account.email,
    }


def _describe(session: Session, account: Account, told: AccountDescription) -> None:
    email = email_address(told.email) if told.email else None
    name = email or email_address("") if told.role is Role.READER else account_name(told.name)
    _refuse_taken(session, account, name, email)
    if told.branch_id is not None and session.get(Branch, told.branch_id) is None:
        raise Refused("unknown-branch", value=told.branch_id)
    if told.role in OWN_BRANCH_ONLY and told.branch_id is None:
        raise Refused("branch-needed")
    account.name, account.email, account.role = name, email, told.role.value
    account.display_name = display_name(told.display_name)
    account.branch_id = told.branch_id


def _refuse_taken(session: Session, account: Account, name: str, email: str | None) -> None:
    with session.no_autoflush:
        others = select(Account.id).where(Account.id != (account.id or 0))
        if session.scalars(others.where(Account.name == name)).first() is not None:
            raise Refused("account-name-taken", value=name)
        if email and session.scalars(others.where(Account.email == email)).first() is not None:
            raise Refused("email-taken", value=email)


def _keep_an_administrator(session: Session, account: Account) -> None:
    if account.role != Role.ADMINISTRATOR or account.disabled_at is not None:
        return
    others = select(func.count()).where(
        Account.role == Role.ADMINISTRATOR.value,
        Account.disabled_at.is_(None),
        Account.id != account.id,
    )
    if session.scalars(others).one() == 0:
        raise Refused("last-administrator")


def close_account(session: Session, account: Account, *, now: datetime, agent: str) -> None:
    """Let nobody sign in by it any more; whoever is signed in is out on the next request.

    Raises:
        Refused: ``last-administrator``.
    """
    _keep_an_administrator(session, account)
    if account.disabled_at is None:
        end_sign_ins(session, account, now=now, agent=agent)
        account.disabled_at = now
        record_event(session, EventType.ACCOUNT_CLOSED, account, at=now, agent=agent)


def reopen_account(session: Session, account: Account, *, now: datetime, agent: str) -> None:
    """Let its owner sign in again."""
    if account.disabled_at is not None:
        account.disabled_at = None
        record_event(session, EventType.ACCOUNT_REOPENED, account, at=now, agent=agent)


def confirm_address(session: Session, account: Account, *, now: datetime, agent: str) -> None:
    """The e-mail address is its owner's: shown by a letter, or known to a librarian."""
    if account.confirmed_at is None:
        account.confirmed_at = now
        record_event(session, EventType.ADDRESS_CONFIRMED, account, at=now, agent=agent)


def set_password(
    session: Session,
    account: Account,
    password_hash: str,
    *,
    now: datetime,
    agent: str,
    but: str | None = None,
) -> None:
    """A new password: every sign-in ends, but the one of this digest."""
    account.password_hash = password_hash
    record_event(session, EventType.PASSWORD_SET, account, at=now, agent=agent)
    end_sign_ins(session, account, now=now, agent=agent, but=but)


def register_again(
    session: Session, account: Account, name: str, password_hash: str, *, now: datetime, agent: str
) -> None:
    """Somebody registers with an address that nobody has confirmed: the newest word counts.

    The links of earlier letters hold no longer, since they are bound to the password.
    """
    account.display_name = display_name(name)
    set_password(session, account, password_hash, now=now, agent=agent)


def is_taken(session: Session, name: str) -> bool:
    """Whether somebody has this name, in an account that is open or closed."""
    return session.scalars(select(Account.id).where(Account.name == name)).first() is not None


def find_account(session: Session, name: str) -> Account:
    """The account of this name or e-mail address, closed or not.

    Raises:
        Refused: ``no-such-account``.
    """
    told = name.strip().lower()
    query = select(Account).where((Account.name == told) | (Account.email == told))
    found = session.scalars(query).first()
    if found is None:
        raise Refused("no-such-account", value=name)
    return found


def all_accounts(
    session: Session, *, words: str = "", role: Role | None = None
) -> Sequence[Account]:
    """Every account, or those of a role, or with these letters in a name."""
    query = select(Account).order_by(Account.disabled_at.is_not(None), Account.display_name)
    if role is not None:
        query = query.where(Account.role == role.value)
    # The engines fold Latin letters only; there are as many accounts as a library has people.
    sought = words.strip().casefold()
    return [each for each in session.scalars(query) if sought in _called(each).casefold()]


def _called(account: Account) -> str:
    return f"{account.display_name}\n{account.name}\n{account.email or ''}"


def account_history(session: Session, account: Account) -> Sequence[Event]:
    """What happened to an account, the newest first."""
    query = select(Event).where(
        Event.about_kind == Account.__tablename__, Event.about_id == account.id
    )
    return session.scalars(query.order_by(Event.id.desc())).all()


def names_of_agents(session: Session, agents: Sequence[str]) -> Mapping[str, str]:
    """The people whom events call "account 7"; programs keep the name they have."""
    numbers = {agent: agent.removeprefix("account ") for agent in agents}
    wanted = [int(number) for number in numbers.values() if number.isdecimal()]
    rows = session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_(wanted))
    ).all()
    return {agent_of(account_id): name for account_id, name in rows}
