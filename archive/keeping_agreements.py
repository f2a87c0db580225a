"""The life of an agreement: drafted, checked by a second officer, stopped, ended, renewed.

Every step is an event that names people and rows by id alone, and moves the rights revision:
search and every door follow on the next request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.accounts import Account
from archive.agreement_drafts import (
    AgreementDraft,
    PartyDraft,
    PartyKind,
    Territory,
    WorkDraft,
    lacks_of,
)
from archive.agreement_states import Days
from archive.agreements import (
    Agreement,
    AgreementPaper,
    AgreementWork,
    Grant,
    Holder,
    Party,
)
from archive.consents import PartKind
from archive.duties import Duty, Role, has_duty
from archive.events import EventType, record_event
from archive.rights_units import bump_revision
from archive.uses import Act, Level
from archive.works import Work
from storage.errors import Refused


@dataclass(frozen=True, slots=True)
class Officer:
    """Who does it, and when."""

    account_id: int
    at: datetime

    @property
    def agent(self) -> str:
        return f"account {self.account_id}"


def begin_draft(session: Session, draft: AgreementDraft, officer: Officer) -> Agreement:
    """A new draft, which gives no access.

    Raises:
        Refused: ``agreement-without-number``, ``agreement-number-taken``.
    """
    _check_number(session, draft.number, None)
    agreement = Agreement(
        number=draft.number.strip(), drafted_at=officer.at, drafted_by=officer.account_id
    )
    session.add(agreement)
    _write(session, agreement, draft)
    _tell(session, agreement, officer, "drafted")
    return agreement


def change_draft(
    session: Session, agreement: Agreement, draft: AgreementDraft, officer: Officer
) -> None:
    """Write a draft anew; one that waits for the second officer is a draft again.

    Raises:
        Refused: ``agreement-confirmed``: what two officers have seen is not changed by one.
    """
    if agreement.confirmed_at is not None:
        raise Refused("agreement-confirmed")
    _check_number(session, draft.number, agreement.id)
    agreement.submitted_at = agreement.submitted_by = None
    _write(session, agreement, draft)
    _tell(session, agreement, officer, "changed")


def submit(session: Session, agreement: Agreement, officer: Officer) -> None:
    """Hand it to a second officer.

    Raises:
        Refused: ``agreement-incomplete``, ``agreement-confirmed``.
    """
    if agreement.confirmed_at is not None:
        raise Refused("agreement-confirmed")
    if lacks_of(draft_of(agreement), has_paper=bool(agreement.papers)):
        raise Refused("agreement-incomplete")
    agreement.submitted_at, agreement.submitted_by = officer.at, officer.account_id
    _tell(session, agreement, officer, "submitted")


def confirm(session: Session, agreement: Agreement, officer: Officer, *, two_person: bool) -> None:
    """Confirm what another officer has submitted: from its first day it opens.

    Raises:
        Refused: ``agreement-not-submitted``, ``same-officer``.
    """
    if agreement.submitted_at is None or agreement.confirmed_at is not None:
        raise Refused("agreement-not-submitted")
    if two_person and officer.account_id == agreement.submitted_by:
        raise Refused("same-officer")
    agreement.two_person = two_person
    agreement.confirmed_at, agreement.confirmed_by = officer.at, officer.account_id
    _tell(session, agreement, officer, "confirmed")


def take_back(session: Session, agreement: Agreement, officer: Officer) -> None:
    """Make it a draft again to correct it; it closes until it is confirmed anew."""
    agreement.submitted_at = agreement.submitted_by = None
    agreement.confirmed_at = agreement.confirmed_by = None
    _tell(session, agreement, officer, "taken-back")


def shorten(session: Session, agreement: Agreement, until: date, officer: Officer) -> None:
    """Bring the last day forward; one officer may, since nothing opens by it.

    Raises:
        Refused: ``agreement-not-shorter``: a later end is a renewal.
    """
    last = days_of(agreement).last
    if last is not None and until > last:
        raise Refused("agreement-not-shorter")
    agreement.until, agreement.no_term = until, False
    _tell(session, agreement, officer, "shortened", until=until.isoformat())


def suspend(session: Session, agreement: Agreement, reason: str, officer: Officer) -> None:
    """Stop it at once because of a dispute: its works close, whatever else would open them.

    Raises:
        Refused: ``agreement-without-reason``.
    """
    if not reason.strip():
        raise Refused("agreement-without-reason")
    agreement.suspended_at, agreement.suspension_reason = officer.at, reason.strip()
    _tell(session, agreement, officer, "suspended")


def resume(session: Session, agreement: Agreement, officer: Officer) -> None:
    """The dispute is over."""
    agreement.suspended_at = agreement.suspension_reason = None
    _tell(session, agreement, officer, "resumed")


def terminate(
    session: Session, agreement: Agreement, noticed_on: date, ends_on: date, officer: Officer
) -> None:
    """Write down that a party has ended it; `ends_on` is the last day left.

    Raises:
        Refused: ``agreement-ends-before-notice``.
    """
    if ends_on < noticed_on:
        raise Refused("agreement-ends-before-notice")
    agreement.terminated_on, agreement.ends_on = noticed_on, ends_on
    _tell(session, agreement, officer, "terminated", ends_on=ends_on.isoformat())


def renew(session: Session, agreement: Agreement, number: str, officer: Officer) -> Agreement:
    """A new draft with the same parties, works and uses, that begins where this one ends."""
    old = draft_of(agreement)
    last = days_of(agreement).last
    begins = date.fromordinal(last.toordinal() + 1) if last else None
    fresh = AgreementDraft(
        number=number, begins=begins, territory=old.territory, others_apart=old.others_apart,
        parties=old.parties, works=old.works, grants=old.grants,
    )  # fmt: skip
    renewed = begin_draft(session, fresh, officer)
    renewed.predecessor_id = agreement.id
    session.flush()
    return renewed


def attach_paper(
    session: Session,
    agreement: Agreement,
    officer: Officer,
    *,
    key: str,
    media_type: str,
    size: int,
) -> AgreementPaper:
    """Remember that the signed paper lies in the private store."""
    for paper in agreement.papers:
        if paper.key == key:
            return paper
    paper = AgreementPaper(
        agreement_id=agreement.id, key=key, media_type=media_type, size=size,
        attached_at=officer.at, attached_by=officer.account_id,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    session.refresh(agreement, ["papers"])
    _tell(session, agreement, officer, "paper-attached", paper=paper.id)
    return paper


def days_of(agreement: Agreement) -> Days:
    """The facts that the agreement's state is computed from."""
    alone = agreement.two_person and agreement.confirmed_by == agreement.submitted_by
    return Days(
        submitted=agreement.submitted_at is not None,
        confirmed=agreement.confirmed_at is not None and not alone,
        begins=agreement.begins,
        until=agreement.until,
        suspended=agreement.suspended_at is not None,
        ends_on=agreement.ends_on,
    )


