from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdf
import pytest
from PIL import Image

from storage.errors import Refused
from tests.engines.poppler import FoundWord, compare, found_words, page_words
from tests.engines.verapdf import VeraPdf
from tests.workers.drawn_page import Sheet
from workers.pdf import ORIGINAL, SMALL, PdfDescription, PdfPage, assemble_pdf

CREATED = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)
DESCRIBED = PdfDescription("Қарағанды: «тарих»", "kk", CREATED, ("Әуезов М.", "Сейфуллин С."))
NEAR = 2.0  # px

KAZAKH = (
    "Әділет, ғылым және өнер: қала мен теңіз – һәм үміт!",
    "Қарағанды қаласының ескі шахта-",
    "лары туралы «мақалалар» 1935 ж. Ұлт ісі",
    "ӘҒҚҢӨҰҮҺІ әғқңөұүһі ЁЙ ёй №12 §5 12,5% — …",
)
RUSSIAN_COLUMNS = (
    ("Объявление о съезде", "горняков треста", "«Караганда-"),
    ("уголь» и подъёме", "добычи в третьем", "квартале 1935 года"),
)


def made(folder: Path, sheet: Sheet, name: str = "page", dpi: int = 150) -> PdfPage:
    path = folder / f"{name}.jpg"
    sheet.image.save(path, quality=80)
    return PdfPage(path, sheet.width, sheet.height, dpi, sheet.page(), "1", 1)


def kazakh() -> Sheet:
    return Sheet(1240, 700).column(90, 80, *KAZAKH)


def two_columns() -> Sheet:
    sheet = Sheet(1000, 600, type_px=26)
    for x, texts in zip((60, 540), RUSSIAN_COLUMNS, strict=True):
        sheet.column(x, 60, *texts)
    return sheet


def slanted() -> Sheet:
    return Sheet(1240, 700, slope=0.03).column(90, 60, *KAZAKH[:3])


def askew() -> Sheet:
    return Sheet(1240, 700, slope=0.008).column(90, 60, *KAZAKH[:3])


def empty() -> Sheet:
    return Sheet(600, 800)


def printed(*sheets: Sheet) -> list[list[str]]:
    return [[word.text for word in sheet.page().words()] for sheet in sheets]


def numbered(folder: Path, count: int, labels: list[str] | None = None) -> list[PdfPage]:
    sheet = Sheet(300, 400, type_px=20).column(20, 20, "сөз")
    page = made(folder, sheet)
    names = labels or [str(number) for number in range(1, count + 1)]
    return [replace(page, label=label, sequence=n) for n, label in enumerate(names, 1)]


# Text -------------------------------------------------------------------------


def test_every_printed_word_is_found_in_reading_order(tmp_path: Path) -> None:
    sheets = [kazakh(), two_columns(), askew(), slanted(), empty()]
    pages = [made(tmp_path, sheet, f"{n}") for n, sheet in enumerate(sheets)]
    to = tmp_path / "book.pdf"
    assemble_pdf(pages, DESCRIBED, to)

    for expected, found in zip(printed(*sheets), page_words(to), strict=True):
        compared = compare(expected, found)
        assert compared.differences == []
        assert compared.recall == 1.0
    read = pypdf.PdfReader(to)
    assert [page.extract_text().split() for page in read.pages] == printed(*sheets)


def test_words_printed_close_together_stay_two(tmp_path: Path) -> None:
    sheet = Sheet(1240, 300, type_px=44, gap=0.05).column(60, 60, "мүлде тоқтады. Де жақсы - 2")
    to = tmp_path / "page.pdf"
    assemble_pdf([made(tmp_path, sheet)], DESCRIBED, to)
    assert page_words(to) == printed(sheet)


def test_comparison_lists_what_differs() -> None:
    compared = compare(["а", "б", "в", "г"], ["а", "бв", "г", "д"])
    assert compared.recall == 0.5
    assert compared.differences == ["б в -> бв", "(nothing) -> д"]


