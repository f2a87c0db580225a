"""What this library calls itself: data and settings, never text in a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from web.pages.parts import Link


@dataclass(frozen=True, slots=True)
class SiteText:
    """The library's own words in one language.

    `name_line` stands under the mark, `library` in the footer, a line each.
    `about` begins the first sentence of the home page, before the two counts.
    `reading_place` says where the premises' computers stand. `examples` are
    questions to try; `ask` leads to a librarian, `rights` to the library's rules.
    """

    name_line: str
    library: tuple[str, ...] = ()
    about: str = ""
    reading_place: str = ""
    examples: tuple[str, ...] = ()
    homepage: Link | None = None
    ask: Link | None = None
    rights: Link | None = None


Site = Mapping[str, SiteText]
"""The library's words by language: kk, ru, en."""
