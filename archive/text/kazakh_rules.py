"""The endings of Kazakh as tables: what a word may carry, from outside inwards.

Inflection is one chain: root, negation, verb form, plural, possessive, case.
Each Ending is written as its back and its front shape, with what the stem before
it must end in. Linguists may edit these tables without reading code; a change
here is a new ANALYSER_VERSION.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

BACK = frozenset("аоұыяё")
FRONT = frozenset("әөүіеэ")
# и, у and ю agree with both shapes: the vowel before them decides. At the end of
# a stem they behave as й and у do, that is as sonorous consonants.
NEUTRAL = frozenset("иую")
VOWELS = BACK | FRONT | NEUTRAL
VOICELESS = frozenset("кқпстфхһцчшщ")
# Loans keep a final voiced letter in writing and take the endings of voiceless ones.
LOAN_VOICED = frozenset("бвгд")
CONSONANTS = frozenset("бвгғджзйкқлмнңпрстуфхһцчшщ")


class After(Enum):
    """What the stem must end in for an ending to be possible; values are letters."""

    VOWEL = BACK | FRONT
    CONSONANT = CONSONANTS
    # и is written for ый and ій
    CONSONANT_OR_I = CONSONANTS | {"и", "ю"}
    GLIDE = BACK | FRONT | NEUTRAL | frozenset("рй")
    NASAL = BACK | FRONT | frozenset("мнң")
    VOICED = NEUTRAL | frozenset("рлйжзмнң")
    SONOROUS = BACK | FRONT | NEUTRAL | frozenset("рлйжзмнң")
    VOICELESS = VOICELESS | LOAN_VOICED
    POSSESSIVE = frozenset("ыі")


class Slot(Enum):
    """Places in the chain, outermost first."""

    CASE = auto()
    POSSESSIVE = auto()
    PLURAL = auto()
    VERB_FORM = auto()
    NEGATION = auto()


@dataclass(frozen=True, slots=True)
class Ending:
    """One ending in its two shapes.

    `then` names the slots that may follow inwards; with `must` one of them has
    to. A `weak` ending looks like the end of many roots (кітап, хабар, білім): it
    is taken off only if a known root remains.
    """

    back: str
    front: str
    after: After
    slot: Slot
    then: tuple[Slot, ...]
    weak: bool = False
    must: bool = False


def _case(back: str, front: str, after: After, *, weak: bool = False) -> Ending:
    return Ending(
        back, front, after, Slot.CASE, (Slot.POSSESSIVE, Slot.PLURAL, Slot.VERB_FORM), weak
    )


def _possessed_case(back: str, front: str) -> Ending:
    """A case after a third-person possessive, which must then be there."""
    return Ending(back, front, After.POSSESSIVE, Slot.CASE, (Slot.POSSESSIVE,), must=True)


def _possessive(back: str, front: str, after: After, *, weak: bool = False) -> Ending:
    return Ending(back, front, after, Slot.POSSESSIVE, (Slot.PLURAL, Slot.VERB_FORM), weak)


def _plural(back: str, front: str, after: After) -> Ending:
    return Ending(back, front, after, Slot.PLURAL, (Slot.VERB_FORM,))


def _verb(back: str, front: str, after: After, *, weak: bool = False) -> Ending:
    return Ending(back, front, after, Slot.VERB_FORM, (Slot.NEGATION,), weak)


def _negation(back: str, front: str, after: After) -> Ending:
    return Ending(back, front, after, Slot.NEGATION, ())


CASES = (
    # genitive
    _case("ның", "нің", After.NASAL),
    _case("дың", "дің", After.VOICED),
    _case("тың", "тің", After.VOICELESS),
    # dative; the third after a possessive of the third person
    _case("ға", "ге", After.SONOROUS),
    _case("қа", "ке", After.VOICELESS),
    _possessed_case("на", "не"),
    # accusative
    _case("ны", "ні", After.VOWEL),
    _case("ды", "ді", After.VOICED),
    _case("ты", "ті", After.VOICELESS),
    _possessed_case("н", "н"),
    # locative
    _case("да", "де", After.SONOROUS),
    _case("та", "те", After.VOICELESS),
    _possessed_case("нда", "нде"),
    # ablative
    _case("дан", "ден", After.SONOROUS),
    _case("тан", "тен", After.VOICELESS),
    _case("нан", "нен", After.NASAL),
    # instrumental
    _case("мен", "мен", After.SONOROUS),
    _case("бен", "бен", After.VOICED),
    _case("пен", "пен", After.VOICELESS),
    # locative + -ғы/-гі: an adjective that may carry the chain again
    _case("дағы", "дегі", After.SONOROUS),
    _case("тағы", "тегі", After.VOICELESS),
    _possessed_case("ндағы", "ндегі"),
    _case("ғы", "гі", After.SONOROUS, weak=True),
    _case("қы", "кі", After.VOICELESS, weak=True),
)

POSSESSIVES = (
    _possessive("сы", "сі", After.VOWEL),
    _possessive("ы", "і", After.CONSONANT_OR_I),
    _possessive("ымыз", "іміз", After.CONSONANT_OR_I),
    _possessive("мыз", "міз", After.VOWEL),
    _possessive("ыңыз", "іңіз", After.CONSONANT_OR_I),
    _possessive("ңыз", "ңіз", After.VOWEL),
    _possessive("ым", "ім", After.CONSONANT_OR_I, weak=True),
    _possessive("м", "м", After.VOWEL, weak=True),
    _possessive("ың", "ің", After.CONSONANT_OR_I, weak=True),
    _possessive("ң", "ң", After.VOWEL, weak=True),
)

PLURALS = (
    _plural("лар", "лер", After.GLIDE),
    _plural("дар", "дер", After.VOICED),
    _plural("тар", "тер", After.VOICELESS),
)

VERB_FORMS = (
    _verb("атын", "етін", After.CONSONANT, weak=True),
    _verb("йтын", "йтін", After.VOWEL),
    _verb("итын", "итін", After.CONSONANT),
    _verb("ған", "ген", After.SONOROUS),
    _verb("қан", "кен", After.VOICELESS),
    _verb("ады", "еді", After.CONSONANT),
    _verb("йды", "йді", After.VOWEL),
    _verb("иды", "иді", After.CONSONANT),
    # The past after a consonant looks like the accusative, which takes it off.
    _verb("ды", "ді", After.VOWEL),
    _verb("ып", "іп", After.CONSONANT),
    _verb("п", "п", After.VOWEL, weak=True),
    _verb("са", "се", After.SONOROUS, weak=True),
    _verb("са", "се", After.VOICELESS, weak=True),
    _verb("сын", "сін", After.SONOROUS, weak=True),
    _verb("сын", "сін", After.VOICELESS, weak=True),
    _verb("у", "у", After.CONSONANT),
    _verb("ар", "ер", After.CONSONANT, weak=True),
    _verb("мақ", "мек", After.SONOROUS, weak=True),
    _verb("пақ", "пек", After.VOICELESS, weak=True),
    _verb("ғалы", "гелі", After.SONOROUS),
    _verb("қалы", "келі", After.VOICELESS),
)

NEGATIONS = (
    _negation("ма", "ме", After.SONOROUS),
    _negation("ба", "бе", After.VOICED),
    _negation("па", "пе", After.VOICELESS),
)

ENDINGS = CASES + POSSESSIVES + PLURALS + VERB_FORMS + NEGATIONS

# What voice and derivation leave at the end of verbs: мақсатын is мақсат + ын,
# but жүргізетін is жүргіз + етін.
VERB_STEM_ENDINGS = tuple(
    """
    ғыз гіз қыз кіз дыр дір тыр тір ыл іл лан лен лын лін қар кер тал дал сет сат
    """.split()
)

# A verb is a native word; these are the pairs of consonants that may end one.
VERB_CLUSTERS = frozenset(
    ["йт", "рт", "лт", "нт", "рк", "рқ", "лқ", "лп", "рп", "нш", "рш", "лш", "рс"]
)

# Surnames agree with neither shape reliably: Әуезовтың, Әлімбаевтың, Пушкиннің.
UNDECIDED_HARMONY = ("ов", "ев", "ин", "ын", "ова", "ева", "ина")

# Readers and printers hang these on ОКЖ, Instagram or 1937 with a hyphen.
HUNG_ENDINGS = frozenset(
    shape for ending in CASES + PLURALS for shape in (ending.back, ending.front) if len(shape) > 1
) | frozenset(
    ["шы", "ші", "ншы", "нші", "ыншы", "інші", "сы", "сі", "й", "го", "му", "х", "е", "я"]
)