@pytest.mark.parametrize("draw", [kazakh, two_columns, askew, slanted])
@pytest.mark.parametrize("dpi", [150, 300])
def test_words_lie_on_their_boxes(tmp_path: Path, draw: Callable[[], Sheet], dpi: int) -> None:
    sheet = draw()
    to = tmp_path / "page.pdf"
    assemble_pdf([made(tmp_path, sheet, dpi=dpi)], DESCRIBED, to)

    pixels = dpi / 72
    words = list(sheet.page().words())
    found = whole_words(found_words(to), [word.text for word in words])
    for word, seen in zip(words, found, strict=True):
        box = word.box
        assert abs(seen.left * pixels - box.x) <= NEAR, word
        assert abs(seen.right * pixels - box.right) <= NEAR, word
        assert seen.top * pixels <= box.y + NEAR, word
        assert seen.bottom * pixels >= box.bottom - NEAR, word
        # One band a line: a word may lie within it, but not far within it.
        assert (seen.bottom - seen.top) * pixels <= 1.5 * sheet.type_px + 0.03 * box.w, word


def whole_words(pieces: list[FoundWord], texts: list[str]) -> list[FoundWord]:
    """Poppler takes steep words apart; put the pieces that spell each word together."""
    rest = iter(pieces)
    whole = []
    for text in texts:
        word = next(rest)
        while word.text != text:
            assert text.startswith(word.text), f"{word} where {text} is printed"
            word = word.with_next(next(rest))
        whole.append(word)
    return whole


def test_slightly_slanted_words_stay_whole_for_poppler(tmp_path: Path) -> None:
    sheet = askew()
    to = tmp_path / "page.pdf"
    assemble_pdf([made(tmp_path, sheet)], DESCRIBED, to)
    assert [word.text for word in found_words(to)] == printed(sheet)[0]


def test_one_font_for_the_whole_file(tmp_path: Path) -> None:
    to = tmp_path / "book.pdf"
    assemble_pdf(numbered(tmp_path, 5), DESCRIBED, to)
    with pikepdf.open(to) as pdf:
        kinds = [o.get("/Type") for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        assert kinds.count(pikepdf.Name.FontDescriptor) == 1
        fonts = {page.obj.Resources.Font.F.objgen for page in pdf.pages}
        assert len(fonts) == 1


def test_page_without_text_has_no_font(tmp_path: Path) -> None:
    to = tmp_path / "book.pdf"
    unread = replace(made(tmp_path, empty()), text=None)
    assemble_pdf([unread, made(tmp_path, empty())], DESCRIBED, to)
    with pikepdf.open(to) as pdf:
        assert all("/Font" not in page.obj.Resources for page in pdf.pages)


# Document ---------------------------------------------------------------------


def test_describes_itself(tmp_path: Path) -> None:
    to = tmp_path / "book.pdf"
    assemble_pdf(numbered(tmp_path, 1), DESCRIBED, to)
    with pikepdf.open(to) as pdf:
        assert str(pdf.Root.Lang) == "kk"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo.Title) == "Қарағанды: «тарих»"
        assert str(pdf.docinfo.Author) == "Әуезов М.; Сейфуллин С."
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Қарағанды: «тарих»"
            assert metadata["dc:creator"] == ["Әуезов М.", "Сейфуллин С."]
            assert metadata["dc:language"] == {"kk"}
            assert metadata["xmp:CreateDate"] == "2024-05-17T09:30:00+00:00"


def test_is_linearized(tmp_path: Path) -> None:
    to = tmp_path / "book.pdf"
    described = replace(DESCRIBED, contents=(("Алғы сөз", 1), ("Көмір", 4)))
    assemble_pdf(numbered(tmp_path, 12), described, to)
    with pikepdf.open(to) as pdf:
        assert pdf.is_linearized
        assert pdf.check_linearization()


def test_contents_are_the_outline(tmp_path: Path) -> None:
    described = replace(DESCRIBED, contents=(("Алғы сөз", 1), ("Көмір", 4), ("Шахта", 5)))
    to = tmp_path / "book.pdf"
    pages = numbered(tmp_path, 6)
    withheld = [page for page in pages if page.sequence != 4]
    assemble_pdf(withheld, described, to)

    read = pypdf.PdfReader(to)
    outline = [entry for entry in read.outline if not isinstance(entry, list)]
    assert [(e.title, read.get_destination_page_number(e)) for e in outline] == [
        ("Алғы сөз", 0),
        ("Шахта", 3),
    ]
    assert read.page_mode == "/UseOutlines"


