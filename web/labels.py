"""How are codes called on the screen: languages, types of works, audiences, files?

Codes that a catalogue of the future may bring, and that have no name here yet,
are shown as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from web.language import gettext
from web.refusals import N_


def _named(labels: Mapping[str, str], code: str) -> str:
    """The code's name in the language of the request, or the code itself."""
    return gettext(labels[code]) if code in labels else code


def direction(profile: str) -> str:
    """The attribute `dir`: Kazakh in Arabic letters runs from right to left."""
    return "rtl" if profile == "kk-arab" else "ltr"


def language_label(profile: str) -> str:
    """A language as a facet calls it."""
    labels = {
        "kk": N_("Kazakh"),
        "ru": N_("Russian"),
        "mixed": N_("Kazakh and Russian"),
        "ru-petr": N_("Russian, spelling before 1918"),
        "kk-latn-1929": N_("Kazakh, Latin letters of 1929–1940"),
        "kk-arab": N_("Kazakh, Arabic letters"),
    }
    return _named(labels, profile)


def in_language(profile: str) -> str:
    """A language as it stands after a work's type: "Book · in Kazakh"."""
    labels = {
        "kk": N_("in Kazakh"),
        "ru": N_("in Russian"),
        "mixed": N_("in Kazakh and Russian"),
        "ru-petr": N_("in Russian, spelling before 1918"),
        "kk-latn-1929": N_("in Kazakh, Latin letters"),
        "kk-arab": N_("in Kazakh, Arabic letters"),
    }
    return _named(labels, profile)


def type_label(kind: str) -> str:
    """One work's type."""
    labels = {
        "book": N_("Book"),
        "newspaper-article": N_("Newspaper article"),
        "journal-article": N_("Journal article"),
        "extract": N_("Article from a book"),
        "other": N_("Document"),
    }
    return _named(labels, kind)


def types_label(kind: str) -> str:
    """Many works' type, as a facet calls it."""
    labels = {
        "book": N_("Whole books"),
        "newspaper-article": N_("Newspaper articles"),
        "journal-article": N_("Journal articles"),
        "extract": N_("Articles from books"),
        "other": N_("Other documents"),
    }
    return _named(labels, kind)


def audience_label(audience: str) -> str:
    """Who may read a work."""
    labels = {
        "everybody": N_("Open to all"),
        "premises": N_("To be read in the library"),
        "registered": N_("Open to registered readers"),
        "nobody": N_("Closed for now"),
    }
    return _named(labels, audience)


def download_label(kind: str) -> str:
    """What a file is, before its size."""
    labels = {
        "pdf-small": N_("PDF, small"),
        "pdf": N_("PDF, original quality"),
        "text": N_("Text"),
        "image": N_("Page image"),
        "hocr": N_("Text with places on the page (hOCR)"),
        "alto": N_("Text with places on the page (ALTO)"),
    }
    return _named(labels, kind)


def sort_label(sort: str) -> str:
    """An order of results."""
    labels = {
        "relevance": N_("Order: best match"),
        "year": N_("Order: oldest first"),
        "-year": N_("Order: newest first"),
    }
    return _named(labels, sort)
