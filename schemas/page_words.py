"""The bytes of a page's words and terms: small to keep, quick to load.

Layout: one byte, the version of this layout; then, compressed with zlib
(RFC 1950, whose checksum tells damage): a header of counts, the columns of
`archive.page_words.PageWords` as little-endian 32-bit integers split into four
planes, and all strings. Box columns hold differences from the word before. The
forms of a term are kept once for each distinct term, its stems as the number of
letters that they share with the exact form and the letters that they do not.
Strings are separated by a character that none of them holds, the first of the
alphabet; they are one byte a character where a page has no more than 255
different ones, as all but invented pages have, else UTF-8.
"""

from __future__ import annotations

import codecs
import struct
import zlib
from collections.abc import Sequence
from itertools import accumulate, chain, count, pairwise
from typing import TypeVar

from archive.page_words import PageWords, page_words
from archive.text import ANALYSER_VERSION
from archive.text.terms import PlacedTerm
from archive.words import PrintedPage
from storage.errors import Broken

LAYOUT = 1

_Whole = TypeVar("_Whole", bytes, tuple[int, ...], list[str])

PRESSURE = 6
"""zlib's level: 9 saves nothing that could be measured here and costs half as much again."""

_HEADER = struct.Struct("<7I")
_MOST_CHARACTERS = 255
_UNUSED = "\ufffe"
_UTF8 = ("utf-8", "surrogatepass")


def pack(page: PrintedPage, terms: Sequence[PlacedTerm], analyser: str = ANALYSER_VERSION) -> bytes:
    """The bytes of a page that was read and analysed.

    Raises:
        Broken: ``words-not-consecutive`` for a term of words that do not follow
            one another.
    """
    for placed in terms:
        first = placed.words[0]
        if placed.words != tuple(range(first, first + len(placed.words))):
            raise Broken("words-not-consecutive", words=str(placed.words))
    return pack_words(page_words(page, terms, analyser))


def unpack(packed: bytes) -> PageWords:
    """The columns of a page.

    Raises:
        Broken: ``page-words-damaged``, or ``page-words-layout`` for bytes of
            another layout; the words are then to be made anew.
    """
    if packed[:1] != bytes((LAYOUT,)):
        raise Broken("page-words-layout", layout=packed[0] if packed else None)
    try:
        return _read(zlib.decompress(packed[1:]))
    except (zlib.error, struct.error, ValueError, IndexError) as error:
        raise Broken("page-words-damaged", detail=str(error)) from error


def pack_words(page: PageWords) -> bytes:
    """The bytes of a page's columns."""
    forms = tuple(zip(page.exact, page.kk, page.ru, page.skeleton, strict=True))
    distinct = {term: number for number, term in enumerate(dict.fromkeys(forms))}
    exact, kk, ru, skeletons = zip(*distinct, strict=True) if distinct else ((), (), (), ())
    kk_shared, ru_shared = _shared(exact, kk), _shared(exact, ru)
    strings = (
        page.analyser,
        *page.words,
        *exact,
        *(form[shared:] for form, shared in zip(kk, kk_shared, strict=True)),
        *(form[shared:] for form, shared in zip(ru, ru_shared, strict=True)),
        *skeletons,
    )
    by_word = (_steps(page.lefts), _steps(page.tops), page.widths, _steps(page.heights))
    more_by_word = (page.confidences, _steps(page.lines), _steps(page.paragraphs))
    by_term = ([distinct[term] for term in forms], _steps(page.first_words), page.word_counts)
    columns = (*by_word, *more_by_word, *by_term, kk_shared, ru_shared)
    numbers = list(chain.from_iterable(columns))
    text, alphabet = _encoded(strings)
    counts = (len(page.words), len(forms), len(distinct), len(alphabet), len(numbers))
    body = _HEADER.pack(page.width, page.height, *counts) + _planes(numbers) + alphabet + text
    return bytes((LAYOUT,)) + zlib.compress(body, PRESSURE)


