"""Is one book one deposit, and does it become pages whole, once, in order?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.branches import Branch
from archive.depositing import (
    DAMAGED,
    Depositor,
    abandon_deposit,
    begin_file,
    drop_file,
    find_deposit,
    keep_arrived,
    open_deposit,
    open_deposits,
    put_in_order,
)
from archive.deposits import (
    Deposit,
    DepositedFile,
    description_of,
    in_order,
    kept_description,
    kept_name,
)
from archive.events import Event
from archive.handover import Description
from archive.ingest import Reception
from archive.registering import Registered, count_pages, finish_deposit
from archive.representations import ContentsEntry, Page, Scan
from archive.rights import Facts, Level
from archive.rights_units import RightsUnit
from archive.works import Item, Work
from storage.errors import Refused
from storage.opening import Storage
from tests.archive.shelf import described, digitized, key_of

pytestmark = pytest.mark.every_database

BOOK = Description(title="Қарағанды көмір бассейні", authors=("Сәтбаев, Қ.",), year=1972)


@dataclass
class Counter:
    """The desk of one branch, and what is done at it."""

    session: Session
    sender: Depositor
    now: datetime
    chance: random.Random

    def open(self, book: Description | Work = BOOK, sender: Depositor | None = None) -> Deposit:
        return open_deposit(
            self.session, sender or self.sender, book, now=self.now, chance=self.chance
        )

    def begin(self, deposit: Deposit, name: str, size: int = 10) -> DepositedFile:
        sha256 = key_of(kept_name(name))
        return begin_file(
            self.session, deposit, name, size, sha256, now=self.now, chance=self.chance
        )

    def bring(self, deposit: Deposit, *names: str) -> None:
        for name in names:
            keep_arrived(self.begin(deposit, name), key_of(name), "image/png", None, self.now)
        self.session.flush()
        self.session.expire(deposit)

    def finish(self, deposit: Deposit, sender: Depositor | None = None) -> Registered:
        return finish_deposit(
            self.session, deposit, sender or self.sender, now=self.now, chance=self.chance
        )

    def pages(self) -> list[str]:
        query = select(Scan.original_name).join(Page, Page.scan_id == Scan.id)
        return list(self.session.scalars(query.order_by(Page.sequence)))

    def count(self, kind: type[Work | Page]) -> int:
        return self.session.scalars(select(func.count()).select_from(kind)).one()


@pytest.fixture
def counter(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Counter]:
    with storage.rows.writing() as session:
        for code in ("16", "17"):
            session.add(Branch(code=code, label_kk=code, label_ru=code, label_en=code))
        session.flush()
        yield Counter(session, station(session, "16"), now, chance)


def station(session: Session, code: str) -> Depositor:
    branch = session.scalars(select(Branch).where(Branch.code == code)).one()
    return Depositor(agent=f"station of {code}", branch_id=branch.id)


class TestOneBook:
    def test_the_same_book_is_the_same_deposit(self, counter: Counter) -> None:
        other_spelling = replace(BOOK, title="ҚАРАҒАНДЫ көмір бассейні.")
        assert counter.open() is counter.open(other_spelling)

    @pytest.mark.parametrize(
        "change",
        [{"title": "Көмір"}, {"authors": ()}, {"year": 1973}, {"type": "extract"},
         {"issued": date(1972, 1, 1)}],
    )  # fmt: skip
    def test_another_book_is_another(self, counter: Counter, change: dict[str, object]) -> None:
        assert counter.open() is not counter.open(replace(BOOK, **change))  # type: ignore[arg-type]

    def test_of_another_branch_it_is_another(self, counter: Counter) -> None:
        other = station(counter.session, "17")
        theirs = counter.open(sender=other)
        assert theirs is not counter.open()
        assert find_deposit(counter.session, counter.sender, theirs.name) is None
        assert find_deposit(counter.session, other, theirs.name) is theirs
        assert open_deposits(counter.session, other, limit=9) == [theirs]

    def test_rights_are_not_taken_from_a_sender(self, counter: Counter) -> None:
        opened = replace(BOOK, rights=Facts("http://a.example/", Level.EVERYBODY))
        deposit = counter.open(opened)
        counter.bring(deposit, "1.png")
        work = counter.finish(deposit).work
        unit = counter.session.get_one(RightsUnit, work.unit_id)
        assert (unit.statement, unit.level) == (None, Level.NOBODY)

    def test_a_description_is_kept_whole(self) -> None:
        full = replace(
            BOOK, subtitle="а", source_title="б", issued=date(1972, 5, 1), collections=("в",),
            contents=(("Бірінші", "1"),), labels=("i", "1"),
        )  # fmt: skip
        assert description_of(kept_description(full)) == full


class TestFiles:
    def test_the_same_file_is_the_same_upload(self, counter: Counter) -> None:
        deposit = counter.open()
        first = counter.begin(deposit, "1.png")
        name = first.name
        assert counter.begin(deposit, "scans/1.png").name == name
        assert counter.begin(deposit, "1.png", size=11).name != name

    def test_they_stand_as_a_person_would_lay_them(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "10.png", "9.png", "1.png")
        assert [f.file_name for f in in_order(deposit.files)] == ["1.png", "9.png", "10.png"]

    @pytest.mark.parametrize(("name", "size"), [("", 1), ("..", 1), ("x" * 256, 1), ("a", 0)])
    def test_what_is_no_file(self, counter: Counter, name: str, size: int) -> None:
        with pytest.raises(Refused):
            counter.begin(counter.open(), name, size)

    def test_control_characters_never_make_two_names_one(self) -> None:
        names = [chr(code) + ".png" for code in (*range(0x20), 0x7F)]
        assert len({kept_name(name) for name in names}) == len(names)

    def test_one_is_taken_out(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png", "2.png")
        drop_file(counter.session, deposit.files[0], now=counter.now, agent="a")
        counter.session.flush()
        counter.session.expire(deposit)
        assert [file.file_name for file in deposit.files] == ["2.png"]


class TestFinish:
    def test_all_pages_come_at_once_and_once(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "10.png", "9.png", "1.png")
        first = counter.finish(deposit)
        assert counter.pages() == ["1.png", "9.png", "10.png"]
        assert len(first.due) == 3
        again = counter.finish(deposit)
        assert (again.work, again.receptions, again.due) == (first.work, {}, ())
        assert count_pages(counter.session, deposit) == counter.count(Page) == 3

    def test_the_copy_is_the_branchs(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png")
        work = counter.finish(deposit).work
        item = counter.session.scalars(select(Item).where(Item.work_id == work.id)).one()
        assert item.branch_id == counter.sender.branch_id

    def test_a_persons_order_counts(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png", "2.png", "3.png")
        by_name = {file.file_name: file.name for file in deposit.files}
        put_in_order(counter.session, deposit, [by_name["3.png"], by_name["1.png"]])
        counter.finish(deposit)
        assert counter.pages() == ["3.png", "1.png", "2.png"]

    def test_while_something_is_missing_nothing_is_made(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png")
        counter.begin(deposit, "2.png")
        with pytest.raises(Refused, match="deposit-incomplete"):
            counter.finish(deposit)
        assert counter.count(Page) == counter.count(Work) == 0

    def test_a_damaged_page_must_be_mended_first(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png", "2.png")
        deposit.files[0].content_key, deposit.files[0].refusal = None, DAMAGED
        with pytest.raises(Refused, match="deposit-damaged"):
            counter.finish(deposit)

    def test_what_is_no_image_is_left_out(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png", "letter.docx")
        letter = next(file for file in deposit.files if file.file_name != "1.png")
        letter.content_key, letter.refusal = None, "not-an-image"
        counter.finish(deposit)
        assert counter.pages() == ["1.png"]

    def test_an_empty_one_is_no_book(self, counter: Counter) -> None:
        with pytest.raises(Refused, match="no-pages"):
            counter.finish(counter.open())

    def test_one_that_was_given_up_takes_nothing(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png")
        abandon_deposit(counter.session, deposit, now=counter.now, agent="a")
        for act in (lambda: counter.finish(deposit), lambda: counter.begin(deposit, "2.png")):
            with pytest.raises(Refused, match="deposit-closed"):
                act()
        assert counter.open() is not deposit

    def test_files_that_come_later_are_added_and_the_others_not_sent_again(
        self, counter: Counter
    ) -> None:
        first = counter.open()
        counter.bring(first, "1.png", "3.png")
        counter.finish(first)
        second = counter.open()
        assert second is not first
        assert counter.begin(second, "1.png").content_key == key_of("1.png")
        assert counter.begin(second, "3.png").content_key == key_of("3.png")
        counter.bring(second, "2.png")
        told = counter.finish(second).receptions
        assert told["1.png"] == Reception.UNCHANGED
        assert counter.pages() == ["1.png", "2.png", "3.png"]
        assert counter.count(Work) == 1

    def test_contents_and_labels_come_with_it(self, counter: Counter) -> None:
        told = replace(BOOK, contents=(("Бірінші", "1"),), labels=("i", "1"))
        deposit = counter.open(told)
        counter.bring(deposit, "1.png", "2.png")
        counter.finish(deposit)
        labels = counter.session.scalars(select(Page.label).order_by(Page.sequence)).all()
        assert labels == ["i", "1"]
        assert counter.session.scalars(select(ContentsEntry.title)).all() == ["Бірінші"]

    def test_who_did_it_is_remembered(self, counter: Counter) -> None:
        deposit = counter.open()
        counter.bring(deposit, "1.png")
        counter.finish(deposit)
        query = select(Event.type, Event.agent).where(Event.about_kind == "deposits")
        assert counter.session.execute(query).all() == [
            ("creation", "station of 16"),
            ("ingestion", "station of 16"),
        ]


class TestCatalogue:
    def test_scans_are_linked_to_a_record(self, counter: Counter) -> None:
        work = described(counter.session, "Көмір", now=counter.now, chance=counter.chance)
        deposit = counter.open(work)
        assert counter.open(work) is deposit
        counter.bring(deposit, "1.png")
        assert counter.finish(deposit).work is work
        assert work.items[0].branch_id == counter.sender.branch_id
        assert counter.count(Work) == 1

    def test_a_book_that_another_branch_digitizes_is_theirs(self, counter: Counter) -> None:
        work = described(counter.session, "Көмір", now=counter.now, chance=counter.chance)
        digitized(counter.session, work, ["1.png"], now=counter.now, chance=counter.chance)
        work.items[0].branch_id = station(counter.session, "17").branch_id
        with pytest.raises(Refused, match="held-elsewhere"):
            counter.open(work)
        anywhere = replace(counter.sender, own_branch_only=False)
        assert counter.open(work, anywhere).work is work
