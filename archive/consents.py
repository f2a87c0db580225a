"""Have all who must consent to a use of a work consented? Agreements as the decision sees them.

A work is made of *parts*: its text, a translation, illustrations. Each is out of copyright,
the library's own, or needs the consent of its holders, whose shares add up to one; the work
opens for a use only when every part does. Pure: a change of a date is a change of an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from archive.uses import Act, Level, Requester, reaches


class PartKind(StrEnum):
    """The contributions that have a right of their own."""

    TEXT = "text"
    TRANSLATION = "translation"
    ILLUSTRATIONS = "illustrations"
    PHOTOGRAPHS = "photographs"
    COMPILATION = "compilation"
    FOREWORD = "foreword"


# MARC relator codes; an editor's or a printer's share is not theirs to grant.
KIND_OF_ROLE = {
    "aut": PartKind.TEXT,
    "trl": PartKind.TRANSLATION,
    "ill": PartKind.ILLUSTRATIONS,
    "art": PartKind.ILLUSTRATIONS,
    "pht": PartKind.PHOTOGRAPHS,
    "com": PartKind.COMPILATION,
    "aui": PartKind.FOREWORD,
}

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Granted:
    """One use that a confirmed agreement opens to one audience, within its days."""

    agreement: int
    act: Act
    audience: Level
    begins: date
    until: date | None = None
    suspended: bool = False

    def is_in_force(self, at: date) -> bool:
        """Whether the agreement's days include this one; a suspended one's do too."""
        return self.begins <= at and (self.until is None or at <= self.until)

    def opens(self, act: Act, requester: Requester, at: date) -> bool:
        """Whether this alone lets the requester do it; what is kept needs no audience."""
        return (
            self.act is act
            and not self.suspended
            and self.is_in_force(at)
            and (act is Act.KEEP or reaches(self.audience, requester))
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """A holder's share in a part, given by an agreement."""

    holder: int
    agreement: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution that needs consent.

    `protected_until` is the last day of copyright, None when no end is known; `ours` is the
    library's own work; `left_out` says that its pages are withheld, so the rest needs no
    consent for it. Without `pages` it is on all of them. `holding` is the row that an officer
    wrote, None when the catalogue or an agreement speaks of the part.
    """

    kind: PartKind
    protected_until: date | None = None
    consents: tuple[Consent, ...] = ()
    ours: bool = False
    left_out: bool = False
    pages: tuple[int, int] | None = None
    holding: int | None = None

    def is_free(self, at: date) -> bool:
        """Whether its term of protection is over."""
        return self.protected_until is not None and at > self.protected_until

    def is_clear(self, opening: frozenset[int], at: date) -> bool:
        """Whether nothing is missing, when these agreements open the use."""
        if self.ours or self.left_out or self.is_free(at):
            return True
        shares: dict[int, Fraction] = {}
        for consent in self.consents:
            if consent.agreement in opening:
                shares[consent.holder] = max(consent.share, shares.get(consent.holder, Fraction(0)))
        return sum(shares.values(), Fraction(0)) >= 1


@dataclass(frozen=True, slots=True)
class Terms:
    """The grants and the parts of one work; empty where nothing was agreed or computed."""

    grants: tuple[Granted, ...] = ()
    parts: tuple[Part, ...] = ()

    def opening(self, act: Act, requester: Requester, at: date) -> frozenset[int]:
        """The agreements that would let the requester do it."""
        return frozenset(each.agreement for each in self.grants if each.opens(act, requester, at))

    def covers(self, act: Act, requester: Requester, at: date) -> bool:
        """Whether an agreement speaks and every part is clear; no part known is not every part."""
        opening = self.opening(act, requester, at)
        return bool(opening and self.parts) and all(
            part.is_clear(opening, at) for part in self.parts
        )

    def missing(self, act: Act, requester: Requester, at: date) -> tuple[PartKind, ...]:
        """The kinds of parts for which consent is missing."""
        opening = self.opening(act, requester, at)
        return tuple(sorted({part.kind for part in self.parts if not part.is_clear(opening, at)}))

    def is_suspended(self, at: date) -> bool:
        """Whether an agreement that would be in force is stopped by a dispute."""
        return any(each.suspended and each.is_in_force(at) for each in self.grants)

    def protected_until(self) -> date | None:
        """The last day on which any part is protected; None when that is not known."""
        ends = [part.protected_until for part in self.parts]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    def is_free(self, at: date) -> bool:
        """Whether the term of every part is over."""
        end = self.protected_until()
        return end is not None and at > end

    def opening_day(self, act: Act, requester: Requester, at: date) -> date | None:
        """The first day after this one on which the agreements let the requester do it."""
        later = sorted(day for day in self._openings() if day > at)
        return next((day for day in later if self.covers(act, requester, day)), None)

    def last_open_day(self, act: Act, requester: Requester, at: date) -> date | None:
        """The last day before this one on which they did."""
        ends = {each.until for each in self.grants if each.until is not None}
        earlier = sorted((end for end in ends if end < at), reverse=True)
        return next((day for day in earlier if self.covers(act, requester, day)), None)

    def _openings(self) -> Iterator[date]:
        yield from (each.begins for each in self.grants)
        yield from (
            part.protected_until + DAY for part in self.parts if part.protected_until is not None
        )


NOTHING_AGREED = Terms()


def add_up_to_one(shares: Iterable[Fraction]) -> bool:
    """Whether the holders of a part together are all its holders."""
    return sum(shares, Fraction(0)) == 1
