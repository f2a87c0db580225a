"""Whole search requests over 40,000 pages: parse, rights, index, rows, marks, template.

    python -m tests.benchmarks.bench_search_request [--pages 40000]

The pages are made of 2,000 different generated texts, have rows, packed words and
counted words like real ones, and every tenth work is closed; so are the thousands of
catalogue records that have no scans and no basis. Prints p50 and p95 of requests to
``/search`` in this process, and their ratio to the bare tantivy query for the same
word in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

import tantivy
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from archive import nouns
from archive.migrations import upgrade
from archive.rights import PUBLIC_DOMAIN_MARK, Level
from archive.vocabulary import UnitWord, add_words, count_words
from schemas.search_document import SEARCH_SCHEMA
from storage.index_columns import text_field
from storage.loading import loading
from storage.opening import Storage, open_storage
from storage.query import Kind
from storage.search import Document
from storage.tantivy_index import TantivyIndex
from tests.benchmarks.bench_search import (
    BATCH,
    COMMON_WORD,
    PAGES_IN_A_WORK,
    Generator,
    timed,
)
from tests.sample_home import settings_for
from web.app import create_app

TEXTS = 2_000
RECORDS = 14_266  # works in the catalogue, with scans and without
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
QUESTIONS = (COMMON_WORD, f"{COMMON_WORD} {COMMON_WORD}ның")


def main() -> None:
    """Make the library, ask, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=40_000)
    pages = arguments.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder) / "var")
        storage = open_storage(settings, SEARCH_SCHEMA)
        upgrade(storage.rows)
        fill(storage, pages)
        bare = timed(bare_question(storage.index), 200)
        print(f"{pages} pages; bare tantivy, {COMMON_WORD}: {bare}")
        with loading():  # as web.wsgi does
            client = create_app(settings).test_client()
        for question in QUESTIONS:
            address = f"/search?q={quote(question)}"
            assert client.get(address).status_code == 200
            whole = timed(partial(client.get, address), 200)
            print(f"/search?q={question}: {whole}   p95 / bare p95 = {whole.p95 / bare.p95:.1f}, "
                  f"(the issue: at most 30 ms p95)")  # fmt: skip
        storage.close()


def bare_question(index: object) -> Callable[[], object]:
    """The common word asked of tantivy itself, ten documents and their number."""
    assert isinstance(index, TantivyIndex)
    opened = index._readable()
    assert opened is not None
    searcher = opened.searcher()
    query = tantivy.Query.term_query(index._schema, text_field(Kind.PAGE, "exact"), COMMON_WORD)
    return lambda: searcher.search(query, limit=10, count=True)


