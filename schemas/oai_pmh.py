"""OAI-PMH 2.0: requests read, answers written. https://www.openarchives.org/OAI/openarchivesprotocol.html

A resumption token is not kept anywhere: it says itself what was asked for and behind
which place to go on, so that it holds for ever and on every process.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from lxml import etree

from schemas.dublin_core import OAI_DC, OAI_DC_SCHEMA, XSI
from schemas.marcxml import NAMESPACE as MARC
from schemas.marcxml import SCHEMA as MARC_SCHEMA
from schemas.marcxml import Element, xml_text
from schemas.mods import NAMESPACE as MODS
from schemas.mods import SCHEMA as MODS_SCHEMA

OAI = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"

# Prefix: schema, namespace.
FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "oai_dc": (OAI_DC_SCHEMA, OAI_DC),
        "mods": (MODS_SCHEMA, MODS),
        "marc21": (MARC_SCHEMA, MARC),
    }
)

# Arguments of each verb: what it must have, what it may have.
_LIST = (("metadataPrefix",), ("from", "until", "set"))
VERBS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "Identify": ((), ()),
        "ListMetadataFormats": ((), ("identifier",)),
        "ListSets": ((), ()),
        "GetRecord": (("identifier", "metadataPrefix"), ()),
        "ListIdentifiers": _LIST,
        "ListRecords": _LIST,
    }
)
_RESUMABLE = frozenset({"ListSets", "ListIdentifiers", "ListRecords"})
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_SECOND = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


class BadHarvest(Exception):
    """A request that the protocol answers with an error of its own."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Token:
    """What was asked for, and the place behind which to go on."""

    prefix: str
    begin: str
    until: str
    in_set: str
    at: datetime
    kind: str
    number: int
    seen: int


def read_arguments(asked: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The arguments of a request.

    Raises:
        BadHarvest: ``badVerb``, ``badArgument``.
    """
    verbs = asked.get("verb", ())
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise BadHarvest("badVerb", "There is no such verb, or it is given twice.")
    verb = verbs[0]
    needed, allowed = VERBS[verb]
    if any(len(values) != 1 for values in asked.values()):
        raise BadHarvest("badArgument", "An argument is given twice.")
    told = {name: values[0] for name, values in asked.items() if name != "verb"}
    if "resumptionToken" in told and verb in _RESUMABLE:
        if len(told) > 1:
            raise BadHarvest("badArgument", "resumptionToken excludes every other argument.")
        return {"verb": verb, **told}
    for name in told:
        if name not in {*needed, *allowed}:
            raise BadHarvest("badArgument", f"{name} is no argument of {verb}.")
    for name in needed:
        if not told.get(name):
            raise BadHarvest("badArgument", f"{name} is missing.")
    return {"verb": verb, **told}


def read_bounds(begin: str, until: str) -> tuple[datetime | None, datetime | None]:
    """The moments from which and before which something has changed.

    Raises:
        BadHarvest: ``badArgument``.
    """
    if begin and until and bool(_DAY.match(begin)) != bool(_DAY.match(until)):
        raise BadHarvest("badArgument", "from and until have different granularity.")
    first = _moment(begin) if begin else None
    last = _moment(until) if until else None
    if first and last and first > last:
        raise BadHarvest("badArgument", "from is later than until.")
    if last is not None:  # the whole day or second belongs to it
        last += timedelta(days=1) if _DAY.match(until) else timedelta(seconds=1)
    return first, last


def _moment(text: str) -> datetime:
    if not _DAY.match(text) and not _SECOND.match(text):
        raise BadHarvest("badArgument", f"{text} is not a date of this protocol.")
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadHarvest("badArgument", f"{text} is not a date.") from error


def write_token(token: Token) -> str:
    """The token as it travels."""
    told = [
        token.prefix, token.begin, token.until, token.in_set,
        token.at.isoformat(), token.kind, token.number, token.seen,
    ]  # fmt: skip
    packed = json.dumps(told, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_token(text: str) -> Token:
    """The token again.

    Raises:
        BadHarvest: ``badResumptionToken``.
    """
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        prefix, begin, until, in_set, at, kind, number, seen = json.loads(packed)
        place = datetime.fromisoformat(at)
        token = Token(
            prefix, str(begin), str(until), str(in_set), place, kind, int(number), int(seen)
        )
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadHarvest("badResumptionToken", "This token is not one of ours.") from error
    if place.tzinfo is None or prefix not in FORMATS or kind not in {"w", "m"}:
        raise BadHarvest("badResumptionToken", "This token is not one of ours.")
    return token


def stamp(moment: datetime) -> str:
    """A moment as the protocol writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def envelope(now: datetime, base_url: str, arguments: Mapping[str, str]) -> Element:
    """The root of every answer, with the request that it answers."""
    root = etree.Element(
        f"{{{OAI}}}OAI-PMH",
        {f"{{{XSI}}}schemaLocation": f"{OAI} {SCHEMA}"},
        nsmap={"oai": OAI, "xsi": XSI},
    )
    add(root, "responseDate", stamp(now))
    add(root, "request", base_url, **{name: xml_text(value) for name, value in arguments.items()})
    return root


def add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """An element of the protocol's own."""
    child = etree.SubElement(parent, f"{{{OAI}}}{name}", attributes)
    child.text = xml_text(text) or None
    return child


def add_error(root: Element, error: BadHarvest) -> None:
    """Say what is wrong with the request."""
    add(root, "error", str(error), code=error.code)


def add_identify(
    root: Element, *, name: str, base_url: str, email: str, earliest: datetime
) -> None:
    """Who we are. Deleted records are told for ever."""
    told = (
        ("repositoryName", name),
        ("baseURL", base_url),
        ("protocolVersion", "2.0"),
        ("adminEmail", email),
        ("earliestDatestamp", stamp(earliest)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    )
    part = add(root, "Identify")
    for element, text in told:
        add(part, element, text)


def add_formats(root: Element) -> None:
    """Every format in which each record can be had."""
    part = add(root, "ListMetadataFormats")
    for prefix, (schema, namespace) in FORMATS.items():
        one = add(part, "metadataFormat")
        add(one, "metadataPrefix", prefix)
        add(one, "schema", schema)
        add(one, "metadataNamespace", namespace)


def add_sets(root: Element, sets: Sequence[tuple[str, str]]) -> None:
    """The folders."""
    part = add(root, "ListSets")
    for spec, title in sets:
        one = add(part, "set")
        add(one, "setSpec", spec)
        add(one, "setName", title)


def add_header(
    parent: Element, identifier: str, moment: datetime, sets: Sequence[str], *, deleted: bool
) -> None:
    """A record's header."""
    header = add(parent, "header", **({"status": "deleted"} if deleted else {}))
    add(header, "identifier", identifier)
    add(header, "datestamp", stamp(moment))
    for spec in sets:
        add(header, "setSpec", spec)


def add_metadata(record: Element, description: Element) -> None:
    """A record's description in the format asked for."""
    add(record, "metadata").append(description)


def add_resumption(part: Element, token: Token | None, seen: int) -> None:
    """Where to go on; an empty one ends a list that was resumed."""
    add(part, "resumptionToken", write_token(token) if token else "", cursor=str(seen))
