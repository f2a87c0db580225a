"""May this requester do this with that, today? One pure decision for every door.

Facts are stored, verdicts are computed: nothing anywhere holds "is public". The
facts of this version are a rights statement, and a level that somebody granted
up to a day; agreements will be one more source of the same facts.

The rules, in order (a line that applies ends the matter):

1. `discover` is always allowed: a work is found by its description.
2. A restriction of the page itself that still runs closes it.
3. Without a statement that gives a basis, nothing else is allowed: "copyright
   not evaluated" and "undetermined" are no basis (RightsStatements.org).
4. A grant whose last day is past has ended, whatever its level was.
5. The level decides: everybody, only on the premises, or nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Act(StrEnum):
    """What a requester wants to do (PREMIS rightsGranted act)."""

    DISCOVER = "discover"
    VIEW = "view"
    SEARCH = "search"
    TEXT = "text"
    DOWNLOAD = "download"


class Level(StrEnum):
    """To whom a work was opened."""

    NOBODY = "nobody"
    PREMISES = "premises"
    EVERYBODY = "everybody"


class Reason(StrEnum):
    """Why not; each has its sentence on the refusal page."""

    NO_BASIS = "no-basis"
    ENDED = "ended"
    PREMISES_ONLY = "premises-only"
    NOBODY = "nobody"
    WITHHELD = "withheld"


PUBLIC_DOMAIN_MARK = "http://creativecommons.org/publicdomain/mark/1.0/"

# http://rightsstatements.org/page/1.0/: said of things nobody has judged yet.
_NO_BASIS = frozenset(
    {
        "http://rightsstatements.org/vocab/CNE/1.0/",
        "http://rightsstatements.org/vocab/UND/1.0/",
    }
)

STATEMENTS = frozenset(
    {f"http://rightsstatements.org/vocab/{code}/1.0/" for code in (
        "InC", "InC-RUU", "InC-EDU", "InC-NC", "NoC-NC", "NoC-CR", "NoC-OKLR", "NoC-US",
        "NKC", "CNE", "UND",
    )}
    | {PUBLIC_DOMAIN_MARK, "http://creativecommons.org/publicdomain/zero/1.0/"}
    | {f"http://creativecommons.org/licenses/{code}/4.0/" for code in (
        "by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd",
    )}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Restriction:
    """A page closed on its own, up to and including `until`; None is without end."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of the rights in one unit.

    `until` is the last day on which `level` holds, None when no end was set.
    """

    statement: str | None = None
    level: Level = Level.NOBODY
    until: date | None = None
    restriction: Restriction | None = None


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, as far as rights care: from inside a branch's building, as a registered reader."""

    on_premises: bool = False
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Degrade:
    """Yes, in a picture of at most `max_pixels` px."""

    max_pixels: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """No: why, until when (None is unknown), and whether the premises help."""

    reason: Reason
    until: date | None = None
    on_premises: bool = False


Decision = Allow | Degrade | Refuse


def decide(facts: Facts, requester: Requester, act: Act, at: date) -> Decision:
    """The verdict for one act on one day of the library's calendar."""
    if act is Act.DISCOVER:
        return Allow()
    if facts.restriction is not None and is_running(facts.restriction, at):
        return Refuse(Reason.WITHHELD, until=facts.restriction.until)
    if not gives_basis(facts.statement):
        return Refuse(Reason.NO_BASIS)
    if facts.until is not None and at > facts.until:
        return Refuse(Reason.ENDED, until=facts.until)
    return _by_level(facts, requester)


def _by_level(facts: Facts, requester: Requester) -> Decision:
    if facts.level is Level.EVERYBODY:
        return Allow()
    if facts.level is Level.PREMISES:
        return Allow() if requester.on_premises else Refuse(Reason.PREMISES_ONLY, on_premises=True)
    return Refuse(Reason.NOBODY)


def gives_basis(statement: str | None) -> bool:
    """Whether somebody has judged the rights at all."""
    return statement is not None and statement not in _NO_BASIS


def is_running(restriction: Restriction, at: date) -> bool:
    """Whether a page's own restriction holds on this day."""
    return restriction.until is None or at <= restriction.until
