"""What does the board of the whole library cost, beside counting its steps and pages?

Prints CPU ms and their ratio, measured in the same run, over rows of a library of 3,686 works
with 39,195 pages. The reference is the least that any such board must do: SELECT count(*)
of the two tables.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from archive.agents import Agent, AgentName
from archive.board import Watcher, board
from archive.condition import last_indexed, queue_now, room
from archive.duties import Role
from archive.events import Event
from archive.ledger import BookBuild, PageStep
from archive.migrations import upgrade
from archive.representations import Derivative, Page, PageText, Representation, Scan
from archive.rights import PUBLIC_DOMAIN_MARK
from archive.rights_units import RightsUnit
from archive.rows import mint_name
from archive.works import Contribution, Item, Work
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import open_storage
from storage.settings import Settings

WORKS, PAGES, ROUNDS = 3_686, 39_195, 5
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STEPS = ("characterise", "derive", "recognise", "index")
BUILDS = ("manifest", "pdf", "pdf-small")
KEY = "0" * 64


def main() -> None:
    """Fill a library with rows, measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(Settings(home=Path(folder)), SEARCH_SCHEMA)
        upgrade(storage.rows)
        with storage.rows.writing() as session:
            fill(session)
        with storage.rows.reading() as session:
            bare = least(lambda: count(session))
            whole = least(lambda: arrange(session))
            state = least(lambda: condition(session))
        storage.close()
    print(f"count(*) of page_steps and pages   {bare:7.1f} ms")
    print(f"board of {WORKS} works              {whole:7.1f} ms   ratio {whole / bare:.1f}")
    print(f"state of the system                {state:7.1f} ms   ratio {state / bare:.1f}")


def count(session: Session) -> None:
    """The reference."""
    for table in (PageStep, Page):
        session.scalars(select(func.count()).select_from(table)).one()


def arrange(session: Session) -> None:
    """The board of somebody who sees all branches."""
    session.expunge_all()
    watcher = Watcher(Role.ADMINISTRATOR)
    board(session, watcher, now=NOW, day_of=datetime.date, first={}, most=20)


def condition(session: Session) -> None:
    """What the board says of the system."""
    queue_now(session, NOW)
    last_indexed(session)
    room(session, 400_000_000_000, NOW)


def least(work: Callable[[], None]) -> float:
    """The least of some rounds, in ms of CPU."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)


def fill(session: Session) -> None:
    """Rows of a whole library: most books finished, some of each kind not."""
    chance = random.Random(1)
    agent = Agent(name="author", forms=[AgentName(form="Автор", folded="автор", preferred=True)])
    session.add(agent)
    session.flush()
    for table, rows in (
        (RightsUnit, list(units())),
        (Work, list(works(chance))),
        (Contribution, [{"work_id": n, "agent_id": agent.id} for n in books()]),
        (Item, [{"id": n, "work_id": n, "branch_id": None} for n in books()]),
        (Representation, [{"id": n, "item_id": n, "created_at": began(n)} for n in books()]),
        (Event, list(events())),
        (Scan, list(scans())),
        (Page, list(pages(chance))),
        (Derivative, list(derivatives())),
        (PageText, list(texts())),
        (PageStep, list(steps())),
        (BookBuild, list(builds())),
    ):
        session.execute(insert(table), rows)


Rows = Iterator[dict[str, Any]]


def books() -> range:
    """Ids of works, which are those of their copies and digitizations too."""
    return range(1, WORKS + 1)


def numbers() -> range:
    """Ids of pages, which are those of their scans and texts too."""
    return range(1, PAGES + 1)


def book_of(page: int) -> int:
    """Each book has ten or eleven pages."""
    return 1 + (page - 1) * WORKS // PAGES


def began(book: int) -> datetime:
    """Some thirty books a day."""
    return NOW - timedelta(days=(WORKS - book) // 30, minutes=book % 600)


def units() -> Rows:
    for book in books():
        known = book % 20
        yield {
            "id": book,
            "statement": PUBLIC_DOMAIN_MARK if known else None,
            "level": "everybody" if known else "nobody",
        }


def works(chance: random.Random) -> Rows:
    for book in books():
        yield {
            "id": book, "name": mint_name(chance), "type": "book", "title": f"Кітап {book}",
            "language": "kk", "year": 1967, "folded_title": f"кітап {book}", "unit_id": book,
            "created_at": began(book), "issued": date(1967, 1, 1),
        }  # fmt: skip


def events() -> Rows:
    for book in books():
        yield event("policy assignment", "rights_units", book, book)
    for page in numbers():
        yield event("indexing", "pages", page, book_of(page))


def event(kind: str, about: str, number: int, book: int) -> dict[str, Any]:
    return {
        "type": kind, "at": began(book), "outcome": "success", "agent": "Sandyq",
        "about_kind": about, "about_id": number, "detail": {},
    }  # fmt: skip


def scans() -> Rows:
    for page in numbers():
        yield {
            "id": page, "representation_id": book_of(page), "content_key": f"{page:064}",
            "original_name": f"{page:05}.tif", "media_type": "image/tiff", "size": 8_000_000,
            "received_at": began(book_of(page)),
        }  # fmt: skip


def pages(chance: random.Random) -> Rows:
    for page in numbers():
        blurred = [{"reason": "blurred-page", "values": {"sharpness": 0.1, "wanted": 0.24}}]
        yield {
            "id": page, "name": mint_name(chance) + str(page), "sequence": page,
            "representation_id": book_of(page), "scan_id": page, "unit_id": book_of(page),
            "width": 1748, "height": 2480, "facts": {"ink": 0.06},
            "problems": [] if page % 50 else blurred, "access_id": 6 * page,
            "thumbnail_id": 6 * page, "text_id": page,
        }  # fmt: skip


def derivatives() -> Rows:
    for page in numbers():
        for number, role in enumerate(("access", "thumbnail", "hocr", "alto", "text", "words")):
            yield {
                "id": 6 * (page - 1) + number + 1, "page_id": page, "role": role,
                "input_key": KEY, "content_key": KEY, "media_type": "x/y", "size": 300_000,
                "event_id": WORKS + page,
            }  # fmt: skip


def texts() -> Rows:
    for page in numbers():
        first = 6 * (page - 1) + 3
        yield {
            "id": page, "page_id": page, "revision": 1, "input_key": KEY, "profile": "kk",
            "engine": "tesseract", "rung": 1, "word_count": 250, "weak_share": 0.0,
            "mean_confidence": 95.0 if page % 40 else 70.0, "made_at": began(book_of(page)),
            "hocr_id": first, "alto_id": first + 1, "plain_id": first + 2,
            "words_id": first + 3,
        }  # fmt: skip


def steps() -> Rows:
    for page in numbers():
        alive = book_of(page) > WORKS - 30
        for step in STEPS:
            yield {"page_id": page, "step": step, "error": None} | leased(
                "pending" if alive else "refused" if page % 200 == 0 else "done", book_of(page)
            )


def builds() -> Rows:
    for book in books():
        for step in BUILDS:
            row = {"representation_id": book, "step": step, "withheld_key": "", "error": None}
            yield row | leased("pending" if book > WORKS - 30 else "done", book)


def leased(state: str, book: int) -> dict[str, Any]:
    return {
        "input_key": KEY, "state": state, "attempts": 1, "fence": 1, "due_at": began(book),
        "created_at": began(book), "finished_at": None if state == "pending" else began(book),
    }  # fmt: skip


if __name__ == "__main__":
    main()
