"""What the cataloguer's desk shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A work in a list: `number` is the catalogue's own, `pages` those scanned."""

    name: str
    title: str
    language: str
    type: str
    byline: str
    year: int | None
    number: str = ""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import in a list; `state` is ``waiting``, ``running`` or ``done``."""

    id: int
    file_name: str
    day: date
    state: str
    added: int
    changed: int
    damaged: int


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """The desk: a search, a file to hand in, and what was handed in before."""

    q: str = ""
    found: Sequence[RecordRow] = ()
    next: str = ""
    imports: Sequence[ImportRow] = ()
    limit: int = 0  # megabytes
    failure: Explained | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """What went wrong and what to do."""

    fact: str
    advice: str


@dataclass(frozen=True, slots=True)
class EncodingChoice:
    """An encoding and how it reads some titles."""

    code: str
    name: str
    titles: Sequence[str]
    chosen: bool


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """A record that is not in (`refused`), or something to look at."""

    number: int
    control_number: str
    fact: str
    advice: str
    refused: bool


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import: before it begins, while it runs, and what came of it."""

    id: int
    file_name: str
    state: str
    form: str
    encoding: str
    done: int  # per cent
    records: int
    added: int
    changed: int
    unchanged: int
    merged: int
    damaged: int
    is_sure: bool = True
    seen: int = 0
    unreadable: int = 0
    choices: Sequence[EncodingChoice] = ()
    troubles: Sequence[TroubleRow] = ()
    new: Sequence[RecordRow] = ()
    corrected: Sequence[RecordRow] = ()


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A printed copy."""

    branch: str
    shelfmark: str
    inventory_number: str


@dataclass(frozen=True, slots=True)
class Number:
    """A source's own number of the work."""

    scheme: str
    value: str
    predecessor: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A field with its old and its new value; `kept`: the catalogue says `new`, ours stayed."""

    field: str
    old: str
    new: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened; `kind` is a key of the template's sentences."""

    day: date
    who: str
    kind: str
    value: str
    changes: Sequence[Changed]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A record with everything that hangs on it."""

    name: str
    title: str
    language: str
    facts: Sequence[tuple[str, str]]
    contributors: Sequence[tuple[str, str]]
    numbers: Sequence[Number]
    copies: Sequence[CopyRow]
    pages: int
    suggested: Sequence[RecordRow]
    history: Sequence[HistoryLine]
    withdrawn: bool
    q: str = ""
    found: Sequence[RecordRow] = ()
    failure: Explained | None = None


@dataclass(frozen=True, slots=True)
class EditPage:
    """The form of the main fields, as typed."""

    name: str
    title: str
    values: dict[str, str]
    types: Sequence[str]
    languages: Sequence[str]
    failure: Explained | None = None