def _read(body: bytes) -> PageWords:
    width, height, words, terms, distinct, characters, count = _HEADER.unpack_from(body)
    planes, alphabet, text = _split(body[_HEADER.size :], 4 * count, characters)
    sizes = [words] * 7 + [terms] * 3 + [distinct] * 2
    *columns, _ = _split(_numbers(planes), *sizes)
    lefts, tops, widths, heights, confidences, lines, paragraphs = columns[:7]
    kinds, first_words, word_counts, *shared = columns[7:]
    (analyser,), printed, exact, *rests, skeletons = _split(
        _decoded(text, alphabet), 1, words, *[distinct] * 3
    )
    kk, ru = (
        [form[:n] + rest for form, n, rest in zip(exact, column, rest_of_each, strict=True)]
        for column, rest_of_each in zip(shared, rests, strict=True)
    )
    return PageWords(
        width=width,
        height=height,
        analyser=analyser,
        words=tuple(printed),
        lefts=tuple(accumulate(lefts)),
        tops=tuple(accumulate(tops)),
        widths=widths,
        heights=tuple(accumulate(heights)),
        confidences=confidences,
        lines=tuple(accumulate(lines)),
        paragraphs=tuple(accumulate(paragraphs)),
        exact=tuple(map(exact.__getitem__, kinds)),
        kk=tuple(map(kk.__getitem__, kinds)),
        ru=tuple(map(ru.__getitem__, kinds)),
        skeleton=tuple(map(skeletons.__getitem__, kinds)),
        first_words=tuple(accumulate(first_words)),
        word_counts=word_counts,
    )


def _split(whole: _Whole, *sizes: int) -> list[_Whole]:
    """The first parts by their sizes, and what follows them."""
    parts = [whole[a:b] for a, b in pairwise(accumulate(sizes, initial=0))]
    parts.append(whole[sum(sizes) :])
    return parts


def _steps(column: Sequence[int]) -> list[int]:
    """Each number less the one before it: small numbers press better."""
    return [after - before for before, after in pairwise((0, *column))]


def _shared(whole: Sequence[str], stems: Sequence[str]) -> list[int]:
    """How many letters each stem begins with as its exact form does."""
    return [_shared_letters(form, stem) for form, stem in zip(whole, stems, strict=True)]


def _planes(numbers: Sequence[int]) -> bytes:
    """32-bit integers, all lowest bytes first: the others are mostly zero."""
    raw = struct.pack(f"<{len(numbers)}i", *numbers)
    return b"".join(raw[plane::4] for plane in range(4))


def _numbers(planes: bytes) -> tuple[int, ...]:
    count = len(planes) // 4
    raw = bytearray(4 * count)
    for plane in range(4):
        raw[plane::4] = planes[plane * count : (plane + 1) * count]
    return struct.unpack(f"<{count}i", raw)


def _encoded(strings: Sequence[str]) -> tuple[bytes, bytes]:
    """The strings in one piece, and their alphabet, the separator first."""
    used = set().union(*strings)
    separator = next(character for character in map(chr, count(10)) if character not in used)
    text = separator.join(strings)
    alphabet = separator + "".join(sorted(used))
    if len(alphabet) > _MOST_CHARACTERS or _UNUSED in used:
        return text.encode(*_UTF8), separator.encode()
    codes = {ord(character): code for code, character in enumerate(alphabet)}
    return codecs.charmap_encode(text, "strict", codes)[0], alphabet.encode(*_UTF8)


def _decoded(text: bytes, alphabet: bytes) -> list[str]:
    characters = alphabet.decode(*_UTF8)
    if len(characters) > 1:
        return codecs.charmap_decode(text, "strict", characters)[0].split(characters[0])
    return text.decode(*_UTF8).split(characters)


def _shared_letters(form: str, stem: str) -> int:
    """How many letters two strings begin with alike."""
    if form.startswith(stem):
        return len(stem)
    return next(n for n in range(len(stem)) if not form.startswith(stem[: n + 1]))
