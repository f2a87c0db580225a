"""Which catalogue record is meant? Works found by what a person at a desk types.

Not the readers' search: here every work is found, by its description alone, and a word
is found by its beginning, since Kazakh and Russian put their endings last. What is typed
is one thought, so every word must be found somewhere: in the title or subtitle, in any
form of an author's name, as the year, or as the beginning of a source's own number.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from archive.agents import AgentName
from archive.descriptions import FOLDER_SCHEME
from archive.handover import fold
from archive.works import Contribution, Work, WorkIdentifier

MOST_WORDS = 12  # a whole title page pasted in is still one question


def find_works(session: Session, text: str, *, limit: int, first: int = 0) -> Sequence[Work]:
    """The works at places `first` to `first + limit` (from 0) that hold all words typed.

    Best first: the source's own number, the very title, titles that begin so, titles
    that hold every word, then the others by title. Nothing typed finds nothing.
    """
    words = list(dict.fromkeys(fold(text).split()))[:MOST_WORDS]
    if not words:
        return []
    is_number = _is_number(text)
    query = (
        select(Work)
        .where(or_(is_number, and_(*(_holds(word) for word in words))))
        .order_by(_rank(is_number, words), Work.folded_title, Work.year.nulls_first(), Work.id)
        .limit(limit)
        .offset(first)
    )
    return session.scalars(query).all()


def _holds(word: str) -> ColumnElement[bool]:
    return or_(
        _has_word(Work.folded_title, word),
        *(Work.subtitle.icontains(each) for each in _spellings(word)),
        Work.year == int(word) if word.isdecimal() and len(word) == 4 else false(),
        Work.id.in_(
            select(Contribution.work_id)
            .join(AgentName, AgentName.agent_id == Contribution.agent_id)
            .where(_has_word(AgentName.folded, word))
        ),
        Work.id.in_(
            select(WorkIdentifier.work_id).where(
                WorkIdentifier.scheme != FOLDER_SCHEME, WorkIdentifier.value.istartswith(word)
            )
        ),
    )


def _has_word(folded: SQLColumnExpression[str], word: str) -> ColumnElement[bool]:
    """Whether a word in it begins so; what was folded holds letters, digits and spaces alone."""
    padded: ColumnElement[str] = literal(" ").concat(folded)
    return padded.contains(f" {word}")


def _spellings(word: str) -> set[str]:
    """Subtitles are kept as written, and the engines fold the case of Latin letters alone."""
    return {word, word.capitalize(), word.upper()}


def _is_number(text: str) -> ColumnElement[bool]:
    """Whether this is the very number that a source gave the work; hyphens do not count."""
    number = text.replace("-", "").replace(" ", "")
    plain = func.replace(func.replace(WorkIdentifier.value, "-", ""), " ", "")
    return Work.id.in_(
        select(WorkIdentifier.work_id).where(
            WorkIdentifier.scheme != FOLDER_SCHEME, plain == number
        )
    )


def _rank(is_number: ColumnElement[bool], words: Sequence[str]) -> ColumnElement[int]:
    whole = " ".join(words)
    return case(
        (is_number, 0),
        (Work.folded_title == whole, 1),
        (Work.folded_title.startswith(whole), 2),
        (and_(*(_has_word(Work.folded_title, word) for word in words)), 3),
        else_=4,
    )
