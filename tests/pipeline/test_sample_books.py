"""Is everything there that belongs to the sample books: files, index, events, manifests?"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import iiif_prezi3
import pytest
from flask.testing import FlaskClient
from lxml import etree
from PIL import Image
from sqlalchemy import select

from archive.events import Event
from archive.words import Box
from schemas.alto import ALTO
from schemas.pyramid import TILE, level_sizes
from storage.query import Kind
from tests.manifest_checker import faults
from tests.pipeline.closed_library import WHILE_OPEN, portal_on
from tests.pipeline.inventory import portal_of
from tests.pipeline.sample_shelf import BUILDS, FOLDERS, Shelf, ShelfBook, ShelfPage, open_shelf
from tests.sample_home import SAMPLES

LONGEST_THUMBNAIL = 600  # px

# What happens to every page once, by its type and what was made.
PAGE_EVENTS = (
    ("ingestion", ()),
    ("metadata extraction", ()),
    ("creation", ("access", "thumbnail")),
    ("creation", ("hocr", "alto", "text", "words")),
    ("indexing", ()),
)


@pytest.fixture(scope="module")
def shelf(sample_books: Path) -> Iterator[Shelf]:
    with open_shelf(sample_books) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(sample_books: Path) -> Iterator[FlaskClient]:
    """The portal on a day when all three samples are open."""
    app = portal_on(sample_books, WHILE_OPEN)
    yield app.test_client()
    portal_of(app).storage.close()


def test_every_file_of_the_samples_is_a_page_in_its_place(shelf: Shelf) -> None:
    for book in shelf.books:
        files = sorted((SAMPLES / book.folder).glob("*.jpg"))
        assert [page.row.scan.original_name for page in book.pages] == [f.name for f in files]
        assert [page.row.sequence for page in book.pages] == list(range(1, len(files) + 1))
        assert [page.row.printed_label for page in book.pages] == book.told["labels"]
        for page, file in zip(book.pages, files, strict=True):
            assert page.scan().read_bytes() == file.read_bytes(), page.place
    assert [len(book.pages) for book in shelf.books] == [16, 2, 4]


def test_nothing_of_any_page_is_missing_or_damaged(shelf: Shelf) -> None:
    checks = (access_faults, thumbnail_faults, hocr_faults, alto_faults, text_faults)
    found = [(page.place, fault) for page in shelf.pages for c in checks for fault in c(page)]
    assert found == []


def test_every_page_has_files_of_its_own(shelf: Shelf) -> None:
    """No role's bytes are another page's: nothing was mixed up."""
    for role in ("hocr", "alto", "plain", "words"):
        keys = {getattr(page.text, role).content_key for page in shelf.pages}
        assert len(keys) == len(shelf.pages), role


def access_faults(page: ShelfPage) -> Iterator[str]:
    """Read by Pillow's libtiff, which knows nothing of our own reader and writer."""
    with Image.open(io.BytesIO(page.content(page.row.access))) as image:
        sizes = level_sizes(page.row.width or 0, page.row.height or 0)
        if getattr(image, "n_frames", 1) != len(sizes):
            yield f"{getattr(image, 'n_frames', 1)} levels, not {len(sizes)}"
            return
        for number, size in enumerate(sizes):
            image.seek(number)
            image.load()
            if image.size != size:
                yield f"level {number} is {image.size}, not {size}"
        if max(image.size) > TILE:
            yield "the last level is more than a tile"


def thumbnail_faults(page: ShelfPage) -> Iterator[str]:
    with Image.open(io.BytesIO(page.content(page.row.thumbnail))) as image:
        image.load()
        shape, wanted = (image.width / image.height), (page.row.width or 0) / (page.row.height or 1)
        if image.format != "JPEG" or max(image.size) > LONGEST_THUMBNAIL:
            yield f"thumbnail is {image.format} of {image.size}"
        if abs(shape - wanted) > 0.02:
            yield f"thumbnail's shape is {shape:.3f}, not {wanted:.3f}"


