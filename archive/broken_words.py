"""Words broken between a page and the next: what the search index was told of them.

A page that ends in the middle of a word stands in the index with the whole word, so its
document depends on another page and tells some of that one's letters. A row is written
before the index is told, and says of which text these letters are. By it a page is left
out of every search while the rest of its word is closed (`rights_units.telling_of_closed`),
and is told again when the next page is another one, was read anew, was withheld or is open
again (`told_otherwise`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from archive.page_ends import WholeWord
from archive.page_words import PageWords
from archive.representations import Derivative, Page, PageText
from archive.rows import Row
from archive.text.terms import Term


class BrokenWord(Row):
    """The end of a page that ends in the middle of a word, as told with one index revision.

    `rest_text_id` is the text of the next page that was looked at, None if there was none
    of the same rights unit. `exact` and what follows are None where no word went on in it.
    `rest_first` and `rest_last` number printed words of that page. `told` once the index
    has it for certain; until then it may or may not.
    """

    __tablename__ = "broken_words"
    __table_args__ = (UniqueConstraint("page_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"))
    revision: Mapped[int]
    told: Mapped[bool] = mapped_column(default=False)
    rest_page_id: Mapped[int | None] = mapped_column(ForeignKey("pages.id"), index=True)
    rest_text_id: Mapped[int | None]
    place: Mapped[int | None]
    exact: Mapped[str | None]
    kk: Mapped[str | None]
    ru: Mapped[str | None]
    skeleton: Mapped[str | None]
    rest_first: Mapped[int | None]
    rest_last: Mapped[int | None]

    @property
    def whole(self) -> WholeWord | None:
        """The whole word, where one was told."""
        forms = (self.exact, self.kk, self.ru, self.skeleton)
        numbers = (self.place, self.rest_first, self.rest_last)
        exact, kk, ru, skeleton = (form or "" for form in forms)
        place, first, last = (number or 0 for number in numbers)
        return WholeWord(place, Term(exact, kk, ru, skeleton), (first, last)) if exact else None

    def put_into(self, words: PageWords) -> PageWords:
        """The page's words with the whole word, where one was told."""
        return self.whole.put_into(words) if self.whole else words


@dataclass(frozen=True, slots=True)
class Following:
    """The next page of the same rights unit: its text, the key of its words, its folio."""

    page_id: int
    text_id: int
    words_key: str
    folio: int | None


def with_whole_word(words: PageWords, row: BrokenWord | None) -> PageWords:
    """A page's words, the last one whole where a row tells it."""
    return row.put_into(words) if row else words


@dataclass(frozen=True, slots=True)
class Ending:
    """A page ends in the middle of a word: what the index is to be told with a revision."""

    page_id: int
    revision: int
    following: Following | None
    whole: WholeWord | None


_NEXT = aliased(Page)


def _goes_on_in_it() -> ColumnElement[bool]:
    """Whether `_NEXT` may tell the rest of a word: it comes next and is closed to no others."""
    return and_(
        Page.sequence > 0,  # a page that was taken out has no neighbours
        _NEXT.representation_id == Page.representation_id,
        _NEXT.sequence == Page.sequence + 1,
        _NEXT.unit_id == Page.unit_id,
        _NEXT.text_id.is_not(None),
    )


def following(session: Session, page_ids: Collection[int]) -> dict[int, Following]:
    """By page, the next page if it may tell the rest of a word."""
    query = (
        select(Page.id, _NEXT.id, PageText.id, Derivative.content_key, PageText.folio)
        .join(_NEXT, _goes_on_in_it())
        .join(PageText, PageText.id == _NEXT.text_id)
        .join(Derivative, Derivative.id == PageText.words_id)
        .where(Page.id.in_(page_ids))
    )
    found = session.execute(query)
    return {page: Following(number, text, key, folio) for page, number, text, key, folio in found}


def held_words(session: Session, page_ids: Collection[int]) -> Sequence[BrokenWord]:
    """What the index holds of these pages, or may hold."""
    return session.scalars(select(BrokenWord).where(BrokenWord.page_id.in_(page_ids))).all()


