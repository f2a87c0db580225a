"""A search index made of rows and files that nobody changes meanwhile.

Unlike `workers.reindexing` it leaves the rows as they are: no step is due again and no
event is told, because to the library nothing has happened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.assembly import work_of
from archive.broken_words import held_words
from archive.representations import Derivative, Page, PageText
from archive.works import Work
from schemas.page_words import unpack
from storage.blobs import Blobs
from storage.errors import Broken
from storage.opening import Storage
from storage.query import Kind
from storage.search import Document
from workers.index_documents import PagePlace, described, digitized_works, work_to_index
from workers.indexing import BATCH

Known = Mapping[tuple[Kind, int], int]
"""The revision of each document."""


def fill_index(storage: Storage, without: Collection[str]) -> Iterator[tuple[int, int]]:
    """Write what the index lacks; gives (documents there, documents in all), at the end equal.

    Pages whose words are among `without`, files that are lost, are left out. May be killed
    at any moment and called again.

    Raises:
        Transient: ``index-busy``, ``index-unavailable``, ``storage-full``.
        Broken: ``index-incomplete`` when it does not hold afterwards what it was told.
    """
    index = storage.index
    if not index.is_current() and not index.is_rebuilding():
        index.start_anew()
    with storage.rows.reading() as session:
        wanted = _wanted(session, without)
    missing = _missing(wanted, index.contents())
    yield len(wanted) - len(missing), len(wanted)
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        with storage.rows.reading() as session:
            index.write(_documents(session, storage.blobs, batch))
        yield len(wanted) - len(missing) + first + len(batch), len(wanted)
    left = _missing(wanted, index.contents())
    if left:
        raise Broken("index-incomplete", count=len(left))
    index.finish_anew()


def _wanted(session: Session, without: Collection[str]) -> Known:
    """What the rows say that the index holds; what was never there is due by its own step."""
    works = select(Work.id, Work.revision).where(
        or_(Work.indexed_revision > 0, Work.id.in_(digitized_works()))
    )
    pages = (
        select(Page.id, Page.indexed_revision, Derivative.content_key)
        .join(PageText, PageText.id == Page.text_id)
        .join(Derivative, Derivative.id == PageText.words_id)
        .where(Page.indexed_text_id.is_not(None))
    )
    lost = set(without)
    return {
        **{(Kind.WORK, key): revision for key, revision in session.execute(works)},
        **{
            (Kind.PAGE, page): revision
            for page, revision, words in session.execute(pages)
            if words not in lost
        },
    }


def _missing(wanted: Known, held: Known) -> Sequence[tuple[Kind, int]]:
    return [each for each, revision in wanted.items() if held.get(each, -1) < revision]


def _documents(
    session: Session, blobs: Blobs, batch: Sequence[tuple[Kind, int]]
) -> Iterator[Document]:
    for kind, key in batch:
        yield _work(session, key) if kind is Kind.WORK else _page(session, blobs, key)


def _work(session: Session, key: int) -> Document:
    return work_to_index(session.get_one(Work, key)).document()


def _page(session: Session, blobs: Blobs, key: int) -> Document:
    page = session.get_one(Page, key)
    words = unpack(blobs.read(session.get_one(PageText, page.text_id).words.content_key))
    is_held = page.text_id == page.indexed_text_id
    for broken in held_words(session, [key]):
        words = broken.put_into(words) if broken.told and is_held else words
    place = PagePlace(
        page_id=page.id,
        sequence=page.sequence,
        revision=page.indexed_revision,
        unit_id=page.unit_id,
        described=described(work_of(session, page.representation_id)),
    )
    return place.document(words)
