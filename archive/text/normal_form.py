"""What is the same word, however it was typed or recognised?

Unicode NFC (UAX #15), full case folding, ё as е, the old ӯ as ұ, no stress
marks or soft hyphens, and letters of one script inside words of another put
right: recognition and old keyboards mix Latin and Cyrillic look-alikes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SOFT_HYPHEN = "\u00ad"

INVISIBLE: dict[int, str | None] = dict.fromkeys(
    (ord(SOFT_HYPHEN), 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x0640)
)
"""Soft hyphen, zero-width characters, and the Arabic tatweel."""

APOSTROPHES: dict[int, str | None] = dict.fromkeys(map(ord, "’ʼ‘ʻ`´′"), "'")

_UNSEEN = INVISIBLE | APOSTROPHES

# Most words as they are printed: Cyrillic letters without marks of their own, and signs
# that mean nothing within a word. One look instead of all those below.
_PLAIN = re.compile("[\u0400-\u0481\u048a-\u052f0-9 .,:;?()«»„“”–—-]*")
_SMALL_CYRILLIC = re.compile("[\u0430-\u045f\u048a-\u052f]+")

# Marks that NFC could not put into a letter: stress, breves of worn print.
_LOOSE_MARKS = re.compile("[\u0300-\u036f]")
_PRESENTATION_FORMS = re.compile("[\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]")
# Without ь, which stands for ы among the Latin letters of 1929-40.
_CYRILLIC = re.compile("[\u0400-\u042b\u042d-\u044b\u044d-\u052f]")
_LATIN = re.compile("[A-Za-zƏəƟɵ]")

LATIN_AS_CYRILLIC = str.maketrans(
    "ABCEHIKMOPTXYaceilopxykhƏəƟɵ",
    "АВСЕНІКМОРТХУасеііорхукһӘәӨө",
)
CYRILLIC_AS_LATIN = str.maketrans("АВСЕНІКМОРТХУасеіорхуһӘәӨө", "ABCEHIKMOPTXYaceiopxyhƏəƟɵ")

# A digit between Cyrillic letters was a letter: б1л1м, к0мір, қа3ақ.
_DIGIT_INSIDE = re.compile("(?<=[\u0400-\u052f])[1036](?=[\u0400-\u052f])")
_DIGIT_AS_CYRILLIC = {"1": "і", "0": "о", "3": "з", "6": "б"}

# A model that knows no і sees signs in its place: б!л!м, к|тап. After a sentence
# a large letter or a space follows.
_SIGN_INSIDE = re.compile("(?<=[\u0430-\u052f])[!|](?=[\u0430-\u045f\u0493-\u04e9])")

# The alphabet of 2017 ends words with apostrophes (Ulytay' is Ұлытау); a word that
# an apostrophe begins is quoted. U+02BC is a letter, so it stays with its word.
_LETTER_APOSTROPHE = "\u02bc"
_LAST_APOSTROPHE = re.compile(r"(?<![\w'])((?:[a-z][a-z']*)?[aginoscuy])'(?![\w'])", re.IGNORECASE)

# 1920s print and typewriters: об'явление for объявление.
_APOSTROPHE_AS_HARD_SIGN = re.compile("(?<=[\u0400-\u052f])'(?=[еюяёЕЮЯЁ])")


@lru_cache(maxsize=200_000)
def clean(printed: str) -> str:
    """The printed word without what nobody sees: NFC, no soft hyphens, no loose marks.

    A soft hyphen at the end is where a line was broken, and stays as a hyphen.
    """
    if _PLAIN.fullmatch(printed):
        return printed
    text = printed
    if not text.isascii():
        if text.endswith(SOFT_HYPHEN):
            text = text[:-1] + "-"
        text = unicodedata.normalize("NFC", text).translate(_UNSEEN)
        if _PRESENTATION_FORMS.search(text):
            text = _PRESENTATION_FORMS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
        text = _LOOSE_MARKS.sub("", text)
        if "!" in text or "|" in text:
            text = _SIGN_INSIDE.sub("і", text)
    if "'" in text:
        text = _LAST_APOSTROPHE.sub(rf"\1{_LETTER_APOSTROPHE}", text)
    return text


def one_script(word: str) -> str:
    """A word of mixed scripts put into the one that all its letters can be of.

    Where both or neither can be, into the script of most of its letters.
    """
    if not _CYRILLIC.search(word):
        return word
    word = _DIGIT_INSIDE.sub(lambda m: _DIGIT_AS_CYRILLIC[m[0]], word)
    latin = len(_LATIN.findall(word))
    if not latin:
        return word
    in_cyrillic = word.translate(LATIN_AS_CYRILLIC)
    in_latin = word.translate(CYRILLIC_AS_LATIN)
    all_cyrillic = not _LATIN.search(in_cyrillic)
    if all_cyrillic != (not _CYRILLIC.search(in_latin)):
        return in_cyrillic if all_cyrillic else in_latin
    return in_cyrillic if len(_CYRILLIC.findall(word)) >= latin else in_latin


def normal_form(token: str) -> str:
    """The `exact` form of a token that `clean` has seen; never empty for a token."""
    small = token.casefold()
    if _SMALL_CYRILLIC.fullmatch(small):
        return small.replace("ё", "е").replace("ӯ", "ұ")
    word = one_script(token.replace(_LETTER_APOSTROPHE, "'"))
    word = _APOSTROPHE_AS_HARD_SIGN.sub("ъ", word)
    folded = _LOOSE_MARKS.sub("", unicodedata.normalize("NFC", word.casefold()))
    return folded.replace("ё", "е").replace("ӯ", "ұ")
