"""With which arguments can every route of the portal be asked?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.pipeline.inventory import Book, Inventory, Leaf

# What a route is asked for: its arguments, the book and page they belong to, and
# for a picture how much of the scan it shows.
Asked = tuple[dict[str, Any], Book | None, Leaf | None, int]


def _nothing(_: Inventory) -> Iterator[Asked]:
    yield {}, None, None, 0


def _collections(library: Inventory) -> Iterator[Asked]:
    yield from (({"name": name}, None, None, 0) for name in library.collections)


def _authors(library: Inventory) -> Iterator[Asked]:
    yield from (({"name": name}, None, None, 0) for name in library.authors)


def _works(library: Inventory) -> Iterator[Asked]:
    for book in library.books:
        yield {"work": book.work}, book, None, book.leaves[0].width


def _records(library: Inventory) -> Iterator[Asked]:
    for book in library.books:
        for form in ("marcxml", "mods", "dc"):
            yield {"work": book.work, "form": form}, book, None, 0


def _works_at_desk(library: Inventory) -> Iterator[Asked]:
    yield from (({"name": book.work}, book, None, 0) for book in library.books)


def _pages_at_desk(library: Inventory) -> Iterator[Asked]:
    for book in library.books:
        yield from (({"name": leaf.name}, book, leaf, 0) for leaf in book.leaves)


def _imports(_: Inventory) -> Iterator[Asked]:
    yield {"number": 1}, None, None, 0


def _pages(library: Inventory) -> Iterator[Asked]:
    for book in library.books:
        yield from (({"page": leaf.name}, book, leaf, 0) for leaf in book.leaves)


def _leaves(library: Inventory) -> Iterator[Asked]:
    """Each page in its own book, and the first of each book under the name of every other."""
    for book in library.books:
        for leaf in book.leaves:
            yield {"work": book.work, "page": leaf.name}, book, leaf, 0
        for other in library.books:
            if other is not book:
                asked = {"work": other.work, "page": book.leaves[0].name}
                yield asked, book, book.leaves[0], 0


def _images(library: Inventory) -> Iterator[Asked]:
    for book in library.books:
        yield from (({"image": leaf.image}, book, leaf, 0) for leaf in book.leaves)


def _thumbnails(library: Inventory) -> Iterator[Asked]:
    for book in library.books:
        for leaf in book.leaves:
            yield {"image": leaf.thumbnail}, book, leaf, leaf.width


_RENDITIONS = (
    ("full", "max", "0", "default", "jpg"),
    ("full", "!400,400", "0", "gray", "png"),
    ("0,0,1024,1024", "512,", "0", "default", "jpg"),
    ("0,0,512,512", "max", "!0", "color", "jpg"),
    ("square", "200,", "0", "bitonal", "png"),
    ("pct:5,5,90,45", "pct:50", "0", "default", "jpg"),
)


def _renditions(library: Inventory) -> Iterator[Asked]:
    for book in library.books:
        for leaf in book.leaves:
            for region, size, rotation, quality, ending in _RENDITIONS:
                asked = {
                    "image": leaf.image,
                    "region": region,
                    "size": size,
                    "rotation": rotation,
                    "quality": quality,
                    "file_format": ending,
                }
                yield asked, book, leaf, _shown(region, leaf)


def _shown(region: str, leaf: Leaf) -> int:
    if region.startswith("pct:"):
        return round(leaf.width * float(region[4:].split(",")[2]) / 100)
    if "," in region:
        return int(region.split(",")[2])
    return min(leaf.width, leaf.height) if region == "square" else leaf.width


def _by_no_link(_: Inventory) -> Iterator[Asked]:
    """What only a form of ours asks for: `tests/web/test_forms.py` goes through those."""
    yield from ()


def _account(_: Inventory) -> Iterator[Asked]:
    yield {"account_id": 1}, None, None, 0


def _step(_: Inventory) -> Iterator[Asked]:
    yield {"account_id": 1, "_step": "password"}, None, None, 0


def _own_step(_: Inventory) -> Iterator[Asked]:
    yield {"_step": "password"}, None, None, 0


def _deposits(_: Inventory) -> Iterator[Asked]:
    """Behind the upload desk nothing is a reader's: a name that is none will do."""
    yield {"name": "k7m2x9bq"}, None, None, 0


def _static(_: Inventory) -> Iterator[Asked]:
    yield {"version": "now", "filename": "sandyq.css"}, None, None, 0


def _agreements(_: Inventory) -> Iterator[Asked]:
    yield {"number": 1}, None, None, 0


