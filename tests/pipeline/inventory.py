"""Which public names does a library have? Books, pages, images, folders, authors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from archive.agents import Agent
from archive.doors import newest_representation, pages_with_facts
from archive.works import Collection, Work
from web.portal import Portal


@dataclass(frozen=True)
class Leaf:
    """A page's public names; width and height in px of the scan."""

    name: str
    image: str
    thumbnail: str
    width: int
    height: int


@dataclass(frozen=True)
class Book:
    """A work's public name and its pages'."""

    work: str
    title: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Inventory:
    """Every public name of a library."""

    books: tuple[Book, ...]
    collections: tuple[str, ...]
    authors: tuple[str, ...]

    def called(self, title: str) -> Book:
        return next(book for book in self.books if book.title == title)


def take_inventory(app: Flask) -> Inventory:
    """The public names of the library behind an application."""
    portal = portal_of(app)
    with portal.reading() as session:
        books = []
        for work in session.scalars(select(Work).order_by(Work.id)):
            shown = newest_representation(session, work.id)
            assert shown is not None
            leaves = (_leaf(page) for page, _ in pages_with_facts(session, shown.id))
            books.append(Book(work.name, work.title, tuple(leaves)))
        return Inventory(
            tuple(books),
            tuple(session.scalars(select(Collection.name))),
            tuple(session.scalars(select(Agent.name))),
        )


def portal_of(app: Flask) -> Portal:
    """The portal of an application, outside of any request."""
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    return portal


def _leaf(page: Any) -> Leaf:
    return Leaf(
        page.name,
        f"{page.name}-{page.access.content_key[:8]}",
        f"{page.name}-{page.thumbnail.content_key[:8]}",
        page.width,
        page.height,
    )
