"""What is the search index told of a work and of a page, and which words are counted of it?

One place for all who write documents: the index step, and whoever fills an index from rows
that nobody changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from archive.broken_words import Following
from archive.page_ends import Leaf, WholeWord, broken_off, whole_word
from archive.page_words import PageWords
from archive.representations import Representation
from archive.text import analyse_words
from archive.vocabulary import count_words
from archive.works import Item, Work
from schemas.page_words import unpack
from schemas.search_document import Described, page_document, work_document
from storage.blobs import Blobs
from storage.search import Document


@dataclass(frozen=True, slots=True)
class WorkToIndex:
    """A work as its description is to be found."""

    revision: int
    unit_id: int
    texts: tuple[str, ...]
    described: Described

    def document(self) -> Document:
        """What the index is told of it."""
        terms = [placed.term for placed in analyse_words(self.texts)]
        return work_document(self.described, terms, revision=self.revision, unit=self.unit_id)


def work_to_index(work: Work) -> WorkToIndex:
    """A work as the rows have it now."""
    return WorkToIndex(work.revision, work.unit_id, _descriptive_texts(work), described(work))


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


def _descriptive_texts(work: Work) -> tuple[str, ...]:
    """What a work is found by: titles, its source, and every form of every name."""
    titles = (work.title, work.subtitle, work.source_title)
    folders = (collection.title_kk for collection in work.collections)
    return tuple(text for text in (*titles, *_names(work), *folders) if text)


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


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Where a page belongs, and with which revision the index is told of it."""

    page_id: int
    sequence: int
    revision: int
    unit_id: int
    described: Described

    def document(self, words: PageWords) -> Document:
        """What the index is told of the page with these words."""
        return page_document(
            self.described,
            words,
            page=self.page_id,
            sequence=self.sequence,
            revision=self.revision,
            unit=self.unit_id,
        )


@dataclass(frozen=True, slots=True)
class ToRead:
    """A text of a page: the key of its words, and what its end is judged by."""

    words_key: str
    folio: int | None
    profile: str


@dataclass(frozen=True, slots=True)
class PageRead:
    """The words of a page as it is found by them, and whether it ends within a word."""

    words: PageWords
    is_broken_off: bool
    whole: WholeWord | None

    @property
    def counts(self) -> Mapping[str, int]:
        """Its words that are counted."""
        return count_words(self.words.exact)


def read_page(blobs: Blobs, text: ToRead, following: Following | None) -> PageRead:
    """A page's words, the last one whole if the following page has the rest of it."""
    page = Leaf(unpack(blobs.read(text.words_key)), text.folio)
    if broken_off(page) is None:
        return PageRead(page.words, is_broken_off=False, whole=None)
    whole = None
    if following is not None:
        rest = Leaf(unpack(blobs.read(following.words_key)), following.folio)
        whole = whole_word(page, rest, text.profile)
    words = whole.put_into(page.words) if whole else page.words
    return PageRead(words, is_broken_off=True, whole=whole)


def counted_words(blobs: Blobs, words_key: str, whole: WholeWord | None) -> Mapping[str, int]:
    """The words that are counted of a page whose words have this key."""
    words = unpack(blobs.read(words_key))
    return count_words((whole.put_into(words) if whole else words).exact)