def _papers(_: Inventory) -> Iterator[Asked]:
    yield {"number": 1, "paper": 1}, None, None, 0


def _agreement_deeds(_: Inventory) -> Iterator[Asked]:
    yield {"number": 1, "deed": "confirm"}, None, None, 0


def _rights_of_works(library: Inventory) -> Iterator[Asked]:
    yield {"work": library.books[0].work}, None, None, 0


def _rights_deeds(library: Inventory) -> Iterator[Asked]:
    yield {"work": library.books[0].work, "deed": "take-down"}, None, None, 0


ROUTES: Mapping[str, Callable[[Inventory], Iterator[Asked]]] = {
    "static": _static,
    "health.health": _nothing,
    "health.ready": _nothing,
    "health.metrics": _nothing,
    "home.home": _nothing,
    "home.help_page": _nothing,
    "appearance.view": _nothing,
    "results.results": _nothing,
    "query_form.query_form": _nothing,
    "suggestions.suggest": _nothing,
    "lists.collections": _nothing,
    "lists.newspapers": _nothing,
    "lists.authors": _nothing,
    "lists.collection": _collections,
    "lists.author": _authors,
    "work.work": _nothing,
    "work.again": _works_at_desk,
    "words.words": _nothing,
    "history.of_work": _works_at_desk,
    "history.of_page": _pages_at_desk,
    "item.item": _works,
    "records.record": _records,
    "harvesting.oai": _nothing,
    "cataloguing.desk": _nothing,
    "cataloguing.receive": _nothing,
    "cataloguing.shown_import": _imports,
    "cataloguing.start": _imports,
    "catalogued_works.shown_work": _works,
    "catalogued_works.join": _works,
    "catalogued_works.edit_form": _works,
    "catalogued_works.edit": _works,
    "reader.by_number": _works,
    "reader.reader": _leaves,
    "page_check.books": _nothing,
    "page_check.grid": _works,
    "page_check.tiles": _works,
    "page_check.ended": _works,
    "page_check.detail": _leaves,
    "page_check.do": _works,
    "page_files.file": _works,
    "page_files.thumbnail": _pages,
    "page_files.preview": _pages,
    "reader.text": _leaves,
    "files.pdf": _works,
    "files.whole_text": _works,
    "files.page_file": _pages,
    "images.base": _images,
    "images.info": _images,
    "images.image": _renditions,
    "images.thumbnail": _thumbnails,
    "presentation.manifest": _works,
    "presentation.lines": _pages,
    "searching_inside.search": _works,
    "searching_inside.autocomplete": _works,
    "sign_in.sign_in_form": _nothing,
    "sign_in.sign_in": _by_no_link,
    "sign_in.sign_out": _by_no_link,
    "sign_in.desk": _nothing,
    "registering.register_form": _nothing,
    "registering.register": _by_no_link,
    "registering.confirm_form": _nothing,
    "registering.confirm": _by_no_link,
    "registering.forgotten_form": _nothing,
    "registering.forgotten": _by_no_link,
    "registering.new_password_form": _nothing,
    "registering.new_password": _by_no_link,
    "account.account": _nothing,
    "account.back": _own_step,
    "account.change_password": _by_no_link,
    "account.sign_out_elsewhere": _by_no_link,
    "accounts.accounts": _nothing,
    "accounts.new": _nothing,
    "accounts.add": _by_no_link,
    "accounts.account": _account,
    "accounts.back": _step,
    "accounts.change": _by_no_link,
    "accounts.close": _by_no_link,
    "accounts.reopen": _by_no_link,
    "accounts.confirm": _by_no_link,
    "accounts.sign_out": _by_no_link,
    "accounts.password": _by_no_link,
    "upload.which_book": _nothing,
    "upload.begin": _nothing,
    **dict.fromkeys(
        (
            "upload.files",
            "upload.send_plainly",
            "upload.remove",
            "upload.order",
            "upload.put",
            "upload.abandon",
            "deposits.state",
            "deposits.begin_files",
            "deposits.order",
            "deposits.finish",
            "tus.where",
            "tus.go_on",
            "tus.drop",
            "tus.overridden",
        ),
        _deposits,
    ),
    "deposits.begin": _nothing,
    "tus.what_is_spoken": _nothing,
    "tus.create": _nothing,
    "agreements.index": _nothing,
    "agreements.begin": _nothing,
    "agreements.create": _nothing,
    "agreements.agreement": _agreements,
    "agreements.change": _agreements,
    "agreements.act": _agreement_deeds,
    "agreements.paper": _papers,
    "agreement_works.work_rights": _rights_of_works,
    "agreement_works.act": _rights_deeds,
}
