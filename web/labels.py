"""How are codes called on the screen: languages, types of works, audiences, files?

Codes that a catalogue of the future may bring, and that have no name here yet,
are shown as they are.
"""

from __future__ import annotations

from flask_babel import gettext as _gettext


def gettext(sentence: str) -> str:
    """The sentence in the language of the request (Flask-Babel has no types)."""
    return str(_gettext(sentence))


def direction(profile: str) -> str:
    """The attribute `dir`: Kazakh in Arabic letters runs from right to left."""
    return "rtl" if profile == "kk-arab" else "ltr"


def language_label(profile: str) -> str:
    """A language as a facet calls it."""
    labels = {
        "kk": gettext("Kazakh"),
        "ru": gettext("Russian"),
        "mixed": gettext("Kazakh and Russian"),
        "ru-petr": gettext("Russian, spelling before 1918"),
        "kk-latn-1929": gettext("Kazakh, Latin letters of 1929–1940"),
        "kk-arab": gettext("Kazakh, Arabic letters"),
    }
    return labels.get(profile, profile)


def in_language(profile: str) -> str:
    """A language as it stands after a work's type: "Book · in Kazakh"."""
    labels = {
        "kk": gettext("in Kazakh"),
        "ru": gettext("in Russian"),
        "mixed": gettext("in Kazakh and Russian"),
        "ru-petr": gettext("in Russian, spelling before 1918"),
        "kk-latn-1929": gettext("in Kazakh, Latin letters"),
        "kk-arab": gettext("in Kazakh, Arabic letters"),
    }
    return labels.get(profile, profile)


def type_label(kind: str) -> str:
    """One work's type."""
    labels = {
        "book": gettext("Book"),
        "newspaper-article": gettext("Newspaper article"),
        "journal-article": gettext("Journal article"),
        "extract": gettext("Article from a book"),
        "other": gettext("Document"),
    }
    return labels.get(kind, kind)


def types_label(kind: str) -> str:
    """Many works' type, as a facet calls it."""
    labels = {
        "book": gettext("Whole books"),
        "newspaper-article": gettext("Newspaper articles"),
        "journal-article": gettext("Journal articles"),
        "extract": gettext("Articles from books"),
        "other": gettext("Other documents"),
    }
    return labels.get(kind, kind)


def audience_label(audience: str) -> str:
    """Who may read a work."""
    labels = {
        "everybody": gettext("Open to all"),
        "premises": gettext("To be read in the library"),
        "nobody": gettext("Closed for now"),
    }
    return labels.get(audience, audience)


def download_label(kind: str) -> str:
    """What a file is, before its size."""
    labels = {
        "pdf-small": gettext("PDF, small"),
        "pdf": gettext("PDF, original quality"),
        "text": gettext("Text"),
        "image": gettext("Page image"),
        "hocr": gettext("Text with places on the page (hOCR)"),
        "alto": gettext("Text with places on the page (ALTO)"),
    }
    return labels.get(kind, kind)


def sort_label(sort: str) -> str:
    """An order of results."""
    labels = {
        "relevance": gettext("Order: best match"),
        "year": gettext("Order: oldest first"),
        "-year": gettext("Order: newest first"),
    }
    return labels.get(sort, sort)
