"""Are the PDFs of the sample books what they claim, and do they hold the words of the master?"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from tests.engines.poppler import compare, page_words
from tests.engines.verapdf import VeraPdf
from tests.pipeline.sample_shelf import FOLDERS, Shelf, open_shelf

KINDS = ("pdf", "pdf-small")
LEAST_RECALL = 0.995

_LINEARIZED = re.compile(rb"/Linearized\s+1\b.*?/L\s+(?P<length>\d+)", re.DOTALL)
_HEAD = 1024  # bytes; ISO 32000-1, F.3.3: the dictionary lies within the first 1024

BOTH_OF_EACH = pytest.mark.parametrize(
    ("folder", "kind"), [(folder, kind) for folder in FOLDERS for kind in KINDS]
)


@pytest.fixture(scope="module")
def shelf(sample_books: Path) -> Iterator[Shelf]:
    with open_shelf(sample_books) as opened:
        yield opened


def test_all_are_valid_pdf_a(shelf: Shelf, verapdf: VeraPdf, tmp_path: Path) -> None:
    files = []
    for book in shelf.books:
        for kind in KINDS:
            files.append(tmp_path / f"{book.folder}-{kind}.pdf")  # by this name it is taken
            shutil.copyfile(book.files[kind], files[-1])
    assert len({file.read_bytes() for file in files}) == len(FOLDERS) * len(KINDS)
    assert verapdf.faults(files) == {file: [] for file in files}


@BOTH_OF_EACH
def test_the_first_page_can_be_shown_before_the_rest_has_come(
    shelf: Shelf, folder: str, kind: str
) -> None:
    file = shelf.book(folder).files[kind]
    with pikepdf.open(file) as pdf:
        assert pdf.is_linearized
        assert pdf.check_linearization()
    # Not only qpdf says so: the parameters stand where a reader looks, for this very length.
    found = _LINEARIZED.search(file.read_bytes()[:_HEAD])
    assert found is not None
    assert int(found["length"]) == file.stat().st_size


@BOTH_OF_EACH
def test_labels_and_outline_are_those_of_the_book(shelf: Shelf, folder: str, kind: str) -> None:
    book = shelf.book(folder)
    with pikepdf.open(book.files[kind]) as pdf:
        assert [str(page.label) for page in pdf.pages] == book.told["labels"]
        targets = outline_of(pdf)
    labels = book.told["labels"]
    assert [(title, labels[number]) for title, number in targets] == [
        (line["title"], line["page"]) for line in book.told["contents"]
    ]


def outline_of(pdf: pikepdf.Pdf) -> list[tuple[str, int]]:
    """Title and page number, from 0, of each line of the outline."""
    numbers = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}
    found = []
    with pdf.open_outline() as outline:
        for item in outline.root:
            assert isinstance(item.destination, pikepdf.Array)
            found.append((item.title, numbers[item.destination[0].objgen]))
    return found


@BOTH_OF_EACH
def test_every_word_of_the_master_is_in_the_file(shelf: Shelf, folder: str, kind: str) -> None:
    book = shelf.book(folder)
    expected, found, differences = 0, 0.0, []
    for page, words in zip(book.pages, page_words(book.files[kind]), strict=True):
        master = [word.text for word in page.hocr().words()]
        compared = compare(master, words)
        expected += len(master)
        found += compared.recall * len(master)
        differences += [f"{page.place}: {difference}" for difference in compared.differences]
    print(f"{folder} {kind}: {found / expected:.2%} of {expected} words", *differences, sep="\n  ")
    assert found / expected >= LEAST_RECALL, differences
