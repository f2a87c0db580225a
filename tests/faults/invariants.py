"""What must hold when everything has come to rest, whatever was killed before.

Everything is counted from the rows, the files and the index themselves; each
function gives the breaches it finds in plain words, none when all is well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.broken_words import known_words, with_whole_word
from archive.events import Event, EventType, Outcome
from archive.ledger import ALIVE, BookBuild, PageStep, StepState
from archive.overview import PAGE_STEPS
from archive.representations import Derivative, Page, PageText, Representation, Scan
from archive.rights_units import RightsUnit
from archive.vocabulary import UnitWord, count_words
from archive.works import Work
from schemas.page_words import unpack
from storage.blobs import Blobs
from storage.opening import Storage
from storage.query import Kind

ROLES_OF: Mapping[str, Sequence[str]] = {
    "derive": ("access", "thumbnail"),
    "recognise": ("hocr", "alto", "text", "words"),
}

STEPS_BEHIND: Mapping[str, Sequence[str]] = {
    "characterise": ("derive", "recognise", "index"),
    "recognise": ("index",),
}

# The step at which a page came to a bad end, and how, by the page's id.
Lost = Mapping[int, tuple[str, StepState]]


def breaches(
    storage: Storage, pages: int, now: datetime, lost: Lost = MappingProxyType({})
) -> list[str]:
    """Everything that is not as it must be after `pages` pages were handed in once.

    All of them are wanted whole but the `lost` ones, of which what came before their end is.
    """
    with storage.rows.reading() as session:
        return [
            *_every_step_once(session, pages, lost),
            *_one_event_a_step(session, pages, lost),
            *_one_derivative_a_role(session, lost),
            *_every_build_once(session),
            *_nothing_runs(session, now),
            *_rows_have_bytes(session, storage.blobs),
            *_bytes_are_intact(storage.blobs),
            *_index_is_as_the_rows(session, storage, lost),
            *_words_are_counted_once(session, storage.blobs, lost),
        ]


def search_breaches(storage: Storage, now: datetime) -> list[str]:
    """What is not as it must be of search alone, after pages were indexed again."""
    with storage.rows.reading() as session:
        return [
            *_nothing_runs(session, now),
            *_bytes_are_intact(storage.blobs),
            *_index_is_as_the_rows(session, storage, {}),
            *_words_are_counted_once(session, storage.blobs, {}),
        ]


def orphans(storage: Storage) -> set[str]:
    """Bytes that no row speaks of: harmless, and worth a look."""
    with storage.rows.reading() as session:
        return set(storage.blobs.keys()) - _keys_of_rows(session)


def _every_step_once(session: Session, pages: int, lost: Lost) -> Iterator[str]:
    held = session.scalars(select(func.count(Page.id))).one()
    if held != pages:
        yield f"{held} pages instead of {pages}"
    query = select(PageStep.page_id, PageStep.step, PageStep.state)
    states = Counter(tuple(row) for row in session.execute(query))
    wanted = Counter((page, step, StepState.DONE) for page, step in _steps_done(session, lost))
    wanted += Counter((page, step, state) for page, (step, state) in lost.items())
    yield from _differences("page steps", states, wanted)
    for build in session.scalars(select(BookBuild).where(BookBuild.state != StepState.SUPERSEDED)):
        if build.state != StepState.DONE or build.derivative_id is None:
            yield f"build {build.step} is {build.state}: {build.error}"


def _steps_done(session: Session, lost: Lost) -> Iterator[tuple[int, str]]:
    for page in session.scalars(select(Page.id)):
        end = lost[page][0] if page in lost else ""
        for step in PAGE_STEPS:
            # What is behind the end of a lost page is not begun; its images do not wait for it.
            if step != end and (step not in STEPS_BEHIND.get(end, ())):
                yield page, step


def _one_event_a_step(session: Session, pages: int, lost: Lost) -> Iterator[str]:
    query = select(Event).where(
        Event.about_kind == Page.__tablename__, Event.outcome == Outcome.SUCCESS
    )
    counted = Counter((event.about_id, _step_of(event)) for event in session.scalars(query))
    wanted = Counter((number, "ingestion") for number in session.scalars(select(Page.id)))
    wanted += Counter(_steps_done(session, lost))
    yield from _differences("events", counted, wanted)
    if not pages:
        yield "nothing was handed in"


def _step_of(event: Event) -> str:
    if event.type == EventType.CREATION:
        return "derive" if "access" in event.detail["roles"] else "recognise"
    named = {EventType.METADATA_EXTRACTION: "characterise", EventType.INDEXING: "index"}
    return named.get(EventType(event.type), event.type)


def _one_derivative_a_role(session: Session, lost: Lost) -> Iterator[str]:
    query = select(Derivative.page_id, Derivative.role).where(Derivative.page_id.is_not(None))
    held = Counter(tuple(row) for row in session.execute(query))
    done = list(_steps_done(session, lost))
    wanted = Counter((page, role) for page, step in done for role in ROLES_OF.get(step, ()))
    yield from _differences("derivatives", held, wanted)
    texts = Counter(session.scalars(select(PageText.page_id)))
    read = Counter(page for page, step in done if step == "recognise")
    yield from _differences("texts", texts, read)


def _every_build_once(session: Session) -> Iterator[str]:
    made = select(Event.about_id).where(
        Event.about_kind == Representation.__tablename__,
        Event.type == EventType.CREATION,
        Event.outcome == Outcome.SUCCESS,
    )
    builds = select(BookBuild.representation_id).where(BookBuild.derivative_id.is_not(None))
    wanted = Counter(session.scalars(builds))
    yield from _differences("files of a book", Counter(session.scalars(made)), wanted)


def _nothing_runs(session: Session, now: datetime) -> Iterator[str]:
    pages = session.scalars(select(PageStep).where(PageStep.state.in_(ALIVE)))
    books = session.scalars(select(BookBuild).where(BookBuild.state.in_(ALIVE)))
    for step in (*pages, *books):
        late = step.lease_until is not None and step.lease_until < now
        yield f"{step.step} {step.id} is still {step.state}{', its lease over' * late}"


def _rows_have_bytes(session: Session, blobs: Blobs) -> Iterator[str]:
    for key in _keys_of_rows(session):
        if not blobs.holds(key):
            yield f"a row speaks of {key}, which is not kept"


def _bytes_are_intact(blobs: Blobs) -> Iterator[str]:
    for key in blobs.keys():  # noqa: SIM118  (no mapping)
        if not blobs.is_intact(key):
            yield f"{key} has other bytes than its name says"


def _keys_of_rows(session: Session) -> set[str]:
    return {
        *session.scalars(select(Scan.content_key)),
        *session.scalars(select(Derivative.content_key)),
    }


def _index_is_as_the_rows(session: Session, storage: Storage, lost: Lost) -> Iterator[str]:
    wanted = {
        (Kind.PAGE, page.id): page.indexed_revision
        for page in session.scalars(select(Page).where(Page.text_id.is_not(None)))
        if page.id not in lost
    }
    wanted |= {(Kind.WORK, work.id): work.revision for work in session.scalars(select(Work))}
    for page in session.scalars(select(Page).where(Page.indexed_unit_id != Page.unit_id)):
        yield f"page {page.id} is indexed in unit {page.indexed_unit_id}, not {page.unit_id}"
    held = dict(storage.index.contents())
    yield from _differences("documents of the index", held, wanted)


def _words_are_counted_once(session: Session, blobs: Blobs, lost: Lost) -> Iterator[str]:
    """A step recorded twice would count its page's words twice."""
    wanted: Counter[tuple[int, str]] = Counter()
    query = (
        select(Page.id, Page.unit_id, Derivative.content_key)
        .join_from(Page, PageText, Page.text_id == PageText.id)
        .where(Page.id.not_in(lost.keys()))
    )
    query = query.join(Derivative, PageText.words_id == Derivative.id)
    for page, unit, key in session.execute(query):
        # of a word that goes on on the next page the whole is counted
        words = with_whole_word(unpack(blobs.read(key)), known_words(session, [page]).get(page))
        for word, count in count_words(words.exact).items():
            wanted[unit, word] += count
    units = set(session.scalars(select(RightsUnit.id)))
    rows = session.scalars(select(UnitWord).where(UnitWord.unit_id.in_(units)))
    held = Counter({(row.unit_id, row.word): row.count for row in rows})
    yield from _differences("counted words", held, wanted)


def _differences(what: str, held: Mapping[Any, int], wanted: Mapping[Any, int]) -> Iterable[str]:
    for thing in sorted(held.keys() | wanted.keys(), key=str):
        is_, should = held.get(thing, 0), wanted.get(thing, 0)
        if is_ != should:
            yield f"{what}: {thing} has {is_} instead of {should}"
