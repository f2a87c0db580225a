"""Does nginx, with the configuration that libraries get, keep what is open and only that?

The real file in front of the real portal. What nginx has is never given without the portal's
word (docs/decisions/0043): that is what the log of both sides is asked for here.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from archive.account_keeping import AccountDescription, open_account
from archive.branches import Branch, BranchAddressRange
from archive.duties import Role
from archive.representations import Page
from archive.rights import Facts, Level
from archive.works import Work
from schemas.tus import CHUNK_TYPE
from storage.settings import Settings
from tests.compose_file import ROOT
from tests.engines.nginx import Certificate, Nginx, nginx
from tests.engines.postgresql_server import free_port
from tests.faults.portal_at_work import PortalAtWork, Sender
from tests.pipeline.closed_library import give_rights, workshop_on
from tests.sample_home import KAZAKH_BOOK, copy_of, environment, settings_for
from tests.web.people import PASSWORD, TOKEN
from tests.web.upload_desk import new_token, picture
from web.passwords import hash_password
from web.showing import image_id, thumbnail
from workers.workshop import Workshop, utc_now

INSIDE, OUTSIDE = "127.0.0.2", "127.0.0.3"  # addresses from which a test may call
OPEN = "http://creativecommons.org/publicdomain/mark/1.0/"
TILE = "0,0,512,512/512,512/0/default.jpg"
MEGABYTE = 1 << 20


@dataclass
class Visitor:
    """A browser somewhere: it remembers its cookies and nothing else."""

    port: int
    at: str = OUTSIDE
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """What is answered; `_` in a header's name stands for a dash."""
        return self.ask("GET", path, {n.replace("_", "-"): v for n, v in headers.items()})

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        asked = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(self.at, 0)
        )
        mine = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        asked.request(method, path, body, {**(mine if self.cookies else {}), **headers})
        answer = asked.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        told = Answer(answer.status, answer.headers, answer.read())
        asked.close()
        return told

    def sign_in(self, name: str) -> None:
        """Send the form as a browser does."""
        found = TOKEN.search(self.get("/sign-in").body.decode())
        assert found is not None
        form = urlencode({"csrf_token": found[1], "name": name, "password": PASSWORD}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert self.ask("POST", "/sign-in", kind, form).status == 303


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class House:
    """The portal with nginx before it, and who may change the rights of its book."""

    portal: subprocess.Popen[bytes]
    settings: Settings
    nginx: Nginx
    workshop: Workshop
    work: str
    image: str
    thumbnail: str

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.nginx.port)

    def tile(self, number: int) -> str:
        """A tile that no other test has asked for."""
        return f"/iiif/image/3/{self.image}/0,0,512,512/{number},/0/default.jpg"

    def may_see(self, level: Level) -> None:
        """Change who may see the book."""
        give_rights(self.workshop, KAZAKH_BOOK, Facts(statement=OPEN, level=level))

    def seen(self, path: str, number: int) -> tuple[str, str]:
        """Of the request of this number: had nginx the answer, and what did the portal say?"""
        deadline = time.monotonic() + 5  # a line is logged just after its answer
        while len(seen := self.nginx.seen(path)) < number and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(seen) == number, seen
        return seen[-1].cache, seen[-1].portal

    def warmed(self, path: str) -> Answer:
        """The first answer for a path, when nginx has kept it: it does so just after."""
        kept = len(self.nginx.kept)
        first = self.visitor.get(path)
        assert (first.status, self.seen(path, 1)) == (200, ("MISS", "200"))
        deadline = time.monotonic() + 5
        while len(self.nginx.kept) == kept:
            assert time.monotonic() < deadline, "it is not kept"
            time.sleep(0.01)
        return first


