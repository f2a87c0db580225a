"""Is every description collected over OAI-PMH, also while works change, and nothing else?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from archive.catalogue import take_records
from archive.merging import merge_works
from archive.works import Work
from schemas.catalogue_file import read_catalogue
from schemas.oai_pmh import OAI
from storage.settings import Settings
from tests.archive.shelf import described
from tests.data.catalogue_records import generated
from web.app import create_app
from web.portal import Portal

NS = {"o": OAI, "dc": "http://purl.org/dc/elements/1.1/", "mods": "http://www.loc.gov/mods/v3",
      "marc": "http://www.loc.gov/MARC21/slim"}  # fmt: skip
HOST = "127.0.0.1"


class Library:
    """A portal with a clock of its own, and a harvester."""

    def __init__(self, settings: Settings, now: datetime, chance: random.Random) -> None:
        self.time, self.chance = now, chance
        app = create_app(settings, lambda: self.time)
        found = app.extensions["sandyq"]
        assert isinstance(found, Portal)
        self.portal, self.client = found, FlaskClient(app, app.response_class)

    def catalogued(self, count: int) -> list[str]:
        """Names of new works, made at moments of their own."""
        records = list(generated(count))
        for begin in range(0, count, 250):
            self.time += timedelta(seconds=1)
            with self.portal.storage.rows.writing() as session:
                take_records(
                    session, "rabis", records[begin : begin + 250],
                    import_id=None, now=self.time, chance=self.chance, agent="t",
                )  # fmt: skip
        with self.portal.reading() as session:
            return list(session.scalars(select(Work.name)))

    def ask(self, **arguments: str) -> Any:
        told = {name.rstrip("_"): value for name, value in arguments.items()}
        answer = self.client.get(f"/oai?{urlencode(told)}")
        assert answer.status_code == 200
        return etree.fromstring(answer.data)

    def error(self, **arguments: str) -> str:
        (error,) = self.ask(**arguments).xpath("//o:error/@code", namespaces=NS)
        return str(error)

    def pages(self, **arguments: str) -> Iterator[Any]:
        answer = self.ask(**arguments)
        while True:
            yield answer
            token = answer.xpath("string(//o:resumptionToken)", namespaces=NS)
            if not token:
                return
            answer = self.ask(verb=arguments["verb"], resumptionToken=token)


@pytest.fixture
def library(settings: Settings, now: datetime, chance: random.Random) -> Iterator[Library]:
    made = Library(settings, now, chance)
    yield made
    made.portal.storage.close()


def names(answer: Any, *, deleted: bool = False) -> list[str]:
    status = "@status='deleted'" if deleted else "not(@status)"
    found = answer.xpath(f"//o:header[{status}]/o:identifier/text()", namespaces=NS)
    return [str(each).rpartition(":")[2] for each in found]


class TestHarvest:
    def test_2500_works_while_they_change(self, library: Library) -> None:
        made = library.catalogued(2500)
        collected: list[str] = []
        answers = library.pages(verb="ListIdentifiers", metadataPrefix="oai_dc")
        for place, answer in enumerate(answers):
            collected += names(answer)
            library.time += timedelta(seconds=1)
            if place < 15:
                with library.portal.storage.rows.writing() as session:
                    query = select(Work).where(Work.name.in_(library.chance.sample(made, 20)))
                    for work in session.scalars(query):
                        work.changed_at = library.time
        assert set(collected) == set(made)
        assert len(collected) >= 2500

    def test_what_changed_since(self, library: Library) -> None:
        made = library.catalogued(10)
        library.time += timedelta(days=2)
        with library.portal.storage.rows.writing() as session:
            work = session.scalars(select(Work).where(Work.name == made[3])).one()
            work.changed_at = library.time
        since = f"{library.time:%Y-%m-%dT%H:%M:%SZ}"
        answer = library.ask(verb="ListIdentifiers", metadataPrefix="oai_dc", from_=since)
        assert names(answer) == [made[3]]
        day = f"{library.time - timedelta(days=1):%Y-%m-%d}"
        before = library.ask(verb="ListIdentifiers", metadataPrefix="oai_dc", until=day)
        assert set(names(before)) == set(made) - {made[3]}

    def test_a_merged_work_is_told_as_deleted_and_its_address_leads_on(
        self, library: Library
    ) -> None:
        stays, goes, *_ = library.catalogued(3)
        library.time += timedelta(seconds=5)
        with library.portal.storage.rows.writing() as session:
            found = {work.name: work for work in session.scalars(select(Work))}
            merge_works(session, stays=found[stays], goes=found[goes],
                        described_by=found[stays], now=library.time, agent="t")  # fmt: skip
        answer = library.ask(verb="ListRecords", metadataPrefix="mods")
        assert names(answer, deleted=True) == [goes]
        assert len(names(answer)) == 2
        one = library.ask(verb="GetRecord", metadataPrefix="mods", identifier=f"oai:{HOST}:{goes}")
        assert names(one, deleted=True) == [goes]
        assert one.xpath("//o:metadata", namespaces=NS) == []
        for address in (f"/works/{goes}", f"/works/{goes}/record.mods.xml"):
            old = library.client.get(address)
            assert old.status_code == 301
            assert old.location == address.replace(goes, stays)

    @pytest.mark.parametrize("prefix", ["oai_dc", "mods", "marc21"])
    def test_each_format_says_the_title_and_the_address(
        self, library: Library, prefix: str
    ) -> None:
        library.catalogued(3)
        answer = library.ask(verb="ListRecords", metadataPrefix=prefix)
        records = answer.xpath("//o:metadata", namespaces=NS)
        texts = ["".join(each.itertext()) for each in records]
        assert len(texts) == 3
        for name, text, record in zip(names(answer), texts, generated(3), strict=True):
            assert record.title in text
            assert f"/works/{name}" in text

    def test_sets(self, library: Library) -> None:
        with library.portal.storage.rows.writing() as session:
            work = described(session, "Абай", now=library.time, chance=library.chance,
                             collections=("Көмір",))  # fmt: skip
            name, folder = work.name, work.collections[0].name
        library.catalogued(2)
        specs = library.ask(verb="ListSets").xpath("//o:setSpec/text()", namespaces=NS)
        assert specs == ["digitized", folder]
        answer = library.ask(verb="ListIdentifiers", metadataPrefix="oai_dc", set=folder)
        assert names(answer) == [name]
        told = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "digitized"}
        assert library.error(**told) == "noRecordsMatch"

    def test_the_statement_goes_out_and_no_money_or_level(self, library: Library) -> None:
        with library.portal.storage.rows.writing() as session:
            described(session, "Абай", now=library.time, chance=library.chance)
        answer = library.ask(verb="ListRecords", metadataPrefix="oai_dc")
        rights = answer.xpath("//dc:rights/text()", namespaces=NS)
        assert rights == ["http://creativecommons.org/publicdomain/mark/1.0/"]
        assert "everybody" not in etree.tostring(answer, encoding="unicode")


class TestProtocol:
    def test_identify(self, library: Library) -> None:
        answer = library.ask(verb="Identify")
        told = {etree.QName(each).localname: each.text for each in answer[2]}
        assert told["protocolVersion"] == "2.0"
        assert told["deletedRecord"] == "persistent"
        assert told["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
        assert told["baseURL"].endswith("/oai")

    def test_formats(self, library: Library) -> None:
        answer = library.ask(verb="ListMetadataFormats")
        found = answer.xpath("//o:metadataPrefix/text()", namespaces=NS)
        assert found == ["oai_dc", "mods", "marc21"]

    def test_post_too(self, library: Library) -> None:
        answer = library.client.post("/oai", data={"verb": "Identify"})
        assert b"<oai:Identify>" in answer.data

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({}, "badVerb"),
            ({"verb": "Dance"}, "badVerb"),
            ({"verb": "ListRecords"}, "badArgument"),
            ({"verb": "Identify", "set": "a"}, "badArgument"),
            ({"verb": "ListRecords", "metadataPrefix": "epub"}, "cannotDisseminateFormat"),
            ({"verb": "ListRecords", "metadataPrefix": "mods"}, "noRecordsMatch"),
            ({"verb": "ListRecords", "metadataPrefix": "mods", "from": "2026"}, "badArgument"),
            (
                {"verb": "ListRecords", "metadataPrefix": "mods", "from": "2026-01-02",
                 "until": "2026-01-01"}, "badArgument",
            ),
            (
                {"verb": "ListRecords", "metadataPrefix": "mods", "from": "2026-01-02",
                 "until": "2026-01-03T00:00:00Z"}, "badArgument",
            ),
            ({"verb": "ListRecords", "resumptionToken": "abc"}, "badResumptionToken"),
            ({"verb": "ListRecords", "resumptionToken": "W10"}, "badResumptionToken"),
            (
                {"verb": "ListRecords", "resumptionToken": "W10", "metadataPrefix": "mods"},
                "badArgument",
            ),
            (
                {"verb": "GetRecord", "metadataPrefix": "mods", "identifier": "oai:x:y"},
                "idDoesNotExist",
            ),
        ],
    )  # fmt: skip
    def test_errors(self, library: Library, asked: dict[str, str], code: str) -> None:
        assert library.error(**asked) == code

    def test_an_argument_given_twice(self, library: Library) -> None:
        answer = library.client.get("/oai?verb=Identify&verb=Identify")
        assert b'code="badVerb"' in answer.data


class TestRecordPages:
    def test_marcxml_is_read_again(self, library: Library) -> None:
        (name,) = library.catalogued(1)
        data = library.client.get(f"/works/{name}/record.marcxml.xml").data
        (read,) = read_catalogue(BytesIO(data), "marc21", "utf-8")
        (record,) = generated(1)
        assert read.record is not None
        assert read.record.title == record.title
        assert read.record.headings == record.headings
        assert read.record.control_number == record.control_number
        assert read.record.other_numbers == (f"(Sandyq){name}",)

    def test_no_other_form(self, library: Library) -> None:
        (name,) = library.catalogued(1)
        assert library.client.get(f"/works/{name}/record.epub.xml").status_code == 404
        assert library.client.get("/works/nothing9/record.dc.xml").status_code == 404
