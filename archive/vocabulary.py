"""Which words stand where: the readers' suggestions, counted per rights unit.

An engine's own term dictionary knows nothing of rights and would betray the
words of closed pages. These counts are kept by unit, so that a suggestion can be
filtered by the same closed set as a search. Kept in step by the index step: what
is counted of a page is exactly what the index holds of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.rows import Row

SHORTEST_WORD = 3  # characters; shorter ones are no help to anybody


class UnitWord(Row):
    """How often a word form stands on the pages of a rights unit."""

    __tablename__ = "unit_words"
    __table_args__ = (Index("ix_unit_words_word", "word", "unit_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("rights_units.id"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that can be found, and how often."""

    word: str
    count: int


def count_words(words: Iterable[str]) -> dict[str, int]:
    """The words worth suggesting, with their number."""
    counts: dict[str, int] = {}
    for word in words:
        if len(word) >= SHORTEST_WORD and not word.isdigit():
            counts[word] = counts.get(word, 0) + 1
    return counts


def add_words(session: Session, unit_id: int, counts: Mapping[str, int]) -> None:
    """Add to a unit's counts; negative numbers take away."""
    if not counts:
        return
    dialect = session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    rows = [
        {"unit_id": unit_id, "word": word, "count": count} for word, count in sorted(counts.items())
    ]
    statement = insert(UnitWord)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["unit_id", "word"],
            set_={"count": UnitWord.count + statement.excluded.count},
        ),
        rows,
    )
    session.execute(delete(UnitWord).where(UnitWord.unit_id == unit_id, UnitWord.count <= 0))


def suggest_words(
    session: Session,
    beginning: str,
    closed: Collection[int],
    *,
    newest_unit: int,
    within: Collection[int] | None = None,
    limit: int = 8,
) -> Sequence[Suggestion]:
    """The commonest words with this beginning that the requester may find.

    `closed` are the units closed to search, `within` the units to stay in.
    """
    if not beginning:
        return ()
    total = func.sum(UnitWord.count)
    query = (
        select(UnitWord.word, total)
        .where(
            UnitWord.word >= beginning,
            UnitWord.word < beginning + "\U0010ffff",
            UnitWord.unit_id <= newest_unit,
            UnitWord.unit_id.not_in(closed),
        )
        .group_by(UnitWord.word)
        .order_by(total.desc(), UnitWord.word)
        .limit(limit)
    )
    if within is not None:
        query = query.where(UnitWord.unit_id.in_(within))
    return [Suggestion(word, count) for word, count in session.execute(query)]
