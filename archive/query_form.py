"""A form's fields as one question, in the language that readers can type themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.text.normal_form import clean

_QUOTES = re.compile(r'["“”„«»]')
_PLAIN_WORD = re.compile(r"[^\W_]+\*?")
_SIGNS = re.compile(r"^\W+")


@dataclass(frozen=True, slots=True)
class QueryForm:
    """What was written into each field; an empty one asks for nothing.

    `words` may use the whole language of questions; the others are taken as they are.
    """

    words: str = ""
    phrase: str = ""
    without: str = ""
    author: str = ""
    title: str = ""
    first_year: str = ""
    last_year: str = ""

    def written(self) -> str:
        """The question; `archive.queries.parse_query` understands it."""
        return " ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        if words := " ".join(self.words.split()):
            yield words
        yield from (_quoted("", each) for each in [self.phrase] if _plain(each))
        yield from (f"-{word}" for word in _unsigned(self.without))
        yield from (_quoted("author:", each) for each in [self.author] if _plain(each))
        yield from (_quoted("title:", word) for word in _unsigned(self.title))
        first, last = _year(self.first_year), _year(self.last_year)
        if first or last:
            yield f"year:{first}" if first == last else f"year:{first}..{last}"


def _plain(text: str) -> str:
    """Without quotation marks, which would end the quotation too early."""
    return " ".join(_QUOTES.sub(" ", clean(text)).split())


def _quoted(name: str, text: str) -> str:
    """In quotation marks, but for one plain word after a name."""
    plain = _plain(text)
    return f"{name}{plain}" if name and _PLAIN_WORD.fullmatch(plain) else f'{name}"{plain}"'


def _unsigned(text: str) -> Iterator[str]:
    """Words that do not begin with a sign that means something."""
    words = (_SIGNS.sub("", word) for word in _plain(text).split())
    return (word for word in words if word)


def _year(text: str) -> str:
    return "".join(text.split())
