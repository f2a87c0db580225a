"""What the home page, the lists and the pages of the house itself show."""

from __future__ import annotations

from dataclasses import dataclass

from web.pages.parts import ONE_PAGE, Card, Crop, Group, Pages


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a real page with a marked word, shown on the home page.

    `narrow` is the same place cut for a phone.
    """

    crop: Crop
    word: str
    title: str
    language: str
    label: str
    href: str
    narrow: Crop | None = None


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A thematic folder in a list."""

    name: str
    title: str
    branch: str = ""
    works: int = 0


@dataclass(frozen=True, slots=True)
class HomePage:
    """`documents` and `pages` count what can be found; `newest` is at most six."""

    documents: int
    pages: int
    books: int = 0
    collections: tuple[CollectionRow, ...] = ()
    newest: tuple[Card, ...] = ()
    fragment: Fragment | None = None
    search_down: bool = False


@dataclass(frozen=True, slots=True)
class CollectionsPage:
    """Every thematic folder."""

    collections: tuple[CollectionRow, ...]


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """One folder and its works, in the folder's own order."""

    name: str
    title: str
    works: tuple[Card, ...]
    count: int
    branch: str = ""
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, slots=True)
class NewspapersPage:
    """Articles under the newspaper they are from."""

    newspapers: tuple[Group, ...]
    count: int
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """`years` is what the authority record says: 1902–1985."""

    id: str
    name: str
    years: str = ""
    works: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """The authors under one letter."""

    letter: str
    authors: tuple[AuthorRow, ...]


@dataclass(frozen=True, slots=True)
class AuthorsPage:
    """Authors by letter, in the order of the Kazakh alphabet."""

    letters: tuple[Letter, ...]
    count: int


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """One author; `variants` are the other ways the name is written."""

    name: str
    works: tuple[Card, ...]
    years: str = ""
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`kind` is ``not-found``, ``our-fault``, ``busy``, ``bad-request`` or ``refused``.

    `number` is the message number under which the failure is written down; `fact` and
    `advice` say what was refused and what to do.
    """

    kind: str
    number: str = ""
    fact: str = ""
    advice: str = ""
