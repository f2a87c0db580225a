"""Does the portal speak tus 1.0, to a client of the protocol's own makers and to bad ones?"""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from archive.deposits import UPLOADS_KEPT
from archive.duties import Role
from storage.incoming import Incoming
from tests.sample_home import settings_for
from tests.web.upload_desk import TUS, UploadDesk, new_token, picture, signed_in_as, upload_desk
from web.cookies import SIGNED_IN

CHUNK = {"Content-Type": "application/offset+octet-stream"}
PAGE = picture(1, 5000)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadDesk]:
    with upload_desk(settings_for(tmp_path_factory.mktemp("home"), library=None)) as desk:
        yield desk


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def title(self) -> str:
        return str(json.loads(self.body)["title"])


def ask(
    desk: UploadDesk,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    *,
    plain: bool = False,
) -> Answer:
    """One request; with the station's token and the protocol's version unless `plain`."""
    connection = http.client.HTTPConnection(urlsplit(desk.address).netloc, timeout=30)
    told = headers or {}
    connection.request(method, path, body, told if plain else {**TUS, **desk.bearer, **told})
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return found


def begun(desk: UploadDesk, name: str, content: bytes, title: str = "Көмір") -> str:
    """The address of a file's upload."""
    headers = desk.create_headers(desk.begin(title), name, content)
    answer = ask(desk, "POST", "/upload/files", headers)
    assert answer.status == 201
    return str(answer.headers["Location"])


def patch(desk: UploadDesk, address: str, offset: int, body: bytes, **headers: str) -> Answer:
    told = {**CHUNK, "Upload-Offset": str(offset)}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(desk, "PATCH", address, told, body)


def head(desk: UploadDesk, address: str) -> Answer:
    return ask(desk, "HEAD", address)


class TestTuspy:
    """The protocol's own Python client."""

    def uploader(self, desk: UploadDesk, content: bytes, name: str, **more: object) -> Uploader:
        client = TusClient(f"{desk.address}/upload/files", headers=desk.bearer)
        metadata = desk.metadata(desk.begin("tuspy"), name, content)
        uploader = client.uploader(
            file_stream=io.BytesIO(content), chunk_size=1000, metadata=metadata, **more
        )
        assert isinstance(uploader, Uploader)
        return uploader

    def test_it_uploads(self, desk: UploadDesk) -> None:
        self.uploader(desk, PAGE, "a.png").upload()
        file = desk.files(desk.begin("tuspy"))["a.png"]
        assert file.content_key == hashlib.sha256(PAGE).hexdigest()
        assert desk.storage.blobs.read(file.content_key) == PAGE

    def test_it_resumes(self, desk: UploadDesk) -> None:
        content = picture(2, 5000)
        first = self.uploader(desk, content, "b.png")
        first.upload(stop_at=3000)
        second = self.uploader(desk, content, "b.png", url=first.url)
        assert second.offset == 3000
        second.upload()
        file = desk.files(desk.begin("tuspy"))["b.png"]
        assert file.content_key == hashlib.sha256(content).hexdigest()

    def test_it_checks_its_chunks(self, desk: UploadDesk) -> None:
        content = picture(3, 5000)
        self.uploader(desk, content, "c.png", upload_checksum=True).upload()
        assert desk.files(desk.begin("tuspy"))["c.png"].content_key


