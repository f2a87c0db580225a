"""What the upload desk shows: the files of a book on its way in, each with a state in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.deposits import Deposit, DepositedFile, in_order
from archive.recipes.quality import STANDARD
from storage.errors import Plain, Refused
from web.arrivals import Arrivals
from web.language import gettext
from web.refusals import N_, told


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file. `tone` is ok, warn, bad or soft; `offset` is None when it has expired.

    `upload` is its name among the uploads, None when it could not be begun.
    `left_out` says that no page of the book is made of it.
    """

    name: str
    upload: str | None
    size: int
    sha256: str | None
    offset: int | None
    whole: bool
    refusal: str | None
    tone: str
    told: str
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class WorkChoice:
    """A work of the catalogue that the scans may be of."""

    name: str
    title: str
    author: str
    year: int | None
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenDeposit:
    """A book that was begun and can be gone on with."""

    name: str
    title: str
    files: int
    whole: int


@dataclass(frozen=True, slots=True)
class BookPage:
    """Step 1: which book? `given` is what was typed, shown again after a refusal."""

    open: Sequence[OpenDeposit]
    languages: Sequence[str]
    types: Sequence[str]
    collections: Sequence[str]
    branches: Sequence[tuple[str, str]]
    question: str = ""
    found: Sequence[WorkChoice] | None = None
    given: Mapping[str, str] | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class FilesPage:
    """Steps 2 and 3: its files, then their order."""

    name: str
    title: str
    branch: str
    work: str | None
    kind: str
    language: str
    rows: Sequence[FileRow]
    refused: str = ""
    pages: int = 0

    @property
    def whole(self) -> int:
        return sum(row.whole for row in self.rows)

    @property
    def left_out(self) -> Sequence[FileRow]:
        """The files that were refused, or are pages already here."""
        return [row for row in self.rows if row.left_out]

    @property
    def percent(self) -> int:
        sizes = sum(row.size for row in self.rows)
        return 100 * sum(row.offset or 0 for row in self.rows) // sizes if sizes else 0


def rows_of(deposit: Deposit, arrivals: Arrivals) -> list[FileRow]:
    """Its files in order."""
    return list(_rows(in_order(deposit.files), arrivals))


def refused_row(name: str, refusal: Refused) -> FileRow:
    """A file that was refused by its name or size, before anything came of it."""
    said = told(refusal.reason, refusal.values, gettext)
    return FileRow(
        name=name,
        upload=None,
        size=0,
        sha256=None,
        offset=None,
        whole=False,
        refusal=refusal.reason,
        tone="bad",
        told=f"{said.fact} {said.advice}",
    )


def row_of(file: DepositedFile, arrivals: Arrivals, twin: int | None = None) -> FileRow:
    """One file; `twin` is the place of a page with the very same bytes before it."""
    offset = arrivals.offset(file)
    tone, words = _state(file, offset, twin)
    return FileRow(
        name=file.file_name,
        upload=file.name,
        size=file.size,
        sha256=file.sha256,
        offset=offset,
        whole=file.content_key is not None,
        refusal=file.refusal,
        tone=tone,
        told=words,
        left_out=file.refusal is not None or twin is not None,
    )


def _rows(files: Sequence[DepositedFile], arrivals: Arrivals) -> Iterator[FileRow]:
    places: dict[str, int] = {}
    for place, file in enumerate(files, start=1):
        yield row_of(file, arrivals, places.get(file.content_key or ""))
        if file.content_key:
            places.setdefault(file.content_key, place)


def _state(file: DepositedFile, offset: int | None, twin: int | None) -> tuple[str, str]:
    if file.refusal is not None:
        return "bad", _words(file.refusal, {"file": file.file_name})
    if twin is not None:
        return "warn", gettext(
            N_("This page is already here: page %(page)s. It is not stored twice.")
        ) % {"page": twin}
    if file.content_key is not None:
        if file.dpi is not None and file.dpi < STANDARD.least_dpi:
            values = {"dpi": file.dpi, "wanted": STANDARD.least_dpi}
            return "warn", _words("low-resolution", values)
        return "ok", gettext(N_("Accepted"))
    if not offset:
        return "soft", gettext(N_("Waiting its turn"))
    return "soft", gettext(N_("%(percent)s%% sent")) % {"percent": 100 * offset // file.size}


def _words(reason: str, values: Mapping[str, Plain]) -> str:
    said = told(reason, values, gettext)
    return f"{said.fact} {said.advice}"
