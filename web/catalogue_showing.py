"""Works, imports and their history as the cataloguer's templates show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from archive.catalogue_entries import CatalogueImport
from archive.catalogued_works import (
    CataloguedWork,
    count_pages_of,
    names_of_agents,
    numbers_of,
)
from archive.descriptions import FOLDER_SCHEME
from archive.events import Event, EventType
from archive.works import Work
from storage.errors import Plain, Refused
from web import labels
from web.figures import long_date
from web.language import current_language, gettext
from web.pages.cataloguing import (
    Changed,
    CopyRow,
    Explained,
    HistoryLine,
    ImportRow,
    Number,
    RecordRow,
    WorkPage,
)
from web.portal import portal
from web.refusals import N_, told

_FIELDS: Mapping[str, str] = {
    "type": N_("Type"),
    "title": N_("Title"),
    "subtitle": N_("Subtitle"),
    "parallel_title": N_("Title in another language"),
    "responsibility": N_("Responsibility"),
    "authors": N_("Authors"),
    "headings": N_("Authors"),
    "source_title": N_("Published in"),
    "source_part": N_("Issue and pages"),
    "language": N_("Language"),
    "languages": N_("Language"),
    "year": N_("Year"),
    "issued": N_("Date of issue"),
    "place": N_("Place"),
    "publisher": N_("Publisher"),
    "extent": N_("Extent"),
    "series": N_("Series"),
    "subjects": N_("Subjects"),
    "notes": N_("Notes"),
    "isbns": "ISBN",
    "issns": "ISSN",
    "copies": N_("Copies"),
}
_SAME_EVERYWHERE = frozenset({"ISBN", "ISSN"})
_ROLES: Mapping[str, str] = {
    "aut": N_("author"),
    "ill": N_("illustrator"),
    "trl": N_("translator"),
    "edt": N_("editor"),
    "com": N_("compiler"),
    "aui": N_("author of the foreword"),
    "pht": N_("photographer"),
}
_SHOWN = (
    "subtitle parallel_title responsibility source_title source_part place publisher year "
    "extent isbns issns series subjects notes"
).split()


def explained(refused: Refused) -> Explained:
    """A refusal in the language of the request."""
    return reason_told(refused.reason, refused.values)


def reason_told(reason: str, values: Mapping[str, Plain]) -> Explained:
    """A stored reason in the language of the request."""
    said = told(reason, values, gettext)
    return Explained(said.fact, said.advice)


def field_label(name: str) -> str:
    """What a field is called."""
    label = _FIELDS.get(name, name)
    return label if label in _SAME_EVERYWHERE else gettext(label)


def record_rows(session: Session, works: Sequence[Work]) -> list[RecordRow]:
    """Works as lists show them."""
    numbers = [work.id for work in works]
    pages, catalogue = count_pages_of(session, numbers), numbers_of(session, numbers)
    return [
        RecordRow(
            name=work.name,
            title=work.title,
            language=work.language,
            type=work.type,
            byline=work.author or work.source_title or "",
            year=work.year,
            number=catalogue.get(work.id, ""),
            pages=pages.get(work.id, 0),
        )
        for work in works
    ]


def state_of(run: CatalogueImport) -> str:
    """``waiting`` for a person, ``running`` or ``done``."""
    if run.finished_at is not None:
        return "done"
    return "waiting" if run.started_at is None else "running"


def import_row(run: CatalogueImport) -> ImportRow:
    """An import in the list."""
    day = run.received_at.astimezone(portal().settings.zone).date()
    return ImportRow(run.id, run.file_name, day, state_of(run), run.added, run.changed, run.damaged)


def work_page(session: Session, shown: CataloguedWork, **besides: Any) -> WorkPage:  # noqa: ANN401
    """A record's page."""
    work, language = shown.work, current_language()
    return WorkPage(
        name=work.name,
        title=work.title,
        language=work.language,
        facts=_facts(shown),
        contributors=[(each.agent.preferred_form, _role(each.role)) for each in work.contributions],
        numbers=[
            Number(each.scheme, each.value, each.predecessor)
            for each in work.identifiers
            if each.scheme != FOLDER_SCHEME  # how scans came in is no number of a catalogue
        ],
        copies=[
            CopyRow(
                item.branch.label(language) if item.branch else "",
                item.shelfmark or "",
                item.inventory_number or "",
            )
            for item in shown.items
            if item.branch or item.shelfmark or item.inventory_number
        ],
        pages=shown.pages,
        suggested=record_rows(
            session, [each.suggested for each in shown.entries if each.suggested]
        ),
        history=_history(session, shown.events),
        withdrawn=bool(shown.entries) and all(each.withdrawn_at for each in shown.entries),
        **besides,
    )


def _role(code: str) -> str:
    return gettext(_ROLES[code]) if code in _ROLES else code


def _facts(shown: CataloguedWork) -> list[tuple[str, str]]:
    record = shown.record
    facts = [
        (field_label("type"), labels.type_label(shown.work.type)),
        (field_label("language"), labels.language_label(shown.work.language)),
    ]
    facts += [(field_label(name), _told(name, getattr(record, name))) for name in _SHOWN]
    if record.issued is not None:
        facts.append((field_label("issued"), long_date(record.issued, current_language())))
    return [(label, value) for label, value in facts if value]


def _told(name: str, value: Any) -> str:  # noqa: ANN401  (one value of many types)
    if value is None or value == "":
        return ""
    if name == "type":
        return labels.type_label(str(value))
    if name == "language":
        return labels.language_label(str(value))
    if isinstance(value, list | tuple):
        return "; ".join(_one(each) for each in value)
    return str(value)


def _one(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, dict):
        return str(value)
    return " ".join(str(part) for part in value.values() if isinstance(part, str))


def _history(session: Session, events: Sequence[Event]) -> list[HistoryLine]:
    people = names_of_agents(session, {event.agent for event in events})
    zone = portal().settings.zone
    return [
        HistoryLine(
            day=event.at.astimezone(zone).date(),
            who=people.get(event.agent, event.agent),
            kind=_kind(event),
            value=str(event.detail.get("number") or event.detail.get("title") or ""),
            changes=_changes(event.detail),
        )
        for event in events
    ]


def _kind(event: Event) -> str:
    for key in ("merged", "withdrawn", "by_hand"):
        if key in event.detail:
            return key
    if "number" not in event.detail:
        return "other"
    return "made" if event.type == EventType.CREATION else "followed"


def _changes(detail: Mapping[str, Any]) -> list[Changed]:
    return [
        Changed(field_label(name), _told(name, old), _told(name, new), kept=part == "kept")
        for part in ("changed", "kept")
        for name, (old, new) in detail.get(part, {}).items()
    ]
