"""The portal itself over the sample books, answering a browser: what readers really get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from archive.agents import Agent
from archive.representations import Page
from archive.works import Collection, Work
from tests.sample_home import CLOSED_BOOK, KAZAKH_BOOK, NEWSPAPER, settings_for
from tests.web.browsing import served
from web.app import create_app
from web.portal import Portal


@dataclass(frozen=True)
class RealPortal:
    """An address that answers, and the names that the books got when they were taken in."""

    address: str
    kazakh: str
    newspaper: str
    closed: str
    page: str  # a text page in the middle of the Kazakh book
    author: str
    collection: str

    def names(self) -> frozenset[str]:
        """The works' names, which stand in their citations."""
        return frozenset({self.kazakh, self.newspaper, self.closed})

    def kinds(self) -> dict[str, str]:
        """One address of every kind of page, by a name for it."""
        reader = f"/works/{self.kazakh}/pages/{self.page}"
        question = f"q={quote('көмір')}"
        return {
            "home": "/",
            "results": f"/search?{question}",
            "results, facets chosen": f"/search?q={quote('шахтёр')}&language=ru&from=1960&to=1969",
            "results, found by description": f"/search?q={quote('жарық')}",
            "results, empty": f"/search?q={quote('жоқсөз')}",
            "search without a word": "/search",
            "search by a form": "/search/form",
            "item": f"/works/{self.kazakh}",
            "item, newspaper": f"/works/{self.newspaper}",
            "item, closed": f"/works/{self.closed}",
            "reader with hits": f"{reader}?{question}&hit=1",
            "reader": reader,
            "text": f"{reader}/text?{question}",
            "refusal": f"/works/{self.closed}/pages",
            "collections": "/collections",
            "collection": f"/collections/{self.collection}",
            "newspapers": "/newspapers",
            "authors": "/authors",
            "author": f"/authors/{self.author}",
            "help": "/help",
            "view": "/view",
            "not found": "/works/nothing",
        }


@contextmanager
def real_portal(home: Path) -> Iterator[RealPortal]:
    """The portal of a library with the sample books, answering while the block runs."""
    app = create_app(settings_for(home))
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    with served(app) as address:
        yield _named(portal, address)
    portal.storage.close()


def _named(portal: Portal, address: str) -> RealPortal:
    with portal.reading() as session:
        titled = {work.title: work.name for work in session.scalars(select(Work))}
        pages = session.scalars(select(Page).where(Page.sequence == 5)).all()
        page = next(each for each in pages if each.representation.item.work.title == KAZAKH_BOOK)
        return RealPortal(
            address=address,
            kazakh=titled[KAZAKH_BOOK],
            newspaper=titled[NEWSPAPER],
            closed=titled[CLOSED_BOOK],
            page=page.name,
            author=session.scalars(select(Agent.name)).first() or "",
            collection=session.scalars(select(Collection.name)).first() or "",
        )