class TestProtocol:
    def test_what_is_spoken(self, desk: UploadDesk) -> None:
        answer = ask(desk, "OPTIONS", "/upload/files", plain=True)
        assert answer.status == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Extension"] == (
            "creation,creation-with-upload,termination,checksum,expiration"
        )
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"
        assert int(answer.headers["Tus-Max-Size"]) == (1 << 31) - 1

    def test_another_version(self, desk: UploadDesk) -> None:
        address = begun(desk, "v.png", PAGE)
        for method in ("HEAD", "PATCH", "DELETE"):
            answer = ask(desk, method, address, {"Tus-Resumable": "0.2.2"})
            assert answer.status == 412
            assert answer.headers["Tus-Version"] == "1.0.0"

    def test_piece_by_piece(self, desk: UploadDesk) -> None:
        address = begun(desk, "pieces.png", PAGE)
        for start in range(0, len(PAGE), 1024):
            told = head(desk, address)
            assert told.headers["Upload-Offset"] == str(start)
            assert told.headers["Upload-Length"] == str(len(PAGE))
            assert told.headers["Cache-Control"] == "no-store"
            answer = patch(desk, address, start, PAGE[start : start + 1024])
            assert answer.status == 204
            assert "Upload-Expires" in answer.headers
        assert answer.headers["Upload-Offset"] == str(len(PAGE))
        assert head(desk, address).headers["Upload-Offset"] == str(len(PAGE))

    def test_creation_with_upload(self, desk: UploadDesk) -> None:
        headers = desk.create_headers(desk.begin(), "at-once.png", PAGE) | CHUNK
        answer = ask(desk, "POST", "/upload/files", headers, PAGE)
        assert (answer.status, answer.headers["Upload-Offset"]) == (201, str(len(PAGE)))
        assert desk.files(desk.begin())["at-once.png"].content_key

    @pytest.mark.parametrize("offset", [0, 999, 1001])
    def test_a_wrong_offset(self, desk: UploadDesk, offset: int) -> None:
        address = begun(desk, f"offset-{offset}.png", PAGE)
        patch(desk, address, 0, PAGE[:1000])
        assert patch(desk, address, offset, PAGE[1000:]).status == 409
        assert head(desk, address).headers["Upload-Offset"] == "1000"

    def test_another_type(self, desk: UploadDesk) -> None:
        answer = patch(desk, begun(desk, "t.png", PAGE), 0, PAGE, Content_Type="image/png")
        assert answer.status == 415

    def test_more_than_was_said(self, desk: UploadDesk) -> None:
        address = begun(desk, "long.png", PAGE)
        assert patch(desk, address, 0, PAGE + b"more").status == 413
        assert head(desk, address).headers["Upload-Offset"] == "0"

    def test_a_file_too_large(self, desk: UploadDesk) -> None:
        headers = desk.create_headers(desk.begin(), "huge.tif", PAGE)
        answer = ask(desk, "POST", "/upload/files", headers | {"Upload-Length": str(1 << 31)})
        assert (answer.status, answer.title) == (413, "file-too-large")

    @pytest.mark.parametrize(
        "headers",
        [
            {"Upload-Length": "many"},
            {"Upload-Metadata": "filename ***"},
            {"Upload-Metadata": "sha256 MTIz"},
        ],
    )
    def test_nonsense(self, desk: UploadDesk, headers: dict[str, str]) -> None:
        told = desk.create_headers(desk.begin(), "n.png", PAGE) | headers
        assert ask(desk, "POST", "/upload/files", told).status == 400

    @pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
    def test_a_chunk_damaged_on_the_way(self, desk: UploadDesk, algorithm: str) -> None:
        address = begun(desk, f"chunk-{algorithm}.png", PAGE)
        digest = base64.b64encode(hashlib.new(algorithm, PAGE).digest()).decode()
        answer = patch(desk, address, 0, PAGE[:-1] + b"!", Upload_Checksum=f"{algorithm} {digest}")
        assert answer.status == 460
        assert head(desk, address).headers["Upload-Offset"] == "0"
        assert patch(desk, address, 0, PAGE, Upload_Checksum=f"{algorithm} {digest}").status == 204

    def test_an_unknown_checksum(self, desk: UploadDesk) -> None:
        address = begun(desk, "md5.png", PAGE)
        assert patch(desk, address, 0, PAGE, Upload_Checksum="md5 YQ==").status == 400

    def test_termination(self, desk: UploadDesk) -> None:
        address = begun(desk, "gone.png", PAGE)
        patch(desk, address, 0, PAGE[:2000])
        assert ask(desk, "DELETE", address).status == 204
        assert head(desk, address).status == 404
        assert "gone.png" not in desk.files(desk.begin())

    def test_methods_in_a_header(self, desk: UploadDesk) -> None:
        address = begun(desk, "over.png", PAGE)
        override = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"} | CHUNK
        assert ask(desk, "POST", address, override, PAGE).status == 204
        assert ask(desk, "POST", address).status == 405

    def test_expiration(self, desk: UploadDesk) -> None:
        address = begun(desk, "old.png", PAGE)
        patch(desk, address, 0, PAGE[:2000])
        name = address.rpartition("/")[2]
        place = desk.portal.settings.uploads_folder / name
        long_ago = (desk.portal.now() - UPLOADS_KEPT - timedelta(days=1)).timestamp()
        os.utime(place, (long_ago, long_ago))
        assert head(desk, address).status == 410
        assert patch(desk, address, 2000, PAGE[2000:]).status == 410
        Incoming(desk.portal.settings.uploads_folder).clear(before=long_ago + 1)
        assert not place.exists()

    def test_one_writer_at_a_time(self, desk: UploadDesk) -> None:
        address = begun(desk, "busy.png", PAGE)
        incoming = Incoming(desk.portal.settings.uploads_folder)
        incoming.begin(address.rpartition("/")[2])
        with incoming.writing(address.rpartition("/")[2]):
            answer = patch(desk, address, 0, PAGE)
            assert (answer.status, answer.title) == (423, "upload-busy")
        assert patch(desk, address, 0, PAGE).status == 204