def fill(storage: Storage, pages: int) -> None:
    """Rows, packed words and index documents of so many pages."""
    generator = Generator()
    keys = [
        storage.blobs.put([generator.page(n).packed()]) for n in range(1, min(TEXTS, pages) + 1)
    ]
    works = -(-pages // PAGES_IN_A_WORK)
    with storage.rows.writing() as session:
        _fill_works(session, works)
    for first in range(1, pages + 1, BATCH):
        numbers = range(first, min(first + BATCH, pages + 1))
        with storage.rows.writing() as session:
            _fill_pages(session, numbers, keys)
        storage.index.write(_document(generator, number) for number in numbers)
    _fill_words(storage, generator, pages)


def _fill_words(storage: Storage, generator: Generator, pages: int) -> None:
    """What suggestions and other forms are told from; works repeat as their texts do."""
    works, different = -(-pages // PAGES_IN_A_WORK), TEXTS // PAGES_IN_A_WORK
    counts: list[dict[str, int]] = []
    for first in range(1, works + 1, different):
        with storage.rows.writing() as session:
            for work in range(first, min(first + different, works + 1)):
                if work <= different:
                    counts.append(_words_of(generator, work))
                    add_words(session, work, counts[-1])
                else:
                    held = counts[(work - 1) % different].items()
                    rows = [{"unit_id": work, "word": word, "count": n} for word, n in held]
                    session.execute(insert(UnitWord), rows)


def _words_of(generator: Generator, work: int) -> dict[str, int]:
    numbers = range(1 + (work - 1) * PAGES_IN_A_WORK, 1 + work * PAGES_IN_A_WORK)
    return count_words(word for number in numbers for word in generator.page(number).words)


def _document(generator: Generator, number: int) -> Document:
    text = generator.page(1 + (number - 1) % TEXTS).document()
    work = 1 + (number - 1) // PAGES_IN_A_WORK
    return replace(
        text, key=number, work=work, unit=work, sequence=1 + (number - 1) % PAGES_IN_A_WORK
    )


def _fill_works(session: Session, works: int) -> None:
    numbers, recorded = range(1, works + 1), max(works, RECORDS)
    session.execute(insert(nouns.events.Event), [{
        "id": 1, "type": "creation", "at": NOW, "outcome": "success", "agent": "bench",
        "about_kind": "works", "about_id": 1, "detail": {},
    }])  # fmt: skip
    session.execute(insert(nouns.rights_units.RightsUnit), [
        {"id": n, "statement": PUBLIC_DOMAIN_MARK, "level": Level.EVERYBODY,
         "until": date(2020, 1, 1) if n % 10 == 0 else None}
        for n in numbers
    ])  # fmt: skip
    session.execute(insert(nouns.rights_units.RightsUnit), [
        {"id": n, "level": Level.NOBODY} for n in range(works + 1, recorded + 1)
    ])  # fmt: skip
    session.execute(update(nouns.rights_units.RightsClock).values(newest_unit=recorded))
    session.execute(insert(nouns.works.Work), [
        {"id": n, "name": f"w{n:07}", "type": "book", "title": f"Кітап {n}", "language": "kk",
         "year": 1900 + n % 90, "folded_title": f"кітап {n}", "unit_id": n, "created_at": NOW,
         "revision": 1, "indexed_revision": 1}
        for n in range(1, recorded + 1)
    ])  # fmt: skip
    session.execute(insert(nouns.works.Item), [{"id": n, "work_id": n} for n in numbers])
    session.execute(insert(nouns.representations.Representation), [
        {"id": n, "item_id": n, "created_at": NOW, "deliveries": 1} for n in numbers
    ])  # fmt: skip


def _fill_pages(session: Session, numbers: range, keys: list[str]) -> None:
    nouns_of = nouns.representations
    session.execute(insert(nouns_of.Scan), [
        {"id": n, "representation_id": 1 + (n - 1) // PAGES_IN_A_WORK, "content_key": f"s{n}",
         "original_name": f"{n}.tif", "media_type": "image/tiff", "size": 1, "received_at": NOW}
        for n in numbers
    ])  # fmt: skip
    session.execute(insert(nouns_of.Page), [
        {"id": n, "name": f"p{n:07}", "representation_id": 1 + (n - 1) // PAGES_IN_A_WORK,
         "sequence": 1 + (n - 1) % PAGES_IN_A_WORK, "scan_id": n, "frame": 0,
         "unit_id": 1 + (n - 1) // PAGES_IN_A_WORK, "width": 1748, "height": 2480, "dpi": 300,
         "access_id": 2 * n, "thumbnail_id": 2 * n, "text_id": n, "indexed_text_id": n,
         "indexed_unit_id": 1 + (n - 1) // PAGES_IN_A_WORK, "indexed_revision": 1}
        for n in numbers
    ])  # fmt: skip
    session.execute(insert(nouns_of.Derivative), [
        {"id": 2 * n + part, "page_id": n, "scan_id": n, "role": role, "input_key": f"i{n}",
         "content_key": key, "media_type": "image/tiff", "size": 1, "event_id": 1}
        for n in numbers
        for part, role, key in (
            (0, "access", f"{n:064x}"), (1, "words", keys[(n - 1) % len(keys)]),
        )
    ])  # fmt: skip
    session.execute(insert(nouns_of.PageText), [
        {"id": n, "page_id": n, "revision": 1, "input_key": f"i{n}", "profile": "kk",
         "engine": "bench", "rung": 1, "word_count": 260, "mean_confidence": 95.0,
         "weak_share": 0.0, "hocr_id": 2 * n + 1, "alto_id": 2 * n + 1, "plain_id": 2 * n + 1,
         "words_id": 2 * n + 1, "made_at": NOW}
        for n in numbers
    ])  # fmt: skip


if __name__ == "__main__":
    main()
