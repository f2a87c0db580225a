"""One ASCII key for a word in every script and spelling.

A reader may write Қарағанды, Караганды, Qaraǵandy, Qarag'andy, Qaragandy or in
Arabic script; a page may be in any of them, or in the alphabet of 1929-40. All
are mapped one way to a key; stored text is never converted.

Three steps, so that every script comes to the same key: the letters of each
alphabet are written in ASCII and spellings made one (`written`); Kazakh endings
are taken off by the tables of `kazakh_rules` written the same way; and what some
spellings cannot tell apart is folded (ш is s in the Latin of 2021 without marks),
after the endings, which need it.
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


CYRILLIC = _table(
    """
    а=a б=b в=v г=g д=d е=e ё=e ж=j з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f
    х=h ц=s ч=ch ш=sh щ=sh ъ= ы=i ь= э=e ю=iu я=ia
    ә=a ғ=g қ=k ң=n ө=o ұ=u ӯ=u ү=u һ=h і=i
    ѣ=e ѳ=f ѵ=i
    """
)
# The draft of 2021, the decree of 2018 and QazAqparat; c not before h is ц.
LATIN = _table(
    """
    q=k w=u x=h y=i
    ä=a á=a ə=a ğ=g ǵ=g ƣ=g ñ=n ń=n ŋ=n ꞑ=n ö=o ó=o ɵ=o ü=u ú=u ū=u ý=u ı=i ï=i ş=sh ç=ch
    """
)
# The decree of 2017 marks letters with apostrophes.
MARKED = _table("a'=a g'=g i'=i n'=n o'=o s'=sh c'=ch u'=u y'=u")
# 1929-40; told by the document's profile, never guessed from letters.
YANALIF = _table("y=u v=u ь=i ƅ=i j=i ç=j ƶ=j c=sh")
ARABIC = _table(
    """
    ا=a أ=a آ=a ٵ=a ە=e ب=b پ=p ت=t ج=j چ=ch ح=h خ=h د=d ر=r ز=z س=s ش=sh ع=g غ=g ف=f ق=k
    ك=k ک=k گ=g ل=l م=m ن=n ڭ=n و=o ؤ=o ٶ=o ۇ=u ٷ=u ۋ=u ۆ=v ى=i ي=i ی=i ٸ=i ئ=i ھ=h ه=h
    ء= ٴ= \u0654=
    ٠=0 ١=1 ٢=2 ٣=3 ٤=4 ٥=5 ٦=6 ٧=7 ٨=8 ٩=9 ۰=0 ۱=1 ۲=2 ۳=3 ۴=4 ۵=5 ۶=6 ۷=7 ۸=8 ۹=9
    """
)
_ANY = str.maketrans(CYRILLIC | LATIN | ARABIC)
_YANALIF = str.maketrans(CYRILLIC | LATIN | ARABIC | YANALIF)

# ә typed or recognised as э: мэдениет, Уэлиханов. In Russian э begins a word or follows о.
_E_FOR_A = re.compile("(?<=[бвгғджзйкқлмнңпрстуфхһцчшщ])э")
# The alphabet of 1929-40 has one letter for у and в: в is in surnames and loans.
_YANALIF_V = re.compile("(?<=[oij])v|(?<=[aeouj]e)v|v(?=o)")
_YANALIF_JE = re.compile("(?<![iьaeouyəɵ])je")

# What may be spelled in more than one way once letters are ASCII, and how the key does.
_SPELLINGS = _table("zh=j dj=j kh=h gh=g ng=n shch=sh shsh=sh io=e ie=e ts=s c=s ii=i uu=u")
# Each begins with its letters, since a search then passes by most words quickly; what
# must stand before them is asked after them.
_SPELLING = re.compile(
    r"""
    zh | dj | kh | gh | shch | shsh | io | c(?!h) | ii | uu
    | ie(?<=[aeou]ie)                         # Абаев, Abayev
    | ng(?![aeh]) | ng(?<=^jang)              # before a and e it may be н and -ға; not in жаңа
    | ts(?!(?:[aei]|[aei][nmk]|[aei]niz)$)    # ц; but жатса, кетсін are т and -са, -сін
    """,
    re.VERBOSE,
)
# What the spelling at hand may not tell apart; a worker (жұмысшы) is no work (жұмыс),
# and the ы of a doer goes with the ш by which it is known.
# в within a word is у: 1929-40 wrote both alike. вход stays apart from уход.
_FOLDED = re.compile(r"sshi?$|shi$|ssh|sh|ch|ng|v(?<!^v)v*(?!$)|ss(?!$)|([a-rt-z])\1+")
_FOLDS = _table("sshi=ss ssh=ss shi=s sh=s ch=s ng=n v=u vv=u")

# No possessive сы stands after у, so with ш spelled as с this is a doer: оқушы, oqusy.
_DOER = re.compile("([aeiou][^aeiou]+u)si(?!z)")

_YANALIF_PROFILE = "kk-latn-1929"


def written(word: str, profile: str = "") -> str:
    """A normal form in the letters of the key, endings and doubled letters kept.

    May be empty: a word of signs that the key drops.
    """
    return _spelled(_in_ascii(word, profile))


def _spelled(text: str) -> str:
    """ASCII letters with their spellings made one."""
    while _SPELLING.search(text):
        text = _SPELLING.sub(_spelling, text)
    return text


def _spelling(found: re.Match[str]) -> str:
    return _SPELLINGS[found[0]]


def _in_ascii(word: str, profile: str) -> str:
    """The letters of a word one by one, whatever their script."""
    if "'" in word:
        word = re.sub(".'?", lambda unit: MARKED.get(unit[0]) or unit[0].strip("'"), word)
    if profile == _YANALIF_PROFILE:
        text = _YANALIF_JE.sub("e", _YANALIF_V.sub("в", word)).translate(_YANALIF)
    else:
        text = word.removeprefix("y") if word.startswith("ye") else word
        text = (_E_FOR_A.sub("a", text) if "э" in text else text).translate(_ANY)
    return text if text.isascii() else "".join(map(_bare, text))


def _bare(letter: str) -> str:
    """A letter of no table without its marks."""
    bare = unicodedata.normalize("NFD", letter)[0]
    return bare.translate(_ANY)


def letters(word: str) -> str:
    """A normal form as its key would be with all its endings on."""
    return _FOLDED.sub(_fold, written(word))


_ENDINGS = Morphology(write=written, shortest=4, using=rules())
_VERBAL = written("у")


def key(word: str, profile: str = "") -> str:
    """The key of a normal form; the form itself where no letter has a key.

    The key of a key is the key. The stem of a verb may look like a noun with an
    ending (істеу, "to work", has істе, which is also іс + те, "at work"), so it is
    given as the verb is named, by its у.
    """
    whole = written(word, profile)
    stem = _shorter(whole)
    return (stem if stem == whole else _stem_of_stem(stem)) or word


@lru_cache(maxsize=100_000)
def _stem_of_stem(stem: str) -> str:
    """The key of a stem: without what looks like an ending of its own, or as a verb is named.

    Kept by stem, since many words have one.
    """
    left = stem
    for _ in stem:
        shorter = _shorter(left)
        if shorter == left:
            break
        if _is_verb(left):
            return left + _VERBAL
        left = shorter
    return left


def _is_verb(stem: str) -> bool:
    named = stem + _VERBAL
    return written(named) == named and _shorter(named) == stem


def _shorter(left: str) -> str:
    """What `written` gave without endings, and with what spellings confuse made one."""
    if left.isalpha():
        left = _ENDINGS.stem(_DOER.sub(r"\1shi", left) if "usi" in left else left)
    return _spelled(_FOLDED.sub(_fold, left) if _FOLDED.search(left) else left)


def _fold(found: re.Match[str]) -> str:
    return _FOLDS.get(found[0]) or found[0][0]
