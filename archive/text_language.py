"""In which language is a page written, word for word? Pure.

Kazakh and Russian share 33 letters, so a word tells its language by the nine that only
Kazakh has, by endings, by function words, or not at all; then its neighbours tell it
(`runs` is the most likely sequence, Viterbi 1967, where each change of language has its
price). What Kazakh keeps when its letters are lost counts too: a page read by a Russian
model is Kazakh all the same (``archive.text_layers`` says that it was misread).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType


class PageLanguage(StrEnum):
    """What a page or a run of its words is written in; only a page is mixed."""

    KAZAKH = "kk"
    RUSSIAN = "ru"
    MIXED = "mixed"


# Profiles of one language and another alphabet: nothing is to be found out.
_OF_PROFILE = MappingProxyType(
    {
        "ru-petr": PageLanguage.RUSSIAN,
        "kk-latn-1929": PageLanguage.KAZAKH,
        "kk-arab": PageLanguage.KAZAKH,
    }
)

LEAST_WORDS = 3
"""Fewer words of letters are a page number, a signature, a stamp."""

MIXED_SHARE = 0.1
"""From so much of the other language on, of the words in runs, a page is mixed."""

# The weight of a word is about the logarithm of how much likelier it is in Kazakh.
_CHANGE = 5.0  # two function words, or a quotation of three words: less is a name
_LETTERS, _SURVIVING, _FUNCTION, _ENDING, _LETTER_OF_LOANS = 4.0, 3.0, 3.0, 2.5, 0.7
_NO_KAZAKH_LETTER = 0.5

_CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]")
_KAZAKH_LETTER = re.compile(r"[әғқңөұүһі]")
_WITHIN = re.compile(r"[^а-яёәғқңөұүһі0-9!?|'-]+|^[^а-яёәғқңөұүһі]+|[^а-яёәғқңөұүһі!1]+$")

# Written with the letters of Russian alone, or as a Russian model reads them.
_KAZAKH_WORDS = frozenset(
    """
    мен бен пен деп еді емес бар жоқ бірақ болып болды болған болган болады болатын туралы
    бойынша арасында барлығы олар оның оны оған осы сол сондай сондықтан сонда мұнда кейін
    жэне жене бул ушин ушш уипн ушін ед1 ед! екен кейин кей1н дейин дей1н онын оган барлык
    барлыгы гана казак казахша жок кеп б1р б1з б1рак брак сонын мына мынау ана бойы алгаш
    алгашкы аркылы адам адамдар жылы жылдары жылдар жер жерде ел елде кала турады айтып
    келген берген берди берд1 отыр отырган жаткан жазган ата ауыл ауылдан ешк1м эр эрб1р
    """.split()
)
_RUSSIAN_WORDS = frozenset(
    """
    и в во на с со к ко по не ни что как из за для от до об о у при про под над без из-за
    это этот эта эти этой этого тот та те то того том той так там тогда тут был была было
    были быть есть она они оно его её ее их им ему ей мы вы вас нас нам вам я мне меня
    который которая которое которые которых которой которого которому где когда если чтобы
    или либо но же ли бы уже ещё еще только даже лишь между через после перед также тоже
    все всё всех всего весь вся всю очень более менее можно нужно надо лет году годов год
    года день дня время времени один два три его чем кто сам свой своей своих своего
    """.split()
)

# What remains of Kazakh where its own letters are gone. Russian writes ги, ки, хи, and э
# within a word in loans; a figure between letters is a vowel that was not known.
_SURVIVING_FORM = re.compile(
    r"[а-я][1!?|3][а-я1!]|[а-я]{2}[1]$|[б-джзлнрт]!$"
    r"|[гк]ы|[а-я]цы|^ц[арыуо]|[ыа]ц(?:$|[дтнмжпк])"
    r"|[бгджкнт]э|^(?:м|с|р|ш|л)э(?!р|к|й)"
    r"|ньщ|дьщ|тьщ|[нд]щ|[ыу]уш|ыу|уы|ау$|еу$|йы[нмп]|ыры[лпн]|ылы[пнм]"
)
_KAZAKH_ENDING = re.compile(
    r"(?:[дтн]ын|[дт]агы|ында?|ында|ынан|ылык|лык|лыг|ндык|дыгы?|лары[мн]?|[дт]ары|ларды|ларын"
    r"|лардын|дардын|тардын|лерд.{0,2}|дерд.{0,2}|терд.{0,2}|[лдт]ардан?|[лд]ерден?|[лдт]армен"
    r"|[лдт]ермен|йды|атын|йтын|ылды|ылган|ган|кан|ырып|ытып|сында|сынан|сына|сынын|шылар"
    r"|жылы|ымыз|ыстан)$"
)
_NO_KAZAKH_ENDING = re.compile(
    r"(?:^|.*(?:[аиеу]к|ор|ур|^|уч|ст|вул|бал|тюл|ата|каз|вел|гур|роман|пон|пли))[аеи]?(?:ган|кан)$"
)
_RUSSIAN_ENDING = re.compile(
    r"(?:ого|его|ому|ему|ыми|ими|ание|ения|ение|ению|ением|ании|ении|ость|ости|остью|ться|тся|лся"
    r"|лась|лись|лось|ски[йех]|ская|ской|ского|ский|[нвтшкр]ый|[нвтшлкр]ой|[нвт]ая|[нвтшк]ое"
    r"|[нвтш]ые|[нвтш]ых|[нвтш]ую|ий|ие|иях?|ию|ией|ает|яет|ует|ают|яют|уют|[аеи]ть|ить|ция|ции"
    r"|цию|ями|ами|ях|али|или|ели|ила|ело|ило|ало|ов|ев|ётся|ишь|ешь|шего|щий|щих|щие|вши[йхе]"
    r"|ье|ья|ью|ьи|ой|ей|ы[ей])$"
)
_OF_LOANS = re.compile(r"[ёщъ]|[а-я]ь|[фцчвэ]|[а-я]ю")


@dataclass(frozen=True, slots=True)
class Run:
    """So many printed words on end in one language."""

    language: PageLanguage
    words: int


@dataclass(frozen=True, slots=True)
class WordLanguages:
    """A page's language, None where there is too little to tell; `kazakh_share` (0..1) of
    its words of letters stand in Kazakh runs. The runs together are all printed words."""

    language: PageLanguage | None
    kazakh_share: float
    runs: tuple[Run, ...]


def language_of_words(words: Sequence[str], profile: str = "mixed") -> WordLanguages:
    """The language of a page that was read with this profile, and of its words in order."""
    known = _OF_PROFILE.get(profile)
    if known is not None:
        return _all_in(known, words)
    told = runs(words)
    counted = {PageLanguage.KAZAKH: 0, PageLanguage.RUSSIAN: 0}
    place = 0
    for run in told:
        counted[run.language] += sum(map(is_of_letters, words[place : place + run.words]))
        place += run.words
    every = sum(counted.values())
    if every < LEAST_WORDS:
        return WordLanguages(None, 0.0, ())
    share = counted[PageLanguage.KAZAKH] / every
    return WordLanguages(_language_at(share), share, told)


def _all_in(language: PageLanguage, words: Sequence[str]) -> WordLanguages:
    if len(words) < LEAST_WORDS:
        return WordLanguages(None, 0.0, ())
    return WordLanguages(
        language, float(language is PageLanguage.KAZAKH), (Run(language, len(words)),)
    )


def _language_at(kazakh_share: float) -> PageLanguage:
    if kazakh_share > 1 - MIXED_SHARE:
        return PageLanguage.KAZAKH
    return PageLanguage.RUSSIAN if kazakh_share < MIXED_SHARE else PageLanguage.MIXED


def runs(words: Sequence[str]) -> tuple[Run, ...]:
    """The words' languages in order, those without a sign of their own by their neighbours."""
    states = _likeliest([weight(word) for word in words])
    return tuple(
        Run(PageLanguage.KAZAKH if is_kazakh else PageLanguage.RUSSIAN, len(list(run)))
        for is_kazakh, run in groupby(states)
    )


