"""One ASCII key for a word in every script and spelling.

A reader may write Қарағанды, Караганды, Qaraǵandy, Qarag'andy, Qaragandy or in
Arabic script; a page may be in any of them, or in the alphabet of 1929-40. All
are mapped one way to a key; stored text is never converted. Kazakh endings are
taken off in the key, by the tables of `kazakh_rules` written the same way, so
that every script is stemmed alike.

Latin alphabets: the drafts of 2017, 2018 and 2021, QazAqparat, and plain ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from archive.text.kazakh import Morphology

CYRILLIC = str.maketrans(
    {
        **dict(zip("абвгдежзийклмнопрстуфхыэ", "abvgdejziiklmnoprstufhie", strict=True)),
        **dict(zip("әғқңөұүһіёӯ", "agknouuhieu", strict=True)),
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sh",
        "я": "ia",
        "ю": "iu",
        "ъ": "",
        "ь": "",
        # pre-1918 Russian
        "ѣ": "e",
        "ѳ": "f",
        "ѵ": "i",
    }
)

# The alphabet of 2017 writes with apostrophes, the others with digraphs.
LATIN_PAIRS = {
    "a'": "a",
    "g'": "g",
    "i'": "i",
    "n'": "n",
    "o'": "o",
    "s'": "sh",
    "c'": "ch",
    "u'": "u",
    "y'": "u",
    "sh": "sh",
    "ch": "ch",
    "zh": "j",
    "kh": "h",
    "gh": "g",
    "ya": "ia",
    "yu": "iu",
    "yo": "e",
    "ng": "n",
    "dj": "j",
    "ts": "ts",
}
LATIN_LETTERS = {
    **{letter: letter for letter in "abdefghijklmnoprstuvz"},
    "c": "ts",
    "q": "k",
    "w": "u",
    "x": "h",
    "y": "i",
    "ı": "i",
    "ə": "a",
    "ɵ": "o",
    "ä": "a",
    "á": "a",
    "ğ": "g",
    "ǵ": "g",
    "ñ": "n",
    "ń": "n",
    "ŋ": "n",
    "ö": "o",
    "ó": "o",
    "ū": "u",
    "ü": "u",
    "ú": "u",
    "ý": "u",
    "ï": "i",
    "ş": "sh",
    "ç": "ch",
    "ƣ": "g",
    "ꞑ": "n",
}
# 1929-40; told by the document's profile, never guessed from letters.
YANALIF = {
    "ə": "a",
    "ƣ": "g",
    "ꞑ": "n",
    "ɵ": "o",
    "y": "u",
    "v": "u",
    "ь": "i",
    "ƅ": "i",
    "j": "i",
    "ç": "j",
    "c": "ch",
    "ş": "sh",
    "q": "k",
    "x": "h",
    "ƶ": "j",
}
ARABIC = str.maketrans(
    {
        "ا": "a",
        "أ": "a",
        "آ": "a",
        "ٵ": "a",
        "ە": "e",
        "ب": "b",
        "پ": "p",
        "ت": "t",
        "ج": "j",
        "چ": "ch",
        "ح": "h",
        "خ": "h",
        "د": "d",
        "ر": "r",
        "ز": "z",
        "س": "s",
        "ش": "sh",
        "ع": "g",
        "غ": "g",
        "ف": "f",
        "ق": "k",
        "ك": "k",
        "ک": "k",
        "گ": "g",
        "ل": "l",
        "م": "m",
        "ن": "n",
        "ڭ": "n",
        "و": "o",
        "ؤ": "o",
        "ٶ": "o",
        "ۇ": "u",
        "ٷ": "u",
        "ۋ": "u",
        "ۆ": "v",
        "ى": "i",
        "ي": "i",
        "ی": "i",
        "ٸ": "i",
        "ئ": "i",
        "ھ": "h",
        "ه": "h",
        "ء": "",
        "ٴ": "",
        "\u0654": "",
    }
)
_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

_LATIN_UNIT = re.compile("|".join(map(re.escape, LATIN_PAIRS)) + "|.")
_DOUBLED = re.compile(r"([a-z])\1+")
_YANALIF_PROFILE = "kk-latn-1929"


def written(word: str, profile: str = "") -> str:
    """A normal form in the letters of the key, endings and doubled letters kept.

    May be empty: a word of signs that the key drops.
    """
    text = word.translate(CYRILLIC).translate(ARABIC).translate(_EASTERN_DIGITS)
    if not text.isascii() or "'" in text or text == word:
        table = LATIN_LETTERS | YANALIF if profile == _YANALIF_PROFILE else LATIN_LETTERS
        text = _latin(text if profile != _YANALIF_PROFILE else word, table)
    return text.replace("ng", "n").replace("dj", "j")


def _latin(word: str, letters: dict[str, str]) -> str:
    """Latin letters of all Kazakh alphabets; others lose their marks or stay."""
    word = re.sub("^ye", "e", word)
    if letters is not LATIN_LETTERS:
        return "".join(letters.get(letter, letter) for letter in word)
    units = _LATIN_UNIT.findall(word)
    return "".join(LATIN_PAIRS.get(unit) or letters.get(unit) or _bare(unit) for unit in units)


def _bare(letter: str) -> str:
    bare = unicodedata.normalize("NFD", letter)[0]
    return LATIN_LETTERS.get(bare, "" if bare == "'" else bare)


_ENDINGS = Morphology(write=written, shortest=4)


@lru_cache(maxsize=200_000)
def key(word: str, profile: str = "") -> str:
    """The key of a normal form; the form itself where no letter has a key."""
    letters = written(word, profile)
    if not letters:
        return word
    stem = _ENDINGS.stem(letters) if letters.isalpha() else letters
    return _DOUBLED.sub(r"\1", stem) or word
