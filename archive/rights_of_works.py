"""What an officer writes down of a single work's rights: its parts, their terms, a take-down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.agreements import RightsHolding, TermRuling
from archive.consents import PartKind
from archive.doors import newest_representation
from archive.events import EventType, record_event
from archive.keeping_agreements import Officer
from archive.representations import Page
from archive.rights_units import RightsUnit, bump_revision
from archive.withholding import release_page, withhold_page
from archive.works import Work
from storage.errors import Refused


@dataclass(frozen=True, slots=True)
class HoldingDraft:
    """A part whose holder's consent is needed; without pages all of the work is meant."""

    part: PartKind
    standing: str = "unknown"
    pages: tuple[int, int] | None = None


def holdings_of(session: Session, work: Work) -> Sequence[RightsHolding]:
    """The parts that officers wrote down, in the order of their pages."""
    return session.scalars(
        select(RightsHolding)
        .where(RightsHolding.work_id == work.id)
        .order_by(RightsHolding.part, RightsHolding.first_page.nulls_first(), RightsHolding.id)
    ).all()


def add_holding(
    session: Session, work: Work, draft: HoldingDraft, officer: Officer
) -> RightsHolding:
    """Write down that a part has a holder of its own.

    Raises:
        Refused: ``pages-in-disorder``.
    """
    first, last = draft.pages or (None, None)
    if first is not None and last is not None and not 1 <= first <= last:
        raise Refused("pages-in-disorder")
    holding = RightsHolding(
        work_id=work.id, part=draft.part, standing=draft.standing, first_page=first, last_page=last
    )
    session.add(holding)
    session.flush()
    _tell(session, work, officer, "part-added", holding=holding.id)
    return holding


def remove_holding(session: Session, work: Work, holding: RightsHolding, officer: Officer) -> None:
    """Strike a part out; pages left out because of it are open again with the work."""
    if holding.left_out:
        bring_back(session, work, holding, officer)
    number = holding.id
    session.delete(holding)
    session.flush()
    _tell(session, work, officer, "part-removed", holding=number)


def leave_out(session: Session, work: Work, holding: RightsHolding, officer: Officer) -> int:
    """Open the work without a part's pages: readers see an explanation in their place.

    Raises:
        Refused: ``part-without-pages``: the part is the whole work.
    """
    pages = _pages_of(session, work, holding)
    if not pages:
        raise Refused("part-without-pages")
    for page in pages:
        withhold_page(session, page, until=None, now=officer.at, agent=officer.agent)
    holding.left_out = True
    session.flush()
    _tell(session, work, officer, "part-left-out", holding=holding.id)
    return len(pages)


def bring_back(session: Session, work: Work, holding: RightsHolding, officer: Officer) -> None:
    """Let a part's pages follow the work again; its holder must consent again."""
    holding.left_out = False
    for page in _pages_of(session, work, holding):
        release_page(session, page, now=officer.at, agent=officer.agent)
    session.flush()
    _tell(session, work, officer, "part-brought-back", holding=holding.id)


def rule_term(
    session: Session,
    work: Work,
    part: PartKind,
    officer: Officer,
    *,
    until: date | None,
    note: str,
) -> None:
    """Overrule the computed term of a part, with the reason.

    Raises:
        Refused: ``ruling-without-note``.
    """
    if not note.strip():
        raise Refused("ruling-without-note")
    ruling = session.get(TermRuling, (work.id, part.value))
    if ruling is None:
        ruling = TermRuling(work_id=work.id, part=part.value)
        session.add(ruling)
    ruling.protected_until, ruling.note = until, note.strip()
    ruling.ruled_at, ruling.ruled_by = officer.at, officer.account_id
    session.flush()
    _tell(session, work, officer, "term-ruled")


def take_down(session: Session, work: Work, officer: Officer, *, shown: bool = False) -> None:
    """Show a work to nobody from now on; or, `shown`, let its facts decide again."""
    session.get_one(RightsUnit, work.unit_id).taken_down = not shown
    session.flush()
    _tell(session, work, officer, "put-back" if shown else "taken-down")


def _pages_of(session: Session, work: Work, holding: RightsHolding) -> Sequence[Page]:
    shown = newest_representation(session, work.id)
    if shown is None or holding.first_page is None or holding.last_page is None:
        return ()
    return session.scalars(
        select(Page)
        .where(
            Page.representation_id == shown.id,
            Page.sequence.between(holding.first_page, holding.last_page),
        )
        .order_by(Page.sequence)
    ).all()


def _tell(
    session: Session, work: Work, officer: Officer, did: str, holding: int | None = None
) -> None:
    bump_revision(session)
    record_event(
        session, EventType.POLICY_ASSIGNMENT, work, at=officer.at, agent=officer.agent,
        detail={"did": did} | ({"holding": holding} if holding else {}),
    )  # fmt: skip
