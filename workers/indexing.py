"""index: what the search engine is told, in batches, by one writer.

The index is written first and the rows after it: should the process die between
the two, the same documents are simply written again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from archive.assembly import description_revision, work_of
from archive.events import EventType, record_event
from archive.index_again import index_key
from archive.ledger import (
    Claim,
    PageStep,
    StepState,
    claim,
    due_steps,
    fail,
    finish,
    restart,
    want_page_step,
)
from archive.representations import Derivative, Page, PageText, Representation
from archive.rights_units import bump_revision
from archive.text import analyse_words
from archive.vocabulary import add_words, count_words
from archive.works import Item, Work
from schemas.page_words import unpack
from schemas.search_document import SEARCH_SCHEMA, Described, page_document, work_document
from storage.blobs import Blobs
from storage.errors import Failure, Transient
from storage.log_lines import about
from storage.query import Kind
from storage.search import Document, Gone
from workers.queue import transaction
from workers.step_lines import Facts, Stopwatch, facts_of
from workers.workshop import AGENT, Workshop

log = logging.getLogger(__name__)

BATCH = 100  # pages in one commit of the index


@dataclass(frozen=True, slots=True)
class PageToIndex:
    """A page as the rows have it now; `held_*` is what the index holds of it."""

    claim: Claim
    page_id: int
    sequence: int
    revision: int
    unit_id: int
    text_id: int
    words_key: str
    held_unit_id: int | None
    held_words_key: str | None
    described: Described
    facts: Facts


@dataclass(frozen=True, slots=True)
class WorkToIndex:
    """A work whose description has changed since it was indexed."""

    revision: int
    unit_id: int
    texts: tuple[str, ...]
    described: Described


def want_index(session: Session, page: Page, now: datetime) -> PageStep | None:
    """Make indexing due unless the index holds this very state of the page."""
    key = index_key(
        page, description_revision(session, page.representation_id), SEARCH_SCHEMA.version
    )
    step = want_page_step(session, page.id, "index", key, now)
    return step or _due_again(session, page, key, now)


def _due_again(session: Session, page: Page, key: str, now: datetime) -> PageStep | None:
    """A step that is done although the index does not hold this state (any more)."""
    if (page.indexed_text_id, page.indexed_unit_id) == (page.text_id, page.unit_id):
        return None
    done = session.scalars(
        select(PageStep).where(
            PageStep.page_id == page.id,
            PageStep.step == "index",
            PageStep.input_key == key,
            PageStep.state == StepState.DONE,
        )
    ).first()
    if done is not None:
        restart(done, now)
    return done


def index_batch(workshop: Workshop, step_id: int) -> int:
    """Index the page of this step and of others that are due; how many were finished."""
    rows, queue = workshop.storage.rows, workshop.queue
    with transaction(rows, queue) as (session, _):
        pages = _claim_pages(workshop, session, step_id)
        works = _changed_works(session, [page.described.work for page in pages])
    if not pages and not works:
        return 0
    try:
        return _index(workshop, pages, works)
    except Transient as failure:
        _record_failure(workshop, pages, failure)
        return 0
    except Failure:
        # One page or description that is not taken must not take the others with it.
        for work in works:
            _describe_alone(workshop, work)
        return sum(_index_alone(workshop, page) for page in pages)


def _index(workshop: Workshop, pages: Sequence[PageToIndex], works: Sequence[WorkToIndex]) -> int:
    watch = Stopwatch()
    counts = _write(workshop, pages, works)
    with transaction(workshop.storage.rows, workshop.queue) as (session, _):
        _record_works(session, works)
        for page in _pages_described_otherwise(session, works):
            want_index(session, page, workshop.now())  # the sweep calls for it
        ended = [page for page in pages if _record_page(workshop, session, page, counts)]
    for each in ended:  # the time is that of them all together
        with about(**each.facts), watch.told(together=len(pages)):
            log.info("step done")
    return len(ended)


def _describe_alone(workshop: Workshop, work: WorkToIndex) -> None:
    try:
        _index(workshop, (), [work])
    except Failure as failure:
        log.warning("the index has an older description of work %s: %s",
                    work.described.work, failure)  # fmt: skip


def _index_alone(workshop: Workshop, page: PageToIndex) -> int:
    try:
        return _index(workshop, [page], ())
    except Failure as failure:
        _record_failure(workshop, [page], failure)
        return 0


def _record_failure(workshop: Workshop, pages: Sequence[PageToIndex], failure: Failure) -> None:
    for page in pages:
        with about(**page.facts, family=failure.family, reason=failure.reason):
            log.warning("not indexed: %s", failure)
    with transaction(workshop.storage.rows, workshop.queue) as (session, _):
        for page in pages:
            fail(session, PageStep, page.claim, failure,
                 rules=workshop.rules, now=workshop.now())  # fmt: skip


def _claim_pages(workshop: Workshop, session: Session, step_id: int) -> list[PageToIndex]:
    now = workshop.now()
    due = due_steps(session, PageStep, now, BATCH - 1, step="index")
    numbers = dict.fromkeys([step_id, *(step.id for step in due)])
    held = [claim(session, PageStep, number, workshop.rules, now) for number in numbers]
    return [_page_to_index(session, each) for each in held if each is not None]


def _page_to_index(session: Session, held: Claim) -> PageToIndex:
    step = session.get_one(PageStep, held.id)
    page = session.get_one(Page, step.page_id)
    text_id = page.text_id or 0
    # Raised with the claim: whoever wakes up late with an older claim writes an older
    # revision, and the index does not take it.
    page.indexed_revision += 1
    return PageToIndex(
        claim=held,
        page_id=page.id,
        sequence=page.sequence,
        revision=page.indexed_revision,
        unit_id=page.unit_id,
        text_id=text_id,
        words_key=_words_key(session, text_id) or "",
        held_unit_id=page.indexed_unit_id,
        held_words_key=_words_key(session, page.indexed_text_id),
        described=described(work_of(session, page.representation_id)),
        facts=facts_of(session, PageStep, held.id),
    )


def _words_key(session: Session, text_id: int | None) -> str | None:
    query = (
        select(Derivative.content_key)
        .join(PageText, PageText.words_id == Derivative.id)
        .where(PageText.id == text_id)
    )
    return session.scalars(query).first()


def described(work: Work) -> Described:
    """The facts of a work by which its pages can be narrowed."""
    return Described(
        work=work.id,
        language=work.language,
        type=work.type,
        year=work.year,
        collections=[collection.id for collection in work.collections],
        titles=[title for title in (work.title, work.subtitle) if title],
        authors=_names(work),
    )


def _names(work: Work) -> list[str]:
    """Every form of the name of everybody who had a part in it."""
    return [form.form for each in work.contributions for form in each.agent.forms]


def to_describe() -> Select[Work]:
    """Digitized works whose description the index does not hold as it is now.

    Thousands of catalogue records have no scans: they are the catalogue's to find. A
    work that was indexed once is kept up to date all the same.
    """
    return select(Work).where(
        Work.indexed_revision < Work.revision,
        or_(Work.indexed_revision > 0, Work.id.in_(digitized_works())),
    )


def digitized_works() -> Select[int]:
    """The ids of works of which something was handed in: an index holds no others."""
    return select(Item.work_id).join(Representation, Representation.item_id == Item.id)


def _changed_works(session: Session, of_pages: Sequence[int]) -> list[WorkToIndex]:
    changed = session.scalars(to_describe().limit(BATCH)).all()
    beside = session.scalars(select(Work).where(Work.id.in_(of_pages))).all()
    return [
        WorkToIndex(work.revision, work.unit_id, descriptive_texts(work), described(work))
        for work in dict.fromkeys([*changed, *beside])
        if work.indexed_revision < work.revision
    ]


def descriptive_texts(work: Work) -> tuple[str, ...]:
    """What a work is found by: titles, its source, and every form of every name."""
    titles = (work.title, work.subtitle, work.source_title)
    folders = (collection.title_kk for collection in work.collections)
    return tuple(text for text in (*titles, *_names(work), *folders) if text)


def _write(
    workshop: Workshop, pages: Sequence[PageToIndex], works: Sequence[WorkToIndex]
) -> Mapping[str, Mapping[str, int]]:
    """Write one batch; gives the word counts of every text concerned, by its key."""
    blobs, index = workshop.storage.blobs, workshop.storage.index
    # A page without a text was taken out of its book.
    gone = _as_gone(page for page in pages if not page.words_key)
    index.write(_documents(blobs, pages, works), gone)
    if index.is_rebuilding():
        # Readers still have the old index, where these pages stand in their old unit.
        moved = (page for page in pages if page.held_unit_id not in {None, page.unit_id})
        index.withdraw({**gone, **_as_gone(moved)})
    keys = {page.words_key for page in pages} | {page.held_words_key or "" for page in pages}
    return {key: _counts(blobs, key) for key in keys if key}


def _as_gone(pages: Iterable[PageToIndex]) -> Gone:
    return {(Kind.PAGE, page.page_id): page.revision for page in pages}


def _documents(
    blobs: Blobs, pages: Sequence[PageToIndex], works: Sequence[WorkToIndex]
) -> Iterable[Document]:
    for work in works:
        terms = [placed.term for placed in analyse_words(work.texts)]
        yield work_document(work.described, terms, revision=work.revision, unit=work.unit_id)
    for page in pages:
        if not page.words_key:
            continue
        yield page_document(
            page.described,
            unpack(blobs.read(page.words_key)),
            page=page.page_id,
            sequence=page.sequence,
            revision=page.revision,
            unit=page.unit_id,
        )


def _counts(blobs: Blobs, key: str) -> Mapping[str, int]:
    return count_words(unpack(blobs.read(key)).exact)


def _record_works(session: Session, works: Sequence[WorkToIndex]) -> None:
    for work in works:
        session.execute(
            update(Work)
            .where(Work.id == work.described.work, Work.indexed_revision < work.revision)
            .values(indexed_revision=work.revision)
        )


def _pages_described_otherwise(session: Session, works: Sequence[WorkToIndex]) -> Sequence[Page]:
    """Indexed pages of works described anew: they are narrowed by the description too."""
    anew = [work.described.work for work in works if work.revision > 1]
    query = (
        select(Page)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id.in_(anew), Page.indexed_text_id.is_not(None))
    )
    return session.scalars(query).all()


def _record_page(
    workshop: Workshop,
    session: Session,
    task: PageToIndex,
    counts: Mapping[str, Mapping[str, int]],
) -> bool:
    now = workshop.now()
    if not finish(session, PageStep, task.claim, now):
        return False
    if task.held_unit_id is not None and task.held_words_key:
        old = counts[task.held_words_key]
        add_words(session, task.held_unit_id, {word: -count for word, count in old.items()})
    if task.words_key:
        add_words(session, task.unit_id, counts[task.words_key])
    if task.held_unit_id != task.unit_id:
        # The page is stale no longer: snapshots of the old revision must not be used.
        bump_revision(session)
    page = session.get_one(Page, task.page_id)
    page.indexed_text_id, page.indexed_unit_id = task.text_id or None, task.unit_id
    record_event(session, EventType.INDEXING, page, at=now, agent=AGENT,
                 detail={"revision": task.revision, "schema": SEARCH_SCHEMA.version})  # fmt: skip
    return True
