"""What might somebody ask in order to learn what stands in a closed book?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from archive.doors import newest_representation, pages_with_facts
from archive.page_words import PageWords
from archive.text import analyse_words
from archive.works import Work
from schemas.page_words import unpack
from tests.pipeline.canaries import Canaries
from tests.pipeline.crawl import Address, with_question
from tests.pipeline.inventory import Book, Inventory, portal_of

_SHORTEST = 2  # letters of a beginning
_COMMON = "көмір"  # stands in the open books, and in the closed one


@dataclass(frozen=True)
class Question:
    """Something typed, with the other arguments of an address."""

    q: str
    more: tuple[tuple[str, str], ...] = ()


def words_of_book(app: Flask, book: Book) -> list[PageWords]:
    """What is printed on the pages of a book, as the index was told."""
    portal = portal_of(app)
    with portal.reading() as session:
        work = session.scalars(select(Work).where(Work.name == book.work)).one()
        shown = newest_representation(session, work.id)
        assert shown is not None
        keys = [
            page.text.words.content_key
            for page, _ in pages_with_facts(session, shown.id)
            if page.text
        ]
    return [unpack(portal.storage.blobs.read(key)) for key in keys]


def searches(canaries: Canaries, pages: Sequence[PageWords]) -> Iterator[Question]:
    """Questions for the results page: every canary in every way of asking, and common words."""
    for word in canaries.words:
        exact, skeleton = _forms(word)
        half = word[: len(word) // 2]
        for q in (word, word.upper(), skeleton, f"{half}*", f"{word} {_COMMON}"):
            yield Question(q)
        yield Question(_slip(word))
        yield from (Question(f"{field}:{word}") for field in ("title", "author", "year"))
        yield Question(f"{_COMMON} OR {word}")
        yield Question(f"{_COMMON} -{word}")
        yield from (Question(f'"{phrase}"') for phrase in _phrases(exact, pages))
    word = canaries.printed[0]
    for name, value in (
        ("exact", "1"),
        ("sort", "year"),
        ("sort", "-year"),
        ("page", "2"),
        ("language", "kk"),
        ("type", "extract"),
        ("access", "nobody"),
    ):
        yield Question(word, ((name, value),))
        yield Question(_COMMON, ((name, value),))
    yield Question(word, (("from", "1987"), ("to", "1987")))
    yield from (Question(word, (("lang", language),)) for language in ("kk", "ru", "en"))
    yield from (Question(each) for each in _longest_words(pages))


def beginnings(canaries: Canaries) -> Iterator[str]:
    """Every beginning of every canary, as somebody types it letter by letter."""
    for word in canaries.words:
        for typed in (word.casefold(), _forms(word)[1]):
            yield from (typed[:length] for length in range(_SHORTEST, len(typed) + 1))
        yield word.upper()
        yield f"{_COMMON} {word[:4]}"


def _slip(word: str) -> str:
    """The word as somebody in a hurry types it: two letters in its midst change places."""
    middle = len(word) // 2
    return word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :]


def _forms(word: str) -> tuple[str, str]:
    [placed] = analyse_words([word])
    return placed.term.exact, placed.term.skeleton


def _phrases(exact: str, pages: Sequence[PageWords]) -> Iterator[str]:
    """The word with its neighbours, as they stand on the page."""
    for page in pages:
        for place, form in enumerate(page.exact):
            if form == exact and place:
                yield " ".join(page.exact[place - 1 : place + 2])


def _longest_words(pages: Sequence[PageWords]) -> list[str]:
    """Some words of each page that are likely to stand nowhere else."""
    return [
        word for page in pages for word in sorted(set(page.exact), key=lambda w: (-len(w), w))[:5]
    ]


def questions(
    app: Flask, library: Inventory, canaries: Canaries, asked_about: Book
) -> list[Address]:
    """Every question at every door that takes one; of the closed book's own doors, some."""
    pages = words_of_book(app, asked_about)
    found = [
        Address("results.results", with_question("/search", q=each.q, **dict(each.more)))
        for each in searches(canaries, pages)
    ]
    for typed in beginnings(canaries):
        found.append(Address("suggestions.suggest", with_question("/suggest", q=typed)))
        found += _inside(library, "autocomplete", typed, (2,))
    for word in canaries.words:
        found += _inside(library, "autocomplete", word, (1,))
        found += _inside(library, "search", word, (1, 2))
        found += _readers(library, word)
    return found


def _inside(library: Inventory, what: str, q: str, versions: Sequence[int]) -> Iterator[Address]:
    for book in library.books:
        for version in versions:
            path = with_question(f"/iiif/{what}/{version}/{book.work}", q=q)
            yield Address(f"searching_inside.{what}", path, book.work)


def _readers(library: Inventory, q: str) -> Iterator[Address]:
    for book in library.books:
        first = f"/works/{book.work}/pages/{book.leaves[0].name}"
        yield Address("reader.reader", with_question(first, q=q), book.work)
        yield Address("reader.text", with_question(f"{first}/text", q=q), book.work)
        yield Address(
            "reader.by_number", with_question(f"/works/{book.work}/pages", n="1", q=q), book.work
        )
