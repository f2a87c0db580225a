"""May this be tried again already? Attempts are counted in rows, for every process alike.

An attempt is counted before it is made, in the transaction that allows it: a thousand
that come at once are so not all the first. One that succeeds is taken back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import delete
from sqlalchemy.orm import Session

from archive.accounts import Attempts

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many attempts are free; after them the wait doubles from a minute on."""

    name: str
    free: int


class Kind(Enum):
    """What is counted. Behind one address there is a whole reading room."""

    NAME = Allowance("name", free=5)
    ADDRESS = Allowance("address", free=20)
    LETTERS_TO = Allowance("letters to", free=3)
    LETTERS_FROM = Allowance("letters from", free=10)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose attempts are counted: a name, an address."""

    kind: Kind
    value: str

    @property
    def digest(self) -> str:
        told = f"{self.kind.value.name} {self.value.strip().lower()}"
        return hashlib.sha256(told.encode()).hexdigest()


def wait_after(count: int, free: int) -> timedelta:
    """How long to wait after so many attempts in vain."""
    if count < free:
        return timedelta(0)
    return min(LONGEST_WAIT, timedelta(minutes=1 << min(count - free, 10)))


def wait_for(session: Session, subjects: Sequence[Subject], now: datetime) -> timedelta:
    """How long until the next attempt is allowed; nothing when it is allowed now."""
    return max((_wait(session, each, now) for each in subjects), default=timedelta(0))


def _wait(session: Session, subject: Subject, now: datetime) -> timedelta:
    row = session.get(Attempts, subject.digest)
    if row is None or _is_forgotten(row, now):
        return timedelta(0)
    return max(timedelta(0), row.last_at + wait_after(row.count, subject.kind.value.free) - now)


def _is_forgotten(row: Attempts, now: datetime) -> bool:
    return row.last_at + FORGOTTEN_AFTER < now


def count_attempt(session: Session, subjects: Sequence[Subject], now: datetime) -> timedelta:
    """Count an attempt that is about to be made; or the wait, and then nothing is counted."""
    wait = wait_for(session, subjects, now)
    if wait:
        return wait
    for subject in subjects:
        row = session.get(Attempts, subject.digest)
        if row is None:
            row = Attempts(subject=subject.digest, count=0, last_at=now)
            session.add(row)
        row.count = 1 if _is_forgotten(row, now) else row.count + 1
        row.last_at = now
    return wait


def forgive(session: Session, subject: Subject) -> None:
    """Forget a subject's attempts: the right password was given."""
    row = session.get(Attempts, subject.digest)
    if row is not None:
        session.delete(row)


def forget_attempts(session: Session, now: datetime) -> None:
    """Remove what counts no more: every mistyped name has left a row."""
    session.execute(delete(Attempts).where(Attempts.last_at < now - FORGOTTEN_AFTER))


def take_back(session: Session, subject: Subject) -> None:
    """The attempt just counted was none; those before it still count."""
    row = session.get(Attempts, subject.digest)
    if row is not None:
        row.count = max(0, row.count - 1)
