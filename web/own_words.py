"""The library's own words for the templates: from its file, or neutral ones."""

from __future__ import annotations

from archive.text.gazetteer import SYNONYMS, Gazetteer, known_names, read_gazetteer
from schemas.library_file import LibraryWords, read_library_file
from storage.errors import Refused
from storage.settings import Settings
from web.language import catalogue
from web.pages.parts import Link
from web.pages.site import Site, SiteText

EXAMPLE = "кітап"
# What a library is called that has not written its library.yaml yet.
_NEUTRAL = {
    "kk": LibraryWords(name_line="Кітапхананың сандық мұрағаты", about="Кітаптар мен мақалалар"),
    "ru": LibraryWords(name_line="Цифровой архив библиотеки", about="Книги и статьи"),
    "en": LibraryWords(name_line="Digital archive of the library", about="Books and articles"),
}


def site_of(settings: Settings) -> Site:
    """The library's words by language.

    Raises:
        Refused: ``bad-library-file``.
    """
    words, homepage, example = _NEUTRAL, "", EXAMPLE
    if settings.library is not None:
        file = read_library_file(
            settings.library.read_text(encoding="utf-8"), settings.library.name
        )
        words, homepage, example = dict(file.words), file.homepage, file.example_word
    return {
        language: _site_text(each, homepage, example, language) for language, each in words.items()
    }


def _site_text(words: LibraryWords, homepage: str, example: str, language: str) -> SiteText:
    gettext = catalogue(language).gettext
    return SiteText(
        name_line=words.name_line,
        library=words.library,
        about=words.about,
        reading_place=words.reading_place,
        examples=(example, *words.examples),
        homepage=Link(words.library[0], homepage) if homepage and words.library else None,
        ask=Link(gettext("Ask a librarian"), words.ask) if words.ask else None,
        rights=Link(gettext("Rules of the library"), words.rights) if words.rights else None,
    )


def example_word(settings: Settings) -> str:
    """The word whose printed line is shown on the home page."""
    if settings.library is None:
        return EXAMPLE
    file = read_library_file(settings.library.read_text(encoding="utf-8"), settings.library.name)
    return file.example_word


def names_of(settings: Settings) -> Gazetteer:
    """The names that are one: those that everybody knows, and the library's own.

    Raises:
        Refused: ``unreadable-file``, or ``bad-library-file`` naming the line.
    """
    own = settings.library.with_name(SYNONYMS) if settings.library else None
    if own is None or not own.exists():
        return known_names()
    try:
        text = own.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable-file", file=str(own)) from error
    return known_names() + read_gazetteer(text, own.name)
