"""How are the places of Kazakh endings, the streams and what is known of a root called?"""

from __future__ import annotations

from archive.text.explaining import Root
from archive.text.kazakh_rules import Ending
from web.language import gettext
from web.refusals import N_

PLACES = {
    "person": N_("person (I, you, we)"),
    "short person": N_("person, short form"),
    "being one": N_("who one is (I am, you are)"),
    "case": N_("case"),
    "possessed case": N_("case after a possessive"),
    "being there": N_("adjective of place or time"),
    "being in its": N_("adjective of place after a possessive"),
    "possessive": N_("possessive (my, your, its)"),
    "plural": N_("plural"),
    "degree": N_("comparative"),
    "participle": N_("participle or verbal noun"),
    "past tense": N_("past tense"),
    "wish": N_("condition or wish"),
    "wanting": N_("wanting to do it"),
    "whose wanting": N_("who wants to do it"),
    "present tense": N_("present tense"),
    "converb": N_("verbal adverb"),
    "finite": N_("finite verb or verbal adverb"),
    "negation": N_("negation"),
}
"""By the headings of `kazakh_endings.txt`."""

_CASES = {
    "genitive": N_("genitive case"),
    "dative": N_("dative case"),
    "accusative": N_("accusative case"),
    "locative": N_("locative case"),
    "ablative": N_("ablative case"),
    "instrumental": N_("instrumental case"),
}
_STREAMS = {
    "exact": N_("As written"),
    "kk": N_("Kazakh stem"),
    "ru": N_("Russian stem"),
    "skeleton": N_("The same in every script"),
}
_ROOTS = {
    Root.LISTED: N_("The root stands in the list of known roots."),
    Root.IRREGULAR: N_("This form stands in the list of irregular forms."),
    Root.NOT_LISTED: N_("The root is not in the list of known roots."),
    Root.NOT_CYRILLIC: N_(
        "Stems are made of Cyrillic words only. Other letters meet in what is the same in every"
        " script."
    ),
}


def ending_label(ending: Ending) -> str:
    """An ending's place in the chain, a case by its name."""
    if ending.place in {"case", "possessed case"} and ending.name in _CASES:
        return gettext(_CASES[ending.name])
    return gettext(PLACES[ending.place]) if ending.place in PLACES else ending.place


def stream_label(stream: str) -> str:
    """One of the four ways to compare words."""
    return gettext(_STREAMS[stream])


def root_sentence(root: Root) -> str:
    """What the list of roots says of a word."""
    return gettext(_ROOTS[root])
