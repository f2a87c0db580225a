"""index: what the search engine is told, in batches, by one writer.

The index is written first and the rows after it: should the process die between
the two, the same documents are simply written again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.assembly import description_revision, work_of
from archive.broken_words import (
    BrokenWord,
    Ending,
    Following,
    announce,
    confirm,
    following,
    held_words,
    is_told_otherwise,
    told_otherwise_beside,
)
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
from archive.page_ends import WholeWord
from archive.representations import Derivative, Page, PageText, Representation
from archive.rights_units import bump_revision
from archive.vocabulary import add_words
from archive.works import Item, Work
from schemas.search_document import SEARCH_SCHEMA
from storage.blobs import Blobs
from storage.errors import Failure, Transient
from storage.log_lines import about
from storage.query import Kind
from storage.search import Document, Gone
from workers.index_documents import (
    PagePlace,
    ToRead,
    WorkToIndex,
    counted_words,
    described,
    read_page,
    to_describe,
    work_to_index,
)
from workers.queue import transaction
from workers.step_lines import Facts, Stopwatch, facts_of
from workers.workshop import AGENT, Workshop

log = logging.getLogger(__name__)

BATCH = 100  # pages in one commit of the index


@dataclass(frozen=True, slots=True)
class Held:
    """What the index holds of a page, or may hold.

    `whole` is the word that is counted with its words; `rests` are the texts of other
    pages of which it may tell some letters.
    """

    unit_id: int | None
    words_key: str | None
    whole: WholeWord | None
    rests: frozenset[int]


@dataclass(frozen=True, slots=True)
class PageToIndex:
    """A page as the rows have it now; without a `text` it was taken out of its book."""

    claim: Claim
    place: PagePlace
    text_id: int
    text: ToRead | None
    following: Following | None
    held: Held
    facts: Facts


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page with what the index is told of it; `ending` where it ends within a word."""

    page: PageToIndex
    document: Document | None
    ending: Ending | None
    counts: Mapping[str, int]
    counted: Mapping[str, int]  # of what the index held before


def want_index(session: Session, page: Page, now: datetime) -> PageStep | None:
    """Make indexing due unless the index holds this very state of the page."""
    key = index_key(
        page, description_revision(session, page.representation_id), SEARCH_SCHEMA.version
    )
    step = want_page_step(session, page.id, "index", key, now)
    return step or _due_again(session, page, key, now)


def _due_again(session: Session, page: Page, key: str, now: datetime) -> PageStep | None:
    """A step that is done although the index does not hold this state (any more)."""
    is_held = (page.indexed_text_id, page.indexed_unit_id) == (page.text_id, page.unit_id)
    if is_held and not is_told_otherwise(session, page.id):
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
        works = _changed_works(session, [page.place.described.work for page in pages])
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
    blobs = workshop.storage.blobs
    told = _announced(workshop, [_told(blobs, page, page.following) for page in pages])
    _write(workshop, told, works)
    with transaction(workshop.storage.rows, workshop.queue) as (session, _):
        _record_works(session, works)
        ended = [each.page for each in told if _record_page(workshop, session, each)]
        confirm(session, {page.place.page_id: page.place.revision for page in ended})
        for page in _pages_told_otherwise(session, works, ended):
            want_index(session, page, workshop.now())  # the sweep calls for it
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
    claims = [claim(session, PageStep, number, workshop.rules, now) for number in numbers]
    held = [each for each in claims if each is not None]
    steps = select(PageStep.page_id).where(PageStep.id.in_([each.id for each in held]))
    pages = session.scalars(steps).all()
    next_pages, words = following(session, pages), held_words(session, pages)
    return [_page_to_index(session, each, next_pages, words) for each in held]


def _page_to_index(
    session: Session,
    held: Claim,
    next_pages: Mapping[int, Following],
    words: Sequence[BrokenWord],
) -> PageToIndex:
    step = session.get_one(PageStep, held.id)
    page = session.get_one(Page, step.page_id)
    # Raised with the claim: whoever wakes up late with an older claim writes an older
    # revision, and the index does not take it.
    page.indexed_revision += 1
    return PageToIndex(
        claim=held,
        place=PagePlace(
            page_id=page.id,
            sequence=page.sequence,
            revision=page.indexed_revision,
            unit_id=page.unit_id,
            described=described(work_of(session, page.representation_id)),
        ),
        text_id=page.text_id or 0,
        text=_text(session, page.text_id),
        following=next_pages.get(page.id),
        held=_held(session, page, [each for each in words if each.page_id == page.id]),
        facts=facts_of(session, PageStep, held.id),
    )


def _text(session: Session, text_id: int | None) -> ToRead | None:
    query = (
        select(Derivative.content_key, PageText.folio, PageText.profile)
        .join(PageText, PageText.words_id == Derivative.id)
        .where(PageText.id == text_id)
    )
    found = session.execute(query).first()
    return ToRead(*found) if found else None