class TestFiles:
    def test_a_file_damaged_on_the_way_is_refused_and_can_be_sent_again(
        self, desk: UploadDesk
    ) -> None:
        deposit = desk.begin("damaged")
        headers = desk.create_headers(deposit, "d.png", PAGE)
        address = ask(desk, "POST", "/upload/files", headers).headers["Location"]
        answer = patch(desk, address, 0, PAGE[:-1] + b"!")
        assert (answer.status, answer.title) == (422, "damaged-in-transit")
        assert head(desk, address).status == 410
        assert desk.files(deposit)["d.png"].content_key is None
        with pytest.raises(HTTPError, match="409"):  # it would have been a page
            desk.ask(f"/upload/deposits/{deposit}/finish", {})
        again = ask(desk, "POST", "/upload/files", headers).headers["Location"]
        assert again != address
        assert patch(desk, again, 0, PAGE).status == 204
        assert desk.files(deposit)["d.png"].content_key == hashlib.sha256(PAGE).hexdigest()

    def test_what_is_no_image_is_refused_at_once(self, desk: UploadDesk) -> None:
        address = begun(desk, "letter.docx", b"PK" * 5000)
        answer = patch(desk, address, 0, b"PK" * 600)
        assert (answer.status, answer.title) == (422, "not-an-image")
        assert "TIFF" in json.loads(answer.body)["detail"]

    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("C:\\scans\\1.png", "1.png"),
            ("a/b/../2.png", "2.png"),
            ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
            ("a\x00b\nc\x7f.png", "a␀b␊c␡.png"),
            ("\u202egnp.бет 1.png", "\u202egnp.бет 1.png"),
            ("..png", "..png"),
            ("%2e%2e%2fx.png", "%2e%2e%2fx.png"),
        ],
    )
    def test_of_a_name_only_the_last_part_counts_as_data(
        self, desk: UploadDesk, told: str, kept: str
    ) -> None:
        title = f"names {told.encode().hex()}"
        address = begun(desk, told, PAGE, title)
        assert patch(desk, address, 0, PAGE).status == 204
        assert list(desk.files(desk.begin(title))) == [kept]
        # The folder holds names of ours alone, and nothing lies outside of it.
        home = desk.portal.settings.home
        assert not [path for path in home.rglob("*") if path.name in {"passwd", kept}]

    @pytest.mark.parametrize("name", ["", "..", ".", "a/..", "/", "x" * 300, "ә" * 256])
    def test_names_that_are_none(self, desk: UploadDesk, name: str) -> None:
        headers = desk.create_headers(desk.begin(), name, PAGE)
        answer = ask(desk, "POST", "/upload/files", headers)
        assert (answer.status, answer.title) == (422, "bad-file-name")

    def test_the_same_file_again_is_the_same_upload(self, desk: UploadDesk) -> None:
        address = begun(desk, "same.png", PAGE)
        patch(desk, address, 0, PAGE[:2000])
        assert begun(desk, "same.png", PAGE) == address
        assert begun(desk, "same.png", picture(77, 5000)) != address

    def test_a_book_is_registered_once_and_in_order(self, desk: UploadDesk) -> None:
        deposit = desk.begin("Реті")
        contents = {f"{n}.png": picture(100 + n, 3000) for n in (10, 2, 1)}
        for name, content in contents.items():
            patch(desk, begun(desk, name, content, "Реті"), 0, content)
        before = len(desk.pages())
        first = desk.ask(f"/upload/deposits/{deposit}/finish", {})
        again = desk.ask(f"/upload/deposits/{deposit}/finish", {})
        assert first["work"] == again["work"]
        assert [name for name, _ in desk.pages()[before:]] == ["1.png", "2.png", "10.png"]

    def test_a_registered_book_takes_nothing_more(self, desk: UploadDesk) -> None:
        deposit = desk.begin("Жабық")
        address = begun(desk, "1.png", PAGE, "Жабық")
        patch(desk, address, 0, PAGE)
        desk.ask(f"/upload/deposits/{deposit}/finish", {})
        answer = ask(
            desk, "POST", "/upload/files", desk.create_headers(deposit, "2.png", picture(5))
        )
        assert (answer.status, answer.title) == (410, "deposit-closed")
        assert ask(desk, "DELETE", address).status == 410

    def test_nothing_is_registered_while_a_file_is_missing(self, desk: UploadDesk) -> None:
        deposit = desk.begin("Толық емес")
        patch(desk, begun(desk, "1.png", PAGE, "Толық емес"), 0, PAGE)
        patch(desk, begun(desk, "2.png", PAGE + b"x", "Толық емес"), 0, PAGE)
        before = len(desk.pages())
        with pytest.raises(HTTPError, match="409"):
            desk.ask(f"/upload/deposits/{deposit}/finish", {})
        assert len(desk.pages()) == before