# Made once: to make it at each question takes longer than to answer it.
_KNOWN_WORDS = (
    select(BrokenWord)
    .join(Page, Page.id == BrokenWord.page_id)
    .join(_NEXT, _NEXT.id == BrokenWord.rest_page_id)
    .where(
        BrokenWord.page_id.in_(bindparam("pages", expanding=True)),
        BrokenWord.told,
        BrokenWord.exact.is_not(None),
        _NEXT.unit_id == Page.unit_id,
        _NEXT.text_id == BrokenWord.rest_text_id,
    )
)


def known_words(session: Session, page_ids: Collection[int]) -> dict[int, BrokenWord]:
    """By page, the whole word that it is found by, if its rest is to be seen at this moment."""
    if not page_ids:
        return {}
    rows = session.scalars(_KNOWN_WORDS, {"pages": list(page_ids)})
    return {row.page_id: row for row in rows}


def announce(session: Session, ending: Ending) -> bool:
    """Keep what is about to be told; False if the whole word must not be told any more.

    That is when its neighbour was withheld, moved or read anew meanwhile, or the page was
    claimed again. To be called by one who writes alone: whoever withholds a page afterwards
    finds the row.
    """
    query = select(Page.indexed_revision).where(Page.id == ending.page_id)
    if session.scalars(query).one() != ending.revision:
        return False
    now = following(session, [ending.page_id]).get(ending.page_id)
    as_told = (now and now.text_id) == (ending.following and ending.following.text_id)
    session.execute(
        delete(BrokenWord).where(
            BrokenWord.page_id == ending.page_id, BrokenWord.revision == ending.revision
        )
    )
    session.add(_row(ending if as_told else replace(ending, following=None, whole=None)))
    return as_told


def _row(ending: Ending) -> BrokenWord:
    row = BrokenWord(page_id=ending.page_id, revision=ending.revision, told=False)
    if ending.following:
        row.rest_page_id = ending.following.page_id
        row.rest_text_id = ending.following.text_id
    if ending.whole:
        row.exact, row.kk, row.ru, row.skeleton = ending.whole.term
        row.place = ending.whole.place
        row.rest_first, row.rest_last = ending.whole.rest
    return row


def confirm(session: Session, revisions: Mapping[int, int]) -> None:
    """The index holds these revisions of pages: what it was told before, it holds no more."""
    mine = BrokenWord.page_id.in_(revisions)
    for row in session.scalars(select(BrokenWord).where(mine)):
        if row.revision == revisions[row.page_id]:
            row.told = True
        else:
            session.delete(row)
    session.flush()


def told_otherwise() -> Select[Page]:
    """Pages of which the index holds another rest of a word than it would be told now."""
    held, now = func.coalesce(BrokenWord.rest_text_id, 0), func.coalesce(_NEXT.text_id, 0)
    return (
        select(Page)
        .join(BrokenWord, and_(BrokenWord.page_id == Page.id, BrokenWord.told))
        .outerjoin(_NEXT, _goes_on_in_it())
        .where(Page.text_id.is_not(None), held != now)
    )


# Made once: to make it for each page takes longer than to answer it.
_IS_TOLD_OTHERWISE = told_otherwise().with_only_columns(Page.id).where(Page.id == bindparam("page"))


def is_told_otherwise(session: Session, page_id: int) -> bool:
    """Whether this page is one of them."""
    return session.scalars(_IS_TOLD_OTHERWISE, {"page": page_id}).first() is not None


def told_otherwise_beside(session: Session, page_ids: Collection[int]) -> list[Page]:
    """Those of them among these pages and their neighbours, old and new."""
    before = select(Page.id).join(
        _NEXT,
        and_(
            _NEXT.representation_id == Page.representation_id,
            _NEXT.sequence == Page.sequence + 1,
            _NEXT.id.in_(page_ids),
        ),
    )
    ended_here = select(BrokenWord.page_id).where(BrokenWord.rest_page_id.in_(page_ids))
    beside = {*page_ids, *session.scalars(before), *session.scalars(ended_here)}
    return list(session.scalars(told_otherwise().where(Page.id.in_(beside))))
