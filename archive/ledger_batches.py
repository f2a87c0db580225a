"""Making one kind of step due for many pages at once: a book put in another order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from archive.ledger import PageStep, StepState

PART = 400  # rows in one statement: databases limit their parameters


def want_page_steps(
    session: Session, step: str, keys: Mapping[int, str], now: datetime
) -> list[int]:
    """As `ledger.want_page_step` for every page of `keys`; the ids of the steps now due."""
    due: list[int] = []
    for part in _parts(list(keys)):
        due += _want(session, step, {page: keys[page] for page in part}, now)
    return due


def _parts(pages: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(pages), PART):
        yield pages[begin : begin + PART]


def _want(session: Session, step: str, keys: Mapping[int, str], now: datetime) -> list[int]:
    mine = (PageStep.page_id.in_(keys), PageStep.step == step)
    found = session.execute(
        select(PageStep.id, PageStep.page_id, PageStep.input_key, PageStep.state).where(*mine)
    ).all()
    same = {row.page_id: row for row in found if row.input_key == keys[row.page_id]}
    rivals = [row.id for row in found if row.input_key != keys[row.page_id]]
    session.execute(
        update(PageStep)
        .where(PageStep.id.in_(rivals), PageStep.state != StepState.SUPERSEDED)
        .values(state=StepState.SUPERSEDED, fence=PageStep.fence + 1)
    )
    again = [row.id for row in same.values() if row.state == StepState.SUPERSEDED]
    _restart(session, again, now)
    return again + _add(session, step, {p: k for p, k in keys.items() if p not in same}, now)


def _restart(session: Session, steps: Sequence[int], now: datetime) -> None:
    session.execute(
        update(PageStep)
        .where(PageStep.id.in_(steps))
        .values(
            state=StepState.PENDING,
            attempts=0,
            due_at=now,
            woken_at=now,
            fence=PageStep.fence + 1,
            error=None,
            finished_at=None,
            lease_until=None,
        )
    )


def _add(session: Session, step: str, keys: Mapping[int, str], now: datetime) -> list[int]:
    if not keys:
        return []
    rows = [
        {
            "page_id": page,
            "step": step,
            "input_key": key,
            "state": StepState.PENDING,
            "attempts": 0,
            "fence": 0,
            "due_at": now,
            "woken_at": now,
            "created_at": now,
        }
        for page, key in keys.items()
    ]
    return list(session.scalars(insert(PageStep).returning(PageStep.id), rows))
