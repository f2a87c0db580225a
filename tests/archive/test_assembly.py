"""Is a book built once it is complete, without the pages that are closed, and only then?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.assembly import BUILDS, finished_build, open_variant, want_builds_if_complete, work_of
from archive.derivation import Made, record_book_derivative
from archive.ledger import BookBuild, PageStep, StepState
from archive.representations import ContentsEntry, Page
from archive.rights import Level
from archive.rights_units import RightsUnit, change_unit
from archive.withholding import release_page, withhold_page
from storage.opening import Storage
from tests.archive.shelf import (
    ENDED,
    TODAY,
    builds_of,
    described,
    digitized,
    end_steps,
    key_of,
    shown,
)

FILES = ["1.jpg", "2.jpg", "3.jpg"]


class Book:
    """A book in one session: its pages, and what it asks of `archive.assembly`."""

    def __init__(self, session: Session, now: datetime, chance: random.Random) -> None:
        self.session, self.now, self.today = session, now, TODAY
        self.work = described(session, "Кітап", now=now, chance=chance)
        self.pages = digitized(session, self.work, FILES, now=now, chance=chance)
        self.representation = self.pages[0].representation

    def complete(self) -> None:
        for page in self.pages:
            shown(self.session, page, now=self.now)
            end_steps(self.session, page, self.now)

    def want(self) -> Sequence[BookBuild]:
        self.session.flush()
        return want_builds_if_complete(
            self.session, self.representation.id, today=self.today, now=self.now
        )

    def build_all(self) -> None:
        """Let every wanted build be done, as a worker would."""
        for build in builds_of(self.session, self.representation.id).values():
            if build.state != StepState.PENDING:
                continue
            made = Made(build.step, key_of(build.input_key), "x/y", 10)
            build.derivative_id = record_book_derivative(
                self.session, self.representation, made,
                input_key=build.input_key, now=self.now, agent="tester",
            ).id  # fmt: skip
            build.state = StepState.DONE
        self.session.flush()

    @property
    def offered(self) -> str | None:
        """The content key of the PDF that is served now."""
        variant = open_variant(self.session, self.representation.id, self.today)
        built = finished_build(self.session, self.representation.id, "pdf", variant.withheld_key)
        return built.content_key if built else None

    def sequences(self) -> list[int]:
        variant = open_variant(self.session, self.representation.id, self.today)
        return [page.sequence for page in variant.pages]

    def withhold(self, number: int, until: date | None = None) -> Page:
        page = self.pages[number]
        withhold_page(self.session, page, until=until, now=self.now, agent="tester")
        self.session.flush()
        return page


@pytest.fixture
def book(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Book]:
    with storage.rows.writing() as session:
        yield Book(session, now, chance)


class TestCompletion:
    def test_nothing_is_built_while_a_step_is_alive(self, book: Book) -> None:
        for page in book.pages:
            shown(book.session, page, now=book.now)
        for page in book.pages[:-1]:
            end_steps(book.session, page, book.now)
        assert book.want() == ()
        end_steps(book.session, book.pages[-1], book.now)
        assert [build.step for build in book.want()] == list(BUILDS)

    @pytest.mark.parametrize("state", [StepState.PENDING, StepState.RUNNING])
    @pytest.mark.parametrize("step", ["characterise", "derive", "recognise"])
    def test_each_step_before_is_waited_for(self, book: Book, step: str, state: str) -> None:
        book.complete()
        late = PageStep(page_id=book.pages[1].id, step=step, input_key="other", state=state,
                        due_at=book.now, created_at=book.now)  # fmt: skip
        book.session.add(late)
        assert book.want() == ()

    def test_the_index_is_not_waited_for(self, book: Book) -> None:
        book.complete()
        book.session.add(PageStep(page_id=book.pages[1].id, step="index", input_key="other",
                                  due_at=book.now, created_at=book.now))  # fmt: skip
        assert len(book.want()) == len(BUILDS)

    @pytest.mark.parametrize("end", [StepState.REFUSED, StepState.QUARANTINED])
    def test_one_bad_page_never_blocks_the_others(self, book: Book, end: StepState) -> None:
        for page in (book.pages[0], book.pages[2]):
            shown(book.session, page, now=book.now)
            end_steps(book.session, page, book.now)
        for step in book.session.scalars(
            select(PageStep).where(PageStep.page_id == book.pages[1].id)
        ):
            step.state = end
        assert len(book.want()) == len(BUILDS)
        assert book.sequences() == [1, 3]

    def test_a_book_without_a_page_to_show_is_not_built(self, book: Book) -> None:
        for page in book.pages:
            end_steps(book.session, page, book.now)
        assert book.want() == ()

    def test_wanting_twice_adds_nothing(self, book: Book) -> None:
        book.complete()
        assert len(book.want()) == len(BUILDS)
        assert list(book.want()) == []
        book.build_all()
        assert list(book.want()) == []
        assert len(book.session.scalars(select(BookBuild)).all()) == len(BUILDS)

    def test_the_work_of_a_representation(self, book: Book) -> None:
        assert work_of(book.session, book.representation.id) is book.work


class TestInputs:
    """Whatever a build shows is in its key."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda book: setattr(book.work, "revision", 2),
            lambda book: setattr(book.pages[0], "label", "ix"),
            lambda book: setattr(book.pages[0], "text_id", 999),
            lambda book: setattr(book.pages[0], "access_id", book.pages[1].access_id),
            lambda book: book.session.add(
                ContentsEntry(
                    representation_id=book.representation.id,
                    position=1,
                    title="Алғы сөз",
                    page_label="3",
                )
            ),
        ],
        ids=["description", "label", "text", "image", "contents"],
    )
    def test_a_change_makes_another_build_and_the_old_one_is_served_no_more(
        self, book: Book, change: Callable[[Book], object]
    ) -> None:
        book.complete()
        book.want()
        book.build_all()
        before = book.offered
        assert before is not None
        change(book)
        assert len(book.want()) == len(BUILDS)
        assert book.offered is None
        book.build_all()
        assert book.offered not in {None, before}

    def test_changing_back_builds_the_first_again(self, book: Book) -> None:
        book.complete()
        book.want()
        book.build_all()
        first = book.offered
        for label in ("ix", None):
            book.pages[0].label = label
            assert len(book.want()) == len(BUILDS)
        book.build_all()
        assert book.offered == first
        assert len(book.session.scalars(select(BookBuild)).all()) == 2 * len(BUILDS)


