"""Who is asking, and may they? The one question of every door, beside what it works with."""

from __future__ import annotations

from flask import g, request

from archive.library import address_ranges
from archive.rights import Act, Allow, Decision, Facts, Refuse, Requester, decide
from archive.works import Work
from web.engines import Portal, install_portal, portal, utc_now
from web.signed_in import signed_in
from web.visitors import is_inside

__all__ = [
    "Closed",
    "Portal",
    "ask",
    "decision",
    "install_portal",
    "is_everybodys",
    "may",
    "portal",
    "requester",
    "utc_now",
]


class Closed(Exception):
    """A door that stays shut for this requester: the refusal, the work and the page."""

    def __init__(self, refusal: Refuse, work: Work | None = None, page: str | None = None) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
        self.work = work
        self.page = page


def requester() -> Requester:
    """Who is asking, as far as rights care; the rows of now are asked once a request."""
    if "requester" not in g:
        person = signed_in()
        g.requester = Requester(
            on_premises=_is_on_premises(), registered=person is not None and person.confirmed
        )
    found: Requester = g.requester
    return found


def _is_on_premises() -> bool:
    """By the address of the connection, or the one that a trusted proxy vouches for."""
    with portal().reading() as session:
        return is_inside(request.remote_addr or "", address_ranges(session))


def decision(facts: Facts, act: Act) -> Decision:
    """The verdict for the one who is asking, today.

    What everybody may do is told without a look at who is asking: to be inside, or
    registered, never closes a door, and most tiles of most books are everybody's.
    """
    if is_everybodys(facts, act):
        return Allow()
    return decide(facts, requester(), act, portal().today())


def is_everybodys(facts: Facts, act: Act) -> bool:
    """Whether a stranger far away may do this today, without any reduction."""
    return isinstance(decide(facts, Requester(), act, portal().today()), Allow)


def may(facts: Facts, act: Act) -> bool:
    """Whether the one who is asking may do this today."""
    return not isinstance(decision(facts, act), Refuse)


def ask(facts: Facts, act: Act, work: Work | None = None, page: str | None = None) -> Decision:
    """The verdict, if it is not a refusal.

    Raises:
        Closed: the refusal, which becomes a page or a problem document.
    """
    verdict = decision(facts, act)
    if isinstance(verdict, Refuse):
        raise Closed(verdict, work, page)
    return verdict