def _likeliest(weights: Sequence[float]) -> list[bool]:
    """For each word whether it is Kazakh, on the way through the page that costs least."""
    kazakh = russian = 0.0
    came_from: list[tuple[bool, bool]] = []
    for each in weights:
        came_from.append((kazakh >= russian - _CHANGE, kazakh - _CHANGE > russian))
        kazakh, russian = (
            max(kazakh, russian - _CHANGE) + each,
            max(russian, kazakh - _CHANGE) - each,
        )
    state, states = kazakh > russian, []
    for from_kazakh, from_russian in reversed(came_from):
        states.append(state)
        state = from_kazakh if state else from_russian
    return states[::-1]


def bare(word: str) -> str:
    """A printed word in small letters, without the marks around it."""
    return _WITHIN.sub("", word.lower())


def is_of_letters(word: str) -> bool:
    """Whether a printed word has two letters of the alphabets at least."""
    return len(_CYRILLIC.findall(word.lower())) >= 2


def has_kazakh_letter(word: str) -> bool:
    """Whether a printed word has a letter that Russian has not."""
    return _KAZAKH_LETTER.search(word.lower()) is not None


def weight(word: str) -> float:
    """How much a word speaks for Kazakh (above 0) or for Russian (below 0)."""
    form = bare(word)
    if not _CYRILLIC.search(form):
        return 0.0
    if _KAZAKH_LETTER.search(form):
        return _LETTERS
    if form in _RUSSIAN_WORDS:
        return -_FUNCTION
    if keeps_kazakh_form(form):
        return _SURVIVING
    russian = _ENDING if len(form) > 3 and _RUSSIAN_ENDING.search(form) else 0.0
    loan = _LETTER_OF_LOANS if _OF_LOANS.search(form) else 0.0
    return -(russian + loan + (_NO_KAZAKH_LETTER if len(form) > 3 else 0.0))


def keeps_kazakh_form(form: str) -> bool:
    """Whether a bare word is Kazakh by what a Russian model leaves of it."""
    if form in _KAZAKH_WORDS or _SURVIVING_FORM.search(form):
        return True
    return bool(
        len(form) > 4 and _KAZAKH_ENDING.search(form) and not _NO_KAZAKH_ENDING.fullmatch(form)
    )