def _held(session: Session, page: Page, words: Sequence[BrokenWord]) -> Held:
    text = _text(session, page.indexed_text_id)
    return Held(
        unit_id=page.indexed_unit_id,
        words_key=text.words_key if text else None,
        whole=next((each.whole for each in words if each.told), None),
        rests=frozenset(each.rest_text_id for each in words if each.whole and each.rest_text_id),
    )


def _changed_works(session: Session, of_pages: Sequence[int]) -> list[WorkToIndex]:
    changed = session.scalars(to_describe().limit(BATCH)).all()
    beside = session.scalars(select(Work).where(Work.id.in_(of_pages))).all()
    return [
        work_to_index(work)
        for work in dict.fromkeys([*changed, *beside])
        if work.indexed_revision < work.revision
    ]


def _told(blobs: Blobs, page: PageToIndex, next_page: Following | None) -> ToldPage:
    """Read a page's words, and those of the next page if a word goes on there."""
    held, place = page.held, page.place
    counted = counted_words(blobs, held.words_key, held.whole) if held.words_key else {}
    if page.text is None:
        return ToldPage(page, None, None, {}, counted)
    read = read_page(blobs, page.text, next_page)
    ending = (
        Ending(place.page_id, place.revision, next_page, read.whole) if read.is_broken_off else None
    )
    return ToldPage(page, place.document(read.words), ending, read.counts, counted)


def _announced(workshop: Workshop, pages: Sequence[ToldPage]) -> list[ToldPage]:
    """Let the rows know of words that go on on other pages, before the index does.

    Where the next page was withheld meanwhile, nothing of it is told.
    """
    if not any(each.ending for each in pages):
        return list(pages)
    with transaction(workshop.storage.rows, workshop.queue) as (session, _):
        kept = [each.ending is None or announce(session, each.ending) for each in pages]
    return [
        each if is_kept else _told(workshop.storage.blobs, each.page, None)
        for each, is_kept in zip(pages, kept, strict=True)
    ]


def _write(workshop: Workshop, pages: Sequence[ToldPage], works: Sequence[WorkToIndex]) -> None:
    index = workshop.storage.index
    gone = _as_gone(each for each in pages if each.document is None)
    documents = [each.document for each in pages if each.document is not None]
    index.write([*(work.document() for work in works), *documents], gone)
    if index.is_rebuilding():
        # Readers still have the old index, where these pages stand in their old unit or
        # with a word of another page.
        index.withdraw({**gone, **_as_gone(each for each in pages if _is_to_be_withdrawn(each))})


def _is_to_be_withdrawn(told: ToldPage) -> bool:
    """Whether the index held something of the page that must not be found any more."""
    held, ending = told.page.held, told.ending
    rest = {ending.following.text_id} if ending and ending.following and ending.whole else set()
    return held.unit_id not in {None, told.page.place.unit_id} or bool(held.rests - rest)


def _as_gone(pages: Iterable[ToldPage]) -> Gone:
    places = (each.page.place for each in pages)
    return {(Kind.PAGE, place.page_id): place.revision for place in places}


def _record_works(session: Session, works: Sequence[WorkToIndex]) -> None:
    for work in works:
        session.execute(
            update(Work)
            .where(Work.id == work.described.work, Work.indexed_revision < work.revision)
            .values(indexed_revision=work.revision)
        )


def _pages_told_otherwise(
    session: Session, works: Sequence[WorkToIndex], indexed: Sequence[PageToIndex]
) -> Iterable[Page]:
    """Indexed pages of which something beside their own text has changed.

    Works were described anew, by which their pages are narrowed; a word that goes on on
    another page goes on there otherwise.
    """
    anew = [work.described.work for work in works if work.revision > 1]
    query = (
        select(Page)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id.in_(anew), Page.indexed_text_id.is_not(None))
    )
    described_anew = session.scalars(query).all() if anew else ()
    beside = told_otherwise_beside(session, [page.place.page_id for page in indexed])
    return dict.fromkeys([*described_anew, *beside])


def _record_page(workshop: Workshop, session: Session, told: ToldPage) -> bool:
    now, task, held = workshop.now(), told.page, told.page.held
    if not finish(session, PageStep, task.claim, now):
        return False
    unit = task.place.unit_id
    if held.unit_id is not None:
        add_words(session, held.unit_id, {word: -n for word, n in told.counted.items()})
    add_words(session, unit, told.counts)
    if held.unit_id != unit or held.rests:
        # The page is stale no longer: snapshots of the old revision must not be used.
        bump_revision(session)
    page = session.get_one(Page, task.place.page_id)
    page.indexed_text_id, page.indexed_unit_id = task.text_id or None, unit
    detail = {"revision": task.place.revision, "schema": SEARCH_SCHEMA.version}
    record_event(session, EventType.INDEXING, page, at=now, agent=AGENT, detail=detail)
    return True
