"""Is what was recognised what was printed, and do readers find it?

The samples were set from `tests/data/texts`, line by line as printed; there ¬
stands for a hyphen that only breaks a word at the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.hits import find_hits
from archive.queries import parse_query
from storage.query import Kind, Narrowing, Search, Visible
from tests.engines.poppler import compare
from tests.pipeline.closed_library import WHEN_CLOSED, portal_on
from tests.pipeline.instrument import letters
from tests.pipeline.inventory import portal_of
from tests.pipeline.sample_shelf import Shelf, ShelfPage, open_shelf

LEAST_RECALL = 0.95
LEAST_FOUND = 0.95

_BROKEN = re.compile(r"([^\W\d_]+)¬\n([^\W\d_]+(?:¬\n[^\W\d_]+)*)")


@pytest.fixture(scope="module")
def shelf(sample_books: Path) -> Iterator[Shelf]:
    with open_shelf(sample_books) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(sample_books: Path) -> Iterator[FlaskClient]:
    app = portal_on(sample_books, WHEN_CLOSED)
    yield app.test_client()
    portal_of(app).storage.close()


def whole(text: str) -> str:
    return text.replace("¬\n", "")


def words_in(text: str) -> list[str]:
    """Words by their letters, without case; page numbers are no words."""
    return [letters(each) for each in text.split() if any(map(str.isalpha, each))]


def test_what_was_printed_was_read(shelf: Shelf) -> None:
    table, poor = ["page  rung  words  recall  not read as printed"], []
    for page in shelf.pages:
        printed = words_in(whole("\n".join(page.printed)))
        compared = compare(printed, words_in(page.content(page.text.plain).decode()))
        row = f"{page.place:29} {page.text.rung} {len(printed):4} {compared.recall:7.2%}"
        table.append(f"{row}  {'; '.join(compared.differences)}")
        poor += [table[-1]] if compared.recall < LEAST_RECALL else []
    print(*table, sep="\n")
    assert poor == []


def test_words_broken_in_print_are_found_whole(shelf: Shelf) -> None:
    """By a reader's question: in the index, and on the page with a box on each line."""
    sought = [(page, word) for page in shelf.pages for word in broken_words(page)]
    missing = [(page.place, word) for page, word in sought if not is_found(shelf, page, word)]
    found = 1 - len(missing) / len(sought)
    print(f"broken words: {found:.1%} of {len(sought)} are found whole; not found: {missing}")
    assert len(sought) > 150
    assert found >= LEAST_FOUND, missing


def broken_words(page: ShelfPage) -> list[str]:
    joined = _BROKEN.finditer("\n".join(page.printed))
    return [match[1] + whole(match[2]) for match in joined]


def is_found(shelf: Shelf, page: ShelfPage, word: str) -> bool:
    query = parse_query(word).query
    words = page.words()
    hits = find_hits(words, query)
    search = Search(query, Kind.PAGE, Visible(newest_unit=1 << 30), Narrowing(), limit=100)
    found = {document.page for document in shelf.storage.index.search(search).documents}
    # Recognised without its hyphen a word is two words, and not found.
    return page.row.id in found and any(
        len({words.lines[n] for n in hit.words}) == len(hit.boxes) > 1 for hit in hits
    )


def test_the_columns_of_the_newspaper_are_read_one_after_the_other(shelf: Shelf) -> None:
    for page in shelf.book("industrialnaya-karaganda").pages:
        read = page.hocr()
        middle = read.width / 2
        sides = "".join(
            "l" if line.box.right < middle else "r" if line.box.x > middle else "-"
            for line in read.lines()
        )
        assert re.fullmatch("-*l{20,}r{20,}-*", sides), (page.place, sides)
        tops = [line.box.y for line in read.lines()]
        left, right = (tops[sides.index(side) : sides.rindex(side) + 1] for side in "lr")
        assert left == sorted(left), page.place
        assert right == sorted(right), page.place


# What the readers of such a library ask for, and the printed numbers of the pages about it.
QUESTIONS = (
    ("1937 жылы қуғын-сүргінге ұшырағандардың тізімдері", {"13"}),
    ("Қарағандының монументалды өнері", {"10"}),
    ("Дөскей Әлімбаев", {"[2]", "12"}),
    ("Интерьердің архитектуралық шешімі", {"11"}),
)


@pytest.mark.parametrize(("question", "labels"), QUESTIONS)
def test_a_readers_question_finds_its_page_on_the_first_screen(
    shelf: Shelf, client: FlaskClient, question: str, labels: set[str]
) -> None:
    book = shelf.book("komirli-olke")
    results = client.get("/search", query_string={"q": question})
    leaf = re.compile(rf'<article class="hit".*?/works/{book.name}/pages/(\w+)', re.DOTALL)
    shown = [label_of(book.pages, name) for name in leaf.findall(results.text)]
    assert shown[:1], question
    assert shown[0] in labels


def test_a_question_for_a_person_leads_to_the_page_about_them(
    shelf: Shelf, client: FlaskClient
) -> None:
    """The contents page may stand first; inside the book both are listed."""
    book = shelf.book("komirli-olke")
    path = f"/iiif/search/2/{book.name}"
    told = client.get(path, query_string={"q": "Дөскей Әлімбаев"}).get_json(force=True)
    pages = {each["target"].partition("#")[0].rpartition("/")[2] for each in told["items"]}
    assert {label_of(book.pages, name) for name in pages} >= {"[2]", "12"}


def label_of(pages: Sequence[ShelfPage], name: str) -> str:
    return next(page.row.printed_label for page in pages if page.name == name)
