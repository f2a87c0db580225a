"""Which desks are there, and whose are they?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.duties import Duty
from web.language import gettext
from web.refusals import N_
from web.signed_in import SignedIn


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: its address, its name, its icon, and the duty that is done there.

    A desk that is no part of the day's work is not in the header, but in the footer.
    """

    href: str
    label: str
    icon: str
    duty: Duty
    daily: bool = True


DESKS: tuple[Desk, ...] = (
    Desk("/desk/upload", N_("Upload"), "upload", Duty.UPLOAD),
    Desk("/desk/work", N_("Jobs"), "list-checks", Duty.SEE_WORK),
    Desk("/desk/pages", N_("Pages"), "layout-grid", Duty.CHECK_PAGES),
    Desk("/desk/catalogue", N_("Catalogue"), "library-big", Duty.CATALOGUE),
    Desk("/desk/agreements", N_("Agreements"), "file-text", Duty.KEEP_AGREEMENTS),
    Desk("/desk/accounts", N_("Accounts"), "users", Duty.KEEP_ACCOUNTS),
    Desk("/desk/words", N_("Why was a word not found?"), "search", Duty.SEE_WORK, daily=False),
)
"""In the order of the day's work."""


def desks_of(person: SignedIn) -> Sequence[tuple[Desk, str]]:
    """Somebody's desks with their names in the language of the request."""
    return [(desk, gettext(desk.label)) for desk in DESKS if person.has(desk.duty)]


def has_desk(person: SignedIn, href: str) -> bool:
    """Whether there is a desk at this address, and it is one of theirs."""
    return any(desk.href.startswith(href) and person.has(desk.duty) for desk in DESKS)
