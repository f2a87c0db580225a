"""What the pages of signing in, registering and keeping accounts show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form was not taken; `field` is the one to correct, empty for none of them."""

    field: str
    fact: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, and why it was not taken. Passwords are never given back."""

    values: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def problem_at(self, name: str) -> Problem | None:
        return self.problem if self.problem and self.problem.field == name else None


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`next` is where to go afterwards; `wait` counts minutes after too many attempts."""

    next: str = ""
    name: str = ""
    failed: bool = False
    wait: int = 0
    letters: bool = False


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A form that ends in a letter; `sent_to` once it has left, `wait` after too many."""

    form: Form = Form()
    letters: bool = True
    sent_to: str = ""
    wait: int = 0


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a link in a letter leads to; `done` once it was followed."""

    secret: str = ""
    form: Form = Form()
    name: str = ""
    done: bool = False
    too_old: bool = False


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One browser in which somebody is signed in; times in the library's zone."""

    browser: str
    since: str
    seen: str
    is_this: bool = False


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account."""

    name: str
    email: str
    role: str
    confirmed: bool
    sign_ins: Sequence[SignInRow]
    form: Form = Form()
    done: str = ""
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list to choose from."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One person in the list. `state` is open, unconfirmed or closed."""

    href: str
    display_name: str
    name: str
    role: str
    branch: str
    state: str


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Everybody who signs in."""

    rows: Sequence[AccountRow]
    roles: Sequence[Choice]
    words: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened to an account."""

    at: str
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class AccountFormPage:
    """A new account (`href` is empty), or one that is kept."""

    roles: Sequence[Choice]
    branches: Sequence[Choice]
    form: Form = Form()
    href: str = ""
    title: str = ""
    state: str = "open"
    is_own: bool = False
    sign_ins: Sequence[SignInRow] = ()
    history: Sequence[HistoryRow] = ()
    password: str = ""
    done: str = ""