def test_pages_that_stay_keep_their_printed_numbers(tmp_path: Path) -> None:
    labels = ["", "ii", "iii", "1", "2", "3", "4", "10", "12а", "13"]
    pages = numbered(tmp_path, len(labels), labels)
    to = tmp_path / "book.pdf"
    assemble_pdf([page for page in pages if page.label != "2"], DESCRIBED, to)
    assert pypdf.PdfReader(to).page_labels == [
        *("[1]", "ii", "iii", "1", "3", "4", "10", "12а", "13")
    ]


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    assemble_pdf([made(tmp_path, kazakh())], DESCRIBED, first)
    time.sleep(1.1)  # dates in a PDF count whole seconds
    assemble_pdf([made(tmp_path, kazakh())], DESCRIBED, second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("dpi", "size", "points"),
    [
        (150, (300, 400), 144.0),
        (600, (300, 400), 36.0),
        (1, (300, 400), 10800.0),
        (600, (12, 16), 3.0),
    ],
)
def test_page_size_follows_the_resolution_within_the_limits_of_pdfa(
    tmp_path: Path, dpi: float, size: tuple[int, int], points: float
) -> None:
    path = tmp_path / "page.png"
    Image.new("L", size, 255).save(path)
    to = tmp_path / "page.pdf"
    assemble_pdf([PdfPage(path, *size, dpi, None, "1", 1)], DESCRIBED, to)
    width = float(pypdf.PdfReader(to).pages[0].mediabox.width)
    assert width == pytest.approx(points, abs=0.01)


def test_small_edition_is_smaller_and_reads_the_same(tmp_path: Path) -> None:
    sheet = kazakh()
    page = made(tmp_path, sheet, dpi=300)
    assemble_pdf([page], DESCRIBED, tmp_path / "original.pdf", ORIGINAL)
    assemble_pdf([page], DESCRIBED, tmp_path / "small.pdf", SMALL)
    original, small = tmp_path / "original.pdf", tmp_path / "small.pdf"
    assert small.stat().st_size < 0.7 * original.stat().st_size
    assert page_words(small) == page_words(original) == printed(sheet)


# Failure ----------------------------------------------------------------------


def folder_with_book(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "book.pdf").write_bytes(b"the book before")
    return folder


def test_failure_leaves_the_book_before_and_nothing_else(tmp_path: Path) -> None:
    folder = folder_with_book(tmp_path)
    good = made(tmp_path, kazakh())
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(good.image.read_bytes()[:10])
    bad = replace(good, image=damaged, sequence=7)
    with pytest.raises(Refused) as refusal:
        assemble_pdf([good, bad], DESCRIBED, folder / "book.pdf")
    assert refusal.value.values["page"] == 7
    assert [path.name for path in folder.iterdir()] == ["book.pdf"]
    assert (folder / "book.pdf").read_bytes() == b"the book before"


def test_no_pages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="pdf-without-pages"):
        assemble_pdf([], DESCRIBED, tmp_path / "book.pdf")
    assert list(tmp_path.iterdir()) == []


def test_book_that_pdfa_cannot_hold_is_refused_before_it_is_written(tmp_path: Path) -> None:
    folder = folder_with_book(tmp_path)
    page = made(tmp_path, kazakh())
    size = page.image.stat().st_size
    narrow = replace(ORIGINAL, most_bytes=4 * size)
    with pytest.raises(Refused, match="pdf-too-large"):
        assemble_pdf([page] * 5, DESCRIBED, folder / "book.pdf", narrow)
    assert [path.name for path in folder.iterdir()] == ["book.pdf"]
    assemble_pdf([page] * 3, DESCRIBED, folder / "book.pdf", narrow)


def test_image_of_another_shape_is_refused(tmp_path: Path) -> None:
    page = made(tmp_path, kazakh())
    turned = replace(page, width=page.height, height=page.width)
    with pytest.raises(Refused, match="image-of-other-shape"):
        assemble_pdf([turned], DESCRIBED, tmp_path / "book.pdf")


def test_image_of_another_resolution_lies_under_the_same_text(tmp_path: Path) -> None:
    sheet = kazakh()
    page = made(tmp_path, sheet)
    with Image.open(page.image) as image:
        image.resize((620, 350)).save(tmp_path / "half.jpg")
    to = tmp_path / "book.pdf"
    assemble_pdf([replace(page, image=tmp_path / "half.jpg")], DESCRIBED, to)
    assert page_words(to) == printed(sheet)
    assert float(pypdf.PdfReader(to).pages[0].mediabox.width) == pytest.approx(595.2)


