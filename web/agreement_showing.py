"""Agreements as their desk's pages: rows, coverage, history, the lists to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from archive.agreement_drafts import CHOSEN_AUDIENCE
from archive.agreement_lists import (
    Coverage,
    CoveredPart,
    Listed,
    Month,
    coverage_of,
    history_of,
    work_named,
)
from archive.agreement_states import State, state_of
from archive.agreements import Agreement
from archive.keeping_agreements import days_of, other_officers
from archive.works import Work
from web.agreement_form import SPARE_PARTIES, AgreementForm, TypedParty
from web.agreement_labels import (
    AUDIENCES,
    DONE,
    PARTIES,
    PARTS,
    STATES,
    TERRITORIES,
    USES,
    named,
    options,
)
from web.language import gettext
from web.pages.agreements import (
    AgreementPage,
    AgreementRow,
    BarPart,
    CalendarMonth,
    Choices,
    CoveragePanel,
    Ending,
    FormError,
    HistoryLine,
    Paper,
    PartRow,
    StateTag,
    WorkChoice,
)
from web.portal import portal
from web.refusals import N_
from web.signed_in import at_desk

DAY = timedelta(days=1)
BAR = 100.0
NEXT_ENDINGS = 5


def rows_of(listed: Sequence[Listed]) -> Sequence[AgreementRow]:
    """Agreements as the list shows them."""
    return [_row(each) for each in listed]


def _row(each: Listed) -> AgreementRow:
    row = each.agreement
    return AgreementRow(
        id=row.id,
        number=row.number,
        state=tag_of(each.state),
        parties=", ".join(dict.fromkeys(party.holder.name for party in row.parties)),
        titles=tuple((covered.work.title, covered.work.language) for covered in row.works),
        last=each.last,
        no_term=row.no_term,
    )


def tag_of(state: State) -> StateTag:
    """A state in words."""
    return StateTag(state, named(STATES, state))


def calendar_months(months: Sequence[Month]) -> Sequence[CalendarMonth]:
    """The twelve months with their numbers."""
    return [CalendarMonth(month.first, len(month.ending)) for month in months]


def endings(months: Sequence[Month]) -> Sequence[Ending]:
    """The next agreements to end."""
    return [
        Ending(each.agreement.id, each.agreement.number, each.last, each.last + DAY,
               len(each.agreement.works))
        for month in months
        for each in month.ending
        if each.last is not None
    ][:NEXT_ENDINGS]  # fmt: skip


def work_choices(works: Sequence[Work]) -> Sequence[WorkChoice]:
    """Works to choose from."""
    return [
        WorkChoice(
            work.name,
            work.title,
            work.language,
            ", ".join(filter(None, (work.author or "", str(work.year or "")))),
        )
        for work in works
    ]


def agreement_page(
    session: Session,
    row: Agreement | None,
    form: AgreementForm,
    *,
    found: Sequence[WorkChoice] | None = None,
    errors: Sequence[FormError] = (),
    refusal: str = "",
) -> AgreementPage:
    """The page of an agreement, or of a new one."""
    works = [work for each in form.works if (work := work_named(session, each.work)) is not None]
    pages = {each.work: each.pages for each in form.works}
    choices = [
        WorkChoice(each.name, each.title, each.language, each.byline, pages.get(each.name, ""))
        for each in work_choices(works)
    ]
    common = {
        "form": form,
        "choices": choices_of(),
        "rows": [*form.parties, *[TypedParty(share="1")] * SPARE_PARTIES],
        "works": choices,
        "found": found,
        "errors": errors,
        "refusal": refusal,
        "coverage": [
            coverage_panel(coverage_of(session, work, portal().today(), row)) for work in works
        ],
    }
    if row is None:
        return AgreementPage(id=None, number="", state=tag_of(State.DRAFT), **common)  # type: ignore[arg-type]
    return _of_row(session, row, common)


def _of_row(session: Session, row: Agreement, common: dict[str, object]) -> AgreementPage:
    days, today = days_of(row), portal().today()
    person = at_desk()
    predecessor = row.predecessor
    return AgreementPage(
        id=row.id,
        number=row.number,
        state=tag_of(state_of(days, today)),
        papers=[
            Paper(each.id, each.media_type.rpartition("/")[2].upper(), each.size, each.attached_at)
            for each in row.papers
        ],
        history=history_lines(session, row),
        frozen=row.submitted_at is not None,
        own_submission=portal().settings.needs_second_officer
        and row.submitted_by == person.account_id,
        others=tuple(each.display_name for each in other_officers(session, person.account_id)),
        last=days.last,
        closes=days.last + DAY if days.last and days.last >= today else None,
        suspension=row.suspension_reason or "",
        predecessor=(predecessor.id, predecessor.number) if predecessor else None,
        **common,  # type: ignore[arg-type]
    )


def history_lines(session: Session, row: Agreement | Work) -> Sequence[HistoryLine]:
    """The history as a person reads it."""
    zone = portal().settings.zone
    return [
        HistoryLine(each.event.at.astimezone(zone), each.person, named(DONE, each.did))
        for each in history_of(session, row)
    ]


def choices_of() -> Choices:
    """The lists of the form."""
    return Choices(
        kinds=options(PARTIES),
        parts=options(PARTS),
        territories=options(TERRITORIES),
        audiences=options(AUDIENCES),
        uses=[
            (code, gettext(label), gettext(hint) if hint else "", code in CHOSEN_AUDIENCE)
            for code, (label, hint) in USES.items()
        ],
    )


def coverage_panel(coverage: Coverage) -> CoveragePanel:
    """A book's coverage as a bar and as words."""
    work = coverage.work
    today = portal().today()
    missing = dict.fromkeys(named(PARTS, each.part.kind) for each in coverage.missing)
    return CoveragePanel(
        work=work.name,
        title=work.title,
        language=work.language,
        pages=coverage.pages,
        consented=coverage.consented,
        bar=_bar(coverage),
        parts=tuple(_part_row(each, today) for each in coverage.parts),
        missing=", ".join(missing),
    )


def _bar(coverage: Coverage) -> tuple[BarPart, ...]:
    total = sum(each.pages or 1 for each in coverage.parts) or 1
    bar, x = [], 0.0
    for each in coverage.parts:
        width = BAR * (each.pages or 1) / total
        bar.append(BarPart(round(x, 2), round(width, 2), each.clear))
        x += width
    return tuple(bar)


def _part_row(covered: CoveredPart, today: date) -> PartRow:
    part = covered.part
    until = part.protected_until
    return PartRow(
        id=part.holding,
        label=named(PARTS, part.kind),
        clear=covered.clear,
        pages=covered.pages,
        why=gettext(_why(covered, today)),
        span=_span(*part.pages) if part.pages else "",
        until=until,
        is_free=part.is_free(today),
        left_out=part.left_out,
        may_be_left_out=not covered.clear and part.pages is not None and part.holding is not None,
    )


def _span(first: int, last: int) -> str:
    if first == last:
        return gettext(N_("page %(label)s")) % {"label": first}
    return gettext(N_("pages %(span)s")) % {"span": f"{first}–{last}"}


def _why(covered: CoveredPart, today: date) -> str:
    part = covered.part
    if part.ours:
        return N_("The library's own work")
    if part.left_out:
        return N_("Its pages are left out")
    if part.is_free(today):
        return N_("Copyright has ended")
    if covered.clear:
        return N_("By agreement")
    if part.is_clear(frozenset(each.agreement for each in part.consents), today):
        return N_("The agreement is not in force today")
    return N_("Only part of the shares agrees") if covered.agreed else N_("No consent")
