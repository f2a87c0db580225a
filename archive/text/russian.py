"""What is the Russian stem of a word, and its modern spelling?

The stem is Snowball's (https://snowballstem.org/algorithms/russian/stemmer.html)
with what it misses and a measurement showed to help: the vowel that comes and
goes (посёлок, посёлка), surnames and a few nouns that it takes for verbs.

Before the decree of 1918 Russian was spelled with ѣ, і, ѳ, ѵ and a final ъ; such
a word is put into modern spelling first, so that modern questions find it.
"""

from __future__ import annotations

import re
import threading

import snowballstemmer

_CYRILLIC_WORD = re.compile("[\u0400-\u052f]+")
_OLD_LETTERS = str.maketrans("ѣѳѵі", "ефии")

# What no word of today has; і alone is a letter of Kazakh.
_ONLY_OLD = re.compile(
    """
      [ѣѳѵ] | (?<=[бвгджзйклмнпрстфхцчшщ])ъ$
    | ^[а-яі]*і[аеиоюя] | ^[а-яі]*[гжкнхцчшщ]ій$
    | (?<=[а-я]{2}[бвдзклмнпрстхц])(?<!чик)(?:аго|ыя)$ | (?<=[а-я]{2}[влнр])яго$ | ^третьяго$
    | ^(?:раз|воз|низ)с | ^без[кпстфхцчшщ] | ^н?ея$
    """,
    re.VERBOSE,
)
# One of these must be there for _ONLY_OLD to find anything: a look that costs little.
_MAY_BE_OLD = re.compile("[ѣѳѵ]|і[аеиоюя]|ъ$|го$|ыя$|ея$|ій$")
_OLD_BEGINNINGS = ("раз", "воз", "низ", "без")

# The old endings of adjectives, and those that nouns have too (населенія) left out.
_OLD_ENDINGS = (
    (re.compile("(?<=[жчшщ])аго$"), "его"),
    (re.compile("(?<=..[^жчшщ])(?<!чик)аго$"), "ого"),
    (re.compile("(?<=..)яго$"), "его"),
    (re.compile("(?<=..)ыя$"), "ые"),
    (re.compile("(?<=.[жкчшщ])ия$|(?<=[^р]х)ия$|(?<=[вджмтхш]н)ия$|(?<=^син)ия$"), "ие"),
    (re.compile("(?<=^долг)ия$|(?<=^друг)ия$|(?<=^мног)ия$|(?<=^строг)ия$"), "ие"),
)
# Prefixes were written as they are, not as they sound.
_OLD_PREFIX = re.compile("^(во|ни|ра|и)з(?=с)|^(бе)з(?=[кпстфхцчшщ])")
_OLD_WORDS = dict(
    pair.split("=")
    for pair in """
    ея=ее нея=нее оне=они одне=одни однех=одних однем=одним однеми=одними
    большаго=большого чужаго=чужого чрез=через чрезчур=чересчур
    """.split()
)

# A stemmer keeps the word in hand as its state, so each thread has its own.
_ours = threading.local()

# станок, станка; конец, конца; окон, окна; земель, земля; сестёр, сестра.
_FLEETING = re.compile("(?<=[аеиоуыэюя])([^аеиоуыэюя]+)(?:[ео]([кцн])|е([лр]))$")

# Without one of these at a stem's end no vowel comes and goes.
_FLEETING_ENDS = frozenset("ек ец ен ок оц он ел ер".split())

# Of Алимбаев and Кунаев Snowball leaves less than of Алимбаева; столов is of столы.
_SURNAME = re.compile(".{2,}(?:аев|беков|бетов|галиев|жанов|у[еэ]зов|ханов)")
_NO_SURNAMES = frozenset("краев обычаев попугаев сараев случаев трамваев узбеков урожаев".split())

# A stem and the words that have it against Snowball's rules.
_IRREGULAR = {
    word: line.split()[0]
    for line in """
    абай абай абая абаю абаем абае
    ден день дня дню днем дне дни дней дням днями днях
    времен время времена времен
    имен имя имена имен
    знамен знамя знамена знамен
    племен племя племена племен
    матер мать
    дочер дочь
    """.splitlines()
    for word in line.split()[1:]
} | {
    noun: noun
    for noun in """
    актив архив взрыв залив коллектив кооператив курсив локомотив массив мотив надрыв негатив
    норматив обрыв объектив отзыв отрыв перерыв порыв призыв прилив прорыв разлив разрыв созыв
    """.split()
}


def modern_spelling(word: str, *, old: bool) -> str:
    """A normal form in the spelling of today.

    With `old` the text is known to be pre-1918 Russian; without, a word is taken
    for it only by what nothing else has, since і is a letter of Kazakh.
    """
    if not old and not _is_old(word):
        return word
    word = word.translate(_OLD_LETTERS).removesuffix("ъ") or word
    if word in _OLD_WORDS:
        return _OLD_WORDS[word]
    word = _OLD_PREFIX.sub(r"\1\2с", word)
    for ending, today in _OLD_ENDINGS:
        word, changed = ending.subn(today, word)
        if changed:
            break
    return word


def _is_old(word: str) -> bool:
    may_be = _MAY_BE_OLD.search(word) or word.startswith(_OLD_BEGINNINGS)
    return bool(may_be and _ONLY_OLD.search(word))


def stem(word: str) -> str:
    """The Russian stem of a normal form; a word that is not Cyrillic is its own stem."""
    if not _CYRILLIC_WORD.fullmatch(word):
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word[-1] == "в" and _SURNAME.fullmatch(word) and word not in _NO_SURNAMES:
        return word
    try:
        stemmed: str = _ours.stemmer.stemWord(word)
    except AttributeError:
        _ours.stemmer = snowballstemmer.stemmer("russian")
        # The analyser keeps what it has seen; a second memory makes a new word cost twice.
        _ours.stemmer.maxCacheSize = 0
        stemmed = _ours.stemmer.stemWord(word)
    if stemmed[-2:] in _FLEETING_ENDS:
        stemmed = _FLEETING.sub(r"\1\2\3", stemmed)
    return stemmed or word
