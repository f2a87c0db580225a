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


def _static(_: Inventory) -> Iterator[Asked]:
    yield {"filename": "sandyq.css"}, None, None, 0


ROUTES: Mapping[str, Callable[[Inventory], Iterator[Asked]]] = {
    "static": _static,
    "home.home": _nothing,
    "home.help_page": _nothing,
    "appearance.view": _nothing,
    "results.results": _nothing,
    "suggestions.suggest": _nothing,
    "lists.collections": _nothing,
    "lists.newspapers": _nothing,
    "lists.authors": _nothing,
    "lists.collection": _collections,
    "lists.author": _authors,
    "item.item": _works,
    "reader.by_number": _works,
    "reader.reader": _leaves,
    "page_check.books": _nothing,
    "page_check.grid": _works,
    "page_check.tiles": _works,
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
}
