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
from archive.text.kazakh_rules import rules


def _table(text: str) -> dict[str, str]:
    """A table as one reads it: what is written, an equals sign, its key."""
    return dict(pair.split("=") for pair in text.split())


CYRILLIC = str.maketrans(
    _table(
        """
        а=a б=b в=v г=g д=d е=e ё=e ж=j з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f
        х=h ц=ts ч=ch ш=sh щ=sh ъ= ы=i ь= э=e ю=iu я=ia
        ә=a ғ=g қ=k ң=n ө=o ұ=u ӯ=u ү=u һ=h і=i
        ѣ=e ѳ=f ѵ=i
        """
    )
)
# The alphabet of 2017 writes with apostrophes, the others with digraphs.
LATIN_PAIRS = _table(
    """
    a'=a g'=g i'=i n'=n o'=o s'=sh c'=ch u'=u y'=u
    sh=sh ch=ch zh=j kh=h gh=g ts=ts ng=n dj=j ya=ia yu=iu yo=e
    """
)
LATIN_LETTERS = _table(
    """
    a=a b=b c=ts d=d e=e f=f g=g h=h i=i j=j k=k l=l m=m n=n o=o p=p q=k r=r s=s t=t u=u v=v w=u
    x=h y=i z=z
    ä=a á=a ə=a ğ=g ǵ=g ƣ=g ñ=n ń=n ŋ=n ꞑ=n ö=o ó=o ɵ=o ü=u ú=u ū=u ý=u ı=i ï=i ş=sh ç=ch
    """
)
# 1929-40; told by the document's profile, never guessed from letters.
YANALIF = LATIN_LETTERS | _table("ə=a ƣ=g ꞑ=n ɵ=o y=u v=u ь=i ƅ=i j=i ç=j ƶ=j c=sh ş=sh q=k x=h")
ARABIC = str.maketrans(
    _table(
        """
        ا=a أ=a آ=a ٵ=a ە=e ب=b پ=p ت=t ج=j چ=ch ح=h خ=h د=d ر=r ز=z س=s ش=sh ع=g غ=g ف=f ق=k
        ك=k ک=k گ=g ل=l م=m ن=n ڭ=n و=o ؤ=o ٶ=o ۇ=u ٷ=u ۋ=u ۆ=v ى=i ي=i ی=i ٸ=i ئ=i ھ=h ه=h
        ء= ٴ= \u0654=
        """
    )
)
_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

_LATIN_UNIT = re.compile("|".join(map(re.escape, LATIN_PAIRS)) + "|.")
_DOUBLED = re.compile(r"([a-z])\1+")
_YANALIF_PROFILE = "kk-latn-1929"


def written(word: str, profile: str = "") -> str:
    """A normal form in the letters of the key, endings and doubled letters kept.

    May be empty: a word of signs that the key drops.
    """
    if profile == _YANALIF_PROFILE:
        text = "".join(YANALIF.get(letter) or _bare(letter) for letter in word)
    else:
        text = word.translate(CYRILLIC).translate(ARABIC)
        if text == word or not text.isascii() or "'" in text:
            units = _LATIN_UNIT.findall(re.sub("^ye", "e", text))
            text = "".join(_unit(unit) for unit in units)
    return text.translate(_EASTERN_DIGITS).replace("ng", "n").replace("dj", "j")


def _unit(unit: str) -> str:
    return LATIN_PAIRS.get(unit) or LATIN_LETTERS.get(unit) or _bare(unit)


def _bare(letter: str) -> str:
    """A letter of no table without its marks; an apostrophe is nothing."""
    bare = unicodedata.normalize("NFD", letter)[0]
    return LATIN_LETTERS.get(bare, "" if bare == "'" else bare)


_ENDINGS = Morphology(write=written, shortest=4, using=rules())


@lru_cache(maxsize=200_000)
def key(word: str, profile: str = "") -> str:
    """The key of a normal form; the form itself where no letter has a key."""
    letters = written(word, profile)
    if not letters:
        return word
    stem = _ENDINGS.stem(letters) if letters.isalpha() else letters
    return _DOUBLED.sub(r"\1", stem) or word
