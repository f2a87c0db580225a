"""OAI-PMH: other libraries' programs collect descriptions. Only what everybody may discover."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from archive.harvesting import (
    DIGITIZED_SET,
    Harvested,
    Place,
    Wanted,
    first_change,
    harvest,
    harvested_named,
    sets_of,
)
from archive.published_records import PublishedRecord, published_records
from archive.rights import Act
from schemas.exported_record import HARVEST_FORMATS
from schemas.marcxml import Element, xml_bytes
from schemas.oai_pmh import (
    FORMATS,
    BadHarvest,
    Token,
    add,
    add_error,
    add_formats,
    add_header,
    add_identify,
    add_metadata,
    add_resumption,
    add_sets,
    envelope,
    read_arguments,
    read_bounds,
    read_token,
)
from web import addresses
from web.own_words import site_of
from web.portal import may, portal

blueprint = Blueprint("harvesting", __name__)

BATCH = 100  # records in one answer


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> Response:
    """The protocol's one address."""
    here = portal()
    asked = {name: request.values.getlist(name) for name in request.values}
    try:
        arguments = read_arguments(asked)
        root = envelope(here.now(), _base(), arguments)
        with here.reading() as session:
            _VERBS[arguments["verb"]](session, root, arguments)
    except BadHarvest as error:
        told = {} if error.code in {"badVerb", "badArgument"} else arguments
        root = envelope(here.now(), _base(), told)
        add_error(root, error)
    answer = Response(xml_bytes(root), mimetype="text/xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _base() -> str:
    return f"{portal().settings.public_url}/oai"


def _identifier(name: str) -> str:
    return f"oai:{_host()}:{name}"


def _host() -> str:
    return urlsplit(portal().settings.public_url).hostname or "localhost"


def _identify(session: Session, root: Element, _: Mapping[str, str]) -> None:
    add_identify(
        root,
        name=site_of(portal().settings)["en"].name_line or "Sandyq",
        base_url=_base(),
        email=f"postmaster@{_host()}",
        earliest=first_change(session) or portal().now(),
    )


def _formats(session: Session, root: Element, arguments: Mapping[str, str]) -> None:
    if "identifier" in arguments:
        _named(session, arguments["identifier"])
    add_formats(root)


def _sets(session: Session, root: Element, arguments: Mapping[str, str]) -> None:
    if "resumptionToken" in arguments:
        raise BadHarvest("badResumptionToken", "The list of sets is never cut.")
    add_sets(root, [(DIGITIZED_SET, "Digitized works"), *sets_of(session)])


def _record(session: Session, root: Element, arguments: Mapping[str, str]) -> None:
    prefix = _known_format(arguments["metadataPrefix"])
    found = _named(session, arguments["identifier"])
    _add_record(add(root, "GetRecord"), found, prefix, _published(session, [found]))


def _list_records(session: Session, root: Element, arguments: Mapping[str, str]) -> None:
    asked, found = _found(session, arguments)
    published = _published(session, found[:BATCH])
    part = add(root, "ListRecords")
    for each in found[:BATCH]:
        _add_record(part, each, asked.prefix, published)
    _add_rest(part, asked, found)


def _list_identifiers(session: Session, root: Element, arguments: Mapping[str, str]) -> None:
    asked, found = _found(session, arguments)
    published = _published(session, found[:BATCH])
    part = add(root, "ListIdentifiers")
    for each in found[:BATCH]:
        _add_header(part, each, is_open=each.name in published)
    _add_rest(part, asked, found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A list that is asked for, from its beginning or behind a place."""

    prefix: str
    begin: str
    until: str
    in_set: str
    after: Place | None
    seen: int


def _found(session: Session, arguments: Mapping[str, str]) -> tuple[_Asked, list[Harvested]]:
    """The next records, and one more if there are more."""
    asked = _asked(arguments)
    begin, end = read_bounds(asked.begin, asked.until)
    wanted = Wanted(begin, end, asked.in_set)
    found = harvest(session, wanted, asked.after, BATCH + 1)
    if not found and asked.after is None:
        raise BadHarvest("noRecordsMatch", "Nothing has changed in this time.")
    return asked, found


def _asked(arguments: Mapping[str, str]) -> _Asked:
    if "resumptionToken" in arguments:
        token = read_token(arguments["resumptionToken"])
        place = Place(token.at, token.kind, token.number)
        return _Asked(token.prefix, token.begin, token.until, token.in_set, place, token.seen)
    return _Asked(
        _known_format(arguments["metadataPrefix"]),
        arguments.get("from", ""),
        arguments.get("until", ""),
        arguments.get("set", ""),
        None,
        0,
    )


def _known_format(prefix: str) -> str:
    if prefix not in FORMATS:
        raise BadHarvest("cannotDisseminateFormat", f"There is no format {prefix}.")
    return prefix


def _named(session: Session, identifier: str) -> Harvested:
    _, _, name = identifier.rpartition(":")
    found = harvested_named(session, name) if identifier == _identifier(name) else None
    if found is None:
        raise BadHarvest("idDoesNotExist", "There is no such record.")
    return found


def _published(session: Session, found: Sequence[Harvested]) -> dict[str, PublishedRecord]:
    """The descriptions that the one who asks may discover."""
    works = [each.work for each in found if each.work is not None]
    records = published_records(session, works)
    return {each.name: each for each in records if may(each.facts, Act.DISCOVER)}


def _add_header(part: Element, each: Harvested, *, is_open: bool) -> None:
    add_header(part, _identifier(each.name), each.place.at, each.sets, deleted=not is_open)


def _add_record(
    part: Element, each: Harvested, prefix: str, published: Mapping[str, PublishedRecord]
) -> None:
    element, found = add(part, "record"), published.get(each.name)
    _add_header(element, each, is_open=found is not None)
    if found is not None:
        url = f"{portal().settings.public_url}{addresses.work(found.name)}"
        write = HARVEST_FORMATS[prefix]
        add_metadata(element, write(found.record, url=url, statement=found.facts.statement))


def _add_rest(part: Element, asked: _Asked, found: Sequence[Harvested]) -> None:
    seen = asked.seen + min(len(found), BATCH)
    if len(found) > BATCH:
        last = found[BATCH - 1].place
        token = Token(
            asked.prefix, asked.begin, asked.until, asked.in_set,
            last.at, last.kind, last.id, seen,
        )  # fmt: skip
        add_resumption(part, token, asked.seen)
    elif asked.after is not None:
        add_resumption(part, None, asked.seen)


_VERBS: Mapping[str, Callable[[Session, Element, Mapping[str, str]], None]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}