class TestVariants:
    def test_a_withheld_page_is_left_out(self, book: Book) -> None:
        book.complete()
        book.want()
        book.build_all()
        whole = book.offered
        book.withhold(1)
        assert book.sequences() == [1, 3]
        assert book.offered is None, "the whole book holds the page that is closed now"
        assert len(book.want()) == len(BUILDS)
        book.build_all()
        assert book.offered not in {None, whole}

    def test_a_released_page_finds_the_whole_book_as_it_was(self, book: Book) -> None:
        book.complete()
        book.want()
        book.build_all()
        whole = book.offered
        page = book.withhold(1)
        book.want()
        book.build_all()
        release_page(book.session, page, now=book.now, agent="tester")
        assert book.sequences() == [1, 2, 3]
        assert book.offered == whole
        assert list(book.want()) == []

    def test_a_restriction_ends_after_its_last_day(self, book: Book) -> None:
        book.complete()
        book.withhold(1, until=TODAY)
        assert book.sequences() == [1, 3]
        book.today = TODAY + timedelta(days=1)
        assert book.sequences() == [1, 2, 3]

    def test_each_set_of_withheld_pages_has_its_own_key(self, book: Book) -> None:
        book.complete()

        def key() -> str:
            return open_variant(book.session, book.representation.id, TODAY).withheld_key

        keys = [key()]
        book.withhold(0)
        keys.append(key())
        book.withhold(2)
        keys.append(key())
        release_page(book.session, book.pages[0], now=book.now, agent="tester")
        book.session.flush()
        keys.append(key())
        assert keys[0] == "-"
        assert len(set(keys)) == 4

    def test_a_book_all_of_whose_pages_are_withheld_is_not_built(self, book: Book) -> None:
        book.complete()
        for number in range(3):
            book.withhold(number)
        assert book.want() == ()

    @pytest.mark.parametrize("level", [Level.NOBODY, Level.PREMISES])
    def test_the_works_own_terms_are_the_doors_matter(self, book: Book, level: Level) -> None:
        """A book that opens tomorrow must be ready then."""
        book.complete()
        unit = book.session.get_one(RightsUnit, book.work.unit_id)
        change_unit(book.session, unit, ENDED)
        unit.level = level
        assert len(book.want()) == len(BUILDS)
        assert book.sequences() == [1, 2, 3]

    def test_a_build_that_is_not_done_is_not_offered(self, book: Book) -> None:
        book.complete()
        book.want()
        assert book.offered is None
