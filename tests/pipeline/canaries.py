"""Which words may no visitor see, and do these bytes hold one of them?

A word may hide in many ways: compressed, escaped for JSON, HTML or an address,
in a PDF's streams and strings, broken by markup or a line end, in other letters.
Every way in which an answer can be read is read.
"""

from __future__ import annotations

import gzip
import html
import io
import re
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
import yaml

from archive.text import analyse_words

_SHORTEST_KEY = 6  # letters; a shorter one of our ASCII keys stands in other words by chance

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_TAG = re.compile(r"<[^>]*>")
_NO_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Canaries:
    """The made-up words of the closed sample.

    `drawn` large on its pages, `printed` in its text, `tagged` in the EXIF and XMP of its scans.
    """

    drawn: tuple[str, ...]
    printed: tuple[str, ...]
    tagged: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.drawn, *self.printed)


def read_canaries(file: Path) -> Canaries:
    """The words of the sample's own list."""
    books: Mapping[str, Mapping[str, Mapping[str, Any]]] = yaml.safe_load(file.read_text("utf-8"))
    pages = [page for book in books.values() for page in book.values()]
    drawn = tuple(page["drawn"] for page in pages)
    printed = tuple(word for page in pages for word in page["text"])
    tagged = tuple(word for page in pages for word in page["tagged"])
    return Canaries(drawn, printed, tagged)


class Secrets:
    """What may not be said: words in every spelling, and addresses letter by letter."""

    def __init__(self, words: Iterable[str], addresses: Iterable[str] = ()) -> None:
        self._of = {spelling: word for word in words for spelling in _spellings(word)}
        self._of |= {address.casefold(): address for address in addresses}
        longest_first = sorted(self._of, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)))

    def told_in(self, texts: Iterable[str]) -> frozenset[str]:
        """The secrets that stand in these texts."""
        found = (self._any.findall(text) for text in texts)
        return frozenset(self._of[spelling] for each in found for spelling in each)


def _spellings(word: str) -> Iterator[str]:
    """The word, and the forms and keys under which our own search knows it."""
    yield unicodedata.normalize("NFC", word).casefold()
    for placed in analyse_words([word]):
        for key in (placed.term.exact, placed.term.skeleton):
            if len(key) >= _SHORTEST_KEY:
                yield key


def readings(body: bytes) -> Iterator[str]:
    """Every text that these bytes can be read as, without difference of case."""
    if body.startswith(b"\x1f\x8b"):
        yield from readings(gzip.decompress(body))
    elif body.startswith(b"%PDF"):
        yield from _readings_of_pdf(body)
    else:
        yield from _readings_of_text(body.decode("utf-8", "replace"))


def _readings_of_text(text: str) -> Iterator[str]:
    """As it stands, and without the escapes of the formats of text: an image knows none."""
    yield text.casefold()
    if "\ufffd" in text:
        return
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    plain = _PERCENT.sub(lambda run: unquote(run[0]), plain.replace("+", " "))
    plain = unicodedata.normalize("NFC", html.unescape(plain)).casefold()
    yield plain
    yield _NO_LETTER.sub("", _TAG.sub("", plain))


def _readings_of_pdf(body: bytes) -> Iterator[str]:
    shown = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=body, capture_output=True, check=True, timeout=60
    )
    yield from _readings_of_text(shown.stdout.decode())
    with pikepdf.open(io.BytesIO(body)) as pdf:
        for held in pdf.objects:
            for text in _strings_of(held):
                yield from _readings_of_text(text)


def _strings_of(held: object, depth: int = 0) -> Iterator[str]:
    """The strings and streams of a PDF object; what it refers to is an object of its own."""
    if isinstance(held, pikepdf.Object) and held.is_indirect and depth:
        return
    if isinstance(held, pikepdf.String):
        yield str(held)
    elif isinstance(held, pikepdf.Array):
        for each in held.as_list():
            yield from _strings_of(each, depth + 1)
    elif isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
        for name in held.keys():  # noqa: SIM118  (a PDF dictionary is no mapping)
            yield from _strings_of(held[name], depth + 1)
        if isinstance(held, pikepdf.Stream) and held.get("/Subtype") == "/Image":
            yield held.read_raw_bytes().decode("latin-1")  # EXIF and XMP of a scan passed through
        elif isinstance(held, pikepdf.Stream):
            stream = held.read_bytes()
            yield stream.decode("utf-8", "replace")
            yield stream.decode("utf-16-be", "replace")


def pdf_pictures(body: bytes) -> Iterator[bytes]:
    """Every image inside a PDF, as PNG."""
    with pikepdf.open(io.BytesIO(body)) as pdf:
        for held in pdf.objects:
            if isinstance(held, pikepdf.Stream) and held.get("/Subtype") == "/Image":
                file = io.BytesIO()
                pikepdf.PdfImage(held).as_pil_image().save(file, "PNG", compress_level=1)
                yield file.getvalue()