class TestWhoMay:
    def test_nobody_without_a_sign(self, desk: UploadDesk) -> None:
        address = begun(desk, "who.png", PAGE)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YQ=="}):
            for method in ("HEAD", "PATCH", "DELETE"):
                answer = ask(desk, method, address, {**TUS, **headers}, plain=True)
                assert answer.status == 401, (method, headers)

    def test_a_station_of_another_branch_finds_nothing(self, desk: UploadDesk) -> None:
        address = begun(desk, "other.png", PAGE)
        other = {"Authorization": f"Bearer {new_token(desk.storage, '17')}"}
        for method in ("HEAD", "PATCH", "DELETE"):
            assert ask(desk, method, address, {**other, **CHUNK}).status == 404
        headers = desk.create_headers(desk.begin(), "x.png", PAGE) | other
        assert ask(desk, "POST", "/upload/files", headers).status == 404

    def test_a_person_shows_the_pages_own_mark(self, desk: UploadDesk) -> None:
        address = begun(desk, "csrf.png", PAGE)
        cookie = {"Cookie": f"{SIGNED_IN}={signed_in_as(desk.storage, Role.OPERATOR)}"}
        assert ask(desk, "HEAD", address, {**TUS, **cookie}, plain=True).status == 200
        told = {**TUS, **cookie, **CHUNK, "Upload-Offset": "0"}
        assert ask(desk, "PATCH", address, told, PAGE, plain=True).status == 400
        assert head(desk, address).headers["Upload-Offset"] == "0"

    @pytest.mark.parametrize(
        ("role", "code", "status"),
        [
            (Role.OPERATOR, "17", 404),
            (Role.CATALOGUER, None, 200),
            (Role.ADMINISTRATOR, None, 200),
            (Role.READER, None, 403),
            (Role.RIGHTS_OFFICER, "16", 403),
            (Role.DIRECTOR, None, 403),
        ],
    )
    def test_roles(self, desk: UploadDesk, role: Role, code: str | None, status: int) -> None:
        address = begun(desk, "roles.png", PAGE)
        cookie = {"Cookie": f"{SIGNED_IN}={signed_in_as(desk.storage, role, code)}"}
        assert ask(desk, "HEAD", address, {**TUS, **cookie}, plain=True).status == status

    def test_a_token_does_nothing_but_upload(self, desk: UploadDesk) -> None:
        for path in ("/desk", "/desk/upload"):
            answer = ask(desk, "GET", path)
            assert answer.status in {303, 404}


def test_the_whole_of_a_tus_file_may_lie_there_while_the_row_is_behind(
    tmp_path: Path,
) -> None:
    """A process killed between the last byte and the row: asking where it stands heals it."""
    with upload_desk(settings_for(tmp_path / "var", library=None)) as desk:
        address = begun(desk, "late.png", PAGE)
        incoming = Incoming(desk.portal.settings.uploads_folder)
        incoming.begin(address.rpartition("/")[2])
        (incoming.folder / address.rpartition("/")[2]).write_bytes(PAGE)
        assert head(desk, address).headers["Upload-Offset"] == str(len(PAGE))
        assert desk.files(desk.begin())["late.png"].content_key
        assert incoming.length(address.rpartition("/")[2]) is None
