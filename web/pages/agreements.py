"""What the desk of agreements shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from web.agreement_form import AgreementForm, TypedParty

Options = Sequence[tuple[str, str]]
TONES = {"active": "ok", "ended": "bad", "suspended": "bad", "terminated": "bad"}


@dataclass(frozen=True, slots=True)
class StateTag:
    """An agreement's state in words; colour never speaks alone."""

    code: str
    label: str

    @property
    def tone(self) -> str:
        return TONES.get(self.code, "warn")


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A row of the list."""

    id: int
    number: str
    state: StateTag
    parties: str
    titles: tuple[tuple[str, str], ...]  # title and its language
    last: date | None
    no_term: bool


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month, how many agreements end in it, and which."""

    first: date
    count: int


@dataclass(frozen=True, slots=True)
class Ending:
    """An agreement that ends soon; `closes` is the first day on which it is closed."""

    id: int
    number: str
    last: date
    closes: date
    books: int


@dataclass(frozen=True, slots=True)
class AgreementsPage:
    """The list, the filters and the calendar."""

    rows: Sequence[AgreementRow]
    states: Options
    state: str
    q: str
    months: Sequence[CalendarMonth]
    ending: Sequence[Ending]


@dataclass(frozen=True, slots=True)
class BarPart:
    """A stretch of the coverage bar in a drawing 100 wide."""

    x: float
    width: float
    clear: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a work: its pages, and whether consent is there and why."""

    id: int | None
    label: str
    clear: bool
    pages: int
    why: str
    span: str = ""
    until: date | None = None
    is_free: bool = False
    left_out: bool = False
    may_be_left_out: bool = False


@dataclass(frozen=True, slots=True)
class CoveragePanel:
    """How much of a book is covered for reading on the site, and who is missing."""

    work: str
    title: str
    language: str
    pages: int
    consented: int
    bar: tuple[BarPart, ...]
    parts: tuple[PartRow, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class FormError:
    """A sentence at a field; `field` is its id."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class WorkChoice:
    """A work in the form or among those found."""

    name: str
    title: str
    language: str
    byline: str
    pages: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper that can be looked at by this duty alone."""

    id: int
    label: str
    size: int
    attached: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Who did what when."""

    at: datetime
    person: str
    did: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The lists to choose from."""

    kinds: Options
    parts: Options
    territories: Options
    audiences: Options
    uses: Sequence[tuple[str, str, str, bool]]  # code, label, hint, has an audience of its own


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """One agreement: a form while it is a draft, a record with buttons afterwards."""

    id: int | None
    number: str
    state: StateTag
    form: AgreementForm
    choices: Choices
    rows: Sequence[TypedParty] = ()
    works: Sequence[WorkChoice] = ()
    found: Sequence[WorkChoice] | None = None
    errors: Sequence[FormError] = ()
    refusal: str = ""
    papers: Sequence[Paper] = ()
    coverage: Sequence[CoveragePanel] = ()
    history: Sequence[HistoryLine] = ()
    frozen: bool = False
    own_submission: bool = False
    others: tuple[str, ...] = ()
    last: date | None = None
    closes: date | None = None
    suspension: str = ""
    predecessor: tuple[int, str] | None = None

    def error(self, field: str) -> str:
        """The sentence at a field, or nothing."""
        return next((each.sentence for each in self.errors if each.field == field), "")


@dataclass(frozen=True, slots=True)
class UseVerdict:
    """What anybody, a reader and a visitor of the library may do, and by which rule."""

    label: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkRightsPage:
    """A work's rights: what opens or closes it, its parts, its terms."""

    coverage: CoveragePanel
    verdicts: Sequence[UseVerdict]
    agreements: Sequence[AgreementRow]
    parts: Options
    standings: Options
    taken_down: bool
    history: Sequence[HistoryLine]
    refusal: str = ""
