"""Which words stand where: the readers' suggestions, counted per rights unit.

An engine's own term dictionary knows nothing of rights and would betray the
words of closed pages. These counts are kept by unit, so that a suggestion can be
filtered by the same closed set as a search. Kept in step by the index step: what
is counted of a page is exactly what the index holds of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.rows import Row
from archive.text import Term, analyse_word
from archive.text.skeleton import written

SHORTEST_WORD = 3  # characters; shorter ones are no help to anybody
SHORTEST_SLIP = 4  # in a shorter word every other word is a slip away
MANY_LETTERS = 5
WIDESPREAD = 64  # units


class UnitWord(Row):
    """How often a word form stands on the pages of a rights unit."""

    __tablename__ = "unit_words"
    __table_args__ = (Index("ix_unit_words_word", "word", "unit_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("rights_units.id"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class WordKey(Row):
    """How a word form is analysed: words that are alike share one of these.

    It says nothing of who may know the word, and is asked only together with the
    counts of open units. A word that stands nowhere any more stays, and harms nobody.
    """

    __tablename__ = "word_keys"

    word: Mapped[str] = mapped_column(primary_key=True)
    kk: Mapped[str] = mapped_column(index=True)
    ru: Mapped[str] = mapped_column(index=True)
    skeleton: Mapped[str] = mapped_column(index=True)


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
    insert = _insert(session)
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
    _add_keys(session, [word for word, count in sorted(counts.items()) if count > 0])


def _add_keys(session: Session, words: Sequence[str]) -> None:
    """Keep how these words are analysed; what another analyser said is replaced."""
    terms = {word: term for word in words if (term := analyse_word(word))}
    held = select(WordKey.word, WordKey.kk, WordKey.ru, WordKey.skeleton)
    known = {word: keys for word, *keys in session.execute(held.where(WordKey.word.in_(terms)))}
    rows = [
        {"word": word, "kk": term.kk, "ru": term.ru, "skeleton": term.skeleton}
        for word, term in terms.items()
        if known.get(word) != [term.kk, term.ru, term.skeleton]
    ]
    if not rows:
        return
    statement = _insert(session)(WordKey)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["word"],
            set_={"kk": new.kk, "ru": new.ru, "skeleton": new.skeleton},
        ),
        rows,
    )


def _insert(
    session: Session,
) -> Callable[[type[Row]], postgresql.Insert] | Callable[[type[Row]], sqlite.Insert]:
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert if is_postgresql else sqlite.insert


_SPOKEN = bindparam("spoken", type_=LargeBinary)
_OPEN: ColumnElement[bool] = func.substr(_SPOKEN, UnitWord.unit_id + 1, 1) == literal(
    b"\x01", LargeBinary
)
"""Whether a count is of a unit whose words may be told (`rights_units.open_flags`)."""


def suggest_words(
    session: Session,
    beginning: str,
    spoken: bytes,
    *,
    within: Collection[int] | None = None,
    limit: int = 8,
) -> Sequence[Suggestion]:
    """The commonest words with this beginning that the requester may find.

    `spoken` are the units whose words may be told, `within` the units to stay in.
    """
    if not beginning:
        return ()
    total = func.sum(UnitWord.count)
    query = (
        select(UnitWord.word, total)
        .where(
            UnitWord.word >= beginning,
            UnitWord.word < beginning + "\U0010ffff",
            _OPEN,
        )
        .group_by(UnitWord.word)
        .order_by(total.desc(), UnitWord.word)
        .limit(limit)
    )
    if within is not None:
        query = query.where(UnitWord.unit_id.in_(within))
    return [Suggestion(word, count) for word, count in session.execute(query, {"spoken": spoken})]


def _words_like() -> Select[str]:
    first = (
        select(UnitWord.count)
        .where(UnitWord.word == WordKey.word, _OPEN)
        .order_by(UnitWord.unit_id)
        .limit(WIDESPREAD)
        .correlate(WordKey)
        .subquery()
    )
    common = select(func.coalesce(func.sum(first.c.count), 0)).scalar_subquery()
    is_like = or_(*(getattr(WordKey, key) == bindparam(key) for key in ("kk", "ru", "skeleton")))
    like = select(WordKey.word, common.label("common")).where(is_like).subquery()
    found = select(like.c.word).where(like.c.common > 0)
    return found.order_by(like.c.common.desc(), like.c.word).limit(bindparam("limit"))


_WORDS_LIKE = _words_like()  # made once: every search asks it


def words_like(session: Session, term: Term, spoken: bytes, *, limit: int) -> Sequence[str]:
    """The commonest words that a search for this one finds: other forms, other scripts.

    How common a word is, is judged by the first WIDESPREAD of its open units: to add
    up a common word over all of them takes longer than the search itself.
    `spoken` are the units whose words may be told.
    """
    keys = {"kk": term.kk, "ru": term.ru, "skeleton": term.skeleton}
    return session.scalars(_WORDS_LIKE, {**keys, "spoken": spoken, "limit": limit}).all()


def closest_word(session: Session, term: Term, spoken: bytes, *, commoner_than: int) -> str | None:
    """A common word that differs from this one by a slip of the pen; None if there is none.

    Compared as written and in the letters of the key, so that a slip and another script
    may come together. A slip is one letter too many, too few, another, or two that changed places
    (Damerau-Levenshtein); two slips in a word of more than MANY_LETTERS. The first two
    letters of the key must be right.

    Args:
        session: of the rows.
        term: the word, analysed.
        spoken: the units whose words may be told; others are not looked at.
        commoner_than: how often the word stands at least once more.
    """
    most = 2 if len(term.exact) > MANY_LETTERS else 1
    if len(term.exact) < SHORTEST_SLIP or not term.exact.isalpha():
        return None
    slips = {word: far for word, far in _slips(session, term, most) if far <= most}
    total = func.sum(UnitWord.count)
    counted = session.execute(
        select(UnitWord.word, total)
        .where(UnitWord.word.in_(slips), _OPEN)
        .group_by(UnitWord.word)
        .having(total > commoner_than),
        {"spoken": spoken},
    )
    found = [(slips[word], -count, word) for word, count in counted]
    return min(found)[2] if found else None


def _slips(session: Session, term: Term, most: int) -> Iterator[tuple[str, int]]:
    """How far from a word those are that begin like it and are about as long.

    Whoever may know them is asked afterwards and of all of them: a choice made before
    would let words of closed pages take the places of others.
    """
    beginning, in_key_letters = term.skeleton[:2], written(term.exact)
    words = session.scalars(
        select(WordKey.word).where(
            WordKey.skeleton >= beginning,
            WordKey.skeleton < beginning + "\U0010ffff",
            WordKey.skeleton != term.skeleton,
            WordKey.kk != term.kk,
            WordKey.ru != term.ru,
            func.length(WordKey.word).between(len(term.exact) - most, len(term.exact) + most),
        )
    )
    for word in words:
        as_typed = DamerauLevenshtein.distance(word, term.exact, score_cutoff=most)
        in_key = DamerauLevenshtein.distance(written(word), in_key_letters, score_cutoff=most)
        yield word, min(as_typed, in_key)
