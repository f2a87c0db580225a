"""What is written in an agreement, and what is missing before it can be checked? Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from archive.consents import PartKind
from archive.uses import Act, Level


class PartyKind(StrEnum):
    """As whom a party signs."""

    AUTHOR = "author"
    CO_AUTHOR = "co-author"
    HEIR = "heir"
    TRANSLATOR = "translator"
    ILLUSTRATOR = "illustrator"
    COMPILER = "compiler"
    ORGANISATION = "organisation"


class Territory(StrEnum):
    """Where the uses are allowed; an agreement that does not say holds in Kazakhstan alone."""

    WORLD = "world"
    KAZAKHSTAN = "kazakhstan"


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """A party as it is written down."""

    name: str
    kind: PartyKind
    part: PartKind
    share: Fraction = Fraction(1)
    contact: str = ""
    stands_for: str = ""


@dataclass(frozen=True, slots=True)
class WorkDraft:
    """A work by its public name, and its pages if not all are meant."""

    work: str
    pages: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """All that the form holds."""

    number: str
    signed_on: date | None = None
    begins: date | None = None
    until: date | None = None
    no_term: bool = False
    territory: Territory | None = None
    others_apart: bool = False
    money: str = ""
    currency: str = ""
    note: str = ""
    parties: tuple[PartyDraft, ...] = ()
    works: tuple[WorkDraft, ...] = ()
    grants: frozenset[tuple[Act, Level]] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Lack:
    """What hinders an agreement from being checked: the field, why, and the part it concerns."""

    field: str
    reason: str
    part: PartKind | None = None


def lacks_of(draft: AgreementDraft, *, has_paper: bool) -> tuple[Lack, ...]:
    """Everything that is missing or contradicts itself, in the order of the form."""
    return (
        *_of_identity(draft),
        *_of_parties(draft),
        *_of_uses(draft),
        *_of_term(draft, has_paper),
    )


def _of_identity(draft: AgreementDraft) -> Iterator[Lack]:
    if not draft.number.strip():
        yield Lack("number", "agreement-without-number")
    if draft.signed_on is None:
        yield Lack("signed_on", "agreement-without-signing-day")


def _of_parties(draft: AgreementDraft) -> Iterator[Lack]:
    if not draft.parties:
        yield Lack("parties", "agreement-without-party")
    shares: dict[PartKind, Fraction] = defaultdict(Fraction)
    for party in draft.parties:
        shares[party.part] += party.share
    for part, total in shares.items():
        if total > 1 or (total < 1 and not draft.others_apart):
            yield Lack("parties", "shares-not-one", part)
    if not draft.works:
        yield Lack("works", "agreement-without-work")


def _of_uses(draft: AgreementDraft) -> Iterator[Lack]:
    if not draft.grants:
        yield Lack("uses", "agreement-without-use")


def _of_term(draft: AgreementDraft, has_paper: bool) -> Iterator[Lack]:  # noqa: FBT001  (pure fact)
    if draft.begins is None:
        yield Lack("begins", "agreement-without-first-day")
    if draft.until is None and not draft.no_term:
        yield Lack("until", "agreement-without-last-day")
    if draft.until is not None and draft.begins is not None and draft.until < draft.begins:
        yield Lack("until", "agreement-ends-before-it-begins")
    if draft.territory is None:
        yield Lack("territory", "agreement-without-territory")
    if not has_paper:
        yield Lack("paper", "agreement-without-paper")


# The uses as the paper names them: each opens these acts to this audience.
USES: dict[str, frozenset[tuple[Act, Level]]] = {
    "keep": frozenset({(Act.KEEP, Level.NOBODY)}),
    "read-premises": frozenset({(Act.VIEW, Level.PREMISES), (Act.TEXT, Level.PREMISES)}),
    "read-registered": frozenset({(Act.VIEW, Level.REGISTERED), (Act.TEXT, Level.REGISTERED)}),
    "read-everybody": frozenset({(Act.VIEW, Level.EVERYBODY), (Act.TEXT, Level.EVERYBODY)}),
}
# These are opened to an audience of the officer's choice.
CHOSEN_AUDIENCE = {"search": Act.SEARCH, "download": Act.DOWNLOAD, "print": Act.PRINT}