FULL = """
import sys
from pathlib import Path
from storage.errors import Transient
from tests.workers.test_pdf import DESCRIBED, assemble_pdf, kazakh, made
page, folder = made(Path(sys.argv[1]), kazakh()), Path(sys.argv[2])
count = int(sys.argv[3]) * 1024 // page.image.stat().st_size
try:
    assemble_pdf([page] * count, DESCRIBED, folder / "book.pdf")
except Transient as transient:
    print(transient, sorted(path.name for path in folder.iterdir()))
"""


@pytest.mark.parametrize("images_kb", [600, 360], ids=["while drawing", "while writing"])
def test_full_disk_is_a_passing_state(tmp_path: Path, images_kb: int) -> None:
    """On a real file system of 512 KB, mounted in a namespace of the child's own."""
    small = tmp_path / "small"
    small.mkdir()
    script = 'mount -t tmpfs -o size=512k none "$1" && exec "$2" -c "$3" "$4" "$1" "$5"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    command += [str(small), sys.executable, FULL, str(tmp_path), str(images_kb)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.stderr.startswith(("unshare:", "mount:")):
        pytest.skip("this machine gives no mount namespace to try a full disk in")
    assert answer.stdout == "storage-full []\n", answer.stderr


# Memory -----------------------------------------------------------------------

MEASURE = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from tests.workers.test_pdf import DESCRIBED, PdfPage, assemble_pdf
image, to, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
pages = (PdfPage(image, 1200, 1200, 300, None, str(n), n) for n in range(1, count + 1))
assemble_pdf(pages, DESCRIBED, to)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, to.stat().st_size // 2**20)
"""


def test_thick_book_needs_no_more_memory_than_a_thin_one(tmp_path: Path) -> None:
    image = tmp_path / "noise.jpg"
    Image.effect_noise((1200, 1200), 120).save(image, quality=95)

    def measured(count: int) -> tuple[int, int]:
        command = [sys.executable, "-c", MEASURE, str(image), str(tmp_path / "b.pdf"), str(count)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        peak, size = answer.stdout.split()
        return int(peak), int(size)

    thin, _ = measured(2)
    thick, size = measured(100)
    assert size > 90  # MB, so the images together would be seen
    assert thick - thin < 20


# The reference validator --------------------------------------------------------


def variants(folder: Path) -> dict[str, list[PdfPage]]:
    """Every kind of page that a book may have."""
    sheet = kazakh()
    gray = made(folder, sheet, "gray")
    size = (sheet.width, sheet.height)
    files: dict[str, Image.Image] = {
        "rgb.jpg": sheet.image.convert("RGB"),
        "cmyk.tif": sheet.image.convert("CMYK"),
        "bilevel.tif": sheet.image.convert("1"),
        "alpha.png": sheet.image.convert("LA"),
    }
    pages = [gray]
    for name, image in files.items():
        image.save(folder / name)
        pages.append(replace(gray, image=folder / name))
    arabic = Sheet(*size).column(1100, 60, "قازاق تىلى 1935", right_to_left=True)
    old_turkic = Sheet(*size).column(90, 60, "𝒜𝒷 word")
    return {
        "all kinds": pages,
        "slanted": [made(folder, slanted(), "slanted")],
        "empty": [made(folder, empty(), "empty")],
        "scripts": [made(folder, arabic, "arabic"), made(folder, old_turkic, "old")],
        "labels": numbered(folder, 4, ["iv", "v", "1", ""]),
    }


def test_every_variant_is_pdfa_2b_by_the_reference_validator(
    tmp_path: Path, verapdf: VeraPdf
) -> None:
    described = replace(DESCRIBED, contents=(("Алғы сөз", 1),))
    files = []
    for name, pages in variants(tmp_path).items():
        for edition_name, edition in (("original", ORIGINAL), ("small", SMALL)):
            files.append(tmp_path / f"{name} {edition_name}.pdf")
            assemble_pdf(pages, described, files[-1], edition)
    plain = tmp_path / "plain.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)

    faults = verapdf.faults([*files, plain])
    assert faults.pop(plain), "a PDF that is no PDF/A must not pass"
    assert faults == {file: [] for file in files}