def hocr_faults(page: ShelfPage) -> Iterator[str]:
    read = page.hocr()
    if (read.width, read.height) != (page.row.width, page.row.height):
        yield f"hOCR is of {read.width} x {read.height} px"
    boxes = [(word.text, word.box) for word in read.words()]
    boxes += [("line", line.box) for line in read.lines()]
    boxes += [("area", area.box) for area in read.areas]
    for text, box in boxes:
        if not inside(box, read.width, read.height):
            yield f"hOCR: {text} lies outside: {box}"
    if len(list(read.words())) != page.text.word_count:
        yield "hOCR has another number of words than was recorded"


def inside(box: Box, width: int, height: int) -> bool:
    return 0 <= box.x < box.right <= width and 0 <= box.y < box.bottom <= height


def alto_faults(page: ShelfPage) -> Iterator[str]:
    tree = etree.fromstring(page.content(page.text.alto))
    identities = [each.get("ID") for each in tree.iter() if each.get("ID") is not None]
    if len(set(identities)) != len(identities):
        yield "ALTO uses an id twice"
    strings = list(tree.iter(f"{{{ALTO}}}String"))
    if len(strings) != page.text.word_count:
        yield f"ALTO has {len(strings)} words, not {page.text.word_count}"
    places = [
        Box(*(int(each.get(name, "-1")) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")))
        for each in strings
    ]
    if places != [word.box for word in page.hocr().words()]:
        yield "ALTO has other boxes than hOCR"
    if [each.text for each in tree.iter(f"{{{ALTO}}}fileName")] != [page.row.scan.original_name]:
        yield "ALTO does not name its scan"


def text_faults(page: ShelfPage) -> Iterator[str]:
    """The plain text and the packed words say what the master says."""
    words = page.words()
    master = list(page.hocr().words())
    if [(text, words.box(n)) for n, text in enumerate(words.words)] != [
        (word.text, word.box) for word in master
    ]:
        yield "packed words differ from hOCR"
    if not words.exact or not all(words.words_of(n) for n in range(len(words.exact))):
        yield "packed words have no terms"
    told = page.content(page.text.plain).decode().split()
    broken = sum(count - 1 for count in words.word_counts if count > 1)
    if len(told) != len(master) - broken:
        yield f"plain text has {len(told)} words, not {len(master)} less {broken} second halves"


def test_every_page_and_book_is_in_the_index(shelf: Shelf) -> None:
    held = shelf.storage.index.contents()
    pages = {(Kind.PAGE, page.row.id): page.row.indexed_revision for page in shelf.pages}
    works = {(Kind.WORK, book.row.id): book.row.indexed_revision for book in shelf.books}
    assert held == pages | works
    for page in shelf.pages:
        assert page.row.indexed_text_id == page.text.id, page.place
        assert page.row.indexed_unit_id == page.row.unit_id, page.place


def test_what_happened_to_every_page_is_recorded_once(shelf: Shelf) -> None:
    for page in shelf.pages:
        events = events_about(shelf, "pages", page.row.id)
        told = [(each.type, tuple(each.detail.get("roles", ()))) for each in events]
        assert sorted(told) == sorted(PAGE_EVENTS), page.place
        assert {each.outcome for each in events} == {"success"}, page.place
        assert events[0].type == "ingestion"
        digest = hashlib.sha256(page.scan().read_bytes()).hexdigest()
        assert events[0].detail["sha256"] == digest, page.place
        [recognised] = [each for each in events if "hocr" in each.detail.get("roles", ())]
        assert recognised.agent == page.text.engine == page.hocr().engine, page.place


def test_what_was_made_of_every_book_is_recorded_once(shelf: Shelf) -> None:
    for book in shelf.books:
        events = events_about(shelf, "representations", book.pages[0].row.representation_id)
        assert sorted(each.detail["roles"] for each in events) == [[kind] for kind in BUILDS]
        assert {each.type for each in events} == {"creation"}


def events_about(shelf: Shelf, kind: str, number: int) -> list[Event]:
    query = select(Event).where(Event.about_kind == kind, Event.about_id == number)
    with shelf.storage.rows.reading() as session:
        return list(session.scalars(query.order_by(Event.id)))


# The manifest --------------------------------------------------------------------


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_manifest_has_no_fault(shelf: Shelf, client: FlaskClient, folder: str) -> None:
    book = shelf.book(folder)
    manifest = manifest_of(client, book)
    assert faults(manifest, [page.name for page in book.pages]) == []
    labels = [canvas["label"] for canvas in manifest["items"]]
    assert labels == [{"none": [label]} for label in book.told["labels"]]
    lines = [(line["title"], line["page"]) for line in book.told["contents"]]
    assert ranges(manifest, book) == lines


@pytest.mark.parametrize("folder", FOLDERS)
def test_iiif_prezi3_reads_the_manifest_and_writes_it_again(
    shelf: Shelf, client: FlaskClient, folder: str
) -> None:
    manifest = manifest_of(client, shelf.book(folder))
    again = json.loads(iiif_prezi3.Manifest(**manifest).json())
    assert without_empty_items(again) == manifest


def without_empty_items(value: Any) -> Any:
    """The library reads a reference as the thing itself, without items; undo that."""
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if (key, part) != ("items", [])}
        return {key: without_empty_items(part) for key, part in kept.items()}
    return [without_empty_items(part) for part in value] if isinstance(value, list) else value


def test_page_ten_comes_after_page_nine(shelf: Shelf, client: FlaskClient) -> None:
    book = shelf.book("komirli-olke")
    labels = [canvas["label"]["none"][0] for canvas in manifest_of(client, book)["items"]]
    assert labels[2:] == [str(number) for number in range(3, 17)]


def test_what_the_manifest_points_to_is_there(shelf: Shelf, client: FlaskClient) -> None:
    """Images with their thumbnails, texts and files: one page of each book, and the book's own."""
    for book in shelf.books:
        manifest = manifest_of(client, book)
        first = manifest["items"][0]
        for link in [*links({**manifest, "items": [first], "structures": []})]:
            with asked(client, link) as answer:
                assert answer.status_code in {200, 303}, link


def links(part: Any) -> Iterator[str]:
    """Addresses of ours that a viewer may fetch."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in {"rendering", "seeAlso", "thumbnail", "annotations", "homepage", "body"}:
                yield from (each["id"] for each in (value if isinstance(value, list) else [value]))
            if key in {"service", "body", "items", "thumbnail"}:
                yield from links(value)
        if part.get("type") == "ImageService3":
            yield f"{part['id']}/info.json"
    elif isinstance(part, list):
        for each in part:
            yield from links(each)


@contextmanager
def asked(client: FlaskClient, address: str) -> Iterator[Any]:
    path = "/" + address.split("/", 3)[3] if address.count("/") > 2 else "/"
    with client.get(path) as answer:
        yield answer


def manifest_of(client: FlaskClient, book: ShelfBook) -> dict[str, Any]:
    with client.get(f"/iiif/presentation/3/{book.name}/manifest.json") as answer:
        assert answer.status_code == 200, book.folder
        told: dict[str, Any] = answer.get_json(force=True)
        return told


def ranges(manifest: dict[str, Any], book: ShelfBook) -> list[tuple[str, str]]:
    """Title and page label of each line of the contents."""
    labels = {page.name: page.row.printed_label for page in book.pages}
    found = []
    for part in manifest["structures"]:
        for line in [part, *(each for each in part["items"] if each["type"] == "Range")]:
            targets = [each["id"] for each in line["items"] if each["type"] == "Canvas"]
            if targets:
                [title] = next(iter(line["label"].values()))
                found.append((title, labels[targets[0].rpartition("/")[2]]))
    return found
