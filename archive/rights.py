"""May this requester do this with that, today? One pure decision for every door.

Facts are stored, verdicts are computed: nothing anywhere holds "is public".

The rules, in order (a line that applies ends the matter):

1. `discover` is always allowed: a work is found by its description.
2. A work that was taken down is closed; so is a page by a restriction that still runs.
3. An agreement in force that is suspended closes the work, whatever else would open it.
4. The library's decision opens: a statement that gives a basis, and a level that holds today.
   "Copyright not evaluated" and "undetermined" are no basis (RightsStatements.org).
5. Where nobody has judged the rights, the public domain opens: the term of every part is over.
6. Agreements open: every part is free, ours, or covered by holders whose shares make one.
7. Else it is closed, with the reason that helps most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from archive.consents import NOTHING_AGREED, PartKind, Terms
from archive.uses import ANYBODY, READER, VISITOR, Act, Level, Requester, reaches

__all__ = [
    "PUBLIC_DOMAIN_MARK", "STATEMENTS", "Act", "Allow", "Decision", "Degrade", "Facts",
    "Judgement", "Level", "Reason", "Refuse", "Requester", "Restriction", "Rule", "audience_of",
    "decide", "gives_basis", "is_running", "judge",
]  # fmt: skip


class Reason(StrEnum):
    """Why not; each has its sentence on the refusal page."""

    NO_BASIS = "no-basis"
    ENDED = "ended"
    PREMISES_ONLY = "premises-only"
    NOBODY = "nobody"
    WITHHELD = "withheld"
    REGISTERED_ONLY = "registered-only"
    NOT_YET = "not-yet"
    PROTECTED = "protected"
    HOLDER_MISSING = "holder-missing"
    SUSPENDED = "suspended"
    TAKEN_DOWN = "taken-down"


class Rule(StrEnum):
    """Which rule decided; told to officers."""

    DISCOVERY = "discovery"
    TAKEN_DOWN = "taken-down"
    WITHHELD = "withheld"
    SUSPENDED = "suspended"
    DECISION = "decision"
    PUBLIC_DOMAIN = "public-domain"
    AGREEMENTS = "agreements"
    NOTHING_OPENS = "nothing-opens"


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

    `until` is the last day on which `level` holds, None when no end was set. `terms` is what
    was agreed with the holders and what is known of the term of protection.
    """

    statement: str | None = None
    level: Level = Level.NOBODY
    until: date | None = None
    restriction: Restriction | None = None
    taken_down: bool = False
    terms: Terms = NOTHING_AGREED


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Degrade:
    """Yes, in a picture of at most `max_pixels` px."""

    max_pixels: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """No: why, until when (None is unknown), and whether the premises help.

    With NOT_YET `until` is the day on which it opens; `missing` are the parts without consent.
    """

    reason: Reason
    until: date | None = None
    on_premises: bool = False
    missing: tuple[PartKind, ...] = ()


Decision = Allow | Degrade | Refuse


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision, the rule that made it, and the agreements it rests on."""

    decision: Decision
    rule: Rule
    agreements: frozenset[int] = frozenset()


def decide(facts: Facts, requester: Requester, act: Act, at: date) -> Decision:
    """The verdict for one act on one day of the library's calendar."""
    return judge(facts, requester, act, at).decision


def judge(facts: Facts, requester: Requester, act: Act, at: date) -> Judgement:
    """The verdict with its rule: officers are told which one opened or closed it."""
    if act is Act.DISCOVER:
        return Judgement(Allow(), Rule.DISCOVERY)
    return _closed_first(facts, at) or _opened(facts, requester, act, at)


def _closed_first(facts: Facts, at: date) -> Judgement | None:
    """What closes whatever might open."""
    if facts.taken_down:
        return Judgement(Refuse(Reason.TAKEN_DOWN), Rule.TAKEN_DOWN)
    if facts.restriction is not None and is_running(facts.restriction, at):
        return Judgement(Refuse(Reason.WITHHELD, until=facts.restriction.until), Rule.WITHHELD)
    if facts.terms.is_suspended(at):
        return Judgement(Refuse(Reason.SUSPENDED), Rule.SUSPENDED)
    return None


def _opened(facts: Facts, requester: Requester, act: Act, at: date) -> Judgement:
    """The first basis that opens it, or why none does."""
    decided, terms = _by_decision(facts, requester, at), facts.terms
    if isinstance(decided, Allow):
        return Judgement(decided, Rule.DECISION)
    if not gives_basis(facts.statement) and terms.is_free(at):
        return Judgement(Allow(), Rule.PUBLIC_DOMAIN)
    if terms.covers(act, requester, at):
        return Judgement(Allow(), Rule.AGREEMENTS, terms.opening(act, requester, at))
    elsewhere = _elsewhere(decided, terms, requester, act, at)
    return Judgement(elsewhere or _some_day(decided, terms, requester, act, at), Rule.NOTHING_OPENS)


def _by_decision(facts: Facts, requester: Requester, at: date) -> Allow | Refuse:
    if not gives_basis(facts.statement):
        return Refuse(Reason.NO_BASIS)
    if facts.until is not None and at > facts.until:
        return Refuse(Reason.ENDED, until=facts.until)
    if reaches(facts.level, requester):
        return Allow()
    return {
        Level.PREMISES: Refuse(Reason.PREMISES_ONLY, on_premises=True),
        Level.REGISTERED: Refuse(Reason.REGISTERED_ONLY),
    }.get(facts.level, Refuse(Reason.NOBODY))


def _elsewhere(
    decided: Refuse, terms: Terms, requester: Requester, act: Act, at: date
) -> Refuse | None:
    """The refusal of what is open today, but not to this requester."""
    if decided.on_premises or terms.covers(act, replace(requester, on_premises=True), at):
        return Refuse(Reason.PREMISES_ONLY, on_premises=True)
    helped = terms.covers(act, replace(requester, registered=True), at)
    if helped or decided.reason is Reason.REGISTERED_ONLY:
        return Refuse(Reason.REGISTERED_ONLY)
    return None


def _some_day(decided: Refuse, terms: Terms, requester: Requester, act: Act, at: date) -> Refuse:
    """The refusal of what is closed today: when it opens, what is missing, when it ended."""
    if opens := terms.opening_day(act, requester, at):
        return Refuse(Reason.NOT_YET, until=opens)
    if terms.opening(act, requester, at):
        return Refuse(Reason.HOLDER_MISSING, missing=terms.missing(act, requester, at))
    if ended := terms.last_open_day(act, requester, at):
        return Refuse(Reason.ENDED, until=ended)
    if decided.reason is Reason.NO_BASIS and (end := terms.protected_until()):
        return Refuse(Reason.PROTECTED, until=end)
    return decided


def audience_of(facts: Facts, act: Act, at: date) -> Level:
    """The widest audience that may do this today."""
    for requester, level in (
        (ANYBODY, Level.EVERYBODY),
        (READER, Level.REGISTERED),
        (VISITOR, Level.PREMISES),
    ):
        if not isinstance(decide(facts, requester, act, at), Refuse):
            return level
    return Level.NOBODY


def gives_basis(statement: str | None) -> bool:
    """Whether somebody has judged the rights at all."""
    return statement is not None and statement not in _NO_BASIS


def is_running(restriction: Restriction, at: date) -> bool:
    """Whether a page's own restriction holds on this day."""
    return restriction.until is None or at <= restriction.until