def draft_of(agreement: Agreement) -> AgreementDraft:
    """What is written in it."""
    return AgreementDraft(
        number=agreement.number,
        signed_on=agreement.signed_on,
        begins=agreement.begins,
        until=agreement.until,
        no_term=agreement.no_term,
        territory=Territory(agreement.territory) if agreement.territory else None,
        others_apart=agreement.others_apart,
        money=agreement.money or "",
        currency=agreement.currency or "",
        note=agreement.note or "",
        parties=tuple(_party_draft(party) for party in agreement.parties),
        works=tuple(_work_draft(each) for each in agreement.works),
        grants=frozenset((Act(each.act), Level(each.audience)) for each in agreement.grants),
    )


def other_officers(session: Session, account_id: int) -> Sequence[Account]:
    """Who could confirm what this officer has submitted."""
    people = session.scalars(
        select(Account)
        .where(Account.id != account_id, Account.disabled_at.is_(None))
        .order_by(Account.display_name)
    )
    return [each for each in people if has_duty(Role(each.role), Duty.KEEP_AGREEMENTS)]


def _party_draft(party: Party) -> PartyDraft:
    return PartyDraft(
        party.holder.name, PartyKind(party.kind), PartKind(party.part), party.fraction,
        party.holder.contact or "", party.stands_for or "",
    )  # fmt: skip


def _work_draft(covered: AgreementWork) -> WorkDraft:
    if covered.first_page is None or covered.last_page is None:
        return WorkDraft(covered.work.name)
    return WorkDraft(covered.work.name, (covered.first_page, covered.last_page))


def _check_number(session: Session, number: str, own: int | None) -> None:
    if not number.strip():
        raise Refused("agreement-without-number")
    taken = session.scalars(select(Agreement.id).where(Agreement.number == number.strip())).first()
    if taken is not None and taken != own:
        raise Refused("agreement-number-taken", number=number.strip())


def _write(session: Session, agreement: Agreement, draft: AgreementDraft) -> None:
    agreement.number = draft.number.strip()
    for name in ("signed_on", "begins", "no_term", "territory", "others_apart"):
        setattr(agreement, name, getattr(draft, name))
    agreement.until = None if draft.no_term else draft.until
    for name in ("money", "currency", "note"):
        setattr(agreement, name, getattr(draft, name).strip() or None)
    session.flush()
    agreement.parties.clear()
    agreement.works.clear()
    agreement.grants.clear()
    session.flush()
    agreement.parties += [
        _party(session, agreement, draft, position) for position in range(len(draft.parties))
    ]
    agreement.works += [_covered(session, each) for each in draft.works]
    agreement.grants += [Grant(act=act, audience=level) for act, level in sorted(draft.grants)]
    session.flush()


def _party(session: Session, agreement: Agreement, draft: AgreementDraft, position: int) -> Party:
    written = draft.parties[position]
    return Party(
        agreement_id=agreement.id, holder=_holder(session, written), part=written.part,
        position=position, kind=written.kind, share=written.share.numerator,
        share_of=written.share.denominator, stands_for=written.stands_for.strip() or None,
    )  # fmt: skip


def _holder(session: Session, written: PartyDraft) -> Holder:
    name = " ".join(written.name.split())
    holder = session.scalars(select(Holder).where(Holder.name == name)).first()
    if holder is None:
        holder = Holder(name=name)
        session.add(holder)
    if written.contact.strip():
        holder.contact = written.contact.strip()
    session.flush()
    return holder


def _covered(session: Session, written: WorkDraft) -> AgreementWork:
    work = session.scalars(select(Work).where(Work.name == written.work)).first()
    if work is None:
        raise Refused("not-found", name=written.work)
    first, last = written.pages or (None, None)
    return AgreementWork(work=work, first_page=first, last_page=last)


def _tell(
    session: Session,
    agreement: Agreement,
    officer: Officer,
    did: str,
    **detail: Any,  # noqa: ANN401
) -> None:
    session.flush()
    bump_revision(session)
    record_event(
        session, EventType.POLICY_ASSIGNMENT, agreement, at=officer.at, agent=officer.agent,
        detail={"did": did, **detail},
    )  # fmt: skip