@pytest.fixture(scope="module")
def house(sample_books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    base = tmp_path_factory.mktemp("house")
    settings = settings_for(
        copy_of(sample_books, base / "var"),
        port=free_port(),
        processes=1,
        trusted_proxies="127.0.0.1/32",
        metrics_token_file=base / "metrics-token",
    )
    (base / "metrics-token").write_text("within")
    workshop = workshop_on(settings.home, utc_now)
    with workshop.storage.rows.writing() as session:
        branch = session.scalars(select(Branch)).first()
        assert branch is not None
        branch.address_ranges.append(BranchAddressRange(network=f"{INSIDE}/32"))
        told = AccountDescription(Role.READER, "A reader", name="r@example.org",
                                  email="r@example.org")  # fmt: skip
        open_account(session, told, hash_password(PASSWORD), now=utc_now(), agent="test",
                     confirmed=True)  # fmt: skip
    command = [str(Path(sys.executable).with_name("sandyq")), "portal"]
    portal = subprocess.Popen(command, env=environment(settings))
    with nginx(base / "nginx", settings.port) as server, workshop.storage.rows.reading() as session:
        page = next(
            page
            for page in session.scalars(select(Page).where(Page.sequence == 5))
            if page.representation.item.work.title == KAZAKH_BOOK
        )
        shown = thumbnail(page)
        assert shown is not None
        work = session.scalars(select(Work.name).where(Work.title == KAZAKH_BOOK)).one()
        found = House(portal, settings, server, workshop, work, image_id(page), shown.href)
        deadline = time.monotonic() + 60
        while found.visitor.get("/help").status != 200:
            assert time.monotonic() < deadline, "the portal does not answer"
            time.sleep(0.1)
        yield found
    portal.terminate()
    portal.wait()
    workshop.storage.close()


def test_an_open_picture_is_kept_and_asked_about_each_time(house: House) -> None:
    for path in (f"/iiif/image/3/{house.image}/{TILE}", house.thumbnail):
        first = house.warmed(path)
        again = house.visitor.get(path)
        assert (again.status, again.body) == (200, first.body)
        assert house.seen(path, 2) == ("REVALIDATED", "304")
        known = house.visitor.get(path, If_None_Match=first.headers["ETag"])
        assert (known.status, known.body) == (304, b"")
        assert house.seen(path, 3) == ("REVALIDATED", "304")
        for answer in (first, again, known):
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert not [name for name in answer.headers if name.lower().startswith("x-accel")]


def test_what_not_everybody_may_see_is_never_kept(house: House) -> None:
    reader, path = house.visitor, house.tile(400)
    house.may_see(Level.REGISTERED)
    try:
        reader.sign_in("r@example.org")
        kept = len(house.nginx.kept)
        seen = reader.get(path)
        assert (seen.status, house.seen(path, 1)) == (200, ("MISS", "200"))
        assert reader.get(path, If_None_Match=seen.headers["ETag"]).status == 304
        assert house.seen(path, 2) == ("MISS", "304")
        assert house.visitor.get(path).status == 403
        assert house.visitor.get(path, If_None_Match=seen.headers["ETag"]).status == 403
        assert len(house.nginx.kept) == kept
    finally:
        house.may_see(Level.EVERYBODY)


def test_a_book_that_is_closed_is_shut_for_the_next_request(house: House) -> None:
    path = house.tile(401)
    open_one = house.warmed(path)
    tag = open_one.headers["ETag"]
    assert house.visitor.get(path).status == 200
    assert house.seen(path, 2) == ("REVALIDATED", "304")
    house.may_see(Level.NOBODY)
    asked: list[dict[str, str]] = [{}, {"If_None_Match": tag}, {"Cache_Control": "only-if-cached"}]
    try:
        for number, headers in enumerate(asked, 3):
            shut = house.visitor.get(path, **headers)
            assert (shut.status, house.seen(path, number)) == (403, ("EXPIRED", "403"))
    finally:
        house.may_see(Level.EVERYBODY)
    assert house.visitor.get(path).body == open_one.body


def test_the_building_is_where_the_line_ends_and_not_what_a_visitor_says(house: House) -> None:
    """A kept picture too: the portal says each time whose it is now."""
    path = house.tile(402)
    house.warmed(path)
    house.may_see(Level.PREMISES)
    try:
        assert Visitor(house.nginx.port, INSIDE).get(path).status == 200
        assert house.seen(path, 2) == ("REVALIDATED", "304")
        for claim in ({}, {"X_Forwarded_For": INSIDE}, {"X_Forwarded_For": f"{INSIDE}, 127.0.0.1"},
                      {"Forwarded": f"for={INSIDE}"}, {"X_Real_IP": INSIDE}):  # fmt: skip
            assert house.visitor.get(path, **claim).status == 403, claim
    finally:
        house.may_see(Level.EVERYBODY)


def test_a_visitor_cannot_say_that_his_line_is_encrypted(house: House) -> None:
    """The cookies of an encrypted line have another name and would not come back."""
    visitor = house.visitor
    visitor.get("/sign-in", X_Forwarded_Proto="https", X_Forwarded_Host="elsewhere.example")
    assert visitor.cookies
    assert not [name for name in visitor.cookies if name.startswith("__Host-")]


def test_compressing_leaves_tags_and_ranges_as_they_are(house: House) -> None:
    path = f"/iiif/presentation/3/{house.work}/manifest.json"
    whole = house.visitor.get(path)
    packed = house.visitor.get(path, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.body) == whole.body
    for number, answer in enumerate((whole, packed), 3):
        again = house.visitor.get(
            path, If_None_Match=answer.headers["ETag"], Accept_Encoding="gzip"
        )
        assert again.status == 304
        assert house.seen(path, number)[1] == "304"
    style = house.visitor.get("/static/now/sandyq.css", Accept_Encoding="gzip")
    assert style.headers["Content-Encoding"] == "gzip"
    tag = style.headers["ETag"]
    assert house.visitor.get("/static/now/sandyq.css", If_None_Match=tag).status == 304
    pdf = f"/works/{house.work}/pdf"
    part = house.visitor.get(pdf, Range="bytes=0-99", Accept_Encoding="gzip")
    assert (part.status, len(part.body), part.body[:5]) == (206, 100, b"%PDF-")
    # A page with a form has a secret in it, and its length must not tell of it.
    assert house.visitor.get("/sign-in", Accept_Encoding="gzip").headers["Content-Encoding"] is None


def test_files_come_in_as_they_are_sent(house: House) -> None:
    """The portal has the first half on its disk before the second is sent."""
    content = picture(7, 24 * MEGABYTE)
    sender = Sender(
        PortalAtWork(house.settings, house.nginx.port, house.portal),
        new_token(house.workshop.storage),
    )
    book = json.dumps({"title": "Көмір"}).encode()
    kind = sender.headers({"Content-Type": "application/json"})
    begun = json.loads(house.visitor.ask("POST", "/upload/deposits", kind, book).body)
    digest = hashlib.sha256(content).hexdigest()
    address = sender.create(begun["deposit"], "7.png", len(content), digest)
    half = len(content) // 2
    line = http.client.HTTPConnection("127.0.0.1", house.nginx.port, timeout=60)
    line.putrequest("PATCH", address)
    told = {"Content-Type": CHUNK_TYPE, "Upload-Offset": "0", "Content-Length": str(len(content))}
    for name, value in sender.headers(told).items():
        line.putheader(name, value)
    line.endheaders(content[:half])
    deadline = time.monotonic() + 30
    while sender.offset(address) < half - MEGABYTE:
        assert time.monotonic() < deadline, "nginx keeps it back"
        time.sleep(0.05)
    line.send(content[half:])
    assert line.getresponse().status == 204
    line.close()
    assert sender.offset(address) == len(content)


def test_with_a_certificate_every_line_is_encrypted(house: House, tmp_path: Path) -> None:
    made = tmp_path / "secrets"
    command = [sys.executable, str(ROOT / ".ci" / "passwords.py"), str(made)]
    subprocess.run(command, check=True, capture_output=True)
    certificate = Certificate(made / "search.pem", made / "search.key", free_port())
    trusting = ssl.create_default_context(cafile=made / "search_ca.pem")
    with nginx(tmp_path / "nginx", house.settings.port, certificate) as server:
        plain = Visitor(server.port).get("/sign-in?lang=kk")
        assert (plain.status, plain.headers["Location"]) == (
            301,
            "https://127.0.0.1/sign-in?lang=kk",
        )
        assert Visitor(server.port).get("/.nginx").status == 200
        line = http.client.HTTPSConnection("localhost", certificate.port, context=trusting)
        line.request("GET", "/sign-in")
        answer = line.getresponse()
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Set-Cookie"].startswith("__Host-")
        line.close()


def test_whoever_may_send_nothing_is_refused_before_it_is_read(house: House) -> None:
    much = b"x" * (2 * MEGABYTE)
    answer = house.visitor.ask("POST", "/search", {}, much)
    assert answer.status == 413


def test_what_is_measured_is_not_told_outside(house: House) -> None:
    secret = {"Authorization": "Bearer within"}
    assert house.visitor.get("/metrics", **secret).status == 404
    assert Visitor(house.settings.port).get("/metrics", **secret).status == 200


def test_nothing_is_given_while_the_portal_is_away(house: House) -> None:
    """The last one of this file: it stops the portal."""
    path = house.tile(403)
    house.warmed(path)
    house.portal.terminate()
    house.portal.wait()
    assert house.visitor.get(path).status == 502
    assert house.visitor.get("/.nginx").status == 200
