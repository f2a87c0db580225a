"""Can a cataloguer take in a file, see what is damaged, correct a record and join scans?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.catalogue_entries import CatalogueEntry, CatalogueImport
from archive.duties import Role
from archive.events import Event
from archive.representations import Page
from archive.works import Work
from storage.settings import Settings
from tests.archive.shelf import described, digitized
from tests.data.catalogue_records import generated, rusmarc_file, wrong_length
from tests.web.catalogue_desk import ADDRESS, Desk, csrf, opened, post, send_file


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with opened(settings) as made:
        yield made


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    client = desk.signed_in()
    client.get(f"{ADDRESS}?lang=en")
    return client


def a_file(count: int = 30, damaged: int = 3) -> bytes:
    bad = b"".join(
        wrong_length(rusmarc_file(generated(1, first=900 + each))) for each in range(damaged)
    )
    return rusmarc_file(generated(count)) + bad


def multipart(token: str, data: bytes) -> bytes:
    """A form as a browser sends it; the test client leaves a large one lying about."""
    head = 'Content-Disposition: form-data; name="'
    fields = (f'{head}csrf_token"\r\n\r\n{token}', f'{head}file"; filename="rabis.mrc"\r\n\r\n')
    first, second = (f"--x\r\n{field}".encode() for field in fields)
    return b"%b\r\n%b%b\r\n--x--\r\n" % (first, second, data)


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def taken_in(desk: Desk, client: FlaskClient, data: bytes) -> str:
    """The address of an import that has been worked off."""
    address = str(send_file(client, data).location)
    number = int(address.rsplit("/", 1)[1])
    answer = post(client, address, f"{address}/start", encoding="kz1048", format="unimarc")
    assert answer.status_code == 303
    desk.work_off(number)
    return address


def named(desk: Desk, number: str) -> str:
    with desk.portal.reading() as session:
        query = select(CatalogueEntry).where(CatalogueEntry.control_number == number)
        return session.scalars(query).one().work.name


class TestFile:
    def test_first_one_sees_how_it_is_read(self, client: FlaskClient) -> None:
        answer = send_file(client, a_file())
        assert answer.status_code == 303
        page = text_of(client, answer.location)
        assert "Records: 33, damaged: 3." in page
        assert "KZ-1048" in page
        assert next(generated(1)).title in page

    def test_then_what_came_of_it(self, desk: Desk, client: FlaskClient) -> None:
        page = text_of(client, taken_in(desk, client, a_file()))
        assert "Not taken in: 3. All others are in." in page
        assert "Record 31" in page
        assert "The record breaks off before its end." in page
        with desk.portal.reading() as session:
            assert len(session.scalars(select(Work)).all()) == 30

    @pytest.mark.parametrize(("records", "told"), [(53, True), (50, False)])
    def test_a_list_that_is_cut_says_so(
        self, desk: Desk, client: FlaskClient, records: int, *, told: bool
    ) -> None:
        page = text_of(client, taken_in(desk, client, rusmarc_file(generated(records))))
        assert ("Shown: the first 50 of 53." in page) is told

    def test_again_changes_nothing(self, desk: Desk, client: FlaskClient) -> None:
        taken_in(desk, client, a_file())
        taken_in(desk, client, a_file())
        with desk.portal.reading() as session:
            last = session.scalars(
                select(CatalogueImport).order_by(CatalogueImport.id.desc())
            ).first()
            assert last is not None
            assert (last.added, last.unchanged, last.damaged) == (0, 30, 3)

    def test_while_it_runs(self, client: FlaskClient) -> None:
        address = send_file(client, a_file()).location
        post(client, address, f"{address}/start", encoding="kz1048", format="unimarc")
        page = text_of(client, address)
        assert "data-poll" in page
        assert "You may close this page." in page

    def test_another_encoding_is_believed(self, desk: Desk, client: FlaskClient) -> None:
        address = send_file(client, a_file()).location
        post(client, address, f"{address}/start", encoding="cp866", format="unimarc")
        with desk.portal.reading() as session:
            assert session.scalars(select(CatalogueImport.encoding)).one() == "cp866"

    @pytest.mark.parametrize("data", [b"", b"no record", b"<xml", b"<html><body/></html>"])
    def test_no_records(self, client: FlaskClient, data: bytes) -> None:
        answer = send_file(client, data)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.get_data(as_text=True)

    def test_larger_than_a_form_and_not_larger_than_told(self, client: FlaskClient) -> None:
        body = multipart(csrf(client, ADDRESS), a_file() + b"\n" * (3 << 20))
        answer = client.post(
            f"{ADDRESS}/files", data=body, content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code == 303
        told = {"CONTENT_LENGTH": str(65 << 20), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
        answer = client.post(f"{ADDRESS}/files", environ_overrides=told)
        assert answer.status_code == 413


class TestWho:
    @pytest.mark.parametrize("role", [Role.READER, Role.OPERATOR, Role.RIGHTS_OFFICER])
    @pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/imports/1", f"{ADDRESS}/works/a"])
    def test_others_have_nothing_to_do_here(self, desk: Desk, role: Role, address: str) -> None:
        assert desk.signed_in(role).get(address).status_code == 403

    def test_nobody_has_to_sign_in(self, desk: Desk) -> None:
        assert desk.app.test_client().get(ADDRESS).status_code == 303

    def test_a_form_without_its_token(self, client: FlaskClient) -> None:
        assert client.post(f"{ADDRESS}/files", data={}).status_code == 400
        assert client.post(f"{ADDRESS}/imports/1/start", data={}).status_code == 400


class TestRecord:
    def test_is_found_and_shown(self, desk: Desk, client: FlaskClient) -> None:
        taken_in(desk, client, a_file())
        record = next(generated(1))
        assert named(desk, record.control_number) in text_of(
            client, f"{ADDRESS}?q={record.control_number}"
        )
        page = text_of(client, f"{ADDRESS}/works/{named(desk, record.control_number)}")
        for value in (record.title, record.copies[0].shelfmark, *record.subjects, *record.isbns):
            assert value in page
        assert f"Came from the catalogue, record no. {record.control_number}." in page

    def test_a_correction_stays_when_the_catalogue_comes_again(
        self, desk: Desk, client: FlaskClient
    ) -> None:
        taken_in(desk, client, a_file(2, 0))
        address = f"{ADDRESS}/works/{named(desk, 'KZ-000001')}"
        form = {"title": "Түзетілген атау", "type": "book", "language": "kk", "authors": "Ақан С."}
        answer = post(client, f"{address}/edit", f"{address}/edit", **form)
        assert answer.status_code == 303
        changed = rusmarc_file(generated(2)).replace(
            "әңгімелер".encode("kz1048"), "әңгімелеР".encode("kz1048")
        )
        taken_in(desk, client, changed)
        page = text_of(client, address)
        assert "Түзетілген атау" in page
        assert "Corrected by hand." in page
        assert "Ақан С." in page

    @pytest.mark.parametrize(
        ("field", "value"), [("title", " "), ("year", "long ago"), ("issued", "1962-13-01")]
    )
    def test_what_was_typed_wrongly_stays_and_is_told(
        self, desk: Desk, client: FlaskClient, field: str, value: str
    ) -> None:
        taken_in(desk, client, a_file(1, 0))
        address = f"{ADDRESS}/works/{named(desk, 'KZ-000001')}/edit"
        form = {"title": "Атау", "type": "book", "language": "kk", "publisher": "Жаңа"} | {
            field: value
        }
        answer = post(client, address, address, **form)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.get_data(as_text=True)
        assert 'value="Жаңа"' in answer.get_data(as_text=True)

    def test_scans_are_joined_and_keep_their_addresses(
        self, desk: Desk, client: FlaskClient
    ) -> None:
        taken_in(desk, client, a_file(3, 0))
        with desk.portal.storage.rows.writing() as session:
            scanned = described(session, "Сканер", now=desk.portal.now(), chance=desk.chance)
            pages = digitized(session, scanned, ["1.tif", "2.tif"],
                              now=desk.portal.now(), chance=desk.chance)  # fmt: skip
            name, page_names = scanned.name, [page.name for page in pages]
        record = named(desk, "KZ-000001")
        address = f"{ADDRESS}/works/{record}"
        assert "This is the same work" in text_of(client, f"{address}?q=Сканер")
        answer = post(client, f"{address}?q=Сканер", f"{address}/join", other=name)
        assert answer.location == f"{ADDRESS}/works/{name}"
        page = text_of(client, answer.location)
        assert next(generated(1)).title in page
        assert "RABIS: KZ-000001" in page
        assert "former" not in page  # the record describes the work, now more than ever
        assert "folder:" not in page
        assert "2 pages" in page.replace("\xa0", " ").replace("&nbsp;", " ")
        assert client.get(f"/works/{record}").location == f"/works/{name}"
        assert client.get(f"/works/{name}").status_code == 200
        with desk.portal.reading() as session:
            assert [each.name for each in session.scalars(select(Page))] == page_names
            told = session.scalars(select(Event).order_by(Event.id.desc())).first()
            assert told is not None
            assert told.agent.startswith("account ")

    def test_a_work_is_not_joined_with_itself(self, desk: Desk, client: FlaskClient) -> None:
        taken_in(desk, client, a_file(1, 0))
        name = named(desk, "KZ-000001")
        address = f"{ADDRESS}/works/{name}"
        answer = post(client, f"{address}/edit", f"{address}/join", other=name)
        assert answer.status_code == 409
