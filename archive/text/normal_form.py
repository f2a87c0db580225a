"""What is the same word, however it was typed or recognised?

Unicode NFC (UAX #15), full case folding, ё as е, the old ӯ as ұ, no stress
marks or soft hyphens, and letters of one script inside words of another put
right: recognition and old keyboards mix Latin and Cyrillic look-alikes.
"""

from __future__ import annotations

import re
import unicodedata

SOFT_HYPHEN = "\u00ad"

INVISIBLE = dict.fromkeys((ord(SOFT_HYPHEN), 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x0640))
"""Soft hyphen, zero-width characters, and the Arabic tatweel."""

APOSTROPHES = dict.fromkeys(map(ord, "’ʼ‘ʻ`´′"), "'")

# Marks that NFC could not put into a letter: stress, breves of worn print.
_LOOSE_MARKS = re.compile("[\u0300-\u036f]")
_PRESENTATION_FORMS = re.compile("[\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-zƏəƟɵ]")

LATIN_AS_CYRILLIC = str.maketrans(
    "ABCEHIKMOPTXYaceiopxykhƏəƟɵ",
    "АВСЕНІКМОРТХУасеіорхукһӘәӨө",
)
CYRILLIC_AS_LATIN = str.maketrans("АВСЕНІКМОРТХУасеіорхуһӘә", "ABCEHIKMOPTXYaceiopxyhƏə")

# A digit between Cyrillic letters was a letter: б1л1м, к0мір.
_DIGIT_INSIDE = re.compile("(?<=[\u0400-\u052f])[10](?=[\u0400-\u052f])")
_DIGIT_AS_CYRILLIC = {"1": "і", "0": "о"}

# 1920s print and typewriters: об'явление for объявление.
_APOSTROPHE_AS_HARD_SIGN = re.compile("(?<=[\u0400-\u052f])'(?=[еюяёЕЮЯЁ])")


def clean(printed: str) -> str:
    """The printed word without what nobody sees: NFC, no soft hyphens, no loose marks.

    A soft hyphen at the end is where a line was broken, and stays as a hyphen.
    """
    if printed.isascii():
        return printed
    if printed.endswith(SOFT_HYPHEN):
        printed = printed[:-1] + "-"
    text = unicodedata.normalize("NFC", printed).translate(INVISIBLE).translate(APOSTROPHES)
    if _PRESENTATION_FORMS.search(text):
        text = _PRESENTATION_FORMS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    return _LOOSE_MARKS.sub("", text)


def one_script(word: str) -> str:
    """A word of mixed scripts put into the script of most of its letters."""
    cyrillic = len(_CYRILLIC.findall(word))
    if not cyrillic:
        return word
    word = _DIGIT_INSIDE.sub(lambda m: _DIGIT_AS_CYRILLIC[m[0]], word)
    latin = len(_LATIN.findall(word))
    if not latin:
        return word
    table = LATIN_AS_CYRILLIC if cyrillic >= latin else CYRILLIC_AS_LATIN
    return word.translate(table)


def normal_form(token: str) -> str:
    """The `exact` form of a token that `clean` has seen; never empty for a token."""
    word = _APOSTROPHE_AS_HARD_SIGN.sub("ъ", one_script(token))
    folded = _LOOSE_MARKS.sub("", unicodedata.normalize("NFC", word.casefold()))
    return folded.replace("ё", "е").replace("ӯ", "ұ")
