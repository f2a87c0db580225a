"""How are roles, events and moments of accounts called on the screen?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from archive.duties import Role
from archive.events import EventType
from web import figures
from web.engines import portal
from web.language import gettext
from web.marking import N_
from web.pages.accounts import Choice

_ROLES: Mapping[Role, str] = {
    Role.READER: N_("Reader"),
    Role.OPERATOR: N_("Operator of a branch"),
    Role.CATALOGUER: N_("Cataloguer"),
    Role.RIGHTS_OFFICER: N_("Rights officer"),
    Role.DIRECTOR: N_("Director"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

ACCOUNT_EVENTS: Mapping[str, str] = {
    EventType.ACCOUNT_OPENED: N_("The account was opened"),
    EventType.ACCOUNT_CHANGED: N_("The account was changed"),
    EventType.ACCOUNT_CLOSED: N_("The account was closed"),
    EventType.ACCOUNT_REOPENED: N_("The account was opened again"),
    EventType.ADDRESS_CONFIRMED: N_("The e-mail address was confirmed"),
    EventType.PASSWORD_SET: N_("A new password was set"),
    EventType.SIGN_INS_ENDED: N_("Signed out everywhere"),
}


def role_name(role: str) -> str:
    """A role as people call it."""
    return gettext(_ROLES[Role(role)])


def roles_to_choose() -> list[Choice]:
    """Every role with its name."""
    return [Choice(role.value, role_name(role)) for role in Role]


def event_name(event_type: str) -> str:
    """What happened to an account."""
    return gettext(ACCOUNT_EVENTS[event_type]) if event_type in ACCOUNT_EVENTS else event_type


def moment(at: datetime) -> str:
    """A moment by the library's clock: 23.11.2026, 14:05."""
    here = at.astimezone(portal().settings.zone)
    return f"{figures.short_date(here.date())}, {here:%H:%M}"
