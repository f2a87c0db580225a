"""What every view works with: engines, settings, who is asking, and what day it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from celery import Celery
from flask import current_app, request
from sqlalchemy.orm import Session

from archive.library import address_ranges
from archive.rights import Act, Decision, Facts, Refuse, Requester, decide
from archive.rights_units import RightsNow, revision, rights_now
from archive.works import Work
from schemas.pyramid import Layout
from storage.opening import Storage
from storage.settings import Settings
from workers.queue import Wake, transaction

_KEY = "sandyq"
_SNAPSHOTS = 32  # a handful of requesters and acts, times the revisions of a busy minute

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Closed(Exception):
    """A door that stays shut for this requester: the refusal, the work and the page."""

    def __init__(self, refusal: Refuse, work: Work | None = None, page: str | None = None) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
        self.work = work
        self.page = page


@dataclass
class Portal:
    """The engines of one application, and what it keeps in memory.

    `snapshots` say who may search what, by revision and day; `layouts` where the
    tiles of an access image lie, by its content key.
    """

    settings: Settings
    storage: Storage
    queue: Celery
    networks: tuple[Network, ...]
    now: Callable[[], datetime]
    snapshots: dict[tuple[object, ...], RightsNow] = field(default_factory=dict)
    layouts: dict[str, Layout] = field(default_factory=dict)

    def today(self) -> date:
        """The day of the library's calendar."""
        return self.now().astimezone(self.settings.zone).date()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The rows of this request."""
        with self.storage.rows.reading() as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[tuple[Session, Wake]]:
        """Write rows and wake steps: the calls leave once everything is committed."""
        with transaction(self.storage.rows, self.queue) as (session, wake):
            yield session, wake

    def rights(self, session: Session, requester: Requester, act: Act) -> RightsNow:
        """Which units are closed to this requester now; kept by (requester, act, revision, day)."""
        today = self.today()
        key = (requester, act, revision(session), today)
        snapshot = self.snapshots.get(key)
        if snapshot is None:
            if len(self.snapshots) >= _SNAPSHOTS:
                self.snapshots.clear()
            snapshot = rights_now(session, requester, act, today)
            self.snapshots[key] = snapshot
        return snapshot


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)


def premises(session: Session) -> tuple[Network, ...]:
    """The address ranges of the branches; read when the portal starts."""
    return tuple(ipaddress.ip_network(each) for each in address_ranges(session))


def portal() -> Portal:
    """The portal of the application that answers this request."""
    found = current_app.extensions[_KEY]
    assert isinstance(found, Portal)
    return found


def install_portal(extensions: dict[str, object], here: Portal) -> None:
    """Make `portal()` find it."""
    extensions[_KEY] = here


def requester() -> Requester:
    """Who is asking. Only the connection itself is believed, no header of the request."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return Requester()
    # A socket that listens on IPv6 calls 10.0.0.1 ::ffff:10.0.0.1.
    plain = getattr(address, "ipv4_mapped", None) or address
    return Requester(on_premises=any(plain in network for network in portal().networks))


def decision(facts: Facts, act: Act) -> Decision:
    """The verdict for the one who is asking, today."""
    return decide(facts, requester(), act, portal().today())


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
