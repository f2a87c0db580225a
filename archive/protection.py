"""Until when is a contribution protected by copyright? Pure, and told with its reason.

Kazakhstan (Law of 10 June 1996 No. 6-I, article 28): the author's life and 70 years, counted
from 1 January after the death; with co-authors, after the death of the last; what is published
without a name or by an organisation, 70 years from publication. What the catalogue cannot
know (a rehabilitation, a posthumous first edition, a pen name lifted) an officer rules with
a note, and the ruling goes before every computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TERM_YEARS = 70


class TermReason(StrEnum):
    """From what the term was counted."""

    DEATH = "death"
    PUBLICATION = "publication"
    RULING = "ruling"


@dataclass(frozen=True, slots=True)
class Contributor:
    """A contributor as far as the term cares."""

    is_organisation: bool = False
    death_year: int | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """The last day of protection (None: no end is known), and why."""

    until: date | None
    reason: TermReason
    year: int | None = None


def protection_of(contributors: Sequence[Contributor], published: int | None) -> Protection | None:
    """Until when the joint work of these is protected; None when it cannot be computed."""
    if not contributors:
        return None
    years = [each.death_year for each in contributors if not each.is_organisation]
    if any(each.is_organisation for each in contributors):
        years.append(published)
    known = [year for year in years if year is not None]
    if len(known) < len(years):
        return None
    latest = max(known)
    died = latest in {each.death_year for each in contributors if not each.is_organisation}
    return Protection(
        end_of_term(latest), TermReason.DEATH if died else TermReason.PUBLICATION, latest
    )


def end_of_term(year: int) -> date:
    """The last protected day when the term is counted from the end of `year`."""
    return date(year + TERM_YEARS, 12, 31)
