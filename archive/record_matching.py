"""Do we have the work of this record? By the source's number, by ISBN; or a suggestion.

Looked up for a whole batch at once. The same title, year and first author are not
enough to join two works by themselves: a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.catalogue_entries import CatalogueEntry
from archive.catalogue_values import CatalogueRecord, digest_of, plain_isbn, plain_of
from archive.handover import fold
from archive.works import Work, WorkIdentifier

ISBN_SCHEME = "isbn"


class Matching:
    """What the rows already know of a batch of records of one source."""

    def __init__(self, session: Session, source: str, records: Sequence[CatalogueRecord]) -> None:
        self._session, self._source = session, source
        numbers = {
            number for each in records for number in (each.control_number, *each.predecessors)
        }
        self.entries = _entries(session, source, numbers)
        unknown = [each for each in records if each.control_number not in self.entries]
        isbns = {plain_isbn(isbn) for each in unknown for isbn in each.isbns}
        self._by_isbn = _works_by_isbn(session, isbns)
        self._by_title = _works_by_title(session, {fold(each.title) for each in unknown})

    def is_known(self, record: CatalogueRecord) -> bool:
        """Whether the source has said this very thing before, and nothing since."""
        entry = self.entries.get(record.control_number)
        if entry is None or entry.withdrawn_at is not None or record.deleted:
            return False
        # A number that it replaces may have come back in the meantime.
        replaced = (self.entries.get(number) for number in record.predecessors)
        is_settled = all(each is None or each.withdrawn_at is not None for each in replaced)
        return is_settled and entry.digest == digest_of(plain_of(record))

    def work_of(self, record: CatalogueRecord) -> Work | None:
        """The work that an unknown record certainly describes."""
        for number in record.predecessors:
            if number in self.entries:
                return self.entries[number].work
        found = self.same_isbn(record)
        # Two records of one source with one ISBN are volumes or a slip: not one work by itself.
        return None if found is None or self._has_entry(found) else found

    def same_isbn(self, record: CatalogueRecord) -> Work | None:
        """The work with an ISBN of this record, if it is just one."""
        works = {
            work.id: work
            for isbn in record.isbns
            for work in self._by_isbn.get(plain_isbn(isbn), ())
        }
        return next(iter(works.values())) if len(works) == 1 else None

    def suggestion(self, record: CatalogueRecord) -> Work | None:
        """A work that may be the same: same ISBN, or same title, year and first author."""
        found = self.same_isbn(record)
        if found is not None:
            return found
        for work in self._by_title.get(fold(record.title), ()):
            if work.year == record.year and _same_author(work, record):
                return work
        return None

    def _has_entry(self, work: Work) -> bool:
        if any(each.work is work and each.withdrawn_at is None for each in self.entries.values()):
            return True
        query = select(CatalogueEntry.id).where(
            CatalogueEntry.work_id == work.id,
            CatalogueEntry.source == self._source,
            CatalogueEntry.withdrawn_at.is_(None),
        )
        return self._session.scalars(query.limit(1)).first() is not None


def _entries(session: Session, source: str, numbers: set[str]) -> dict[str, CatalogueEntry]:
    query = select(CatalogueEntry).where(
        CatalogueEntry.source == source, CatalogueEntry.control_number.in_(numbers)
    )
    return {each.control_number: each for each in session.scalars(query)}


def _works_by_isbn(session: Session, isbns: set[str]) -> dict[str, list[Work]]:
    found: dict[str, list[Work]] = {}
    query = (
        select(WorkIdentifier.value, Work)
        .join(Work, WorkIdentifier.work_id == Work.id)
        .where(WorkIdentifier.scheme == ISBN_SCHEME, WorkIdentifier.value.in_(isbns))
        .order_by(Work.id)
    )
    for value, work in session.execute(query):
        found.setdefault(value, []).append(work)
    return found


def _works_by_title(session: Session, titles: set[str]) -> dict[str, list[Work]]:
    found: dict[str, list[Work]] = {}
    query = (
        select(Work)
        .where(Work.folded_title.in_(titles))
        .options(selectinload(Work.contributions))
        .order_by(Work.id)
    )
    for work in session.scalars(query):
        found.setdefault(work.folded_title, []).append(work)
    return found


def _same_author(work: Work, record: CatalogueRecord) -> bool:
    """Whether the first authors share a form of their names, or both works have none."""
    ours = next((each.agent.forms for each in work.contributions if each.role == "aut"), ())
    theirs = next((each for each in record.headings if each.role == "aut"), None)
    forms = {fold(form) for form in (theirs.name, *theirs.variants)} if theirs else set()
    return forms == {form.folded for form in ours} or bool(forms & {form.folded for form in ours})
