"""Every address a visitor can ask for, and what each answer betrays.

The addresses come from the application's own URL map: a route that is not listed
in `routes` with its arguments stops the crawl, so that no door can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.pipeline.canaries import Secrets, pdf_pictures, readings
from tests.pipeline.inventory import Book, Inventory
from tests.pipeline.pictures import Picture, drawn_on
from tests.pipeline.routes import ROUTES, Asked

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True)
class Address:
    """One address: the route and book it belongs to; `scan_width` if it is a picture's."""

    endpoint: str
    path: str
    work: str = ""
    page: str = ""
    scan_width: int = 0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    address: Address
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def head(self) -> bytes:
        """The headers as bytes."""
        return "\n".join(f"{name}: {value}" for name, value in self.headers.items()).encode()

    def pictures(self) -> Iterator[Picture]:
        """Every image that was answered, those inside a PDF too."""
        if self.status >= HTTPStatus.MULTIPLE_CHOICES or not self.address.scan_width:
            return
        if self.body.startswith(b"%PDF"):
            for content in pdf_pictures(self.body):
                yield Picture(content, self.address.scan_width)
        elif self.headers.get("Content-Type", "").startswith("image/"):
            yield Picture(self.body, self.address.scan_width)


@dataclass(frozen=True)
class Leak:
    """What should not have been said, and where: `how` is word, picture or answered."""

    how: str
    path: str
    what: str


# Doors that stay shut for a closed work; the others describe it, or only redirect.
GUARDED = frozenset(
    name
    for name in ROUTES
    if name.partition(".")[0] in {"files", "images", "presentation", "reader", "searching_inside"}
) - {"images.base"}

_IN_PAGES = frozenset({"home", "results", "query_form", "lists", "item", "reader", "appearance"})


def addresses(app: Flask, library: Inventory, *, closely: Book) -> list[Address]:
    """Every address of the URL map; those of one book, and of no book, in every language.

    Raises:
        KeyError: a route that this module does not know.
    """
    return [
        address
        for rule in app.url_map.iter_rules()
        for asked in ROUTES[rule.endpoint](library)
        for address in _built(app, rule, asked, closely)
    ]


def _built(app: Flask, rule: Rule, asked: Asked, closely: Book) -> Iterator[Address]:
    arguments, book, leaf, scan_width = asked
    path = app.url_map.bind("").build(rule.endpoint, {**arguments, **(rule.defaults or {})})
    names = (book.work if book else "", leaf.name if leaf else "")
    if rule.endpoint.partition(".")[0] not in _IN_PAGES:
        yield Address(rule.endpoint, path, *names, scan_width)
        return
    for language in LANGUAGES if book in {None, closely} else LANGUAGES[:1]:
        yield Address(rule.endpoint, f"{path}?lang={language}", *names)


def with_question(path: str, **question: str) -> str:
    """An address with arguments."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode(question)}"


def fetch(client: FlaskClient, asked: Iterable[Address], **how: Any) -> Iterator[Answer]:
    """Ask for each address; `how` are further arguments of the test client (headers …)."""
    for address in asked:
        with client.open(address.path, **how) as got:
            yield Answer(address, got.status_code, dict(got.headers), got.data)


def leaks(
    answers: Iterable[Answer],
    secrets: Secrets,
    drawn: Sequence[str] = (),
    shut: Callable[[Address], bool] = lambda _: False,
) -> list[Leak]:
    """Everything that these answers betray; `shut` says which doors must not open at all.

    What stands in the address itself was the visitor's to begin with.
    """
    found: list[Leak] = []
    pictures: dict[Picture, str] = {}
    for answer in answers:
        path = answer.address.path
        told = secrets.told_in(readings(answer.body) if answer.body else ())
        told |= secrets.told_in(readings(answer.head()))
        own = secrets.told_in(readings(path.encode()))
        found += [Leak("word", path, word) for word in sorted(told - own)]
        if shut(answer.address) and answer.status < HTTPStatus.BAD_REQUEST:
            found.append(Leak("answered", path, str(answer.status)))
        if drawn:
            pictures |= dict.fromkeys(answer.pictures(), path)
    for picture, seen in drawn_on(pictures, drawn).items():
        found += [Leak("picture", pictures[picture], word) for word in sorted(seen)]
    return found
