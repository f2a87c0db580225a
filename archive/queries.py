"""What does a reader's question ask for?

Words are all wanted; "words in quotes" (also «…» and “…”) are a phrase; -word is
not wanted; OR (НЕМЕСЕ, ИЛИ) between two gives a choice; word* takes every word
that begins so. author:, title: and year: (автор:, тақырып:, название:, жыл:, год:)
ask for the work; year:1930..1940 for a stretch of years. Nothing a reader types is
an error: a condition that cannot be understood is searched as plain words, what has
no effect is left out, and both are said. Words go through the analyser of the pages,
so a compound (қуғын-сүргін) or a date is a phrase of its parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive.author_names import asked_name, word_of
from archive.text import Term, analyse_words
from archive.text.normal_form import clean
from storage.query import Clause, Field, InField, Phrase, Query, Word, Years

LONGEST_QUERY = 256
MOST_TERMS = 16
SHORTEST_PREFIX = 3
"""A shorter beginning would match a large part of all words."""

OR_WORDS = frozenset(("OR", "НЕМЕСЕ", "ИЛИ"))

_YEAR = "year"

FIELD_NAMES = {
    **dict.fromkeys(("author", "автор", "авторы"), Field.AUTHOR.value),
    **dict.fromkeys(("title", "тақырып", "тақырыбы", "атауы"), Field.TITLE.value),
    **dict.fromkeys(("название", "заглавие"), Field.TITLE.value),
    **dict.fromkeys((_YEAR, "жыл", "жылы", "год"), _YEAR),
}
"""What may stand before a colon, and what it asks for."""

_NAMES = "|".join(FIELD_NAMES)
_PART = re.compile(
    rf"""
    (?P<minus> [-−–] (?=[\w"«“„]) )?
    (?: (?P<field> {_NAMES} ) : \s* (?! (?: {_NAMES} ) : | [-−–\s] ) )?
    (?: "(?P<straight>[^"]*)(?:"|$) | «(?P<french>[^»]*)(?:»|$) | [“„](?P<curly>[^”“]*)(?:[”“]|$)
      | (?P<word>[^\s"«“„]+) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LIKE_A_FIELD = re.compile(rf"[^\W\d_]+:[^\s/] | (?:{_NAMES}):", re.VERBOSE | re.IGNORECASE)
_YEARS = re.compile(r"(?P<first>\d{1,4})?(?:(?P<to>\.\.|[-–—])(?P<last>\d{1,4})?)?", re.ASCII)
_STARRED = re.compile(r"[^\W_]\*\W*$")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The question for the index and what a page of results says about it.

    `words_as_typed` are the wanted words and phrases in the reader's spelling;
    `literal` looked like a condition, was not understood, and is searched as plain
    words; `variants` are forms of other names that were put in; `ignored` is what had
    no effect.
    """

    query: Query
    words_as_typed: tuple[str, ...]
    literal: tuple[str, ...]
    variants: frozenset[str]
    ignored: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: such a query finds nothing."""
        return not self.query.all_of


@dataclass(frozen=True, slots=True)
class _Part:
    """A word or a quoted stretch of the question, before analysis.

    `field` is what the name before its colon asks for; `literal` looks like a
    condition and is none.
    """

    text: str
    unwanted: bool = False
    quoted: bool = False
    field: str = ""
    literal: bool = False

    @property
    def is_or(self) -> bool:
        is_plain = not (self.quoted or self.unwanted or self.field)
        return self.text in OR_WORDS and is_plain

    @property
    def is_prefix(self) -> bool:
        return not self.quoted and _STARRED.search(self.text) is not None


Variants = Callable[[Sequence[Term]], Sequence[tuple[Term, ...]]]
"""The other names of what these words name: Караганда of Қарағанды."""

MOST_VARIANTS = 6
"""Of one word or phrase."""


def no_variants(_name: Sequence[Term]) -> Sequence[tuple[Term, ...]]:
    """Nothing has another name."""
    return ()


def parse_query(
    text: str, *, only_exact: bool = False, variants: Variants = no_variants
) -> ParsedQuery:
    """The question that a reader typed. Never raises.

    Args:
        text: as typed, of any length; only the first LONGEST_QUERY characters
            and the first MOST_TERMS terms count.
        only_exact: the other forms, spellings and names of the words are not wanted.
        variants: the other names of a word or a phrase; each may stand in its place.
    """
    parts, ignored = _understood(tuple(_parts(text[:LONGEST_QUERY])), only_exact=only_exact)
    groups = list(_groups(parts))
    named = [() if only_exact else tuple(_other_names(group, variants)) for group in groups]
    query = Query(
        all_of=tuple((*group, *names) for group, names in zip(groups, named, strict=True)),
        none_of=tuple(clause for part, clause in parts if part.unwanted and clause),
    )
    wanted = [part for part, clause in parts if clause and not part.unwanted]
    beyond = text[LONGEST_QUERY:].strip()
    return ParsedQuery(
        query,
        words_as_typed=tuple(part.text for part in wanted if not part.field),
        literal=tuple(part.text for part, clause in parts if clause and part.literal),
        ignored=(*ignored, beyond) if beyond else ignored,
        variants=frozenset(
            word.exact for names in named for name in names for word in _words_of(name)
        ),
    )


def _parts(text: str) -> Iterator[_Part]:
    """The words and quoted stretches of a question, in order."""
    cleaned = clean(text)
    for match in _PART.finditer(cleaned):
        quoted = match["straight"] or match["french"] or match["curly"]
        unwanted, word = match["minus"] is not None, match["word"]
        asked = match["field"] or ""
        field = FIELD_NAMES.get(asked.lower(), "")
        if not word and not (quoted and quoted.strip()):
            continue
        if field == _YEAR and _years(word or quoted) is None:
            yield _Part(f"{asked}:{word or quoted}", unwanted, literal=True)
        elif word:
            literal = not field and _LIKE_A_FIELD.match(cleaned, match.start("word"))
            yield _Part(word, unwanted, field=field, literal=bool(literal))
        else:
            yield _Part(quoted.strip(), unwanted, quoted=True, field=field)


def _understood(
    parts: Sequence[_Part], *, only_exact: bool
) -> tuple[list[tuple[_Part, Clause | None]], tuple[str, ...]]:
    """Each part with its clause (an OR has none), and the parts that have no effect."""
    kept: list[tuple[_Part, Clause | None]] = []
    ignored: list[str] = []
    room = MOST_TERMS
    for part in parts:
        clause = None if part.is_or else _clause(part, only_exact=only_exact)
        size = _size(clause) if clause else 0
        if (clause or part.is_or) and size <= room:
            kept.append((part, clause))
            room -= size
        else:
            ignored.append(part.text)
    return kept, tuple(ignored)


def _groups(parts: Sequence[tuple[_Part, Clause | None]]) -> Iterator[tuple[Clause, ...]]:
    """The wanted clauses, those with OR between them in one group."""
    group: tuple[Clause, ...] = ()
    joins = False
    for part, clause in parts:
        if part.is_or:
            joins = True
        elif clause and not part.unwanted:
            if group and not joins:
                yield group
                group = ()
            group = (*group, clause)
            joins = False
    if group:
        yield group


def _other_names(group: Sequence[Clause], variants: Variants) -> Iterator[Word | Phrase]:
    for clause in group:
        if isinstance(clause, Phrase) or (isinstance(clause, Word) and not clause.prefix):
            asked = [Term(w.exact, w.kk, w.ru, w.skeleton) for w in _words_of(clause)]
            for name in variants(asked)[:MOST_VARIANTS]:
                words = tuple(map(word_of, name))
                yield Phrase(words) if len(words) > 1 else words[0]


def _words_of(clause: Word | Phrase) -> tuple[Word, ...]:
    return clause.words if isinstance(clause, Phrase) else (clause,)


def _clause(part: _Part, *, only_exact: bool) -> Clause | None:
    """What a part asks for; None if it holds neither letter nor digit."""
    if part.field == _YEAR:
        return _years(part.text)
    if part.field == Field.AUTHOR and not part.is_prefix:
        names = asked_name(part.text, only_exact=only_exact)
        return InField(Field.AUTHOR, names) if names else None
    words = _words(part, only_exact=only_exact)
    return InField(Field(part.field), ((words,),)) if words and part.field else words


def _years(text: str) -> Years | None:
    """1937, 1930..1940, 1930.. or ..1940; None if it is none of them."""
    match = _YEARS.fullmatch(text.strip())
    if match is None or not (match["first"] or match["last"]):
        return None
    first, last = (int(match[end]) if match[end] else None for end in ("first", "last"))
    if not match["to"]:
        return Years(first, first)
    return Years(last, first) if first and last and last < first else Years(first, last)


def _words(part: _Part, *, only_exact: bool) -> Word | Phrase | None:
    terms = [placed.term for placed in analyse_words([part.text])]
    words = tuple(word_of(term, only_exact=only_exact) for term in terms)
    if not words:
        return None
    if len(words) > 1:
        return Phrase(words)
    if part.is_prefix and len(words[0].exact) >= SHORTEST_PREFIX:
        return replace(words[0], prefix=True)
    return words[0]


def _size(clause: Clause) -> int:
    """How many words a clause asks for; a name's other ways to be written are none."""
    if isinstance(clause, InField):
        return sum(max(map(_size, group)) for group in clause.all_of)
    return len(clause.words) if isinstance(clause, Phrase) else 1
