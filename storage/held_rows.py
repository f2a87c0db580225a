"""Rows that move to another engine: held still where they were, not yet whole where they go.

A mark of one row lies beside the tables at both places. At the old place triggers let the
engine itself refuse every change, whoever asks for it; reading goes on. They cost nothing
while no library moves, and outlive a move that was killed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, MetaData, String, Table, delete, insert, inspect, select, text
from sqlalchemy.orm import Session

HELD = frozenset({"library-moving", "library-moved"})
"""What a change is refused with at the old place, while the library moves and ever after."""

SQLSTATE = "SQ001"  # of a class that the standard leaves to us

_MARK = Table(
    "library_move",
    MetaData(),
    *(Column(name, String, nullable=False) for name in ("move", "state", "at", "place", "told")),
)

_VERBS = ("INSERT", "UPDATE", "DELETE")


class State(StrEnum):
    """How far a move is, at the old place (the first two) and at the new one."""

    LEAVING = "leaving"
    LEFT = "left"
    ARRIVING = "arriving"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class Mark:
    """Which move these rows are part of.

    `at` is when it began (ISO 8601); `place` names where it goes, once that place has been
    found good, and `told` is what was counted at its end; both are JSON or empty.
    """

    move: str
    state: State
    at: str
    place: str = ""
    told: str = ""

    @property
    def began(self) -> datetime:
        return datetime.fromisoformat(self.at)


def mark_of(session: Session) -> Mark | None:
    """The mark of these rows; None where no library has moved."""
    if not inspect(session.connection()).has_table(_MARK.name):
        return None
    kept = session.execute(select(_MARK)).mappings().one()
    return Mark(**{**kept, "state": State(kept["state"])})


def set_mark(session: Session, mark: Mark) -> None:
    """Let this be the mark, whatever was there."""
    _MARK.create(session.connection(), checkfirst=True)
    session.execute(delete(_MARK))
    session.execute(insert(_MARK).values(asdict(mark)))


def clear_mark(session: Session) -> None:
    """As if no library had ever moved."""
    _MARK.drop(session.connection(), checkfirst=True)


def tables_there(session: Session) -> list[str]:
    """Every table but the mark."""
    found = inspect(session.connection()).get_table_names()
    return sorted(name for name in found if name != _MARK.name)


def hold(session: Session, reason: str) -> None:
    """From the end of this transaction on every change of these rows is refused."""
    _run(session, [*_release(session), *_hold(session, reason)])


def release(session: Session) -> None:
    """Let the rows be changed again."""
    _run(session, _release(session))


def _run(session: Session, statements: Iterable[str]) -> None:
    for statement in statements:
        session.execute(text(statement))


def _hold(session: Session, reason: str) -> Iterable[str]:
    if session.get_bind().dialect.name == "sqlite":
        for table in tables_there(session):
            for verb in _VERBS:
                yield (
                    f'CREATE TRIGGER "held_{table}_{verb}" BEFORE {verb} ON "{table}" '
                    f"BEGIN SELECT RAISE(ABORT, '{reason}'); END"
                )
        return
    yield (
        "CREATE FUNCTION refuse_held() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{reason}' USING ERRCODE = '{SQLSTATE}'; END $$"
    )
    for table in tables_there(session):
        yield (
            f'CREATE TRIGGER held BEFORE {" OR ".join(_VERBS)} OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_held()"
        )


def _release(session: Session) -> Iterable[str]:
    if session.get_bind().dialect.name == "sqlite":
        for table in tables_there(session):
            for verb in _VERBS:
                yield f'DROP TRIGGER IF EXISTS "held_{table}_{verb}"'
        return
    yield "DROP FUNCTION IF EXISTS refuse_held() CASCADE"
