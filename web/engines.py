"""What every view works with: the engines of one application, its settings and its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from celery import Celery
from flask import current_app
from sqlalchemy.orm import Session

from archive.queries import ParsedQuery, parse_query
from archive.rights import Act, Requester
from archive.rights_units import RightsNow, revision, rights_now
from archive.text.gazetteer import Gazetteer, known_names
from schemas.pyramid import Layout
from storage.opening import Storage
from storage.settings import Settings
from web.readiness import Readiness
from workers.queue import Wake, transaction

_KEY = "sandyq"
_SNAPSHOTS = 32  # a handful of requesters and acts, times the revisions of a busy minute


@dataclass
class Portal:
    """The engines of one application, and what it keeps in memory.

    `snapshots` say who may search what, by revision and day; `layouts` where the
    tiles of an access image lie, by its content key. `names` are the names that are one.
    """

    settings: Settings
    storage: Storage
    queue: Celery
    now: Callable[[], datetime]
    names: Gazetteer = field(default_factory=known_names)
    snapshots: dict[tuple[object, ...], RightsNow] = field(default_factory=dict)
    layouts: dict[str, Layout] = field(default_factory=dict)
    readiness: Readiness = field(init=False)

    def __post_init__(self) -> None:
        self.readiness = Readiness(self.storage)

    def parsed(self, text: str, *, only_exact: bool = False) -> ParsedQuery:
        """The question that a reader typed, with the other names of what it names."""
        return parse_query(text, only_exact=only_exact, variants=self.names.other_names)

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


def portal() -> Portal:
    """The portal of the application that answers this request."""
    found = current_app.extensions[_KEY]
    assert isinstance(found, Portal)
    return found


def install_portal(extensions: dict[str, object], here: Portal) -> None:
    """Make `portal()` find it."""
    extensions[_KEY] = here
